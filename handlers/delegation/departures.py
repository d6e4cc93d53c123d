"""Departures from Slack: open work moves, and the channel is told which seat is empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import not_in_channel, readers
from handlers.answers import Answer, Message
from handlers.delegation import coming_back
from handlers.delegation.coming_back import Over
from handlers.delegation.sponsors import follow_sponsor
from handlers.holders import seats_today
from handlers.requests import Asking, Due, Event
from handlers.ui import blocks
from models import locks
from models.acts import Act
from models.mrkdwn import where, who
from models.reads import lookups, seats
from models.rules import Role, Standing
from models.tables import workspace
from models.tables.absence import absences_of, current_absences, standing_in_for
from models.tables.decision import Decision
from models.tables.departure import departures_of, forget_departure, note_departure
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion, set_daily_look
from models.verbs import empty_seats, gathering, rights_changes
from models.verbs.gathering import Move


def person_changed(event: Event, session: Session) -> Answer:
    """Note that somebody has left Slack, is back, became a guest or is a member again.

    Other changes of a person, such as a new status, change nothing.
    """
    user = event.body["user"]
    workspace_id = workspace.ensure_workspace(session, event.workspace).id
    if user.get("deleted"):
        depart(event, session, user["id"])
    elif departures_of(session, workspace_id, user["id"]):
        _be_there_again(event, session, user["id"])
    return readers.standing_changed(event, session, workspace_id)


def look_who_is_there(due: Due, session: Session) -> None:
    """Ask Slack once a day whether the people who act in this channel are still there.

    Slack sends one event when somebody leaves, and the bot may have missed it.
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
            _be_there_again(due, session, person)
    set_daily_look(session, rights.channel, due.at)


# For this long after a departure, the daily look does not believe that the person is back: the
# answer may have been cached before the departure.
SURE_AFTER = timedelta(hours=1)


