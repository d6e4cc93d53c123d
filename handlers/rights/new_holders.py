"""Messages to new role holders and sponsors who are not in their channel, and do not read it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.requests import Asking
from handlers.ui import blocks
from models.mrkdwn import where, who
from models.rules import Role
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion


def tell(
    asking: Asking, session: Session, before: RightsVersion | None, made: RightsVersion
) -> None:
    """Owe a message to each person who got a seat with this version and is not in the channel.

    The author needs none. People in the channel read there that they have the seat.
    """
    channel = made.channel.slack_id
    for person in made.editors:
        old = _seats(before, person) if before else []
        is_new = any(seat not in old for seat in _seats(made, person))
        if not is_new or person == made.author:
            continue
        if asking.are_in(person, [channel])[channel] is False:
            session.add(
                Post(
                    channel_id=made.channel_id,
                    key=f"rights:{made.number}:{person}",
                    drawing=Drawing.RIGHTS,
                    rights_version_id=made.id,
                    person=person,
                    due_at=asking.at,
                )
            )


def message(rights: RightsVersion, person: str) -> Message:
    """Tell this person that the version gave them a seat, and how they follow the channel."""
    seats = " and ".join(_seats(rights, person))
    channel = where(rights.channel.slack_id)
    first = f"With rights v{rights.number} of {channel}, {who(rights.author)} made you {seats}."
    step = "Join the channel to follow its decisions. What waits for you comes to you here."
    button = blocks.button("Show all rights", "rights.whole", rights.channel.slack_id)
    return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}"), blocks.actions(button)])


def _seats(rights: RightsVersion, person: str) -> list[str]:
    """Name the seats of this person: `product owner`, `sponsor`."""
    held = [rights.words.role(role) for role in Role if rights.holder_of(role) == person]
    return [*held, rights.words.sponsor] if rights.sponsor == person else held
