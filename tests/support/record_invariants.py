"""Invariants of the record, checked after each step.

The checks read the rows themselves and not the models' objects, whose methods may be wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, select
from sqlalchemy.orm import Session

from models.reads.board import counts, settled_rounds
from models.reads.replay import first_difference
from models.reads.trend import trend_of
from models.reads.week import AGAIN
from models.rules import (
    NEXT_STATE,
    Decider,
    Impact,
    Outcome,
    Role,
    Standing,
    State,
    Verb,
    first_state,
)
from models.tables.commitment import Commitment, CommitmentMove, CommitmentState
from models.tables.decision import Decision
from models.tables.history import HistoryEvent, payload_of
from models.tables.history_chain import first_fault
from models.tables.question import Question
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement, Signature
from models.tables.workspace import Workspace
from models.verbs.delegating import ONE_DECISION
from models.verbs.routing import LEFT
from models.working_time import OPENING, end_of_window, local_day, moment
from support.expected_seats import ExpectedSeats, Leave
from support.route_runner import TEAM, RouteRunner

Row = Any
Changes = dict[str, Any]

# Verbs that ask the question anew. The decision is then routed under the newest rights.
ASKS_ANEW = {Verb.RAISE, Verb.EDIT, Verb.REVISE, Verb.RESUBMIT, Verb.RETURN, Verb.REOPEN, Verb.UNDO}
BY_TIME = {Verb.LAPSE_IMPACT, Verb.OVERDUE, Verb.ESCALATE, Verb.RETURN}
NEW_DUE_DATE = {Verb.EDIT, Verb.REVISE, Verb.REOPEN, Verb.RETURN}


@cache
def all_of(table: Any) -> Select[Any]:
    found: Table = table.__table__
    return select(found).where(found.c.id > bindparam("after")).order_by(found.c.id)


def rows(session: Session, table: Any, after: int = 0) -> list[Row]:
    """Return the rows of this table with a higher id than `after`, as rows and not as objects."""
    return list(session.execute(all_of(table), {"after": after}))


def seats(row: Row) -> dict[Role, tuple[str, str | None]]:
    """Return who acts in which role on this decision, and for whom."""
    role = Role.PRODUCT_OWNER if row.decides is Decider.JOINT else Role(row.decides.value)
    return {role: (row.holder, row.holder_for), role.other: (row.counterpart, row.counterpart_for)}


def delegated(row: Row) -> dict[str, str]:
    """Return, by role holder, the delegate who was named for this decision alone."""
    sides = (
        (row.holder_for, row.holder_because, row.holder),
        (row.counterpart_for, row.counterpart_because, row.counterpart),
    )
    return {owner: person for owner, because, person in sides if because == ONE_DECISION}


def holder_of(version: Row, role: Role) -> str:
    found: str = version.product_owner if role is Role.PRODUCT_OWNER else version.project_manager
    return found


def holders(row: Row) -> dict[Role, str]:
    """Return whose decision it is, by role."""
    roles = tuple(Role) if row.decides is Decider.JOINT else (Role(row.decides.value),)
    return {role: seats(row)[role][0] for role in roles}


def signatories_of(row: Row) -> set[str]:
    """Return the people who must agree: the holders, and those who may move its commitment."""
    roles = {*holders(row), *(row.move_decides.roles if row.move_decides else ())}
    return {seats(row)[role][0] for role in roles}


def deciders(row: Row) -> set[str]:
    """Return the people who may decide: those who must agree, and an escalation's sponsor."""
    return signatories_of(row) | ({row.escalated_to} - {None})


