"""`/tradeoff board`: a link to a page for people outside Slack, and what that page shows.

The link itself says, in clear text, which board it opens, who made it, and when it ends. It is
signed with a key of the workspace that is in the record. So every replica can check a link, and
links are not stored.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from itsdangerous import Signer
from sqlalchemy.orm import Session

from handlers import access
from handlers.access import check_place
from handlers.answers import Answer, Message, Reply
from handlers.board import page
from handlers.board.page import Board
from handlers.requests import Asking, Command
from handlers.ui import blocks
from models.mrkdwn import when, where
from models.reads import lookups
from models.refusals.place import NotYourChannel, check_can_see_board
from models.rules import Standing
from models.tables.board_maker import ended_at, note_link
from models.tables.workspace import board_key, ensure_board_key

HOLDS = timedelta(days=7)

NO_ADDRESS = (
    "I do not know at which address browsers reach me, so I cannot make a link. Whoever runs me "
    "has to set `TRADEOFF_PUBLIC_URL`."
)
_TOKEN = re.compile(
    r"([A-Z0-9]{1,32})\.([A-Z0-9]{1,32})\.([A-Z0-9]{1,32})\.([0-9]{1,11})(\.private)?\.[\w-]{1,64}",
    re.ASCII,
)


class NoBoard(Enum):
    """Reason why a link shows no board.

    FORGED: we did not make the link. ENDED: it is no longer valid. UNSURE: Slack does not say
    whether it is still valid.
    """

    FORGED = auto()
    ENDED = auto()
    UNSURE = auto()


class BoardLink(NamedTuple):
    """Content of a link: the channel whose board it opens, who made it, and when it ends.

    `is_private` is True if the channel was private when the link was made. Its maker was then told
    that everybody with the link can read the page.
    """

    tenant: str
    channel: str
    maker: str
    until: datetime
    is_private: bool = False


def make_link(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff board` with a link to this channel's board, shown to this person alone."""
    check_place(command, "/tradeoff board", raises=False)
    check_can_see_board(command.person)
    if not access.is_in(command, command.place.id):
        raise NotYourChannel(command.place.id)
    current = lookups.require_rights(session, command.workspace, command.place.id)
    if not command.public_url:
        return Reply(Message(NO_ADDRESS))
    until = command.at + HOLDS
    key = ensure_board_key(session, command.workspace)
    place, maker = command.place, command.person.id
    note_link(session, current.channel_id, maker, until)
    link = BoardLink(command.workspace, place.id, maker, until, place.is_private)
    return Reply(_with_link(command, f"{command.public_url}/board/{sign_link(link, key)}", until))


def _with_link(command: Command, url: str, until: datetime) -> Message:
    link = f"<{url}|Open the board of this channel>"
    private = " This channel is private; the page is not." if command.place.is_private else ""
    words = (
        "a page with commitments, open and settled decisions, and figures. "
        "*Anyone with the link can read it*, for 7 days, until "
        f"{when(until)}, or until you leave {where(command.place.id)}.{private}"
    )
    return Message(f"{link}: {words.replace('*', '')}", [blocks.section(f"*{link}*: {words}")])


# ---- the link ------------------------------------------------------------------------------------


def sign_link(link: BoardLink, key: str) -> str:
    """Write the link for an address: ids, the end in Unix seconds, a signature."""
    words = [link.tenant, link.channel, link.maker, str(int(link.until.timestamp()))]
    words += ["private"] if link.is_private else []
    return _signer(key).sign(".".join(words)).decode()


def read_link(token: str, session: Session) -> BoardLink | None:
    """Return what this token says; None if we did not make it."""
    found = _TOKEN.fullmatch(token)
    key = board_key(session, found[1]) if found else None
    if not found or not key or not _signer(key).validate(token):
        return None
    until = datetime.fromtimestamp(int(found[4]), UTC)
    return BoardLink(found[1], found[2], found[3], until, bool(found[5]))


def _signer(key: str) -> Signer:
    return Signer(key, salt="board", key_derivation="hmac", digest_method=hashlib.sha256)


# ---- the page ------------------------------------------------------------------------------------


def show(asking: Asking, session: Session, link: BoardLink) -> Board | NoBoard:
    """Return the board as it is now, or the reason why it is not shown.

    It is shown only while the link's maker and the bot are in the channel. If the maker has lost
    access since the link was made, the link stays closed when the maker is back. The channel may
    have got another id since then.
    """
    current = lookups.current_rights(session, link.tenant, link.channel)
    if asking.at >= link.until or current is None:
        return NoBoard.ENDED
    closed = _closed(asking, link._replace(channel=current.channel.slack_id))
    if closed:
        return closed
    lost = ended_at(session, current.channel_id, link.maker)
    if lost and link.until - HOLDS <= lost:
        return NoBoard.ENDED
    until = page.local_moment(link.until, current.time_zone)
    return page.board(asking, session, current, link.maker, until)


def _closed(asking: Asking, link: BoardLink) -> NoBoard | None:
    """Return why the board may not be shown, from what Slack says now; None if it may."""
    asking.prepare(rooms=[link.channel])
    # Slack sends no event when a channel becomes private, so it is asked anew.
    place = asking.look_at_anew([link.channel])[link.channel]
    maker, members = asking.look_up(link.maker)[0], asking.look_in(link.channel)
    if maker.standing is Standing.UNKNOWN or not place.is_known or members is None:
        return NoBoard.UNSURE
    if place.is_private and not link.is_private:
        return NoBoard.ENDED
    could_make_it = maker.standing in (Standing.MEMBER, Standing.GUEST) and maker.id in members
    return None if could_make_it and place.bot_is_member else NoBoard.ENDED
