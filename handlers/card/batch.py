"""One message for all decisions that changed hands in one act.

It has a sentence, and a button that opens the list of the decisions. Each decision can be opened
from the list.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.ui import blocks
from models.mrkdwn import number, where, who
from models.tables.absence import Absence
from models.tables.post import Post
from models.verbs import gathering


def moved(post: Post, session: Session) -> Message:
    """Tell a person that several decisions moved to or from them at once.

    If their leave has ended, say so, and from whom the decisions came back.
    """
    channels = gathering.channels_listed(session, post)
    place = where(channels[0]) if len(channels) == 1 else number(len(channels), "channel")
    if ended := (post.args or {}).get("absence"):
        delegate = who(session.get_one(Absence, ended).delegate)
        first = f"Your leave is over. What {delegate} had for you in {place} has come back to you."
        return with_list(first, post, session)
    first = f"Several decisions in {place} have moved to you or away from you; each card says who"
    return with_list(f"{first} acts now.", post, session)


def with_list(first: str, post: Post, session: Session) -> Message:
    """Build a message of the sentence `first`, and of a button that opens the list, if any."""
    listed = gathering.count_listed(session, post)
    if not listed:
        return Message(first, [blocks.section(first)])
    count = f"{listed} decisions moved."
    button = blocks.button(
        "Show the list", "finding.moved", str(post.id), about="Show the decisions that moved"
    )
    words = f"{first} {count}"
    return Message(words, [blocks.section(f"{first} *{count}*"), blocks.actions(button)])
