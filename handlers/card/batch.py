"""One message for all decisions that changed hands in one act.

It has a sentence, and a button that opens the list of the decisions. Each decision can be opened
from the list.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.ui import blocks
from models.tables.post import Post
from models.verbs import gathering


def moved(post: Post, session: Session) -> Message:
    """Tell a person that several decisions moved to or from them at once."""
    first = "Several decisions have moved to you or away from you; each card says who acts now."
    return with_list(first, post, session)


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
