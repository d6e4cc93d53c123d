"""Departures from Slack, and returns: open work moves, and channels are told of empty seats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import not_in_channel, readers, reminders
from handlers.answers import Answer, TellAgain
from handlers.delegation import coming_back, seat_notices
from handlers.delegation.coming_back import Over
from handlers.delegation.sponsors import follow_sponsor
from handlers.holders import seats_today
from handlers.requests import Asking, Due, Event
from models import locks
from models.acts import Act
from models.reads import lookups, seats
from models.rules import Role, Standing
from models.tables import workspace
from models.tables.absence import absences_of, current_absences, standing_in_for
from models.tables.decision import Decision
from models.tables.departure import departures_of, forget_departure, note_departure
from models.tables.post import Post
from models.tables.rights import RightsVersion, set_daily_look
from models.verbs import empty_seats, gathering, parked, rights_changes, undoing
from models.verbs.gathering import Move


def person_changed(event: Event, session: Session) -> Answer:
    """Note that somebody has left Slack, is back, became a guest or is a member again.

    Other changes of a person, such as a new status, change nothing. Slack may deliver an event
    late, after a newer one, so Slack is asked before a departure or a return is noted. If its
    answer disagrees, Slack is to send the event again, because the answer may be the one that is
    out of date. If Slack does not answer, a departure is noted, and a return waits for the event
    that Slack sends again.
    """
    user = event.body["user"]
    workspace_id = workspace.ensure_workspace(session, event.workspace).id
    has_left = bool(user.get("deleted"))
    if has_left is not bool(departures_of(session, workspace_id, user["id"])):
        standing = event.look_up(user["id"])[0].standing
        if has_left is not (standing in (Standing.DEACTIVATED, Standing.UNKNOWN)):
            return TellAgain()
        if not has_left:
            _come_back_to_slack(event, session, user["id"])
    if has_left:
        depart(event, session, user["id"])
    return readers.standing_changed(event, session, workspace_id)


def look_who_is_there(due: Due, session: Session) -> None:
    """Ask Slack once a day whether the people who act in this channel are still there.

    Slack sends one event when somebody leaves, and the bot may have missed it. Reminders that have
    ended too early begin again.
    """
    rights = lookups.current_rights_of(session, [due.timer.channel_id or 0])[0]
    workspace_id = due.timer.workspace_id
    people = {*rights.editors, *seats.people_in_seats(session, rights.channel_id)}
    absences = current_absences(session, workspace_id, due.at, *people)
    people |= {absence.delegate for absence in absences.values()}
    noted = departures_of(session, workspace_id, *people)
    found = {user.id: user.standing for user in due.look_up(*sorted(people))}
    for person, standing in found.items():
        if standing is Standing.DEACTIVATED and person not in noted:
            depart(due, session, person)
        back = standing in (Standing.MEMBER, Standing.GUEST)
        if back and person in noted and noted[person].left_at < due.at - SURE_AFTER:
            _come_back_to_slack(due, session, person)
    reminders.begin_again(due, session, rights)
    set_daily_look(session, rights.channel, due.at)


# For this long after a departure, the daily look does not believe that the person is back: the
# answer may have been cached before the departure.
SURE_AFTER = timedelta(hours=1)


def depart(asking: Asking, session: Session, person: str) -> None:
    """Hand over the open work of a person who has left Slack.

    Work that they did in the place of others goes back. Work of their own goes to the person who
    holds the role today. If that is still the person who has left, the work goes to the sponsor, if
    any, and the channel is told that the seat is empty. A second call changes nothing.
    """
    locks.lock_who_decides_to_change_it(session, asking.workspace)
    workspace_id = workspace.ensure_workspace(session, asking.workspace).id
    note_departure(session, workspace_id, person, asking.at)
    act = Act(None, asking.at)
    for absence in standing_in_for(session, workspace_id, asking.at, person):
        coming_back.end(asking, session, absence, act, why=Over.LEFT, gone=[person])
    for absence in absences_of(session, workspace_id, asking.at, person):
        coming_back.end(asking, session, absence, act, why=Over.HOLDER_LEFT, gone=[person])
    pending = locks.lock_pending_for_seat(session, asking.workspace, person)
    waiting_in = lookups.current_rights_of(session, {decision.channel_id for decision in pending})
    named = lookups.rights_naming(session, asking.workspace, person)
    gone = who_has_left(asking, session, [*waiting_in, *named], pending)
    today, moves = seats_today(asking, gone), list[Move]()
    for rights in waiting_in:
        here = [decision for decision in pending if decision.channel_id == rights.channel_id]
        moves += empty_seats.vacate(here, person, rights, asking.at, today)
    gathering.gather(moves, asking.at)
    seat_notices.follow_departures(session, named, gone, asking.at)
    sponsored = [rights for rights in named if rights.sponsor == person]
    follow_sponsor(asking, session, sponsored, act)
    rights_changes.follow_people(session, named, asking.at)
    not_in_channel.owe_notices_of_departure(asking, session, workspace_id, person)


def _come_back_to_slack(asking: Asking, session: Session, person: str) -> None:
    """Give open work back to a person who is back in Slack, from the people who took it over.

    Ask the person, too, for what has waited for them all the time.
    """
    locks.lock_who_decides_to_change_it(session, asking.workspace)
    workspace_id = workspace.ensure_workspace(session, asking.workspace).id
    forget_departure(session, workspace_id, person)
    pending = locks.lock_pending_for_seat(session, asking.workspace, person)
    parked.owe_requests_again(session, pending, person, asking.at)
    act = Act(None, asking.at)
    moves = empty_seats.come_back_to_slack(pending, person, act, seats_today(asking))
    gathering.gather(moves, asking.at)
    named = lookups.rights_naming(session, asking.workspace, person)
    gone = who_has_left(asking, session, named)
    seat_notices.note_back_in_slack(session, named, person, asking.at)
    seat_notices.follow_departures(session, named, gone, asking.at)
    follow_sponsor(asking, session, named, act)
    rights_changes.follow_people(session, named, asking.at)
    undoing.look_again(session, [version.channel_id for version in named], asking.at)
    owing = seats.owing_follow_ups(session, workspace_id, person)
    asked = seats.with_question_to(session, workspace_id, person)
    channels = {decision.channel_id for decision in [*pending, *owing, *asked]}
    channels |= {rights.channel_id for rights in named}
    not_in_channel.note_return(session, channels, [person], asking.at, to_slack=True)


def who_has_left(
    asking: Asking,
    session: Session,
    versions: Sequence[RightsVersion],
    decisions: Iterable[Decision] = (),
) -> set[str]:
    """Return the people who have left Slack, among those to whom work may go.

    Work may go to the people whom these versions name, and to the people in the seats of these
    decisions.
    """
    if not versions:
        return set()
    people = {person for rights in versions for person in rights.editors}
    for decision in decisions:
        for seat in decision.seats:
            people |= {name for name in (seat.person, seat.on_behalf_of) if name}
    noted = departures_of(session, versions[0].channel.workspace_id, *people)
    others = asking.look_up(*sorted(people - set(noted)))
    return {*noted, *(user.id for user in others if user.standing is Standing.DEACTIVATED)}


def follow(
    request: Asking,
    session: Session,
    before: RightsVersion,
    after: RightsVersion,
    *,
    goes_along: bool,
) -> None:
    """Give the open work of a role that has changed hands to its new holder; signatures stay.

    If `goes_along` is False, the work stays with the former holder, unless they have left Slack.
    What is escalated goes to today's sponsor, or to the sponsor's delegate.
    """
    # The record names the author of the change as the actor, even if somebody else has confirmed
    # the change.
    act = Act(request.look_up(after.author)[0], request.at)
    gone = who_has_left(request, session, [before])
    moved = [role for role in Role if before.holder_of(role) != after.holder_of(role)]
    today, moves = seats_today(request, gone), list[Move]()
    filled: dict[Role, list[Decision]] = {}
    for role in moved:
        old, new = before.holder_of(role), after.holder_of(role)
        if goes_along or old in gone:
            waiting = locks.lock_pending_for_seat(session, request.workspace, old, after.channel_id)
            moves += empty_seats.fill_seat(waiting, role, new, act, today, before=old)
            filled[role] = waiting
    for role, waiting in filled.items():
        moves += empty_seats.give_back_other(waiting, role, after, act, today)
    _note_who_keeps(
        session, after, [before.holder_of(role) for role in moved if role not in filled]
    )
    gathering.gather(moves, request.at)
    if moved or after.sponsor != before.sponsor:
        follow_sponsor(request, session, [after], act)


def _note_who_keeps(session: Session, made: RightsVersion, former: Sequence[str]) -> None:
    """Note, for the channel's message about this version, the former holders who keep decisions."""
    keeps = [
        person
        for person in dict.fromkeys(former)
        if any(
            decision.channel_id == made.channel_id
            for decision in seats.pending_with(session, made.channel.workspace_id, person)
        )
    ]
    told = select(Post).where(
        Post.rights_version_id == made.id, Post.key == f"rights:{made.number}"
    )
    if keeps and (post := session.scalar(told)):
        post.args = {"keep": keeps}
