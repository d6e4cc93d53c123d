"""Makers of links to boards: a link ends for good when its maker loses access to the channel.

Links themselves are not stored. See docs/reference/behaviour.md, Rules.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.tables.base import Base, SlackId
from models.tables.channel import Channel


class BoardMaker(Base):
    """Person who has made links to the board of a channel.

    `until` is the end of their newest link. Links that were made up to `ended_at` have ended,
    because the person had no access then; None if they always had.
    """

    __tablename__ = "board_maker"

    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), primary_key=True)
    person: Mapped[str] = mapped_column(SlackId, primary_key=True)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def note_link(session: Session, channel_id: int, person: str, until: datetime) -> None:
    """Note that this person has made a link to the board of this channel."""
    maker = session.get(BoardMaker, (channel_id, person))
    if maker is None:
        maker = BoardMaker(channel_id=channel_id, person=person)
        session.add(maker)
    maker.until = until


def ended_at(session: Session, channel_id: int, person: str) -> datetime | None:
    """Return the moment up to which this person's links to this board have ended; None if never."""
    maker = session.get(BoardMaker, (channel_id, person))
    return maker.ended_at if maker else None


def end_links(session: Session, channel_id: int, people: Collection[str], at: datetime) -> None:
    """End the links that these people have made to the board of this channel."""
    theirs = BoardMaker.person.in_(people), BoardMaker.channel_id == channel_id
    session.execute(update(BoardMaker).where(*theirs).values(ended_at=at))


def end_all_links(session: Session, workspace_id: int, person: str, at: datetime) -> None:
    """End the links that this person has made to boards of this workspace."""
    channels = select(Channel.id).where(Channel.workspace_id == workspace_id)
    theirs = BoardMaker.person == person, BoardMaker.channel_id.in_(channels)
    session.execute(update(BoardMaker).where(*theirs).values(ended_at=at))


def makers_of(session: Session, channel_id: int, at: datetime) -> list[str]:
    """Return the people who may have a valid link to this board; forget the others."""
    here = BoardMaker.channel_id == channel_id
    session.execute(delete(BoardMaker).where(here, BoardMaker.until <= at))
    return list(session.scalars(select(BoardMaker.person).where(here)))
