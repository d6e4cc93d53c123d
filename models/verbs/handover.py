"""Who acts in whose place: on leave, for one decision, or because someone has left Slack. The clock
runs on.

See docs/reference/behaviour.md, Stand-ins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.refusals import deciding
from models.refusals.absence import (
    AlreadyAway,
    DelegateIsAway,
    NoChains,
    OnlyHoldersDelegate,
    YouStandIn,
)
from models.rules import Impact, Person, Role, Verb, next_state
from models.tables.absence import Absence, current_absences, standing_in_for
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.timer import TimerKind, set_timer
from models.tables.write_behind import write_now
from models.verbs.overdue import remind_at, watch_grace
from models.verbs.routing import LEFT, Seat, away_until
from models.working_time import local_day, next_morning


class Side(StrEnum):
    """The two seats of a decision. Of a joint one, the product owner's and the project manager's."""

    HOLDER = "holder"
    COUNTERPART = "counterpart"

    def seat(self, decision: Decision) -> Seat:
        """Who sits there now."""
        if self is Side.HOLDER:
            return Seat(decision.holder, decision.holder_for, decision.holder_because or "")
        return Seat(
            decision.counterpart, decision.counterpart_for, decision.counterpart_because or ""
        )

    def take(self, decision: Decision, seat: Seat) -> None:
        if self is Side.HOLDER:
            decision.holder, decision.holder_for, decision.holder_because = (
                seat.person,
                seat.on_behalf_of,
                seat.because,
            )
        else:
            decision.counterpart, decision.counterpart_for = seat.person, seat.on_behalf_of
            decision.counterpart_because = seat.because


def has_to_act(decision: Decision, person: str) -> bool:
    """Whether something waits for this person here, now or once the impact is stated."""
    asked = decision.counterpart == person and decision.impact in (
        Impact.AWAITED,
        Impact.REVISION_ASKED,
    )
    return asked or person in decision.still_to_sign.values()


def has_signed(decision: Decision, person: str) -> bool:
    """This person's key is turned already, in this round."""
    return any(one.round == decision.round and one.person == person for one in decision.signatures)


def hand_over(
    decision: Decision,
    side: Side,
    seat: Seat,
    by: str | None,
    at: datetime,
    *,
    gone: Collection[str] = (),
) -> None:
    """What was to be done on this side, the one in this seat does from now on; both names stand in the record.

    Nothing is to be done by whoever has signed: that seat stays as it is.

    Whoever did it before is told, if it was theirs to act and they did not hand it over themselves, and so is whoever gets it
    again; those who are `gone` are not.
    """
    before, asked = side.seat(decision), _asked_already(decision)
    same = (before.person, before.on_behalf_of) == (seat.person, seat.on_behalf_of)
    if same or (has_signed(decision, before.person) and not has_to_act(decision, before.person)):
        return
    told = {before.person} if has_to_act(decision, before.person) and before.person != by else set()
    side.take(decision, seat)
    changes = {
        "side": side,
        "from": before.person,
        "to": seat.person,
        "for": seat.on_behalf_of,
        "because": seat.because,
    }
    decision.state = next_state(decision.state, Verb.DELEGATE)
    decision.record(Verb.DELEGATE, by, at, changes)
    if seat.person in asked and has_to_act(decision, seat.person):
        told.add(seat.person)
    for person in sorted(told - set(gone)):
        # Both sides at once are one piece of news.
        decision.owe(Drawing.HANDED_OVER, at, person, about=f"{at:%Y%m%d%H%M%S}")
    if has_to_act(decision, seat.person):
        # Their first reminder; it says nothing where nothing presses yet.
        zone = decision.rights_version.time_zone
        morning = next_morning(at, zone)
        remind_at(
            decision.session, decision.workspace_id, seat.person, local_day(morning, zone), morning
        )
    watch_grace(decision, at)
    if side is Side.COUNTERPART and decision.impact is Impact.REVISION_ASKED:
        decision.owe(Drawing.REVISION_REQUEST, at, seat.person, about=str(decision.event_count))


