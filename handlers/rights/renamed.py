"""Messages about new names of roles and kinds: who changed them, the old names and the new names.

In each channel, one message has all changes of a day, so that renaming cannot flood the channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.ui import blocks
from models.mrkdwn import escaped, who
from models.rules import Kind, Role
from models.tables.channel import Channel
from models.tables.post import Drawing, Post
from models.words import Words


def tell(
    session: Session, workspace_id: int, person: str, before: Words, after: Words, at: datetime
) -> None:
    """Owe each channel that is set up a message that this person has changed names.

    If the channel has such a message of this day, that message is redrawn instead.
    """
    key = f"names:{at:%Y%m%d}"
    set_up = Channel.workspace_id == workspace_id, Channel.rights_number > 0
    messages = {
        post.channel_id: post
        for post in session.scalars(select(Post).join(Post.channel).where(*set_up, Post.key == key))
    }
    for channel_id in session.scalars(select(Channel.id).where(*set_up)):
        post = messages.get(channel_id)
        names = {"by": [person], "before": dict(before.names), "after": dict(after.names)}
        if post is None:
            news = Post(channel_id=channel_id, key=key, drawing=Drawing.NAMES, due_at=at)
            news.args = names
            session.add(news)
            continue
        earlier = post.args or names
        by = list(dict.fromkeys([*earlier["by"], person]))
        post.args = {**names, "by": by, "before": earlier["before"]}
        post.redraw(at)


def names_post(post: Post) -> Message:
    """Say who changed names on a day, with each old and new name."""
    args = post.args or {"by": [], "before": {}, "after": {}}
    by = " and ".join(map(who, args["by"]))
    changes = [
        f"{escaped(old)} is now {escaped(new)}"
        for old, new in zip(_all(args["before"]), _all(args["after"]), strict=True)
        if old != new
    ]
    shown = "; ".join(changes) or "all are as they were before"
    said = f"{by} changed what roles and kinds are called in this workspace: {shown}."
    return Message(said, [blocks.section(said)])


def _all(names: Mapping[str, str]) -> list[str]:
    words = Words(names)
    return [*map(words.role, Role), words.sponsor, *map(words.kind, Kind)]
