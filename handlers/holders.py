"""Holders of rights now: Slack says who is still there, and the record says who is away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from handlers import access
from handlers.requests import Asking, Command, Form
from models import locks
from models.reads import lookups
from models.refusals.place import (
    BotNotHere,
    ChannelArchived,
    NotSetUp,
    NotYourChannel,
    check_can_raise,
)
from models.rules import Standing
from models.tables.absence import current_absences
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.commitment_moves import is_at_stake
from models.verbs.handover import SeatsToday
from models.verbs.routing import Matter, Routing, route
from models.working_time import is_zone


def matter_of(decision: Decision, replaced: Decision | None = None) -> Matter:
    """Return what another round of this decision is about: its kind and, if any, a commitment.

    `replaced` is the older decision that it replaces. If the decision has no commitment of its own,
    the commitment is the one that `replaced` has moved.
    """
    touched = decision.commitment or (replaced and is_at_stake(replaced) and replaced.commitment)
    return Matter(decision.kind, touched.name if touched else None)


def routed(asking: Asking, session: Session, version: RightsVersion, matter: Matter) -> Routing:
    """Return the route of a round that begins now, with the counterpart's time zone.

    The time zone is the one that Slack knows, else the channel's.
    """
    assert locks.is_who_decides_locked(session), "people may come and go while this is routed"
    routing = foreseen(asking, session, version, matter)
    zone = zone_of(asking, routing.counterpart.person, version.time_zone)
    return replace(routing, time_zone=zone)


def foreseen(asking: Asking, session: Session, version: RightsVersion, matter: Matter) -> Routing:
    """Return the route that a round would take if it began now."""
    gone = [
        editor.id
        for editor in asking.look_up(*version.editors)
        if editor.standing is Standing.DEACTIVATED
    ]
    outside = delegates_outside(asking, session, version)
    return route(session, version, matter, asking.at, gone, outside)


def delegates_outside(asking: Asking, session: Session, version: RightsVersion) -> set[str]:
    """Return the people who stand in for an editor of this version but may not read the channel.

    The editors are the role holders and the sponsor. Such a delegate stands in for nobody there.
    """
    away = current_absences(session, version.channel.workspace_id, asking.at, *version.editors)
    delegates = {absence.delegate for absence in away.values()}
    return access.outsiders(asking, version.channel.slack_id, delegates) if delegates else set()


def seats_today(asking: Asking, gone: Collection[str] = ()) -> SeatsToday:
    """Return who does each person's work at this moment; people who are `gone` do none."""
    return SeatsToday(asking.at, access.reading_check(asking), gone)


def zone_of(asking: Asking, person: str, otherwise: str) -> str:
    """Return this person's time zone as Slack knows it, else the channel's zone (`otherwise`)."""
    (found,) = asking.look_up(person)
    here = found.standing in (Standing.MEMBER, Standing.GUEST) and is_zone(found.time_zone)
    return found.time_zone if here else otherwise


def rights_now(asking: Asking, session: Session, decision: Decision) -> RightsVersion:
    """Return the rights of the decision's channel as they are today."""
    found = lookups.current_rights(session, asking.workspace, decision.channel.slack_id)
    assert found
    return found


def rights_here(command: Command, session: Session) -> RightsVersion:
    """Return the rights of the channel in which this command was typed, for an answer about it.

    Raise BotNotHere if the bot is outside. Raise NotYourChannel if the person may not read the
    channel, or if Slack does not say. Slack lets nobody type in a channel from outside. This check
    does not rely on that.
    """
    if command.place.is_closed:
        raise BotNotHere("run the command", command.bot_user)
    if not access.may_see(command, command.place.id):
        raise NotYourChannel(command.place.id)
    return lookups.require_rights(session, command.workspace, command.place.id)


def check_may_raise(form: Form, session: Session, channel: str) -> RightsVersion | None:
    """Return the channel's rights; None if this form has raised its decision already.

    So a form that is submitted twice raises once. Raise the Refused that says why this person
    cannot raise anything there.
    """
    check_can_raise(form.person)
    current, taken = lookups.rights_to_raise(session, form.workspace, channel, form.id)
    if current is None:
        raise NotSetUp(channel)
    # The channel may have got another id while the form was open.
    present = current.channel.slack_id
    if form.look_at(present).is_archived:
        raise ChannelArchived(present)
    if not access.may_see(form, present):
        raise NotYourChannel(present)
    return None if taken else current
