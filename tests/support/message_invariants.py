"""Invariants of messages: they say what the record says.

Each person who must act is sent one request in a round; nobody else is sent one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from handlers.answers import Message
from handlers.posts import OF_DECISIONS
from handlers.ui.phrases import short_day
from models.mrkdwn import day, who
from models.reads import lookups
from models.rules import Decider, Impact, Role, State, Verb
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.history import payload_of
from models.tables.post import Drawing, Post
from models.working_time import local_day
from support.reading import drawn_for_all
from support.record_invariants import RecordInvariants, Row, holders, rows, seats
from support.route_runner import RouteRunner
from support.timer_invariants import Reminders

# Actions on an open round. No message of a settled decision offers them.
DECIDING = {
    "impact.state",
    "impact.ask_revision",
    "decide.approve",
    "decide.reject",
    "decide.defer",
    "decide.withdraw",
    "questions.ask",
    "questions.answer",
    "delegation.delegate",
    "accept.accept",
    "accept.follow_ups",
    "accept.send_back",
    "records.acknowledge",
    "records.dispute",
    "tradeoff.edit",
    "accept.edit",
}
# Words with which a message says that it is somebody's turn.
YOUR_TURN = {
    Drawing.IMPACT_REQUEST: ("Please state the impact", "You still can"),
    Drawing.REVISION_REQUEST: ("you are asked to revise",),
    Drawing.DECISION_REQUEST: (
        "waits for your",
        "please acknowledge or dispute",
        "Does it meet the need?",
    ),
    Drawing.ESCALATED: ("from now on you may decide it too",),
    Drawing.QUESTION: ("asks you about",),
    Drawing.REVIEW_REQUEST: ("Did it hold?",),
}
OF_THE_CHANNEL = (
    Drawing.RIGHTS,
    Drawing.RIGHTS_CHANGE,
    Drawing.RIGHTS_CHANGE_REQUEST,
    Drawing.RIGHTS_CHANGE_ENDED,
    Drawing.NAMES,
    Drawing.SEAT,
    Drawing.COMMITMENT,
    Drawing.STANDS_IN,
    Drawing.STANDS_IN_NO_MORE,
    Drawing.DIGEST,
)
ACTED = (Verb.STATE_IMPACT, Verb.SIGN, Verb.DECIDE, Verb.WITHDRAW, Verb.RESUBMIT)
REQUESTS = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)
STANDS = (None, Verb.SUPERSEDE)
Told = tuple[Drawing, str | None, int]


def offered(message: Message) -> set[str]:
    """Return the actions of this message's buttons and menus; check that no row is too long."""
    found = set()
    for block in message.blocks:
        elements = [block["accessory"]] if "accessory" in block else []
        if block["type"] == "actions":
            elements = block.get("elements", [])
        assert len(elements) <= 5
        for element in elements:
            found |= (
                {entry["value"].split()[0] for entry in element["options"]}
                if "options" in element
                else {element["action_id"]}
            )
    return found


def signed_now(row: Row, truths: RecordInvariants) -> set[Role]:
    return {signature.role for signature in truths.signed[row.id] if signature.round == row.round}


def signatories_now(row: Row, truths: RecordInvariants) -> dict[Role, str]:
    """Return, by role, the people whose signature is needed.

    After the first signature, the people who may move the commitment are added.
    """
    more = row.move_decides.roles if row.move_decides and signed_now(row, truths) else ()
    return holders(row) | {role: seats(row)[role][0] for role in more}


def still_to_sign(row: Row, truths: RecordInvariants) -> set[str]:
    signed = signed_now(row, truths)
    return {person for role, person in signatories_now(row, truths).items() if role not in signed}


def to_state_impact(row: Row, truths: RecordInvariants) -> set[str]:
    """Return the people whose impact statement on the present question is asked for and missing."""
    people = {stated.by for stated in truths.impacts[row.id] if stated.round >= row.question_round}
    return {seats(row)[role][0] for role in impact_roles(row, truths)} - people


