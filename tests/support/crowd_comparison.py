"""Comparison of every message in the demo Slack with the record: what is lost, doubled or false."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from bot.commands import verify
from bot.database import Database
from bot.demo.slack.workspace import Message, Workspace
from handlers.answers import Block
from handlers.answers import Message as Drawn
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post, PostState
from models.tables.timer import Timer
from support.message_invariants import DECIDING, offered
from support.reading import drawn_for_all

Messages = dict[int, list[Message]]
# Messages that show a past state on purpose: an answer to a mention, and a week's digest.
AS_IT_STOOD = (Drawing.ANSWER_ELSEWHERE, Drawing.DIGEST)


@dataclass
class Differences:
    """Differences from the record, in words."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    messages: int = 0

    @property
    def every(self) -> list[str]:
        return [
            f"{sort}: {words}"
            for sort in ("lost", "doubled", "false", "other")
            for words in getattr(self, sort)
        ]


def is_at_rest(session: Session) -> bool:
    """Return True if nothing is owed and no timer is due."""
    owed = select(Post.id).where(
        or_(Post.shown < Post.wanted, Post.sending), Post.state == PostState.OWED
    )
    due = select(Timer.id).where(Timer.fired_at.is_(None), Timer.due_at <= datetime.now(UTC))
    return session.scalar(owed.limit(1)) is None and session.scalar(due.limit(1)) is None


def compare(url: str, workspace: Workspace) -> Differences:
    """Compare each row with its message, each message with its row, and the record with itself."""
    found = Differences()
    with closing(Database(url)) as database:
        database.run_here(lambda session: _compare(session, workspace, found))
        found.other += [f"verify: {fault}" for fault in verify.walk(database, lambda _: None).named]
    return found


def _compare(session: Session, workspace: Workspace, found: Differences) -> None:
    by_post, files, stray = _sent(workspace)
    found.other += [f"no row for {_words(message)}" for message in stray]
    with_place = joinedload(Post.channel).joinedload(Channel.workspace)
    for post in session.scalars(select(Post).options(with_place).order_by(Post.id)).all():
        messages = by_post.pop(post.id, [])
        if post.drawing.is_file:
            assert post.person
            name = drawn_for_all(post, session).file.name  # type: ignore[union-attr]
            messages = files[workspace.direct(post.person).id, name]
        found.messages += len(messages)
        _count(post, messages, found)
        if not post.drawing.is_file:
            for message in messages:
                if faults := list(_differences(session, post, message)):
                    found.false.append(f"{_row(post)} at {message.ts} {'; it '.join(faults)}")
            if len(messages) == 1 and post.ts != messages[0].ts:
                found.false.append(f"{_row(post)} is at {messages[0].ts}, the row says {post.ts}")
    for id, messages in by_post.items():
        found.other += [f"no row {id} for {_words(message)}" for message in messages]
    numbers = session.scalars(select(Decision.number).order_by(Decision.number)).all()
    if list(numbers) != list(range(1, len(numbers) + 1)):
        found.other.append(f"numbers have gaps: {numbers}")


def _sent(
    workspace: Workspace,
) -> tuple[Messages, dict[tuple[str, str], list[Message]], list[Message]]:
    """Return the bot's lasting messages: by row, by (conversation, file name), and the rest."""
    by_post, files, stray = defaultdict(list), defaultdict(list), []
    for message in [message for sent in workspace.messages.values() for message in sent]:
        if message.user != workspace.bot.id or message.ephemeral_to:
            continue
        if message.files:
            files[message.channel, message.files[0].name].append(message)
        elif message.metadata:
            by_post[message.metadata["event_payload"]["post"]].append(message)
        else:
            stray.append(message)
    return by_post, files, stray


def _count(post: Post, messages: list[Message], found: Differences) -> None:
    """Note a fault if this row has no message, several, or an old one, or could not be sent."""
    row = f"{_row(post)}: {post.state}, {post.shown} of {post.wanted}, {post.last_error}"
    if post.state is not PostState.OWED and post.drawing.is_file:
        # The person who asked for the file was told that it failed or may have failed.
        return
    if post.state is not PostState.OWED:
        found.other.append(f"{row}, {len(messages)} in Slack")
    elif not post.wanted:
        # Another message says it too.
        if messages:
            found.other.append(f"{row}, {len(messages)} in Slack")
    elif not messages:
        found.lost.append(row)
    elif post.shown < post.wanted:
        found.lost.append(f"{row}, not redrawn")
    if len(messages) > 1:
        found.doubled.append(f"{row}, at {', '.join(message.ts for message in messages)}")


def _as_blocks(message: Message) -> list[Block]:
    """Return the message's blocks, as the type that the handlers build."""
    return [Block(block) for block in message.blocks]


def _differences(session: Session, post: Post, message: Message) -> Iterator[str]:
    """Yield each difference between this message and a new drawing of its row."""
    drawn = drawn_for_all(post, session)
    if post.drawing in AS_IT_STOOD:
        drawn = Drawn(message.text, _as_blocks(message))
    if _without_links(message.text) != _without_links(drawn.text):
        yield f"says {message.text!r}, not {drawn.text!r}"
    elif _comparable(message.blocks) != _comparable(drawn.blocks):
        shown, wanted = _first_difference(message.blocks, drawn.blocks)
        yield f"shows {shown}, not {wanted}"
    thread = session.get_one(Post, post.thread_id).ts if post.thread_id else post.thread_ts
    if message.thread_ts != thread:
        yield f"is in thread {message.thread_ts}, not {thread}"
    decision = session.get(Decision, post.decision_id) if post.decision_id else None
    if decision and post.drawing is Drawing.CARD and decision.state.settled:
        deciding = offered(Drawn(message.text, _as_blocks(message))) & DECIDING
        if deciding:
            yield f"is settled, and offers {sorted(deciding)}"


def _first_difference(shown: list[Any], wanted: list[Any]) -> tuple[str, str]:
    pairs = zip(_comparable(shown), _comparable(wanted), strict=False)
    for block, other in pairs:
        if block != other:
            return block, other
    return f"{len(shown)} blocks", f"{len(wanted)} blocks"


def _comparable(blocks: list[Any]) -> list[str]:
    """Return the blocks as JSON, without pictures and without the block ids that Slack adds."""
    return [
        _without_links(
            json.dumps({key: block[key] for key in block if key != "block_id"}, sort_keys=True)
        )
        for block in blocks
        if block["type"] != "image"
    ]


def _without_links(words: str) -> str:
    """Return the words with plain numbers.

    A number links to its card once Slack has said where that is. A message that was drawn before
    keeps the plain number until its next change.
    """
    return re.sub(r"<https://[^|>]+/archives/[^|>]+\|(#\d+)>", r"\1", words)


def _row(post: Post) -> str:
    of = f" of decision {post.decision_id}" if post.decision_id else ""
    return f"row {post.id} ({post.drawing}{of}, to {post.person or post.channel.slack_id})"


def _words(message: Message) -> str:
    return f"{message.channel} {message.ts}: {message.text!r}"
