"""A decision: what was asked, who holds the right, what was decided and why. Its verbs change it, and write its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from models import refusals
from models.acceptance import Claim, Criterion, FollowUp
from models.base import Base, SlackId, short_text
from models.channel import Channel
from models.history import GENESIS, HistoryEvent, canonical, event_hash
from models.post import Drawing, Post
from models.rights import RightsVersion
from models.rules import Decider, Impact, Kind, Outcome, Person, Role, Standing, State, Verb, next_state
from models.tradeoff import ImpactStatement, Option, Options, People, Signature


class Decision(Base):
    """One tradeoff or acceptance. `holder` and `counterpart` are the people it was routed to, under `rights_version`.

    A joint decision needs both of them: there `holder` is the product owner and `counterpart` the project manager.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "raised_with"),
        Index("ix_decision_channel_id_state", "channel_id", "state"),
        Index("ix_decision_holder_state", "holder", "state"),
        Index("ix_decision_raised_by_state", "raised_by", "state"),
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
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[State] = mapped_column(short_text(State))
    decides: Mapped[Decider] = mapped_column(short_text(Decider))
    holder: Mapped[str] = mapped_column(SlackId)
    counterpart: Mapped[str] = mapped_column(SlackId)
    routed: Mapped[str] = mapped_column(Text)
    impact: Mapped[Impact] = mapped_column(short_text(Impact))
    impact_due_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(short_text(Outcome))
    option_position: Mapped[int | None]
    settled_by: Mapped[str | None] = mapped_column(SlackId)
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str | None] = mapped_column(Text)
    settled_hash: Mapped[str | None] = mapped_column(String(64))
    event_count: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(String(64), default=GENESIS)

    channel: Mapped[Channel] = relationship(lazy="raise")
    rights_version: Mapped[RightsVersion] = relationship(lazy="raise")
    impacts: Mapped[list[ImpactStatement]] = relationship(lazy="raise", order_by=ImpactStatement.at)
    signatures: Mapped[list[Signature]] = relationship(lazy="raise", order_by=Signature.role)
    claims: Mapped[list[Claim]] = relationship(lazy="raise", order_by=Claim.round)
    criteria: Mapped[list[Criterion]] = relationship(lazy="raise", order_by=Criterion.position)
    follow_ups: Mapped[list[FollowUp]] = relationship(lazy="raise", order_by=FollowUp.position)
    posts: Mapped[list[Post]] = relationship(lazy="raise", order_by=Post.id)

    # ---- who -----------------------------------------------------------------------------------------------------

    @property
    def is_acceptance(self) -> bool:
        return self.kind is Kind.ACCEPTANCE

    @property
    def holders(self) -> dict[Role, str]:
        """Who must decide, by role: one person, or both keys of a joint decision."""
        if self.decides is Decider.JOINT:
            return {Role.PRODUCT_OWNER: self.holder, Role.PROJECT_MANAGER: self.counterpart}
        return {Role(self.decides.value): self.holder}

    @property
    def still_to_sign(self) -> dict[Role, str]:
        """Whose decision is still missing, by role."""
        signed = {signature.role for signature in self.signatures if signature.round == self.round}
        return {role: person for role, person in self.holders.items() if role not in signed}

    @property
    def same_person(self) -> bool:
        return self.holder == self.counterpart

    @property
    def outcome_word(self) -> str:
        """What became of it, in one word: `approved`, `sent back`, `withdrawn`."""
        return self.outcome.label if self.outcome else "withdrawn"

    @property
    def decided_without_impact(self) -> bool:
        return self.state is State.DECIDED and self.impact is Impact.LAPSED

    @property
    def option(self) -> Option | None:
        """The chosen option, once one is."""
        return next((one for one in self.options if one.position == self.option_position), None)

    @property
    def statement(self) -> ImpactStatement | None:
        """The newest impact statement, if there is one."""
        return self.impacts[-1] if self.impacts else None

    # ---- checks --------------------------------------------------------------------------------------------------

    def check_open(self) -> None:
        """Raise AlreadyDecided when there is nothing left to decide."""
        if self.state.settled:
            assert self.settled_by
            assert self.settled_at
            raise refusals.AlreadyDecided(self.number, self.outcome_word, self.settled_by, self.settled_at)

    def check_may_decide(self, person: Person) -> None:
        """Raise the Refused that says why this person cannot decide this now."""
        self.check_open()
        attempt = refusals.Attempt(self.channel_id, self.kind)
        if person.id not in self.holders.values():
            if person.standing is not Standing.MEMBER:
                raise refusals.CannotDecideAs(person.standing, self.holders, attempt)
            raise refusals.NotYourDecision(self.holders, self.decides, self.kind, self.rights_version.number, attempt)
        refusals.check_can_act(person, attempt)
        if self.state is State.AWAITING_IMPACT:
            assert self.impact_due_at
            raise refusals.ImpactMissing(self.counterpart, self.decides.asked_for_impact, self.impact_due_at)
        if person.id not in self.still_to_sign.values():
            raise refusals.AlreadySigned(self.number, next(iter(self.still_to_sign.values())))

    def check_may_state_impact(self, person: Person) -> None:
        """Raise the Refused that says why this person cannot state impact now."""
        self.check_open()
        if self.impact is Impact.NOT_ASKED:
            raise refusals.ImpactNotAsked(self.number)
        if person.id != self.counterpart:
            raise refusals.NotYourImpact(self.counterpart, self.decides.asked_for_impact)
        refusals.check_can_act(person)
        if self.statement:
            raise refusals.ImpactAlreadyStated(self.number, self.statement.by, self.statement.at)

    def check_may_withdraw(self, person: Person) -> None:
        """Raise the Refused that says why this person cannot withdraw this now."""
        self.check_open()
        if person.id != self.raised_by:
            raise refusals.OnlyTheRaiser(self.number, self.raised_by)
        refusals.check_can_act(person)

    # ---- verbs ---------------------------------------------------------------------------------------------------

    def state_impact(self, statement: ImpactStatement, by: Person, at: datetime) -> None:
        """The counterpart says what it costs. After the window it is still recorded, as late."""
        self.check_may_state_impact(by)
        late = self.impact is Impact.LAPSED
        statement.by, statement.at, statement.late, statement.round = by.id, at, late, self.round
        self.impacts.append(statement)
        self.impact = Impact.LATE if late else Impact.STATED
        self.state = next_state(self.state, Verb.STATE_IMPACT)
        self.record(Verb.STATE_IMPACT, by.id, at, statement.as_changes())

    def lapse_impact(self, at: datetime) -> None:
        """The window has passed in silence: the holder may decide, and the record will say so. Does nothing if it was stated."""
        if self.state is not State.AWAITING_IMPACT:
            return
        self.impact = Impact.LAPSED
        self.state = next_state(self.state, Verb.LAPSE_IMPACT)
        self.record(Verb.LAPSE_IMPACT, None, at, {"impact": self.impact})

    def approve(self, option: Option | None, reason: str, by: Person, at: datetime) -> None:
        """Approve one option. A joint decision is decided by the second signature, which signs the first one's option."""
        self.check_may_decide(by)
        signed = next((one for one in self.signatures if one.round == self.round), None)
        chosen = signed.option_position if signed else option.position if option else None
        if self.decides is Decider.JOINT:
            for role, holder in self.still_to_sign.items():
                if holder == by.id:
                    self.signatures.append(
                        Signature(
                            round=self.round, role=role, person=by.id, option_position=chosen, reason=reason, at=at
                        )
                    )
        if self.decides is Decider.JOINT and self.still_to_sign:
            self.state = next_state(self.state, Verb.SIGN)
            self.record(Verb.SIGN, by.id, at, {"option": chosen, "reason": reason})
            return
        self.option_position = chosen
        self._settle(Outcome.APPROVED, reason, by.id, at, {"option": chosen})

    def reject(self, reason: str, by: Person, at: datetime) -> None:
        """Say no. Of a joint decision, either can."""
        self.check_may_decide(by)
        self._settle(Outcome.REJECTED, reason, by.id, at, {})

    def judge(self, outcome: Outcome, reason: str, verdicts: Mapping[str, Any], by: Person, at: datetime) -> None:
        """Give the verdict on a claim; the criteria and follow-ups are already set, and `verdicts` is what history keeps of them."""
        self.check_may_decide(by)
        self._settle(outcome, reason, by.id, at, verdicts)

    def withdraw(self, reason: str, by: Person, at: datetime) -> None:
        """The raiser takes it back. Not a decision, and never shown as one."""
        self.check_may_withdraw(by)
        self.state = next_state(self.state, Verb.WITHDRAW)
        self._close(Verb.WITHDRAW, reason, by.id, at, {"reason": reason})

    def _settle(self, outcome: Outcome, reason: str, by: str, at: datetime, changes: Mapping[str, Any]) -> None:
        self.state = next_state(self.state, Verb.DECIDE)
        self.outcome = outcome
        facts = {"outcome": outcome, "reason": reason, "impact": self.impact, "same_person": self.same_person}
        self._close(Verb.DECIDE, reason, by, at, {**facts, **changes})

    def _close(self, verb: Verb, reason: str, by: str, at: datetime, changes: Mapping[str, Any]) -> None:
        self.settled_by, self.settled_at, self.settled_reason = by, at, reason
        self.record(verb, by, at, changes)
        self.settled_hash = self.head_hash

    # ---- history and what is owed --------------------------------------------------------------------------------

    def record(self, verb: Verb, actor: str | None, at: datetime, changes: Mapping[str, Any]) -> None:
        """Append one event to the history, and owe Slack what it changes: each copy redrawn, and whoever must act now told."""
        text = canonical(changes)
        reference = f"{self.channel.workspace.team}#{self.number}"
        self.event_count += 1
        self.head_hash = event_hash(self.head_hash, reference, self.event_count, verb, actor, at, text)
        session = object_session(self)
        assert session
        session.add(
            HistoryEvent(
                decision=self,
                sequence=self.event_count,
                verb=verb,
                actor=actor,
                at=at,
                changes=text,
                hash=self.head_hash,
            )
        )
        for post in self.posts:
            post.redraw(at)
        self._owe_what_follows(at)

    def _owe_what_follows(self, at: datetime) -> None:
        self._owe(Drawing.CARD, at)
        if self.state is State.AWAITING_IMPACT:
            self._owe(Drawing.IMPACT_REQUEST, at, self.counterpart)
        elif self.state.settled:
            self._owe(Drawing.OUTCOME, at, thread=self._card())
            if self.settled_by != self.raised_by:
                self._owe(Drawing.SETTLED, at, self.raised_by)
        else:
            for person in dict.fromkeys(self.still_to_sign.values()):
                self._owe(Drawing.DECISION_REQUEST, at, person)

    def _owe(self, drawing: Drawing, at: datetime, person: str | None = None, thread: Post | None = None) -> None:
        key = f"decision:{self.number}:{self.round}:{drawing}:{person or ''}"
        if all(post.key != key for post in self.posts):
            self.posts.append(
                Post(channel=self.channel, key=key, drawing=drawing, person=person, due_at=at,
                     thread_id=thread.id if thread else None)
            )  # fmt: skip

    def _card(self) -> Post:
        return next(post for post in self.posts if post.drawing is Drawing.CARD)