def _asked_already(decision: Decision) -> set[str | None]:
    """Whose request to act stands in their messages since an earlier turn: redrawing it tells them nothing."""
    requests = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)
    return {
        post.person
        for post in decision.posts
        if post.round == decision.round and post.drawing in requests
    }


def _seat_today(decision: Decision, person: str, at: datetime, gone: Collection[str] = ()) -> Seat:
    """Where what is this person's goes: to them, or to their delegate while they are away."""
    away = current_absences(decision.session, decision.workspace_id, at, person).get(person)
    return (
        Seat(away.delegate, person, away_until(away.until))
        if away and away.delegate not in gone
        else Seat(person)
    )


def gather(
    decisions: Sequence[Decision], person: str | None, at: datetime, message: Post | None = None
) -> None:
    """What an act of this moment tells one person about several decisions stands in the thread of one message, which lists them."""
    if not person or len(decisions) < 2:
        return
    session, channel = decisions[0].session, decisions[0].channel
    write_now(session)
    owed_now = Post.due_at == at, Post.wanted == 1, Post.ts.is_(None), Post.thread_id.is_(None)
    of_these = Post.decision_id.in_([one.id for one in decisions])
    news = session.scalars(
        select(Post).where(of_these, Post.person == person, *owed_now).order_by(Post.id)
    ).all()
    if len({post.decision_id for post in news}) < 2:
        return
    if message is None:
        message = Post(
            channel=channel,
            key=f"moved:{news[0].key}",
            drawing=Drawing.MOVED,
            person=person,
            due_at=at,
        )
        session.add(message)
    session.flush()
    for post in news:
        post.thread_id = message.id


def in_thread_of(session: Session, message: Post) -> list[Decision]:
    """The decisions whose news stand in the thread of this message."""
    news = select(Post.decision_id).where(Post.thread_id == message.id)
    asked = select(Decision).where(Decision.id.in_(news)).order_by(Decision.number)
    return list(session.scalars(asked.options(joinedload(Decision.channel))))


def _sides_of(decision: Decision, person: str) -> list[Side]:
    return [side for side in Side if side.seat(decision).person == person]


# ---- leave -----------------------------------------------------------------------------------------------------------


def check_not_away(session: Session, workspace_id: int, person: str, at: datetime) -> None:
    """Raise AlreadyAway."""
    if person in current_absences(session, workspace_id, at, person):
        raise AlreadyAway


def check_may_leave(
    session: Session, workspace_id: int, person: str, delegate: Person, at: datetime
) -> None:
    """Raise the Refused that says why this delegation would be a chain, or why the person is away already."""
    check_not_away(session, workspace_id, person, at)
    if delegate.id in current_absences(session, workspace_id, at, delegate.id):
        raise DelegateIsAway(delegate.id)
    waiting = standing_in_for(session, workspace_id, at, person)
    if waiting:
        raise YouStandIn([one.person for one in waiting])


def both_hats(
    session: Session, rights: Iterable[RightsVersion], person: str, delegate: str, at: datetime
) -> bool:
    """Whether this delegate would act for both roles somewhere, their own or another's whose place they take."""
    for one in rights:
        others = [holder for holder in one.role_holders if holder != person]
        away = current_absences(session, one.channel.workspace_id, at, *others)
        if delegate in others or any(absence.delegate == delegate for absence in away.values()):
            return True
    return False


def leave(
    session: Session,
    workspace_id: int,
    person: str,
    delegate: str,
    until: date,
    ends_at: datetime,
    both: bool,
    pending: Iterable[Decision],
    at: datetime,
    gone: Collection[str] = (),
) -> Absence:
    """From now on the delegate acts; what is pending moves. What somebody handed to this person goes back to them."""
    absence = Absence(
        workspace_id=workspace_id,
        person=person,
        delegate=delegate,
        both_hats=both,
        begun_at=at,
        until=until,
        ends_at=ends_at,
    )
    session.add(absence)
    session.flush()
    for decision in pending:
        for side in _sides_of(decision, person):
            giver = side.seat(decision).on_behalf_of
            if giver and giver in gone:
                seat = Seat(delegate, giver, LEFT)
            else:
                seat = _seat_today(decision, giver or person, at)
            hand_over(decision, side, seat, person, at)
    set_timer(
        session,
        workspace_id,
        TimerKind.ABSENCE_ENDS,
        f"absence:{absence.id}",
        ends_at,
        person=person,
    )
    return absence