class RecordInvariants:
    """Checker of the record: after each transaction, it compares the rows with the rows before."""

    def __init__(self, runner: RouteRunner) -> None:
        self.runner = runner
        self.decisions: dict[int, Row] = {}
        self.commitments: dict[int, Row] = {}
        self.versions: dict[int, Row] = {}
        self.waiting_changes: list[Row] = []
        self.authors: set[str] = set()
        self.events: dict[int, list[Row]] = defaultdict(list)
        self.last_event = 0
        self.settlements: dict[int, list[Row]] = {}
        self.questions: dict[int, list[Row]] = {}
        self.impacts: dict[int, list[Row]] = {}
        self.signed: dict[int, list[Row]] = {}
        self.away: dict[str, Leave] = {}
        self.happened: Counter[Any] = Counter()

    def look(self, session: Session, actor: str | None) -> dict[int, list[Row]]:
        """Check what `actor` has just done; None stands for a timer.

        Return the new events of each changed decision.
        """
        before, self.before = self.decisions, self.decisions
        self.decisions = {row.id: row for row in rows(session, Decision)}
        for table, into in (
            (Settlement, "settlements"),
            (Question, "questions"),
            (ImpactStatement, "impacts"),
            (Signature, "signed"),
        ):
            found: dict[int, list[Row]] = defaultdict(list)
            for row in rows(session, table):
                found[row.decision_id].append(row)
            setattr(self, into, found)
        self._rights(rows(session, RightsVersion))
        changes = rows(session, RightsChange)
        waited = {row.id for row in self.waiting_changes}
        made = [row for row in changes if row.id in waited and row.state is ChangeState.MADE]
        # A confirmed change of rights may hand decisions over. The history names the author of the
        # change as actor, not the person who confirmed it.
        self.authors = {row.author for row in made}
        self.waiting_changes = [row for row in changes if row.state is ChangeState.PENDING]
        new: dict[int, list[Row]] = defaultdict(list)
        for event in rows(session, HistoryEvent, self.last_event):
            new[event.decision_id].append(event)
            self.events[event.decision_id].append(event)
            self.last_event = event.id
        numbers = [row.number for row in self.decisions.values()]
        assert numbers == list(range(1, len(numbers) + 1)), "numbers are gapless"
        assert (session.scalar(select(Workspace.last_number)) or 0) == len(numbers)
        for id, events in new.items():
            self._decision(before.get(id), self.decisions[id], events, actor)
        self._commitments(session)
        if new:
            self._counted_back(session)
        self._nothing_in_silence(before, new)
        return new

    # ---- one decision ----------------------------------------------------------------------------

    def _counted_back(self, session: Session) -> None:
        """Check that digest and board give the same counts as a walk through the whole record.

        Their queries start from today and count backwards.
        """
        now = self.runner.now
        for channel in {row.channel_id for row in self.decisions.values()}:
            here = [row for row in self.decisions.values() if row.channel_id == channel]
            ended = [round for row in here for round in self.settlements.get(row.id, [])]
            weeks = trend_of(session, channel, now, "UTC").waiting
            for back, waiting in enumerate(reversed(weeks)):
                end = now - timedelta(weeks=back)
                raised = sum(row.raised_at < end for row in here)
                settled = sum(round.at < end for round in ended)
                # A deferred decision that came back at the very end of the week counts as waiting.
                again = sum(
                    round.since in AGAIN
                    and (
                        round.since_at < end
                        or (round.since is Verb.RETURN and round.since_at == end)
                    )
                    for round in ended
                )
                assert waiting == raised - settled + again, f"waiting {back} weeks ago"
            outcomes = [round for round in ended if round.outcome and round.since is not Verb.UNDO]
            newest = sorted(outcomes, key=lambda round: (round.at, round.id), reverse=True)
            shown = settled_rounds(session, channel, 3)
            assert [round.id for _, round in shown] == [round.id for round in newest[:3]]
            assert counts(session, channel).outcomes == len(outcomes)

    def _decision(self, before: Row | None, row: Row, events: list[Row], actor: str | None) -> None:
        state = before.state if before else None
        for event in events:
            self.happened[event.verb] += 1
            assert event.actor in {None if event.verb in BY_TIME else actor, *self.authors}, (
                f"{event.verb} by {event.actor}"
            )
            state = self._step(state, event, row)
            self._entitled(before or row, row, event)
            if event.verb in ASKS_ANEW:
                edited = event.verb in (Verb.EDIT, Verb.REVISE)
                self._routed(before if edited else None, row)
        assert state is row.state, f"{state} in the table, {row.state} in the record"
        assert first_fault(f"{TEAM}#{row.number}", self.events[row.id], row.head_hash) is None
        outcomes = [settlement._mapping for settlement in self.settlements[row.id]]
        difference = first_difference(self.events[row.id], row._mapping, outcomes)
        assert difference is None, f"#{row.number}: {difference}"
        self.happened[row.impact] += 1
        self._seats(row)
        self._settled(row)
        self._in_time(before, row, events)

    def _step(self, state: State | None, event: Row, row: Row) -> State:
        """Check that the table of states allows the step, and return the state that it leads to.

        A verb that asks anew leads to the state that waits for impact, if impact is asked for.
        """
        if event.verb is Verb.RAISE:
            assert state is None
        else:
            assert state
            assert (state, event.verb) in NEXT_STATE, f"{event.verb} in {state}"
        if event.verb in ASKS_ANEW:
            awaited = row.impact is Impact.AWAITED
            return first_state(Impact.AWAITED if awaited else Impact.NOT_ASKED)
        assert state
        if event.verb is Verb.STATE_IMPACT and row.state is State.AWAITING_IMPACT:
            # Both roles are asked, and the second one has not answered yet.
            assert row.impact_from is Decider.JOINT
            return state
        return NEXT_STATE[state, event.verb]

    def _entitled(self, before: Row, row: Row, event: Row) -> None:
        """Check that the event's actor had the right to it at that moment."""
        person, changes = event.actor, payload_of(event).as_json()
        if person is None:
            return
        standing = self.runner.people[person].standing
        version = list(self.versions.values())[-1]
        # Others may confirm a change of the rights after its author has left Slack.
        author = version.author if version.made_at == self.runner.now else None
        is_here = standing in (Standing.MEMBER, Standing.GUEST, Standing.EXTERNAL)
        assert is_here or person == author, f"{event.verb} by a {standing}"
        acting = {seated for pair in seats(before).values() for seated in pair}
        questions = {
            question.asked_of
            for question in self.questions[row.id]
            if question.answered_at == self.runner.now
        }
        may = {
            Verb.STATE_IMPACT: {before.holder, before.counterpart},
            Verb.ASK_REVISION: deciders(before),
            Verb.ASK: deciders(before),
            Verb.ANSWER: questions,
            Verb.DECIDE: deciders(before),
            Verb.SIGN: signatories_of(before),
            Verb.WITHDRAW: {row.raised_by},
            Verb.EDIT: {row.raised_by},
            Verb.REVISE: {row.raised_by},
            Verb.UNDO: {before.settled_by},
            Verb.REOPEN: {version.product_owner, version.project_manager},
            # A sponsor who is back takes over what their delegate did for people who have left.
            Verb.DELEGATE: acting | {author, version.sponsor},
            Verb.REVIEW: acting,
        }.get(event.verb)
        assert may is None or person in may, f"{person} did {event.verb}"
        if event.verb is Verb.DECIDE:
            self._both_signatures(before, row, event, changes)
        if event.verb is Verb.UNDO:
            assert event.at <= before.settled_at + timedelta(minutes=5)

    def _both_signatures(self, before: Row, row: Row, event: Row, changes: Changes) -> None:
        """Check that a joint decision is approved with both signatures or by escalation.

        Check too that the event says correctly whether it was by escalation.
        """
        self.happened[row.outcome] += 1
        assert before.state is not State.AWAITING_IMPACT or before is row
        escalated = (
            event.actor == before.escalated_to and event.actor not in holders(before).values()
        )
        assert changes["by_escalation"] is escalated
        self.happened["by escalation"] += escalated
        if (
            before.decides is Decider.JOINT
            and row.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED)
            and not escalated
        ):
            assert {
                signature.role for signature in self.signed[row.id] if signature.round == row.round
            } == set(Role)

    def _routed(self, before: Row | None, row: Row) -> None:
        """Check the routing of a decision that was asked anew.

        The routing must be under the newest rights. Nobody who is away or has left may have a seat,
        if a delegate or the sponsor can take the seat. `before` is the decision before an edit, and
        None for other verbs. An edit keeps the delegates who were named for this decision alone,
        unless one person would then get both sides.
        """
        version = list(self.versions.values())[-1]
        assert row.rights_version_id == version.id
        assert row.decides is version.table[row.kind].decides
        leaves = {who: leave for who, leave in self.away.items() if leave.until > self.runner.now}
        expected = ExpectedSeats(version, leaves, self.gone)
        routed = expected.of(row.decides)
        if before:
            named = delegated(before)
            holders = {role: expected.holder_of(role) for role in routed}
            kept = {
                role: (named[holders[role]], holders[role]) if holders[role] in named else routed_to
                for role, routed_to in routed.items()
            }
            would_get_both = len({person for person, _ in kept.values()}) == 1
            had_both = before.holder == before.counterpart
            routed = routed if would_get_both and not had_both else kept
        for role, found in seats(row).items():
            assert found == routed[role], f"#{row.number} {role}: {found}, not {routed[role]}"

    def gone(self, person: str) -> bool:
        return self.runner.people[person].standing is Standing.DEACTIVATED

    def _seats(self, row: Row) -> None:
        """Check that each person in a seat holds the role, or acts for a person who holds it.

        The role may have changed hands since the decision was routed, so each holder since then
        counts. Nobody stands in for themselves.
        """
        since = [
            version for version in self.versions.values() if version.id >= row.rights_version_id
        ]
        for role, (acting, instead_of) in seats(row).items():
            people = {holder_of(version, role) for version in since}
            assert (instead_of or acting) in people, (
                f"#{row.number}: {acting} for {instead_of} as {role}, not {people}"
            )
            assert instead_of != acting

    def _settled(self, row: Row) -> None:
        """Check that each outcome is in the hash chain, and the newest round's in the decision."""
        hashes = {event.hash: event.verb for event in self.events[row.id]}
        for settlement in self.settlements[row.id]:
            assert hashes[settlement.hash] is (Verb.DECIDE if settlement.outcome else Verb.WITHDRAW)
            assert settlement.round <= row.round
        settlement = self.settlements[row.id][-1] if self.settlements[row.id] else None
        now = settlement if settlement and settlement.round == row.round else None
        assert bool(now) is row.state.settled
        assert row.settled_hash == (now.hash if now else None)
        assert (row.outcome, row.settled_by) == ((now.outcome, now.by) if now else (None, None))

    def _in_time(self, before: Row | None, row: Row, events: list[Row]) -> None:
        """Check that timers act no earlier than they should, and that moved dates have an event."""
        zone, now = self.versions[row.rights_version_id].time_zone, self.runner.now
        verbs = {event.verb: payload_of(event).as_json() for event in events}
        if Verb.LAPSE_IMPACT in verbs:
            assert before
            assert before.impact_due_at <= now
        if Verb.ESCALATE in verbs:
            grace = self.versions[row.rights_version_id].grace_days
            assert end_of_window(row.overdue_at, grace, zone) <= now, (
                "escalated before the grace period is over"
            )
        if Verb.RETURN in verbs:
            settlement = self.settlements[row.id][-1]
            assert moment(settlement.deferred_until, OPENING, zone) <= now, "back before its day"
        if row.overdue_at and not row.state.settled:
            assert row.due_on
            assert row.due_on < local_day(now, zone), "overdue before its date"
        if before and before.due_on != row.due_on:
            dates = [verbs[verb]["due_on"] or None for verb in NEW_DUE_DATE if verb in verbs]
            assert dates == [row.due_on.isoformat() if row.due_on else None], (
                "a due date moved in silence"
            )
        if before and before.impact_due_at != row.impact_due_at:
            assert ASKS_ANEW & set(verbs), "an impact window moved in silence"

    def _nothing_in_silence(self, before: dict[int, Row], new: Iterable[int]) -> None:
        """Check that a decision without a new event has not changed.

        These columns may change without an event: `undo_until`; `disputed_in`, which names a newer
        decision; and the reason of a seat, which says whether the person there has left Slack.
        """
        for id, row in before.items():
            if id not in new:
                now = self.decisions[id]
                changed = {name for name in row._fields if getattr(row, name) != getattr(now, name)}
                free = {"undo_until", "disputed_in", *self._says_who_left(row, now)}
                assert changed <= free, f"#{row.number}: {changed} without an event"

    def _says_who_left(self, before: Row, now: Row) -> set[str]:
        """Return the reasons of seats that changed only to say whether the person has left."""
        names = set()
        for side in ("holder", "counterpart"):
            name = f"{side}_because"
            reason = LEFT if self.gone(getattr(now, side)) else ""
            if getattr(now, f"{side}_for") is None and getattr(now, name) == reason:
                names |= {name} if getattr(before, name) in ("", LEFT) else set()
        return names

    # ---- rights and commitments ------------------------------------------------------------------

    def _rights(self, versions: list[Row]) -> None:
        """Check that versions never change, and that each author was allowed to make theirs."""
        assert [row.number for row in versions] == list(range(1, len(versions) + 1))
        for row in versions[len(self.versions) :]:
            last = list(self.versions.values())[-1] if self.versions else None
            editors = (
                {last.product_owner, last.project_manager, last.sponsor} - {None}
                if last
                else {row.author}
            )
            assert row.author in editors or all(map(self.gone, editors))
            self.versions[row.id] = row
        # `replaced_at` is the one column that is filled in later: when the next version is made.
        checked, found = (
            [row._asdict() | {"replaced_at": None} for row in rows]
            for rows in (self.versions.values(), versions)
        )
        assert checked == found

    def _commitments(self, session: Session) -> None:
        """Check that each promised date is the baseline plus the sum of the moves.

        The moves of a decision that is not in force any more must add up to nothing, unless the
        commitment is closed. Its change of scope must have been taken back.
        """
        self.commitments = {row.id: row for row in rows(session, Commitment)}
        days: Counter[tuple[int, int]] = Counter()
        scopes: dict[tuple[int, int], bool] = {}
        at = {id: row.baseline_on for id, row in self.commitments.items()}
        for move in rows(session, CommitmentMove):
            assert (move.to_on - move.from_on).days == move.days
            assert move.from_on == at[move.commitment_id], "each move goes on from the one before"
            at[move.commitment_id] = move.to_on
            days[move.commitment_id, move.decision_id] += move.days
            if move.scope:
                before = scopes.get((move.commitment_id, move.decision_id), False)
                assert before is move.undoes, "a change of scope is entered, and then taken back"
                scopes[move.commitment_id, move.decision_id] = not move.undoes
            self.happened["moved back" if move.undoes else "moved"] += 1
        for id, row in self.commitments.items():
            assert row.promised_on == at[id]
        for (id, decision_id), net in days.items():
            row = self.decisions[decision_id]
            stands = row.commitment_id == id and self._may_move(row)
            closed = self.commitments[id].state is not CommitmentState.OPEN
            assert not net or stands or closed, f"#{row.number} left {net} days behind"
            left = scopes.get((id, decision_id), False)
            assert not left or stands or closed, f"#{row.number} left its change of scope behind"

    def _may_move(self, row: Row) -> bool:
        """Return True if the moves of this decision may still be in force.

        A settled decision may keep moves in two cases: its outcome moves the commitment, or the
        person who settled it could not take an earlier move back alone. A reopened decision keeps
        its move until it is settled again.
        """
        found = self.settlements[row.id]
        if row.state.settled:
            last = found[-1]
            return row.state is State.DECIDED and bool(
                last.moves or self._kept_by_one_signatory(row)
            )
        return any(settlement.since is Verb.REOPEN for settlement in found)

    def _kept_by_one_signatory(self, row: Row) -> bool:
        """Return True if this decision ended without approval, by one of several signatories.

        That person may not move the commitment alone, so an earlier move stays in force.
        """
        agreed = row.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED)
        roles = row.move_decides.roles if row.move_decides else ()
        missing = {seats(row)[role][0] for role in roles} - {row.settled_by}
        return bool(missing) and not agreed and row.settled_by != row.escalated_to
