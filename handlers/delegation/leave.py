"""Leave: a delegate acts for a person who is away; no deadline changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import access
from handlers.access import Sight
from handlers.answers import Answer, OpenForm, UpdateForm, View
from handlers.delegation import coming_back, seat_notices
from handlers.delegation.coming_back import Over
from handlers.delegation.leave_forms import WaitingCounts, away_view, leave_form
from handlers.delegation.return_day import read_until, typed_day
from handlers.delegation.sponsors import escalations_wait_in, move_to_sponsor, sponsored_by
from handlers.holders import seats_today
from handlers.requests import Click, Command, Form, Request
from handlers.ui import fields, forms, typed_days
from models import locks
from models.reads import held_rights, lookups, seats
from models.reads.held_rights import HeldRights
from models.refusals.absence import OnlyRoleHoldersLeave
from models.refusals.place import OnlyMembersDelegate
from models.refusals.refused import FieldsInvalid, NotKnownNow
from models.rules import Person, Standing
from models.tables import workspace
from models.tables.absence import Absence, absences_of, standing_in_for
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.workspace import words_of
from models.verbs import gathering, handover, leaving, rights_changes, undoing
from models.verbs.gathering import Move
from models.working_time import OPENING, local_day, moment

LONGEST_LEAVE = timedelta(days=366)


def open_leave(command: Command, session: Session, text: str) -> Answer:
    """Answer `/tradeoff away @someone until 24 Dec` with a form that says what would move."""
    return _open_leave(command, session, text)


def go_on_leave(click: Click, session: Session) -> Answer:
    """Open the same form, empty, from Home's button."""
    return _open_leave(click, session, "")


def _check_may_delegate(person: Person) -> None:
    """Raise the Refused that says why this person may name no delegate."""
    if person.standing is Standing.UNKNOWN:
        raise NotKnownNow
    if person.standing is not Standing.MEMBER:
        raise OnlyMembersDelegate(person.standing)


def _open_leave(request: Request, session: Session, text: str) -> Answer:
    _check_may_delegate(request.person)
    workspace_id = workspace.ensure_workspace(session, request.workspace).id
    rights = _rights_of(request, session)
    leaving.check_not_away(session, workspace_id, request.person.id, request.at)
    delegate, _ = fields.mentioned(text)
    until, how_read = _day_of_return(text, local_day(request.at, request.person.time_zone))
    moving, waiting = _waiting(request, session, workspace_id, rights)
    has_one_role = any(
        request.person.id in version.role_holders and not version.same_person for version in rights
    )
    has_one_side = any(handover.has_one_side(decision, request.person.id) for decision in moving)
    return OpenForm(
        leave_form(
            delegate or None,
            until,
            waiting,
            how_read,
            is_sponsor=any(version.sponsor == request.person.id for version in rights),
            has_other_side=has_one_role or has_one_side,
        )
    )


def _day_of_return(text: str, today: date) -> tuple[date | None, str]:
    """Return the typed day of return, and how it was read. A day that is no choice is left out."""
    typed, until = typed_day(text), read_until(text, today)
    how_read = typed_days.how_read(typed, typed_days.readings(typed, today)) if typed else ""
    if until is None or _may_return_on(until, today):
        return until, how_read
    return None, f"{how_read} Choose a day after today, within a year."


def _may_return_on(day: date, today: date) -> bool:
    return today < day <= today + LONGEST_LEAVE


def _waiting(
    request: Request, session: Session, workspace_id: int, rights: Sequence[RightsVersion]
) -> tuple[list[Decision], WaitingCounts]:
    """Return the decisions that would move if this person went on leave, and how much waits.

    What waits in a channel that they may not read stays with them. `rights` are the versions that
    name the person.
    """
    person = request.person.id
    pending = seats.pending_with(session, workspace_id, person)
    channels = [decision.channel.slack_id for decision in pending]
    channels += [version.channel.slack_id for version in rights]
    sights = access.sights(request, request.person, channels)
    moving = [decision for decision in pending if sights[decision.channel.slack_id] is not Sight.NO]
    seen = [version for version in rights if sights[version.channel.slack_id] is not Sight.NO]
    in_sight = {version.channel_id for version in seen}
    escalated = [
        decision
        for decision in seats.escalated_to(session, workspace_id, person)
        if decision.channel_id in in_sight
    ]
    held = [HeldRights(version, person) for version in seen]
    changes = held_rights.changes_to_confirm(session, held, person, request.at)
    return moving, WaitingCounts.of(person, moving, escalated, changes)


