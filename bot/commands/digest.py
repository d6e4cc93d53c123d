"""`tradeoff digest`: a channel's week in the terminal, or posted after all if it was missed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from bot.commands.tenants import TenantUnclear, tenant_of
from handlers.answers import Message
from handlers.digest import posting, words
from models import mrkdwn
from models.reads import digests, lookups
from models.reads.week import week_of
from models.tables.rights import RightsVersion
from models.visible_text import cleaned
from models.working_time import local_day, moment


class NoDigest(Exception):
    """Reason, as a sentence, why the digest that was asked for cannot be shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Digest that the operator asks for: a channel, of a tenant if that is needed, and a week."""

    channel: str
    tenant: str | None
    week: str | None


def rights_of(session: Session, asked: Asked) -> RightsVersion:
    """Return the current rights of this channel.

    Raise NoDigest if the channel is not set up, or if several tenants have it.
    """
    slack_id = asked.channel
    try:
        tenant = tenant_of(session, slack_id, asked.tenant)
    except TenantUnclear as unclear:
        raise NoDigest(str(unclear)) from None
    rights = lookups.current_rights(session, tenant, slack_id) if tenant else None
    if rights is None:
        raise NoDigest(
            f"No channel {slack_id} is set up here: give its id, such as C0123ABCD "
            "(channel details in Slack)."
        )
    return rights


def end_of_week(name: str | None, rights: RightsVersion, now: datetime) -> datetime:
    """Return when the digest of an ISO week such as 2026-W47 is due; `now` if `name` is None.

    A digest on Monday covers the week before it. A digest on Friday covers the week that Friday is
    in. Raise NoDigest if the name is not a week, or if its digest is not due yet.
    """
    if name is None:
        return now
    found = re.fullmatch(r"(2\d{3})-W(\d{2})", name)
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        monday = None
    if monday is None:
        raise NoDigest(f"{name} is not a week. Write it like 2026-W47.")
    zone, weekday = rights.time_zone, timedelta(days=rights.digest_weekday or 0)
    end = moment(monday + timedelta(weeks=1), time(0), zone)
    days = [monday + weekday, monday + weekday + timedelta(weeks=1)]
    due = (moment(day, time(rights.digest_hour), zone) for day in days)
    until = min(due, key=lambda at: abs(at - end))
    if until > now:
        raise NoDigest(f"{name} is not over: its digest is due on {until:%Y-%m-%d %H:%M} UTC.")
    return until


def printed(session: Session, asked: Asked, now: datetime) -> str:
    """Return the digest as plain text. Raise NoDigest."""
    rights = rights_of(session, asked)
    until = end_of_week(asked.week, rights, now)
    since = digests.begins_at(session, rights, until)
    return plain(words.digest_message(week_of(session, rights, until, now, since=since)))


def owed(session: Session, asked: Asked, now: datetime) -> str:
    """Let the running bot post the digest, unless the record has the message of its week already.

    Return a sentence that says which of the two it is. Raise NoDigest.
    """
    rights = rights_of(session, asked)
    until = end_of_week(asked.week, rights, now)
    name = f"the digest of {asked.week or f'{local_day(until, rights.time_zone):%G-W%V}'}"
    return (
        f"The channel is owed {name}; the running bot posts it."
        if posting.owe_week(session, rights, until, now)
        else (f"The channel has {name} already.")
    )


def plain(message: Message) -> str:
    """Return the message's headings and lines without Slack's marks; ids stay ids."""
    texts = [
        block["text"]["text"] if "text" in block else block["elements"][0]["text"]
        for block in message.blocks
    ]
    text = "\n\n".join(texts)
    text = re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"\1", text).replace("`", "")
    # Only the numbers of decisions are kept, because addresses beside them would be hard to read.
    text = re.sub(r"<https://[^|<>]+\|(#\d+)>", r"\1", text)
    # Texts that earlier releases recorded were not cleaned when they arrived.
    return cleaned(mrkdwn.plain(text, lambda id: id))
