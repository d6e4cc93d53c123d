"""Decisions: what was asked, who holds the right, what was decided and why.

The verbs of a decision are in `models/verbs`, one file for each subject.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import (
    Mapped,
    Session,
    column_property,
    mapped_column,
    object_session,
    relationship,
)

from models.acts import Act, Seat
from models.mrkdwn import with_link
from models.refusals import absence, asking, deciding, refused
from models.rules import (
    Decider,
    Impact,
    Kind,
    Outcome,
    Person,
    Role,
    Sort,
    Standing,
    State,
    Verb,
)
from models.tables.acceptance import Claim, Criterion, FollowUp
from models.tables.base import Base, SlackId, short_text
from models.tables.channel import Channel
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.departure import departures_of
from models.tables.history import GENESIS, HistoryEvent, chained, new_entry
from models.tables.history_chain import mark_of
from models.tables.history_payloads import PAYLOADS
from models.tables.payload import Payload
from models.tables.post import Drawing, Post, card_link_of, redraw_all
from models.tables.question import Question
from models.tables.rights import RightsVersion
from models.tables.search_index import keep_words
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement, Option, Options, People, Signature
from models.tables.workspace import Workspace
from models.tables.write_behind import IfThere, write_behind
from models.words import Words

# Verbs that change the texts by which a decision is found.
CHANGE_WORDS = (
    Verb.RAISE,
    Verb.EDIT,
    Verb.REVISE,
    Verb.RESUBMIT,
    Verb.ASK,
    Verb.ANSWER,
    Verb.SIGN,
    Verb.DECIDE,
    Verb.WITHDRAW,
    Verb.REOPEN,
)


class Decision(Base):
    """Tradeoff, claim or record of a meeting, routed by `rights_version`.

    It is routed to `holder` and `counterpart`. A joint decision needs both: `holder` is the product
    owner, `counterpart` the project manager. If somebody acts in the place of a role holder,
    `holder_for` is that role holder. `holder_because` says why, as a phrase to put after the role
    holder's name.

    `move_decides` are the roles that must agree to the decision's change of a commitment; None if
    it changes none. `impact_from` are the roles that state impact; None if nobody does.
    `question_round` is the round in which the question last changed; impact statements of earlier
    rounds do not count any more. `first_hash` is the hash of the first event. In rows of older
    releases, `impact_from` and `first_hash` are None, because these columns did not exist.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "raised_with"),
        Index("ix_decision_channel_id_state", "channel_id", "state"),
        Index("ix_decision_channel_id_settled_at", "channel_id", "settled_at"),
        Index("ix_decision_holder_state", "holder", "state"),
        Index("ix_decision_counterpart_state", "counterpart", "state"),
        Index("ix_decision_escalated_to_state", "escalated_to", "state"),
        *(
            Index(
                f"ix_decision_{seat}",
                seat,
                sqlite_where=text(f"{seat} IS NOT NULL"),
                postgresql_where=text(f"{seat} IS NOT NULL"),
            )
            for seat in ("holder_for", "counterpart_for")
        ),
        Index("ix_decision_raised_by_settled_at", "raised_by", "settled_at", "number"),
        Index("ix_decision_commitment_id", "commitment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    rights_version_id: Mapped[int] = mapped_column(ForeignKey("rights_version.id"))
    number: Mapped[int]
    kind: Mapped[Kind] = mapped_column(short_text(Kind))
    title: Mapped[str] = mapped_column(String(120))
    why_now: Mapped[str] = mapped_column(Text)
    options: Mapped[list[Option]] = mapped_column(Options)
    consulted: Mapped[list[str]] = mapped_column(People)
    due_on: Mapped[date | None]
    raised_by: Mapped[str] = mapped_column(SlackId)
    raised_at: Mapped[datetime]
    raised_with: Mapped[str] = mapped_column(String(64))
    source_link: Mapped[str | None] = mapped_column(Text)
    source_author: Mapped[str | None] = mapped_column(SlackId)
    source_text: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[str | None] = mapped_column(SlackId)
    made_on: Mapped[date | None]
    round: Mapped[int] = mapped_column(default=1)
    question_round: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(short_text(State))
    decides: Mapped[Decider] = mapped_column(short_text(Decider))
    move_decides: Mapped[Decider | None] = mapped_column(short_text(Decider))
    impact_from: Mapped[Decider | None] = mapped_column(short_text(Decider))
    holder: Mapped[str] = mapped_column(SlackId)
    holder_for: Mapped[str | None] = mapped_column(SlackId)
    holder_because: Mapped[str | None] = mapped_column(Text)
    counterpart: Mapped[str] = mapped_column(SlackId)
    counterpart_for: Mapped[str | None] = mapped_column(SlackId)
    counterpart_because: Mapped[str | None] = mapped_column(Text)
    routed: Mapped[str] = mapped_column(Text)
    impact: Mapped[Impact] = mapped_column(short_text(Impact))
    impact_due_at: Mapped[datetime | None]
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"))
    move_from: Mapped[date | None]
    move_to: Mapped[date | None]
    scope_change: Mapped[str | None] = mapped_column(Text)
    overdue_at: Mapped[datetime | None]
    escalated_to: Mapped[str | None] = mapped_column(SlackId)
    escalated_for: Mapped[str | None] = mapped_column(SlackId)
    escalated_at: Mapped[datetime | None]
    supersedes: Mapped[int | None]
    superseded_by: Mapped[int | None]
    disputes: Mapped[int | None]
    disputed_in: Mapped[int | None]
    outcome: Mapped[Outcome | None] = mapped_column(short_text(Outcome))
    option_position: Mapped[int | None]
    settled_by: Mapped[str | None] = mapped_column(SlackId)
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str | None] = mapped_column(Text)
    settled_hash: Mapped[str | None] = mapped_column(String(64))
    undo_until: Mapped[datetime | None]
    event_count: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default=GENESIS)
    first_hash: Mapped[str | None] = mapped_column(String(64))

    channel: Mapped[Channel] = relationship(lazy="raise")
    rights_version: Mapped[RightsVersion] = relationship(lazy="raise")
    impacts: Mapped[list[ImpactStatement]] = relationship(lazy="raise", order_by=ImpactStatement.at)
    signatures: Mapped[list[Signature]] = relationship(lazy="raise", order_by=Signature.role)
    claims: Mapped[list[Claim]] = relationship(lazy="raise", order_by=Claim.round)
    criteria: Mapped[list[Criterion]] = relationship(
        lazy="raise", order_by=Criterion.position, cascade="all, delete-orphan"
    )
    follow_ups: Mapped[list[FollowUp]] = relationship(lazy="raise", order_by=FollowUp.position)
    questions: Mapped[list[Question]] = relationship(lazy="raise", order_by=Question.id)
    settlements: Mapped[list[Settlement]] = relationship(lazy="raise", order_by=Settlement.round)
    commitment: Mapped[Commitment | None] = relationship(lazy="raise")
    posts: Mapped[list[Post]] = relationship(lazy="raise", order_by=Post.id)

    # Address of the card, from its post; None until Slack has said it.
    card_link: Mapped[str | None] = column_property(card_link_of(id))

    @property
    def words(self) -> Words:
        """Return what the decision's workspace calls roles and kinds."""
        session = object_session(self)
        found = session.get(Workspace, self.workspace_id) if session else None
        return found.words if found else self.channel.words

    def named(self, number: int) -> str:
        """Return the number of another decision that this one names, as a link to its card."""
        session = object_session(self)
        return number_of(session, self.workspace_id, number) if session else f"#{number}"

    def gone_among(self, *people: str) -> Collection[str]:
        """Return the people among these who have left Slack; none if there is no session."""
        session = object_session(self)
        return departures_of(session, self.workspace_id, *people) if session else ()

    @property
    def raiser_here(self) -> str | None:
        """Return the raiser; None if they have left Slack."""
        return None if self.gone_among(self.raised_by) else self.raised_by

    # ---- who -------------------------------------------------------------------------------------

    @property
    def seats(self) -> tuple[Seat, Seat]:
        """Return the seats of holder and counterpart."""
        return self.holder_seat, self.counterpart_seat

    @property
    def holder_seat(self) -> Seat:
        """Return who holds the right, and for whom."""
        return Seat(self.holder, self.holder_for, self.holder_because or "")

    @holder_seat.setter
    def holder_seat(self, seat: Seat) -> None:
        self.holder = seat.person
        self.holder_for = seat.on_behalf_of
        self.holder_because = seat.because

    @property
    def counterpart_seat(self) -> Seat:
        """Return who states the impact, or signs as project manager, and for whom."""
        return Seat(self.counterpart, self.counterpart_for, self.counterpart_because or "")

    @counterpart_seat.setter
    def counterpart_seat(self, seat: Seat) -> None:
        self.counterpart = seat.person
        self.counterpart_for = seat.on_behalf_of
        self.counterpart_because = seat.because

    @property
    def is_acceptance(self) -> bool:
        return self.kind is Kind.ACCEPTANCE

    @property
    def is_after_the_fact(self) -> bool:
        """Return True if it was decided in a meeting and is only acknowledged or disputed here."""
        return self.made_on is not None

    @property
    def is_disputed(self) -> bool:
        """Return True if the record is disputed, and the disputing decision is not withdrawn.

        If that decision is withdrawn, the record can be reopened.
        """
        if self.outcome is not Outcome.DISPUTED:
            return False
        session = object_session(self)
        withdrawn = select(Decision.id).where(
            Decision.workspace_id == self.workspace_id,
            Decision.number == self.disputed_in,
            Decision.state == State.WITHDRAWN,
        )
        return session is None or session.scalar(withdrawn) is None

    @property
    def undo_ends_at(self) -> datetime | None:
        """Return when the time to take the decision back ends or has ended.

        Only `settled_by` may take it back. None if the decision is not settled, or if it cannot be
        taken back at all.
        """
        decided = self.state is State.DECIDED and self.outcome is not Outcome.DISPUTED
        return self.undo_until if decided else None

    @property
    def sort(self) -> Sort:
        """Return which sort of decision it is. The sort never changes."""
        if self.is_acceptance:
            return Sort.CLAIM
        return Sort.RECORD if self.is_after_the_fact else Sort.TRADEOFF

    @property
    def holders(self) -> dict[Role, str]:
        """Return, by role, the people whose signature is needed: one or both.

        Until the first signature, they are the holders of the kind's right. After it, the people
        who must agree to a change of the commitment are added.
        """
        added = self.move_decides.roles if self.move_decides and self.first_signature else ()
        return {role: self.seat_of(role) for role in dict.fromkeys((*self.decides.roles, *added))}

    def seat_of(self, role: Role) -> str:
        """Return the person who acts in this role here."""
        return self.holder if role is self.decides.roles[0] else self.counterpart

    @property
    def on_behalf_of(self) -> dict[Role, str]:
        """Return, by role, the role holder for whom somebody stands in."""
        first = self.decides.roles[0]
        seats = {role: self.holder_for if role is first else self.counterpart_for for role in Role}
        return {role: absent for role, absent in seats.items() if absent}

    @property
    def to_state_impact(self) -> dict[Role, str]:
        """Return, by role, the people who would state the impact and have not yet stated it.

        A person who has both roles states the impact once, for both. But while an impact is
        missing, an earlier statement counts only for the role in which it was made: its author may
        have got the other role since.
        """
        newest = [statement for statement in self.impacts if statement.round >= self.question_round]
        asked = (self.impact_from or Decider(self.decides.asked_for_impact.value)).roles
        seats = {role: self.seat_of(role) for role in asked}
        complete = self.impact not in (Impact.AWAITED, Impact.LAPSED)
        if complete and any({*seats.values()} == {statement.by} for statement in newest):
            return {}
        roles = {statement.role for statement in newest}
        return {role: person for role, person in seats.items() if role not in roles}

    @property
    def to_revise(self) -> dict[Role, str]:
        """Return, by role, the person who is asked to revise an impact statement; empty if none."""
        if self.impact is not Impact.REVISION_ASKED:
            return {}
        doubted = next(
            (statement for statement in self.statements if statement.revision_asked), None
        )
        return {doubted.role: self.seat_of(doubted.role)} if doubted else {}

    @property
    def asked_for_impact(self) -> dict[Role, str]:
        """Return the people who have an impact statement to give now, by role."""
        asked = self.to_state_impact if self.impact is Impact.AWAITED else {}
        return asked | self.to_revise

    @property
    def still_to_sign(self) -> dict[Role, str]:
        """Return the people whose decision is still missing, by role."""
        signed = {signature.role for signature in self.signatures if signature.round == self.round}
        return {role: person for role, person in self.holders.items() if role not in signed}

    @property
    def allowed_to_decide(self) -> list[str]:
        """Return the people whose decision is still missing and, once escalated, the sponsor.

        A delegate of the sponsor is returned in the sponsor's place.
        """
        people = dict.fromkeys((*self.still_to_sign.values(), self.escalated_to))
        return [person for person in people if person]

    @property
    def asked_to_act(self) -> list[str]:
        """Return the people who must act now: those who state impact, or else those who decide."""
        if self.state is State.AWAITING_IMPACT:
            return list(dict.fromkeys(self.to_state_impact.values()))
        return [] if self.state.settled else list(dict.fromkeys(self.still_to_sign.values()))

    @property
    def same_person(self) -> bool:
        return self.holder == self.counterpart

    def asked_by(self, round: int) -> str:
        """Return who put the question of this round: the raiser, or the author of the claim."""
        claims = self.claims if self.is_acceptance else []
        return next(
            (claim.by for claim in reversed(claims) if claim.round <= round), self.raised_by
        )

    def is_own(self, settlement: Settlement) -> bool:
        """Return True if the only person who decided had raised or claimed it."""
        if self.is_after_the_fact or settlement.outcome is None:
            return False
        signers = {signature.person for signature in self.signatures_of(settlement)}
        return signers | {settlement.by} == {self.asked_by(settlement.round)}

    def signatures_of(self, settlement: Settlement) -> list[Signature]:
        """Return the signatures of this round that agree to what its outcome says.

        A signature does not count if the other role then rejected, or if the sponsor then chose
        another option.
        """
        outcome = (settlement.round, settlement.option_position, settlement.moves)
        return [
            signature
            for signature in self.signatures
            if (signature.round, signature.option_position, signature.moves) == outcome
        ]

    def givers_to(self, person: str) -> list[str]:
        """Return the role holders for whom this person stands in here, on either side."""
        held = [seat for seat in self.seats if seat.person == person]
        return [seat.on_behalf_of for seat in held if seat.on_behalf_of]

    @property
    def escalated_seat(self) -> Seat | None:
        """Return the seat of the sponsor, or of the sponsor's delegate, who may decide too.

        None if the decision is not escalated.
        """
        return Seat(self.escalated_to, self.escalated_for) if self.escalated_to else None

    def acts_in(self, person: str) -> Seat | None:
        """Return the seat in which this person has to act now; None if they have no seat.

        If the person has nothing to do, return a seat that they have: of two seats, the holder's.
        """
        seats = [seat for seat in self.seats if seat.person == person]
        return next(iter([*self.seats_to_act_in(person), *seats]), None)

    def seats_to_act_in(self, person: str) -> list[Seat]:
        """Return the seats in which this person has to act now: none, one or both."""
        waits = self.state is State.AWAITING_IMPACT
        asked = self.to_state_impact if waits else self.still_to_sign
        first = self.decides.roles[0]
        return [
            self.holder_seat if role is first else self.counterpart_seat
            for role, seated in asked.items()
            if seated == person
        ]

    def stands_in_for(self, person: str) -> str | None:
        """Return the role holder or sponsor for whom this person stands in; None if for nobody."""
        seat = self.acts_in(person)
        if seat:
            return seat.on_behalf_of
        return self.escalated_for if person == self.escalated_to else None

    def decides_by_escalation(self, person: str) -> bool:
        """Return True if this person decides as the sponsor or their delegate, not as a holder."""
        return person == self.escalated_to and person not in self.holders.values()

    def decides_for(self, person: str, roles: Sequence[Role]) -> str | None:
        """Return the person for whom this person decides in these roles; None if for nobody.

        If a person who stands in for the counterpart decides by escalation, they do not decide for
        the counterpart.
        """
        if self.decides_by_escalation(person):
            return self.escalated_for
        return self.on_behalf_of.get(roles[0])

    def because(self, person: str) -> str | None:
        """Return the reason why this person has the seat in which they have to act now.

        None or empty if there is no reason, because the seat is the person's own.
        """
        seat = self.acts_in(person)
        return seat.because if seat else None

    @property
    def stand_ins(self) -> dict[str | None, str]:
        """Return, by role holder, the person who stands in for that role holder.

        If somebody decides in their own right, the key None has that person.
        """
        both = {self.counterpart_for: self.counterpart} if len(self.holders) > 1 else {}
        return {self.holder_for: self.holder, **both}

    @property
    def outcome_word(self) -> str:
        """Return the outcome as a word or two: `approved`, `sent back`, `withdrawn`."""
        return self.outcome.label if self.outcome else "withdrawn"

    @property
    def decided_without_impact(self) -> bool:
        return self.state is State.DECIDED and self.impact is Impact.LAPSED

    @property
    def option(self) -> Option | None:
        """Return the chosen option; None until there is one."""
        return next(
            (option for option in self.options if option.position == self.option_position), None
        )

    @property
    def statement(self) -> ImpactStatement | None:
        """Return the newest impact statement on the present question, or None."""
        return next(
            (
                statement
                for statement in reversed(self.impacts)
                if statement.round >= self.question_round
            ),
            None,
        )

    @property
    def statements(self) -> list[ImpactStatement]:
        """Return the newest impact statement of each role on the present question."""
        newest = {
            statement.role: statement
            for statement in self.impacts
            if statement.round >= self.question_round
        }
        return list(newest.values())

    def question_round_in(self, round: int) -> int:
        """Return the round from which the question of `round` dates.

        A round without a settlement was ended by an edit, which put a new question.
        """
        settled = {settlement.round for settlement in self.settlements}
        edited = (before for before in range(1, round) if before not in settled)
        return max(edited, default=0) + 1

    @property
    def impact_stated(self) -> Impact:
        """Return the stage of the impact once it is stated: LATE if a role stated it late."""
        late = any(statement.late for statement in self.statements)
        return Impact.LATE if late else Impact.STATED

    def is_revision(self, statement: ImpactStatement) -> bool:
        """Return True if the same role stated the impact of the present question before this."""
        of_role = [
            stated
            for stated in self.impacts
            if stated.role is statement.role and stated.round >= self.question_round
        ]
        return statement in of_role[1:]

    @property
    def first_signature(self) -> Signature | None:
        """Return the first signature of this round; None if nobody has signed."""
        return next(
            (signature for signature in self.signatures if signature.round == self.round), None
        )

    @property
    def signed_without_move(self) -> Signature | None:
        """Return the first signature of this round if it leaves the commitment as it is."""
        first = self.first_signature
        return None if first is None or first.moves else first

    def choice_before(self, person: str) -> Signature | None:
        """Return the first signature if this person must agree to its choice; None if they choose.

        A role holder agrees to what the first signature chose. After an escalation, the sponsor
        chooses anew. But if everybody who decides the kind has signed, and only the agreement to
        move the commitment is missing, the sponsor agrees too.
        """
        chosen = self.still_to_sign.keys().isdisjoint(self.decides.roles)
        return self.first_signature if chosen or person in self.holders.values() else None

    def stated_since(self, signature: Signature) -> ImpactStatement | None:
        """Return the newest impact statement if it came after this signature, else None."""
        statement = self.statement
        return statement if statement and statement.at > signature.at else None

    @property
    def open_question(self) -> Question | None:
        """Return the newest question; None if it is answered or of an earlier round."""
        newest = self.questions[-1] if self.questions else None
        return newest if newest and newest.answer is None and newest.round == self.round else None

    @property
    def begun_at(self) -> datetime:
        """Return the moment since which the decision waits: the beginning of this round.

        A round that was undone goes on in the next one.
        """
        before = [ended for ended in self.settlements if ended.round < self.round]
        lasting = [ended.since_at for ended in before if ended.since is not Verb.UNDO]
        return max(filter(None, lasting), default=self.raised_at)

    @property
    def settlement(self) -> Settlement | None:
        """Return how this round ended; None while it is open."""
        return self.settlement_of(self.round)

    def settlement_of(self, round: int) -> Settlement | None:
        return next(
            (settlement for settlement in self.settlements if settlement.round == round), None
        )

    @property
    def untouched(self) -> bool:
        """Return True if this is the first round, and nobody has acted on the question yet.

        Nobody has stated impact, signed or asked anything, and the impact window has not lapsed.
        Such a decision is edited in place (docs/reference/behaviour.md, What people do).
        """
        acted = self.impacts or self.signatures or self.questions or self.impact is Impact.LAPSED
        return self.round == 1 and not acted

    @property
    def commitment_has_moved(self) -> bool:
        """Return True if another decision has moved the commitment since this one was asked."""
        if not self.commitment or self.state.settled:
            return False
        return self.promised_without_it != self.move_from

    @property
    def moves_by_others(self) -> list[CommitmentMove]:
        """Return the moves of the commitment that this decision has not made.

        If this decision replaces an older one, its outcomes take back the older one's move, or
        enter it again. Such entries have the older one's number, but this decision has made them.
        """
        acts = {at for ended in self.settlements for at in (ended.at, ended.since_at)}
        return [
            move
            for move in (self.commitment.moves if self.commitment else ())
            if move.decision_id != self.id
            and (move.decision_number != self.supersedes or move.at not in acts)
        ]

    @property
    def promised_without_it(self) -> date | None:
        """Return the date that the commitment would have without this decision."""
        if self.commitment is None:
            return None
        days = sum(move.days for move in self.moves_by_others)
        return self.commitment.baseline_on + timedelta(days=days)

    # ---- checks ----------------------------------------------------------------------------------

    def check_open(self) -> None:
        """Raise AlreadyDecided if there is nothing left to decide."""
        if self.state.settled:
            assert self.settled_by
            assert self.settled_at
            raise deciding.AlreadyDecided(
                self.number, self.outcome_word, self.settled_by, self.settled_at
            )

    def check_is_raiser(self, person: Person, verb: str) -> None:
        """Raise OnlyTheRaiser unless this person is the raiser.

        `verb` says what only the raiser may do: `edit` or `withdraw`.
        """
        if person.id == self.raised_by:
            return
        if self.raiser_here:
            raise deciding.OnlyTheRaiser(self.number, self.raised_by, verb, self.sort)
        people = list((self.still_to_sign or self.holders).values())
        others = refused.either(people, self.gone_among(*people))
        if person.id in people:
            others = "you"
        raise deciding.OnlyTheRaiser(self.number, self.raised_by, verb, self.sort, others)

    def check_holds(self, person: Person) -> None:
        """Raise the Refused that says why this person does not hold the right to decide this."""
        self.check_open()
        attempt, holders = refused.Attempt(self.channel_id, self.kind), self.holders
        if person.id not in (*holders.values(), self.escalated_to):
            if person.id in self.stand_ins:
                delegate = self.stand_ins[person.id]
                has_signed = delegate not in self.still_to_sign.values()
                refusal = absence.DelegateHasSigned if has_signed else absence.HandedOver
                raise refusal(self.number, delegate)
            still = self.still_to_sign or holders
            gone = self.gone_among(*still.values())
            if person.standing is not Standing.MEMBER:
                raise deciding.CannotDecideAs(person.standing, still, attempt, gone)
            on_behalf_of = {
                role: absent for role, absent in self.on_behalf_of.items() if role in holders
            }
            sponsor = self.escalated_seat
            to_ask = refused.without(gone, still.values())
            deciders = deciding.Deciders(
                holders,
                on_behalf_of,
                sponsor,
                gone,
                to_ask,
                is_overdue=bool(self.overdue_at),
                by_older_rights=self._other_rights_today(),
                changes=self._signed_next_by(person.id),
            )
            raise deciding.NotYourDecision(
                deciders, self.rights_version.number, attempt, self.words
            )
        refused.check_can_act(person, attempt)

    def _signed_next_by(self, person: str) -> str:
        """Return the name of the commitment whose change this person signs after the holder.

        Empty if nothing is to change, or if the person has no right to that.
        """
        commitment, movers = self.commitment, self.move_decides
        if not (commitment and commitment.is_open and movers):
            return ""
        return commitment.name if person in map(self.seat_of, movers.roles) else ""

    def _other_rights_today(self) -> int | None:
        """Return the number of today's rights if they give this kind to other roles.

        None if there is no session.
        """
        session = object_session(self)
        newer = select(RightsVersion).where(
            RightsVersion.channel_id == self.channel_id,
            RightsVersion.replaced_at.is_(None),
            RightsVersion.number > self.rights_version.number,
        )
        today = session.scalar(newer) if session else None
        then = self.rights_version.table[self.kind].decides
        return today.number if today and today.table[self.kind].decides is not then else None

    def check_may_decide(self, person: Person) -> None:
        """Raise the Refused that says why this person cannot decide this now."""
        self.check_holds(person)
        if self.state is State.AWAITING_IMPACT:
            assert self.impact_due_at
            asked = self.to_state_impact
            gone = self.gone_among(*asked.values())
            raise asking.ImpactMissing(
                asked, self.on_behalf_of, self.impact_due_at, self.words, gone
            )
        if person.id in self.holders.values() and person.id not in self.still_to_sign.values():
            raise self.already_signed()

    def already_signed(self) -> deciding.AlreadySigned:
        """Return the refusal of a second signature; it says who is still to sign."""
        waiting_for = next(iter(self.still_to_sign.values()))
        gone = self.gone_among(waiting_for)
        return deciding.AlreadySigned(self.number, self.sort, waiting_for, gone)

    # ---- history and what is owed ----------------------------------------------------------------

    @property
    def session(self) -> Session:
        session = object_session(self)
        assert session
        return session

    @property
    def mark(self) -> str:
        """Return the mark that the decision's buttons carry, so that they act on no other decision.

        See `handlers/ui/marks.py`.
        """
        return mark_of(self.first_hash)

    def outcome_mark(self, round: int) -> str:
        """Return the mark of this round's outcome; empty if the round has none.

        The buttons of follow-ups and reviews carry this mark beside the decision's own. Forms about
        the outcome carry it too.
        """
        settlement = self.settlement_of(round)
        return mark_of(settlement.hash) if settlement else ""

    @property
    def reference(self) -> str:
        """Return the name of this decision in the hashes of its history: `tenant#number`."""
        return f"{self.channel.workspace.tenant}#{self.number}"

    def record(self, verb: Verb, act: Act, payload: Payload) -> None:
        """Append one event to the history, and owe the messages that it makes due.

        The messages that show the decision are redrawn (see `redraw`). Each person who must act now
        is owed a request, unless they have had it in this round.
        """
        assert type(payload) is PAYLOADS[verb]
        self.event_count += 1
        entry = new_entry(self.event_count, verb, act.actor, act.at, payload)
        entry = chained(self.head_hash, self.reference, entry)
        self.head_hash = entry.hash
        if self.event_count == 1:
            self.first_hash = entry.hash
        row = entry._asdict()
        write_behind(self.session, HistoryEvent, row, if_there=IfThere.FAIL, decision_id=self)
        self.redraw(act.at)
        self.owe(Drawing.CARD, act.at)
        impact = self.state is State.AWAITING_IMPACT
        request = Drawing.IMPACT_REQUEST if impact else Drawing.DECISION_REQUEST
        for person in self.asked_to_act:
            self.owe(request, act.at, person)
        if verb in CHANGE_WORDS:
            keep_words(self.session, self, self.texts())

    def texts(self) -> Iterator[str]:
        """Yield the texts by which a search finds this decision."""
        yield from (self.title, self.why_now)
        for option in self.options:
            yield from (option.name, option.value, option.cost)
        yield from (claim.evidence for claim in self.claims)
        for question in self.questions:
            yield from (question.text, question.answer or "")
        yield from (signature.reason for signature in self.signatures)
        for settlement in self.settlements:
            yield from (settlement.reason, settlement.since_reason or "")

    def redraw(self, at: datetime) -> None:
        """Redraw every message that shows this decision, except answers in other channels.

        Those answers keep what they said when somebody asked.
        """
        here = [post for post in self.posts if post.drawing is not Drawing.ANSWER_ELSEWHERE]
        redraw_all(self.session, here, at)

    def owe(
        self,
        drawing: Drawing,
        at: datetime,
        person: str | None = None,
        *,
        about: str = "",
        thread: Post | None = None,
        question: Question | None = None,
    ) -> None:
        """Owe one message to this person, or to the channel if `person` is None.

        A second call with the same drawing, person and `about` in the same round changes nothing.
        The card is owed once for all rounds.
        """
        round = 1 if drawing is Drawing.CARD else self.round
        parts = ["decision", str(self.number), str(round), drawing, person or ""]
        key = ":".join([*parts, about] if about else parts)
        if all(post.key != key for post in self.posts):
            row = {
                "channel_id": self.channel.id,
                "key": key,
                "drawing": drawing,
                "person": person,
                "due_at": at,
                "round": self.round,
                "thread_id": thread.id if thread else None,
            }
            write_behind(
                self.session,
                Post,
                row,
                if_there=IfThere.KEEP,
                decision_id=self,
                question_id=question,
            )

    @property
    def card(self) -> Post:
        """Return the card in the channel."""
        return next(post for post in self.posts if post.drawing is Drawing.CARD)


def number_of(session: Session, workspace_id: int, number: int) -> str:
    """Write this decision's number, as a link to its card if the card's address is known."""
    decision = select(Decision.id).where(
        Decision.workspace_id == workspace_id, Decision.number == number
    )
    card = (
        select(Post.permalink)
        .where(Post.decision_id == decision.scalar_subquery(), Post.drawing == Drawing.CARD)
        .limit(1)
    )
    return with_link(f"#{number}", session.scalar(card))