def save_leave(form: Form, session: Session) -> Answer:
    """Begin the leave: from now on the delegate acts, and the person stands in for nobody.

    A form that is submitted twice gets the same answer both times.
    """
    _check_may_delegate(form.person)
    locks.lock_who_decides_to_change_it(session, form.workspace)
    coming_back.end_what_is_over(form, session, form.person.id)
    begun_before = _begun_with(form, session)
    if begun_before:
        message = coming_back.first_message(session, begun_before)
        return UpdateForm(_away_view(form, session, begun_before, (message and message.args) or {}))
    rights = _rights_of(form, session)
    closed = _closed_to(form, session, rights)
    absence = _read_absence(form, session, rights, closed)
    went_back = set[int]()
    for duty in standing_in_for(session, absence.workspace_id, form.at, form.person.id):
        ended = coming_back.end(form, session, duty, form.act, why=Over.AWAY)
        went_back |= gathering.moved_to(duty.person, ended)
    moves = _hand_over(form, session, absence, closed)
    seen = [version for version in rights if version.channel.slack_id not in closed]
    sponsored = [version for version in seen if version.sponsor == absence.person]
    moves += move_to_sponsor(form, session, sponsored, form.act)
    seat_notices.note_leave(session, rights, absence.person, form.at)
    message = Post(
        channel_id=rights[0].channel_id,
        key=f"absence:{absence.id}",
        drawing=Drawing.STANDS_IN,
        args={"absence": absence.id, **_counts(absence, moves, went_back)},
        person=absence.delegate,
        due_at=form.at,
    )
    session.add(message)
    gathering.gather(moves, form.at, {absence.delegate: message})
    rights_changes.follow_people(session, rights, form.at)
    undoing.look_again(session, [version.channel_id for version in rights], form.at)
    return UpdateForm(_away_view(form, session, absence, message.args or {}))


def _hand_over(
    form: Form, session: Session, absence: Absence, closed: Collection[str]
) -> list[Move]:
    """Begin the absence, and move the open work that is not in `closed` channels."""
    waiting = locks.lock_pending_with(session, form.workspace, absence.person)
    pending = [decision for decision in waiting if decision.channel.slack_id not in closed]
    waits_in = lookups.current_rights_of(session, {decision.channel_id for decision in pending})
    sponsors = {version.channel_id: version.sponsor for version in waits_in}
    today = seats_today(form, _gone(form, pending, sponsors.values()))
    return leaving.leave(session, absence, pending, form.act, today, sponsors=sponsors)


def _counts(absence: Absence, moves: Sequence[Move], went_back: Collection[int]) -> dict[str, int]:
    """Count the decisions that moved to the delegate, and those that went back to their givers.

    `went_back` has the ids of the decisions that went back before, when the person ceased to stand
    in for others. A decision of which both sides went back counts once. `save_leave` keeps the
    counts, so that a form that is submitted twice gets the same answer.
    """
    others = {move.decision.id for move in moves if move.to != absence.delegate}
    return {
        "moved": len(gathering.moved_to(absence.delegate, moves)),
        "went_back": len(others.union(went_back)),
    }


def _away_view(form: Form, session: Session, absence: Absence, counts: Mapping[str, int]) -> View:
    sponsored = sponsored_by(session, form.workspace, absence.person)
    return away_view(absence, counts, escalations_wait_in(sponsored, absence.delegate))


def _rights_of(request: Request, session: Session) -> list[RightsVersion]:
    """Return the rights that name this person. Raise OnlyRoleHoldersLeave if there are none."""
    rights = lookups.rights_naming(session, request.workspace, request.person.id)
    if not rights:
        raise OnlyRoleHoldersLeave(words_of(session, request.workspace))
    return rights


def _begun_with(form: Form, session: Session) -> Absence | None:
    """Return the person's current leave if it has the delegate and the day of this form, else None.

    If there is such a leave, the form was submitted before.
    """
    workspace_id = workspace.ensure_workspace(session, form.workspace).id
    for absence in absences_of(session, workspace_id, form.at, form.person.id):
        asked = fields.person(form.state, "delegate"), fields.chosen_day(form.state, "until")
        if asked == (absence.delegate, absence.until):
            return absence
    return None


