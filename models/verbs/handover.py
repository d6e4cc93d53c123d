"""Handover: one person takes another's place on open decisions, and no deadline changes.

A handover follows a leave, the delegation of a single decision, a role that changes hands, or a
departure from Slack.
See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum

from models import locks
from models.acts import Act, Seat
from models.rules import Role, Verb, next_state
from models.tables.absence import Absence, current_absences
from models.tables.decision import Decision
from models.tables.history_payloads import HandedOver
from models.tables.post import Drawing
from models.tables.rights import RightsVersion
from models.verbs.gathering import Move
from models.verbs.overdue import follow_seats, remind_next_morning
from models.verbs.routing import LEFT, away_until, sponsor_seat

HAS_LEFT = "This person has left Slack. Choose somebody else."

# Function that says whether a person may read the channel of a decision.
MayRead = Callable[[str, Decision], bool]


class Side(StrEnum):
    """Side of a decision; one person sits on each.

    In a joint decision, the product owner is the holder, the project manager the counterpart.
    """

    HOLDER = "holder"
    COUNTERPART = "counterpart"

    @classmethod
    def of(cls, role: Role, decision: Decision) -> Side:
        """Return the side on which this role sits."""
        return cls.HOLDER if decision.decides.roles[0] is role else cls.COUNTERPART

    @property
    def other(self) -> Side:
        return Side.COUNTERPART if self is Side.HOLDER else Side.HOLDER

    def role(self, decision: Decision) -> Role:
        """Return the role whose seat this is."""
        first = decision.decides.roles[0]
        return first if self is Side.HOLDER else first.other

    def seat(self, decision: Decision) -> Seat:
        """Return the seat on this side as it is now."""
        return decision.holder_seat if self is Side.HOLDER else decision.counterpart_seat

    def people(self, decision: Decision) -> set[str]:
        """Return the person who acts on this side, and the person for whom they act, if any."""
        seat = self.seat(decision)
        return {seat.person, seat.on_behalf_of or seat.person}

    def has_to_act(self, decision: Decision) -> bool:
        """Return True if something is to be done on this side, now or once the impact is stated."""
        return self.role(decision) in (*decision.asked_for_impact, *decision.still_to_sign)

    def take(self, decision: Decision, seat: Seat) -> None:
        """Put somebody on this side."""
        if self is Side.HOLDER:
            decision.holder_seat = seat
        else:
            decision.counterpart_seat = seat


def has_to_act(decision: Decision, person: str) -> bool:
    """Return True if this person has something to do here, now or once the impact is stated."""
    asked = person in decision.asked_for_impact.values()
    return asked or person in decision.still_to_sign.values()


def has_one_side(decision: Decision, person: str) -> bool:
    """Return True if a delegate of this person could get one side of the decision alone.

    That is so if exactly one of the person's seats is their own (`is_own`). It is also so if both
    are, and are the work of two people: of this person and of somebody who has left Slack, or of
    two people who have left.
    """
    own = [seat for side in sides_of(decision, person) if is_own(seat := side.seat(decision))]
    return len(own) == 1 or len({seat.on_behalf_of for seat in own}) == 2


def acts_for_themselves(decision: Decision, person: str) -> bool:
    """Return True if this person has something to do here in a seat that is their own.

    A seat that is not their own (`is_own`) goes back when they go on leave.
    """
    return any(
        is_own(side.seat(decision)) and side.has_to_act(decision)
        for side in sides_of(decision, person)
    )


def is_own(seat: Seat) -> bool:
    """Return True if the seat's person acts for nobody else, or for a person who has left Slack."""
    return seat.on_behalf_of is None or seat.because == LEFT


def has_signed(decision: Decision, person: str) -> bool:
    """Return True if this person has signed in this round."""
    return any(
        signature.round == decision.round and signature.person == person
        for signature in decision.signatures
    )


def has_finished(decision: Decision, side: Side) -> bool:
    """Return True if the person on this side has signed, and has nothing left to do."""
    person = side.seat(decision).person
    return has_signed(decision, person) and not has_to_act(decision, person)


def hand_over(
    decision: Decision, side: Side, seat: Seat, act: Act, *, gone: Collection[str] = ()
) -> list[Move]:
    """Put the person of `seat` on this side of the decision; the record keeps both names.

    If the same person acts for the same role holder, only the reason may change (`_say_if_gone`).
    Nothing changes if the person who sits there has signed and has nothing left to do. If there is
    something to do on this side, return the move, and tell both people. The former person is not
    told if they make the handover, and nobody who is `gone` is told. The new person gets a request
    to act. They get a notice instead if they have a request from an earlier turn, or if the impact
    comes first.
    """
    before, asked = side.seat(decision), _asked_already(decision, act.at)
    to_do = side.has_to_act(decision)
    same = (before.person, before.on_behalf_of) == (seat.person, seat.on_behalf_of)
    if same:
        _say_if_gone(decision, side, seat, act.at)
    if same or has_finished(decision, side):
        return []
    side.take(decision, seat)
    payload = HandedOver(
        side=side,
        from_=before.person,
        to=seat.person,
        for_=seat.on_behalf_of,
        because=seat.because,
    )
    decision.state = next_state(decision.state, Verb.DELEGATE)
    decision.record(Verb.DELEGATE, act, payload)
    _ask_anew(decision, side, seat, act.at)
    if not (to_do or side.has_to_act(decision)):
        return []
    informed = {before.person} - {act.actor}
    if seat.person in asked or not _is_asked_now(decision, seat.person):
        informed.add(seat.person)
    for person in sorted(informed - set(gone)):
        # A person who loses both sides at once gets one message, because `about` is the same.
        decision.owe(Drawing.HANDED_OVER, act.at, person, about=f"{act.at:%Y%m%d%H%M%S}")
    return [Move(decision, before.person, seat.person)]