def come_back(
    absence: Absence,
    pending: Iterable[Decision],
    by: str | None,
    at: datetime,
    gone: Collection[str],
) -> None:
    """The person acts again; what the delegate did not get to moves back."""
    absence.ended_at = at
    for decision in pending:
        hand_back(decision, absence.delegate, by, at, person=absence.person, gone=gone)


def hand_back(
    decision: Decision,
    delegate: str,
    by: str | None,
    at: datetime,
    *,
    person: str | None = None,
    gone: Collection[str] = (),
) -> None:
    """Give back what this delegate does here for this person, or for anyone; who is away has a delegate of their own."""
    for side in Side:
        seat = side.seat(decision)
        if (
            seat.person == delegate
            and seat.on_behalf_of
            and seat.on_behalf_of == (person or seat.on_behalf_of)
        ):
            hand_over(
                decision,
                side,
                _seat_today(decision, seat.on_behalf_of, at, gone),
                by,
                at,
                gone=gone,
            )


# ---- one decision ----------------------------------------------------------------------------------------------------


def check_may_delegate(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot hand this decision to another. No chains longer than one."""
    decision.check_open()
    if person.id in (decision.holder_for, decision.counterpart_for):
        deciding.check_can_act(person)
        return
    decision.check_holds(person)
    if person.id not in decision.holders.values():
        raise OnlyHoldersDelegate(decision.number)
    if has_signed(decision, person.id) and not has_to_act(decision, person.id):
        raise deciding.AlreadySigned(decision.number, next(iter(decision.still_to_sign.values())))
    giver = decision.role_holder(person.id)
    if giver:
        raise NoChains(decision.number, giver)


def delegate_one(decision: Decision, to: Person, both: bool, by: Person, at: datetime) -> None:
    """This decision only. The role holder may name another one later, or take it back."""
    check_may_delegate(decision, by)
    taken = [side for side in Side if side.seat(decision).on_behalf_of == by.id]
    sides = taken or _sides_of(decision, by.id)
    if to.id == by.id and not taken:
        raise deciding.FieldsInvalid({"delegate": "That is you already. Choose somebody else."})
    others = [side.seat(decision).person for side in Side if side not in sides]
    if to.id in others and to.id != by.id and not both:
        raise deciding.FieldsInvalid(
            {
                "both": "They act for the other role here. Tick that one person will hold both, or choose somebody else."
            }
        )
    if (
        to.id in current_absences(decision.session, decision.workspace_id, at, to.id)
        and to.id != by.id
    ):
        raise deciding.FieldsInvalid(
            {"delegate": "This person is away, and has a delegate. Choose somebody else."}
        )
    for side in sides:
        seat = Seat(by.id) if to.id == by.id else Seat(to.id, by.id, "who delegated this one")
        hand_over(decision, side, seat, by.id, at)


# ---- empty seats -----------------------------------------------------------------------------------------------------


def empty_seat(pending: Iterable[Decision], person: str, sponsor: str | None, at: datetime) -> None:
    """A role holder has left Slack: what waits for them goes to the sponsor, with the explanation."""
    if sponsor:
        for decision in pending:
            for side in _sides_of(decision, person):
                giver = side.seat(decision).on_behalf_of or person
                hand_over(decision, side, Seat(sponsor, giver, LEFT), None, at, gone=[person])


def fill_seat(
    pending: Iterable[Decision], role: Role, gone: str, successor: str, by: str, at: datetime
) -> None:
    """Someone follows whoever has left: what waited for that seat, with the sponsor or with nobody, is theirs."""
    for decision in pending:
        side = Side.HOLDER if decision.decides.roles[0] is role else Side.COUNTERPART
        seat = side.seat(decision)
        if gone in (seat.person, seat.on_behalf_of):
            hand_over(decision, side, _seat_today(decision, successor, at), by, at, gone=[gone])
