"""Changes of rights.

A change that takes something from another role waits to be confirmed. Other changes are made at
once.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import access
from handlers.answers import Answer, Done, UpdateForm
from handlers.delegation import coming_back, departures
from handlers.requests import Asking, Form
from handlers.rights import change_forms, new_holders, pending
from models.refusals.refused import FieldsInvalid, Refused
from models.refusals.rights import (
    ChangeWaits,
    NoKindLeft,
    SuccessorNotKnownNow,
    SuccessorNotThere,
)
from models.rules import Kind, Right, Role, Standing, leaves_no_kind
from models.tables.absence import current_absences
from models.tables.departure import departures_of
from models.tables.rights import RightsVersion, revised
from models.tables.rights_change import (
    ChangeState,
    RightsChange,
    change_made_with,
    pending_change,
)
from models.verbs import replacing_rights, rights_changes, undoing, wanted_rights
from models.verbs.rights_changes import ANSWER_WITHIN, Answers
from models.verbs.wanted_rights import Wanted
from models.working_time import end_of_window


def save(
    form: Form,
    session: Session,
    current: RightsVersion,
    version: RightsVersion,
    table: Mapping[Kind, Right],
    *,
    goes_along: bool = True,
) -> Answer:
    """Make `version` the next one, or ask the roles that would lose something to confirm it.

    If `goes_along` is True, a role's open decisions go to its new holder.
    """
    wanted = wanted_rights.wanted(current, version, table)
    _check_is_different(wanted)
    gone = departures.who_has_left(form, session, [current])
    away = current_absences(session, current.channel.workspace_id, form.at, *current.editors)
    if not wanted_rights.losing(current, wanted, form.person.id, gone, away):
        version.made_with = form.id
        _make(form, session, current, version, table, goes_along=goes_along)
        return Done()
    if waiting := pending_change(session, current.channel_id):
        raise ChangeWaits(waiting.author)
    _check_channel_reads(form, current)
    change = _change(form, current, version.reason, wanted, goes_along)
    _check_can_confirm(
        form, current, rights_changes.missing(session, current, change, form.at, gone)
    )
    session.add(change)
    session.flush()
    rights_changes.set_timer_of_change(session, current, change, change.expires_at)
    rights_changes.ask(session, current, change, form.at, gone)
    return UpdateForm(change_forms.asked_view(current, change, session, form.at))


def _check_channel_reads(form: Form, current: RightsVersion) -> None:
    """Raise FieldsInvalid if the bot cannot tell the channel that the change waits.

    Otherwise a change that nobody can confirm would take effect without anybody having read of it.
    """
    place = form.look_at(current.channel.slack_id)
    if place.is_archived:
        said = "The channel is archived, so nobody there would read this. Unarchive it first."
        raise FieldsInvalid({"reason": said})
    if place.is_known and not place.bot_is_member:
        said = (
            "I am not in the channel, so nobody there would read this. Type /invite and my name "
            "there, then press Save again."
        )
        raise FieldsInvalid({"reason": said})


def _check_can_confirm(form: Form, current: RightsVersion, answers: Answers) -> None:
    """Raise FieldsInvalid if somebody who has to confirm the change may not read the channel.

    They could not read what they are asked, and the change would lapse.
    """
    channel, people = current.channel.slack_id, [*answers.asked.values()]
    outside = access.outsiders(form, channel, people)
    for person in form.look_up(*sorted(outside)):
        # Slack does not read mentions in the errors of a form.
        named = f"@{person.mention or 'someone'}"
        said = f"{named} has to confirm this, and is not in the channel. Invite them first."
        raise FieldsInvalid({"reason": said})


def _change(
    form: Form, current: RightsVersion, reason: str | None, wanted: Wanted, goes_along: bool
) -> RightsChange:
    """Return a change that waits to be confirmed, as a row."""
    return RightsChange(
        channel_id=current.channel_id,
        author=form.person.id,
        reason=reason,
        asked_at=form.at,
        made_with=form.id,
        facts=wanted.facts,
        rows=wanted.rows,
        switched=wanted.switched,
        goes_along=goes_along,
        confirmed={},
        expires_at=end_of_window(form.at, ANSWER_WITHIN, current.time_zone, current.calendar),
        state=ChangeState.PENDING,
    )


def _check_is_different(wanted: Wanted) -> None:
    """Raise FieldsInvalid if nothing would change."""
    if not (wanted.facts or wanted.rows or wanted.switched):
        said = "Nothing is different above. Change a field, or close the form."
        raise FieldsInvalid({"reason": said})


def saved_before(form: Form, session: Session, channel_id: int) -> Answer | None:
    """Return the answer that this form has had already; None if it was not submitted before.

    A form is valid for the version of the rights that it shows, and its first submission may make a
    newer version. Without this check, a second submission would be refused as out of date.
    """
    made = select(RightsVersion.id).where(
        RightsVersion.channel_id == channel_id, RightsVersion.made_with == form.id
    )
    if session.scalar(made):
        return Done()
    change = change_made_with(session, channel_id, form.id)
    if change is None:
        return None
    current = pending.rights_of(session, change)
    return UpdateForm(change_forms.asked_view(current, change, session, form.at))


def _make(
    asking: Asking,
    session: Session,
    current: RightsVersion,
    version: RightsVersion,
    table: Mapping[Kind, Right],
    *,
    goes_along: bool,
) -> RightsVersion:
    made = replacing_rights.replace(session, current, version, table, asking.at)
    departures.follow(asking, session, current, made, goes_along=goes_along)
    rights_changes.follow_version(session, made, asking.at)
    undoing.look_again(session, [made.channel_id], asking.at)
    coming_back.redraw_duties(session, current, made, asking.at)
    new_holders.tell(asking, session, current, made)
    return made


def why_not(
    asking: Asking, session: Session, current: RightsVersion, change: RightsChange
) -> Refused | None:
    """Return why a change that waited cannot be made now; None if it can.

    SuccessorNotKnownNow means only that Slack does not say so now.
    """
    if leaves_no_kind(_unused(current, change)):
        return NoKindLeft()
    named = [person for role in (*Role, "sponsor") if (person := change.facts.get(str(role)))]
    not_there = {*departures_of(session, current.channel.workspace_id, *named)}
    not_there |= access.outsiders(asking, current.channel.slack_id, named) if named else set()
    found = asking.look_up(*named)
    for person in found:
        if person.standing not in (Standing.MEMBER, Standing.UNKNOWN) or person.id in not_there:
            return SuccessorNotThere(person.id)
    unknown = [person.id for person in found if person.standing is Standing.UNKNOWN]
    return SuccessorNotKnownNow(unknown[0]) if unknown else None


def _unused(current: RightsVersion, change: RightsChange) -> list[str]:
    return wanted_rights.unused_after(current, change.switched or {})


def take_effect(
    asking: Asking,
    session: Session,
    current: RightsVersion,
    change: RightsChange,
    by: str | None,
) -> RightsVersion:
    """Make the version that a change asks for.

    Raise SuccessorNotThere if a person who would become product owner, project manager or sponsor
    is not a full member who may read the channel; SuccessorNotKnownNow if Slack does not say. Raise
    NoKindLeft if no kind besides acceptance would be used.
    """
    if refusal := why_not(asking, session, current, change):
        raise refusal
    rights_changes.end(session, change, ChangeState.MADE, asking.at, by)
    facts = {**change.facts, "unused": _unused(current, change)}
    version = revised(current, change.author, change.reason, **facts)
    table = {**current.table, **change.rows}
    made = _make(asking, session, current, version, table, goes_along=change.goes_along)
    change.version_number = made.number
    return made
