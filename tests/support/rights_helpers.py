"""Queries of a channel's rights, and of changes that somebody has to confirm."""

from __future__ import annotations

from sqlalchemy import select

from bot.demo.slack.workspace import Channel, Message
from models.tables.rights import RightsVersion
from models.tables.rights_change import RightsChange
from support.harness import Actor, Harness


def version(harness: Harness) -> RightsVersion:
    """Return the newest version of the rights; only one channel may have any."""
    newest = select(RightsVersion).order_by(RightsVersion.number.desc()).limit(1)
    return harness.query(lambda session: session.scalars(newest).one())


def states(harness: Harness) -> list[str]:
    """Return the state of each change that has or had to be confirmed, the oldest first."""
    changes = select(RightsChange).order_by(RightsChange.id)
    return harness.query(
        lambda session: [change.state.value for change in session.scalars(changes)]
    )


def announced(actor: Actor, channel: Channel) -> Message:
    """Return the newest message in the channel about a change that somebody wants."""
    return [
        message
        for message in actor.member.sees(channel)
        if "to change who decides in" in message.text
    ][-1]
