"""Saving of the set-up form. After it, the person goes on with what they were about to raise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import after_the_fact, subjects
from handlers.acceptance import claim
from handlers.answers import Answer, Done, UpdateForm, View
from handlers.delegation import coming_back
from handlers.requests import Form
from handlers.rights import changing, new_holders
from handlers.rights.editors import check_may_change_rights, check_still
from handlers.rights.people import GOES_ALONG, ROLES, read_setup
from handlers.tradeoff.form import said_first, tradeoff_form
from handlers.ui import fields, forms
from models import locks
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import DEFAULT_RIGHTS
from models.tables.channel import Channel, ensure_channel
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion, new_version
from models.verbs import readers
from models.verbs.handover import HAS_LEFT
from models.working_time import local_day


def save_setup(form: Form, session: Session) -> Answer:
    """Make a version of the rights from the form, or ask for the confirmations that it needs.

    After a first set-up, go on to what the person was about to raise.
    """
    remembered = forms.remembered(form.metadata)
    locks.lock_who_decides_to_change_it(session, form.workspace)
    subjects.readable_channel(form, session, remembered["channel"])
    channel = ensure_channel(session, form.workspace, remembered["channel"])
    current = lookups.current_rights(session, form.workspace, channel.slack_id)
    before = changing.saved_before(form, session, channel.id) if current else None
    if current and before:
        then = remembered.get("then")
        return UpdateForm(_going_on(current, then, form.at)) if then else before
    check_may_change_rights(form, current)
    check_still(current, remembered)
    version = read_setup(form, channel, current)
    _check_nobody_has_left(session, channel, version)
    if current:
        goes_along = fields.chosen(form.state, GOES_ALONG) != "no"
        return changing.save(form, session, current, version, current.table, goes_along=goes_along)
    version.made_with = form.id
    made = new_version(session, channel, version, DEFAULT_RIGHTS, form.at)
    coming_back.redraw_duties(session, None, made, form.at)
    readers.set_check(session, channel, form.at)
    new_holders.tell(form, session, None, made)
    _redraw_welcome(session, channel, form.at)
    if remembered.get("then"):
        return UpdateForm(_going_on(made, remembered["then"], form.at))
    return Done()


def _redraw_welcome(session: Session, channel: Channel, at: datetime) -> None:
    """Redraw the message that asked for the set-up, if the bot has posted one."""
    found = select(Post).where(Post.channel_id == channel.id, Post.drawing == Drawing.WELCOME)
    for post in session.scalars(found).all():
        post.redraw(at)


def _check_nobody_has_left(session: Session, channel: Channel, version: RightsVersion) -> None:
    """Raise FieldsInvalid if the record says that someone in a role has left Slack.

    Slack's cached answer about that person may be older than the departure.
    """
    gone = departures_of(session, channel.workspace_id, *version.editors)
    errors = {name: HAS_LEFT for name in ROLES if getattr(version, name) in gone}
    if errors:
        raise FieldsInvalid(errors)


def _going_on(rights: RightsVersion, then: Mapping[str, Any], at: datetime) -> View:
    """Return the form that the person was about to open when the channel was not set up yet."""
    source = then.get("source")
    if then.get("claim"):
        return claim.claim_form(rights, then["title"], source=source)
    if then.get("record"):
        return after_the_fact.record_form(rights, then["title"], local_day(at, rights.time_zone))
    remember = {"source": source} if source else {}
    return tradeoff_form(rights, given=then, above=said_first(remember), remember=remember)