def impact_roles(row: Row, truths: RecordInvariants) -> set[Role]:
    """Return the roles whose impact statement on the present question is asked for and missing."""
    told = [stated for stated in truths.impacts[row.id] if stated.round >= row.question_round]
    asked = (row.impact_from or Decider(row.decides.asked_for_impact.value)).roles
    return set(asked) - {stated.role for stated in told}


def _owed_when_settled(
    row: Row, events: list[Row], event: Row, changes: Mapping[str, Any]
) -> set[tuple[Drawing, str | None]]:
    """Return the messages that an outcome owes.

    The raiser is told of it, and so is the person who last edited the decision or submitted the
    work again.
    """
    claimed = [told.actor for told in events if told.verb in (Verb.RESUBMIT, Verb.REVISE)]
    people = {row.raised_by, *claimed[-1:]} - {event.actor}
    raiser = {(Drawing.SETTLED, person) for person in people}
    owners = {(Drawing.FOLLOW_UPS, owner) for _, owner, _ in changes.get("follow_ups", [])}
    return {(Drawing.OUTCOME, None)} | raiser | owners


class MessageInvariants:
    """Checker of messages: it draws them after each transaction, and compares with the rows."""

    def __init__(self, runner: RouteRunner, truths: RecordInvariants) -> None:
        self.runner = runner
        self.truths = truths
        self.shown: dict[int, tuple[int, Message]] = {}
        self.said: dict[int, str] = {}
        self.reminders = Reminders(runner)
        self.last_post = 0
        self.promises: Any = None

    def look(self, session: Session, new: dict[int, list[Row]], whole: bool = False) -> None:
        """Check the messages of the decisions that changed; of all decisions, if `whole` is True.

        `new` has the new events of each changed decision.
        """
        posts = rows(session, Post, self.last_post)
        self.last_post = max((row.id for row in posts), default=self.last_post)
        changed = {row.decision_id for row in posts if row.decision_id} | set(new)
        for id in sorted(self.truths.decisions if whole else changed):
            decision = lookups.decision_to_draw(session, id)
            owed_now = Counter(
                (row.drawing, row.person, row.round) for row in posts if row.decision_id == id
            )
            if not whole:
                self._told_once(decision, new.get(id, []), owed_now)
            self._messages(decision)
        self.reminders.look(session, [row for row in posts if row.drawing is Drawing.REMINDER])
        self.truths.happened.update(row.drawing for row in posts)
        promises = (self.truths.commitments, len(self.truths.versions))
        if whole or promises != self.promises:
            self.promises = promises
            self._of_the_channel(session)

    # ---- once ------------------------------------------------------------------------------------

    def _told_once(self, decision: Decision, events: list[Row], found: Counter[Told]) -> None:
        """Check that these events owed exactly these messages."""
        row = self.truths.decisions[decision.id]
        before = {(post.drawing, post.person, post.round) for post in decision.posts} - set(found)
        owed = {
            (drawing, person, row.round)
            for event in events
            for drawing, person in self._owed(row, event)
        }
        owed |= {
            (drawing, person, row.round)
            for drawing, person in self._handed_over(row, events, before)
        }
        if events:
            owed |= {(drawing, person, row.round) for drawing, person in self._turns(row)} - before
        elif (Drawing.REVIEW_REQUEST, row.counterpart, row.round) in found:
            owed |= {(Drawing.REVIEW_REQUEST, row.counterpart, row.round)}
            settlement = decision.settlement
            assert settlement
            assert settlement.review_on
            assert settlement.review_on <= local_day(
                self.runner.now, decision.rights_version.time_zone
            ), "asked before its day"
        # People who have left Slack read nothing.
        found = Counter(
            {
                message: count
                for message, count in found.items()
                if not (message[1] and self.truths.gone(message[1]))
            }
        )
        owed = {message for message in owed if not (message[1] and self.truths.gone(message[1]))}
        assert set(found) == owed, (
            f"#{row.number}: told {set(found) - owed}, not told {owed - set(found)}"
        )
        assert set(found.values()) <= {1}

    def _turns(self, row: Row) -> set[tuple[Drawing, str | None]]:
        """Return the requests that must have been sent: one to each person who must act now."""
        if row.state.settled:
            return set()
        if row.state is State.AWAITING_IMPACT:
            asked = to_state_impact(row, self.truths)
            return {(Drawing.IMPACT_REQUEST, person) for person in asked}
        return {(Drawing.DECISION_REQUEST, person) for person in still_to_sign(row, self.truths)}

    def _owed(self, row: Row, event: Row) -> set[tuple[Drawing, str | None]]:
        changes = payload_of(event).as_json()
        match event.verb:
            case Verb.RAISE:
                return {(Drawing.CARD, None)}
            case Verb.DECIDE | Verb.WITHDRAW:
                return _owed_when_settled(row, self.truths.events[row.id], event, changes)
            case Verb.ASK:
                return {(Drawing.QUESTION, changes["asked_of"])}
            case Verb.ANSWER:
                return self._owed_when_answered(row, event)
            case Verb.ASK_REVISION:
                return {(Drawing.REVISION_REQUEST, row.counterpart)}
            case Verb.ESCALATE | Verb.REVISE:
                # An edit ends no escalation. What its sponsor was told is about the round before.
                person = changes.get("to") if event.verb is Verb.ESCALATE else row.escalated_to
                return {(Drawing.ESCALATED, person)} if person else set()
            case Verb.STATE_IMPACT:
                return self._owed_with_an_impact(row, event)
            case Verb.DELEGATE if (
                changes["side"] == "counterpart" and row.impact is Impact.REVISION_ASKED
            ):
                return {(Drawing.REVISION_REQUEST, changes["to"])}
            case Verb.REOPEN:
                turn = {person for _, person in self._turns(row)}
                return {
                    (Drawing.REOPENED, person)
                    for person in self._had_a_part(row) - turn - {event.actor}
                }
        return set()

    def _owed_when_answered(self, row: Row, event: Row) -> set[tuple[Drawing, str | None]]:
        """Return the messages to the person who asked and to those who decide now.

        If the person who asked still decides, only that person is told.
        """
        asked = next(
            question
            for question in self.truths.questions[row.id]
            if question.answered_at == event.at
        )
        before = self.truths.before[row.id]
        signing = still_to_sign(before, self.truths)
        decides = asked.asked_by in signing | {before.escalated_to}
        people = {asked.asked_by} | (set() if decides else signing)
        return {(Drawing.ANSWERED, person) for person in people - {event.actor}}

    def _owed_with_an_impact(self, row: Row, event: Row) -> set[tuple[Drawing, str | None]]:
        """Return the messages about a statement to the people who have signed.

        They knew another statement, or none. If the statement is a revision, the people who still
        have to sign are told too.
        """
        people = {
            signature.person
            for signature in self.truths.signed[row.id]
            if signature.round == row.round
        } - {event.actor}
        if self.truths.before[row.id].impact is Impact.REVISION_ASKED:
            people |= still_to_sign(row, self.truths)
        return {(Drawing.DECISION_REQUEST, person) for person in people}

    def _handed_over(
        self, row: Row, events: list[Row], before: set[Told]
    ) -> set[tuple[Drawing, str | None]]:
        """Return the messages that handovers owe, if there is something to do on that side.

        The person who had the seat is told, unless they handed the decision over themselves. The
        new person is told, unless they get a request now.
        """
        messages: set[tuple[Drawing, str | None]] = set()
        acting = {
            role: person for role, (person, _) in seats(self.truths.before.get(row.id, row)).items()
        }
        for event in events:
            changes, first = payload_of(event).as_json(), next(iter(seats(row)))
            if event.verb is not Verb.DELEGATE:
                continue
            role = first if changes["side"] == "holder" else first.other
            acting[role] = changes["to"]
            to_do, turns = self._to_do(row)
            if role not in to_do:
                continue
            if changes["from"] != event.actor:
                messages.add((Drawing.HANDED_OVER, changes["from"]))
            asked = any((drawing, changes["to"], row.round) in before for drawing in REQUESTS)
            if asked or changes["to"] not in {acting[turn] for turn in turns}:
                messages.add((Drawing.HANDED_OVER, changes["to"]))
        return messages

    def _to_do(self, row: Row) -> tuple[set[Role], set[Role]]:
        """Return the roles that have something to do, and those of them whose turn it is now."""
        signed, keys = signed_now(row, self.truths), signatories_now(row, self.truths)
        sign, counterpart = set(keys) - signed, list(seats(row))[-1]
        if row.impact is Impact.REVISION_ASKED:
            return sign | {counterpart}, sign | {counterpart}
        state = impact_roles(row, self.truths) if row.impact is Impact.AWAITED else set()
        return sign | state, state if row.state is State.AWAITING_IMPACT else sign

    def _had_a_part(self, row: Row) -> set[str]:
        before = self.truths.before[row.id]
        people = {row.raised_by, *row.consulted, *signatories_now(before, self.truths).values()}
        signed = self.truths.signed[row.id]
        represented = {signature.on_behalf_of for signature in signed}
        for event in self.truths.events[row.id]:
            if event.verb in ACTED:
                people.add(event.actor)
                represented.add(payload_of(event).as_json().get("on_behalf_of"))
        # People for whom somebody acted are told if they hold the decision again.
        people |= represented & {*signatories_now(row, self.truths).values()}
        return people | {question.asked_of for question in self.truths.questions[row.id]}

    # ---- true ------------------------------------------------------------------------------------

    def _messages(self, decision: Decision) -> None:
        row = self.truths.decisions[decision.id]
        turns: Counter[Any] = Counter()
        for post in decision.posts:
            message = OF_DECISIONS[post.drawing](decision, post)
            self._kept_true(post, message)
            if row.state.settled:
                assert not offered(message) & DECIDING, (
                    f"{post.drawing} of #{row.number} offers {offered(message)}"
                )
            if post.drawing in YOUR_TURN:
                words = any(phrase in message.text for phrase in YOUR_TURN[post.drawing])
                turn = words and "Nothing waits for you here" not in message.text
                assert turn is self._is_turn(row, decision, post), (
                    f"{post.drawing} to {post.person} in round {post.round} while {row.state}, "
                    f"{row.impact}, round {row.round}: {message.text}"
                )
                turns[post.drawing, post.person] += turn
            elif post.drawing is Drawing.CARD:
                self._card(row, message.text)
            elif post.drawing in (Drawing.OUTCOME, Drawing.SETTLED):
                self._outcome(decision, post, message)
            elif post.drawing is Drawing.HANDED_OVER:
                assert "is with you again" not in message.text or post.person in (
                    row.holder,
                    row.counterpart,
                )
                assert "acts for you" not in message.text or post.person in (
                    row.holder_for,
                    row.counterpart_for,
                )
        for asked in self._turns(row):
            assert turns[asked] >= 1, f"{asked} is not asked"

    def _is_turn(self, row: Row, decision: Decision, post: Post) -> bool:
        """Return True if the reader still has to do what this message asks of them."""
        here = not row.state.settled and post.round == row.round
        deciding = here and row.state is not State.AWAITING_IMPACT
        match post.drawing:
            case Drawing.IMPACT_REQUEST:
                return (
                    here
                    and row.impact not in (Impact.NOT_ASKED, Impact.REVISION_ASKED)
                    and post.person in to_state_impact(row, self.truths)
                )
            case Drawing.REVISION_REQUEST:
                return here and post.person in decision.to_revise.values()
            case Drawing.DECISION_REQUEST:
                return deciding and post.person in still_to_sign(row, self.truths)
            case Drawing.ESCALATED:
                return deciding and post.person == row.escalated_to
            case Drawing.QUESTION:
                return (
                    here and post.question is not None and post.question is decision.open_question
                )
        settlement = decision.settlement_of(post.round)
        assert settlement
        return (
            settlement.since in STANDS
            and settlement.held is None
            and post.person in (row.counterpart, row.counterpart_for)
        )

    def _card(self, row: Row, text: str) -> None:
        """Check that the card names the state, and whose turn it is."""
        settlement = self.truths.settlements[row.id][-1] if row.state.settled else None
        if settlement is None:
            people = {person for _, person in self._turns(row)}
            if row.state is State.AWAITING_ANSWER:
                # The newest question counts: an older one may have been to somebody who has left.
                people = {self.truths.questions[row.id][-1].asked_of}
            assert "aiting for" in text
            assert all(person and who(person) in text for person in people), text
        elif settlement.outcome is None:
            assert f"ithdrawn by {who(settlement.by)}" in text
        else:
            assert settlement.outcome.label in text.lower()
            assert who(settlement.by) in text
        assert (f"Superseded by #{row.superseded_by}" in text) is (row.state is State.SUPERSEDED)
        assert (
            f"Overdue: it was due on {short_day(row.due_on)}." in text if row.due_on else False
        ) is bool(row.overdue_at and not settlement)
        # For a delegate, the sentence says `(for @sam, sponsor)`.
        assert ("sponsor) may decide too" in text) is bool(
            row.escalated_to and row.state is not State.AWAITING_IMPACT and not settlement
        ), text

    def _outcome(self, decision: Decision, post: Post, message: Message) -> None:
        """Check that a message about an outcome keeps its words.

        Only a sentence about what happened since may be added.
        """
        settlement = decision.settlement_of(post.round)
        assert settlement
        said, _, since = message.text.partition("Since then")
        assert settlement.words in said
        if post.drawing is Drawing.OUTCOME:
            assert settlement.hash[:12] in str(message.blocks)
        assert bool(since) is bool(settlement.since)
        moves = settlement.moved_from != settlement.moved_to
        assert (" → " in said) is moves, said
        said = said.partition(f"#{decision.number} ")[2].partition(": ")[2]
        said = re.split(r" Why(?:: |, says )| When it is finished", said)[0].strip()
        said = _without_brief_rights(_without_dispute(said))
        assert self.said.setdefault(post.id, said) == said, (
            f"{self.said[post.id]!r} is now {said!r}"
        )

    def _kept_true(self, post: Post, message: Message) -> None:
        """Check that the message is the same as before, or that a redraw of it is owed."""
        if not post.wanted:
            return
        wanted, shown = self.shown.get(post.id, (0, None))
        assert shown is None or shown == message or post.wanted > wanted, (
            f"{post.key} is out of date: {shown.text} / {message.text}"
        )
        self.shown[post.id] = post.wanted, message

    # ---- the channel, reminders, and what must have happened by now ------------------------------

    def _of_the_channel(self, session: Session) -> None:
        """Check the messages about rights, empty seats and commitments: they must be up to date."""
        found = select(Post).where(Post.drawing.in_(OF_THE_CHANNEL))
        for post in session.scalars(
            found.options(joinedload(Post.channel).joinedload(Channel.workspace))
        ):
            message = drawn_for_all(post, session)
            if post.drawing is not Drawing.DIGEST:
                self._kept_true(post, message)
            if post.commitment_id:
                assert day(self.truths.commitments[post.commitment_id].promised_on) in message.text


def _without_dispute(said: str) -> str:
    """Return an outcome without the words on the tradeoff that a dispute has opened.

    They change if that tradeoff is withdrawn.
    """
    return re.sub(r" It went on as #\d+(, which was withdrawn)?\.", "", said)


def _without_brief_rights(said: str) -> str:
    """Return an outcome, in lower case, without the words on rights that held for a short time.

    These words join the list of what was unusual only when the rights change again, because only
    then is it known for how long they held.
    """
    brief = r"(?:decided|deferred) under v\d+, in force for [^.,]+"
    within = re.sub(f", {brief}", "", said.lower())
    return re.sub(f" {brief}[.,]", "", within)