def _say_if_gone(decision: Decision, side: Side, seat: Seat, at: datetime) -> None:
    """Note in this seat whether its person has left Slack, and redraw the messages that say so.

    A stand-in keeps the reason for which they got the seat.
    """
    if seat.on_behalf_of is None and side.seat(decision).because != seat.because:
        side.take(decision, seat)
        decision.redraw(at)


def _is_asked_now(decision: Decision, person: str) -> bool:
    return person in decision.asked_to_act or person in decision.to_revise.values()


def _ask_anew(decision: Decision, side: Side, seat: Seat, at: datetime) -> None:
    """Set a reminder for the person who acts on this side now, and pass an escalation on.

    If this person is asked to revise an impact statement, owe them that request too.
    """
    if has_to_act(decision, seat.person):
        remind_next_morning(decision, seat.person, at)
    follow_seats(decision, at)
    if seat.person in decision.to_revise.values():
        decision.owe(Drawing.REVISION_REQUEST, at, seat.person, about=str(decision.event_count))


def _asked_already(decision: Decision, at: datetime) -> set[str | None]:
    """Return the people who have a request to act from an earlier turn of this round, before `at`.

    Slack notifies nobody of a redrawn message, so these people need a new one. A request that is in
    Slack (it has a `ts`) counts even if it is due `at`, because this act has redrawn it already.
    """
    requests = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)
    return {
        post.person
        for post in decision.posts
        if post.round == decision.round
        and post.drawing in requests
        and (post.due_at < at or post.ts)
    }


class SeatsToday:
    """Seats for each person's work at this moment: the person acts, or their delegate.

    Work on a decision stays with the person if the delegate is `gone` or may not read the channel.
    It also stays if the delegate has the other side, unless a leave allows them to act in both
    roles. A delegate who has handed the other side over still has it, because they can take it
    back. If both sides are the work of one role holder, one delegate gets both. A person's absence
    is read once, even if many decisions wait for them.
    """

    def __init__(self, at: datetime, may_read: MayRead, gone: Collection[str] = ()) -> None:
        self.gone = gone
        self._at = at
        self._may_read = may_read
        self._absences: dict[str, Absence | None] = {}

    def of(self, person: str, decision: Decision, side: Side, owner: str | None = None) -> Seat:
        """Return the seat for this person's work on this side of the decision.

        If a sponsor does the work of a role holder who has left Slack, that role holder is `owner`.
        """
        away = self._absence_of(person, decision)
        if away is None or not self._acts_here(away, decision, side, owner or person):
            return Seat(person)
        return Seat(away.delegate, person, away_until(away.until))

    def of_owner(self, owner: str, sponsor: str | None, decision: Decision, side: Side) -> Seat:
        """Return the seat for the work of a role holder who may be away, or have left Slack."""
        if owner not in self.gone:
            return self.of(owner, decision, side)
        if sponsor is None or sponsor in self.gone:
            return Seat(owner, None, LEFT)
        return Seat(self.of(sponsor, decision, side, owner).person, owner, LEFT)

    def of_sponsor(self, rights: RightsVersion, decision: Decision) -> Seat | None:
        """Return the seat of the person who decides if this decision is escalated, or None."""
        sponsor = rights.sponsor
        away = self._absence_of(sponsor, decision) if sponsor else None
        if away is None or not self._may_read(away.delegate, decision):
            return sponsor_seat(rights, {}, decision.seats, self.gone, ())
        return sponsor_seat(rights, {away.person: away}, decision.seats, self.gone, ())

    def _absence_of(self, person: str, decision: Decision) -> Absence | None:
        assert locks.is_who_decides_locked(decision.session), (
            "an absence may begin or end meanwhile"
        )
        if person not in self._absences:
            found = current_absences(decision.session, decision.workspace_id, self._at, person)
            self._absences[person] = found.get(person)
        return self._absences[person]

    def _acts_here(self, away: Absence, decision: Decision, side: Side, owner: str) -> bool:
        """Return True if the delegate of this leave may act on this side, the work of `owner`."""
        delegate, other = away.delegate, side.other.seat(decision)
        other_owner = other.on_behalf_of or other.person
        has_other_side = delegate in (other.person, other_owner)
        is_one_work = other_owner in (away.person, owner)
        if has_other_side and not (
            is_one_work or away.both_hats or self._is_allowed_both(other_owner, delegate, decision)
        ):
            return False
        return delegate not in self.gone and self._may_read(delegate, decision)

    def _is_allowed_both(self, owner: str, delegate: str, decision: Decision) -> bool:
        """Return True if the leave of this owner lets the delegate act in both roles."""
        away = self._absence_of(owner, decision)
        return away is not None and away.delegate == delegate and away.both_hats


def sides_of(decision: Decision, person: str) -> list[Side]:
    """Return the sides on which this person sits, in their own right or in another's place.

    A side that is asked for impact comes first. If both sides pass to one person, that person then
    gets the request first, and needs no notice that they decide later.
    """
    sides = [side for side in Side if side.seat(decision).person == person]
    return sorted(sides, key=lambda side: side.role(decision) not in decision.asked_for_impact)