def _closed_to(form: Form, session: Session, rights: Iterable[RightsVersion]) -> set[str]:
    """Return the channels in which this person has something to do, but which they may not read.

    Their work in such a channel stays with them, and they can go on leave all the same. Otherwise
    somebody could keep them from going on leave, by giving them a role in a private channel and
    then removing them from it.
    """
    channels = _where_they_act(form, session, rights)
    sights = access.sights(form, form.person, channels)
    return {channel for channel, sight in sights.items() if sight is Sight.NO}


def _where_they_act(form: Form, session: Session, rights: Iterable[RightsVersion]) -> list[str]:
    pending = locks.lock_pending_with(session, form.workspace, form.person.id)
    channels = [version.channel.slack_id for version in rights]
    channels += [decision.channel.slack_id for decision in pending]
    return list(dict.fromkeys(channels))


def _read_absence(
    form: Form, session: Session, rights: Iterable[RightsVersion], closed: Collection[str]
) -> Absence:
    """Return the leave that was typed. Raise the Refused that says why it cannot begin.

    The delegate must be able to read the channels of the person's work, except the `closed` ones.
    """
    workspace_id = workspace.ensure_workspace(session, form.workspace).id
    delegate, until = _read_leave(form)
    channels = _where_they_act(form, session, rights)
    _check_may_read(form, delegate, [channel for channel in channels if channel not in closed])
    leaving.check_may_leave(session, workspace_id, form.person.id, delegate, form.at)
    both = fields.ticked(form.state, "both")
    if not both and _would_hold_both(form, session, rights, closed, delegate.id):
        raise FieldsInvalid(
            {
                "both": "They would hold both roles in one of your channels or decisions. Tick "
                "this, or choose somebody else."
            }
        )
    return Absence(
        workspace_id=workspace_id,
        person=form.person.id,
        delegate=delegate.id,
        both_hats=both,
        begun_at=form.at,
        until=until,
        ends_at=moment(until, OPENING, form.person.time_zone),
    )


def _would_hold_both(
    form: Form,
    session: Session,
    rights: Iterable[RightsVersion],
    closed: Collection[str],
    delegate: str,
) -> bool:
    """Return True if this delegate would act in both roles, in a channel or on one decision.

    The other role's holder may have handed over a single decision to them. What waits in `closed`
    channels stays with the person.
    """
    person = form.person.id
    waiting = locks.lock_pending_with(session, form.workspace, person)
    moving = [decision for decision in waiting if decision.channel.slack_id not in closed]
    held = [version for version in rights if person in version.role_holders]
    on_one = any(leaving.gets_both_sides(decision, person, delegate) for decision in moving)
    return on_one or leaving.both_hats(session, held, person, delegate, form.at)


def _check_may_read(form: Form, delegate: Person, channels: Collection[str]) -> None:
    """Raise FieldsInvalid if the delegate may not read one of these channels."""
    errors = access.invite_errors(form, "delegate", [delegate.id], channels)
    if errors:
        raise FieldsInvalid(errors)


def _gone(form: Form, pending: Sequence[Decision], sponsors: Collection[str | None]) -> set[str]:
    """Return the people who have left Slack, among those to whom this work may go back.

    They are these sponsors, and the people in whose place somebody acts on these decisions.
    """
    absent = [seat.on_behalf_of for decision in pending for seat in decision.seats]
    named = {*sponsors, *absent}
    people = sorted(person for person in named if person)
    found = form.look_up(*people)
    gone = {person.id for person in found if person.standing is Standing.DEACTIVATED}
    if not pending:
        return gone
    return {*gone, *departures_of(pending[0].session, pending[0].workspace_id, *people)}


def _read_leave(form: Form) -> tuple[Person, date]:
    person, until = fields.person(form.state, "delegate"), fields.chosen_day(form.state, "until")
    today = local_day(form.at, form.person.time_zone)
    errors = {} if person else {"delegate": "Choose who decides for you."}
    if until is None or not _may_return_on(until, today):
        errors["until"] = "Choose the day on which you are back: a day after today, within a year."
    if person == form.person.id:
        errors["delegate"] = "That is you. Choose somebody else."
    elif person:
        errors |= forms.full_member_errors("delegate", form.look_up(person)[0], "decide for you")
    if errors:
        raise FieldsInvalid(errors)
    assert until
    return form.look_up(person)[0], until