def depart(asking: Asking, session: Session, person: str) -> None:
    """Hand over the open work of a person who has left Slack.

    Work that they did in the place of others goes back. Work of their own goes to the person who
    holds the role today. If that is still the person who has left, the work goes to the sponsor, if
    there is one, and the channel is told that the seat is empty. A second call changes nothing.
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
    held = lookups.rights_held_by(session, asking.workspace, person)
    gone = who_has_left(asking, session, [*waiting_in, *held], pending)
    today, moves = seats_today(asking, gone), list[Move]()
    for rights in waiting_in:
        here = [decision for decision in pending if decision.channel_id == rights.channel_id]
        moves += empty_seats.vacate(here, person, rights, asking.at, today)
    gathering.gather(moves, asking.at)
    _owe_seats(session, held, person, gone, asking.at)
    named = lookups.rights_naming(session, asking.workspace, person)
    sponsored = [rights for rights in named if rights.sponsor == person]
    follow_sponsor(asking, session, sponsored, act)
    rights_changes.follow_people(session, named, asking.at)
    not_in_channel.owe_notices_of_departure(asking, session, workspace_id, person)


def _be_there_again(asking: Asking, session: Session, person: str) -> None:
    """Give open work back to a person who is back in Slack, from the people who took it over."""
    locks.lock_who_decides_to_change_it(session, asking.workspace)
    workspace_id = workspace.ensure_workspace(session, asking.workspace).id
    forget_departure(session, workspace_id, person)
    pending = locks.lock_pending_for_seat(session, asking.workspace, person)
    act = Act(None, asking.at)
    moves = empty_seats.come_back_to_slack(pending, person, act, seats_today(asking))
    gathering.gather(moves, asking.at)
    sponsored = lookups.rights_naming(session, asking.workspace, person)
    follow_sponsor(asking, session, sponsored, act)
    rights_changes.follow_people(session, sponsored, asking.at)


def who_has_left(
    asking: Asking,
    session: Session,
    versions: Sequence[RightsVersion],
    decisions: Iterable[Decision] = (),
) -> set[str]:
    """Return the people who have left Slack, among those to whom work may go.

    Those are the people whom these versions name, and the people in the seats of these decisions.
    """
    if not versions:
        return set()
    people = {person for rights in versions for person in rights.editors}
    for decision in decisions:
        both = decision.holder_seat, decision.counterpart_seat
        people |= {name for seat in both for name in (seat.person, seat.on_behalf_of) if name}
    noted = departures_of(session, versions[0].channel.workspace_id, *people)
    others = asking.look_up(*sorted(people - set(noted)))
    return {*noted, *(user.id for user in others if user.standing is Standing.DEACTIVATED)}


def _seat_key(rights: RightsVersion, person: str, sponsor: str | None) -> str:
    return f"seat:{rights.id}:{person}:{sponsor or ''}"


def _owe_seats(
    session: Session,
    held: Sequence[RightsVersion],
    person: str,
    gone: Collection[str],
    at: datetime,
) -> None:
    """Owe each of these channels a message that a seat is empty, unless it was told already."""
    # The messages are found by key, because no index leads from a version to its messages.
    keys = {_seat_key(rights, person, other) for rights in held for other in (rights.sponsor, None)}
    here = Post.channel_id.in_({rights.channel_id for rights in held})
    told_in = set(session.scalars(select(Post.rights_version_id).where(here, Post.key.in_(keys))))
    for rights in held:
        if rights.id not in told_in:
            sponsor = rights.sponsor if rights.sponsor not in gone else None
            session.add(
                Post(
                    channel_id=rights.channel_id,
                    key=_seat_key(rights, person, sponsor),
                    drawing=Drawing.SEAT,
                    args={"person": person, "sponsor": sponsor},
                    rights_version_id=rights.id,
                    due_at=at,
                )
            )


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
    gathering.gather(moves, request.at)
    if moved or after.sponsor != before.sponsor:
        follow_sponsor(request, session, [after], act)


# ---- drawn ---------------------------------------------------------------------------------------


def seat_post(post: Post, session: Session) -> Message:
    """Tell the channel that a role holder has left Slack, or cannot read the channel any more.

    Say who acts meanwhile, with a button to give the role to somebody else. If the role holder can
    read the channel again, say only that.
    """
    assert post.rights_version_id
    rights, seat = lookups.rights_version(session, post.rights_version_id), _seat(post)
    person, outside = seat["person"], seat.get("outside")
    roles = rights.words.roles(role for role in Role if rights.holder_of(role) == person)
    if seat.get("back"):
        first = f"{who(person)}, {roles} here, can read this channel again."
        return Message(first, [blocks.section(first)])
    first = f"The seat of {roles} is empty here: {who(person)} has left Slack."
    if outside:
        first = f"{who(person)}, {roles} here, cannot read this channel any more."
    channel = where(rights.channel.slack_id)
    if rights.channel.rights_number > rights.number:
        step = f"Since then the rights of {channel} were changed; see `/tradeoff rights`."
        return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}")])
    step = f"{_meanwhile(rights, seat.get('sponsor'))} Say who takes it over: one short form."
    if outside:
        step = "Invite them back, or say who takes the role over: one short form."
    button = blocks.button("Fill the seat", "rights.edit", rights.channel.slack_id, style="primary")
    return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}"), blocks.actions(button)])


def _seat(post: Post) -> dict[str, Any]:
    """Return the arguments of a message about a seat: `person`, and `sponsor` if one acts now.

    `outside` says that the person is in Slack but cannot read the channel, `back` that they can
    again. Rows of older releases have person and sponsor only in the key.
    """
    return post.args or dict(zip(("person", "sponsor"), post.key.split(":")[2:], strict=False))


def _meanwhile(rights: RightsVersion, sponsor: str | None) -> str:
    called = rights.words.sponsor
    if sponsor:
        return f"What was waiting for them went to {who(sponsor)} ({called}), and so does new work."
    none = f"The {called} has left too" if rights.sponsor else f"There is no {called}"
    return f"{none}, so what was waiting for them waits until the seat is filled."
