"""One message for everything that changed hands in one act: a list of the decisions.

The card of each decision is in the message's thread, and is redrawn as the decision changes.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import access
from handlers.answers import Block, Message
from handlers.requests import Asking
from handlers.ui import blocks, phrases, wording
from handlers.ui.marks import value_of
from models.mrkdwn import day
from models.tables.decision import Decision
from models.tables.post import Post
from models.verbs import gathering

# A message has at most 50 blocks (docs/reference/slack.md, Limits).
MOST_LISTED = 40


def moved(post: Post, session: Session, asking: Asking) -> Message:
    """Tell a person that several decisions moved to or from them at once."""
    first = "Several decisions have changed hands; each card says who acts now."
    return with_list(first, post, session, asking)


def with_list(first: str, post: Post, session: Session, asking: Asking) -> Message:
    """Build a message of this sentence and the decisions in its thread, each one click away.

    Decisions that its reader may not read are left out.
    """
    found = gathering.in_thread_of(session, post)
    channels = dict.fromkeys(decision.channel.slack_id for decision in found)
    readable = access.readable_by(asking, post.person or "", channels)
    found = [decision for decision in found if decision.channel.slack_id in readable]
    if not found:
        return Message(first, [blocks.section(first)])
    # The count includes decisions that moved, but wait for somebody else first and are not shown.
    moved = max((post.args or {}).get("moved", 0), len(found))
    count = f"{moved} decisions moved; the card of each is in this thread."
    if moved > len(found):
        count = f"{moved} decisions moved; the cards of {len(found)} are in this thread."
    shown: list[Block] = [blocks.section(f"{first} *{count}*")]
    for decision in found[:MOST_LISTED]:
        button = blocks.button(
            "Open", "records.open", value_of(decision), about=f"Open #{decision.number}"
        )
        shown.append(blocks.section_with(_line(decision), button))
    if len(found) > MOST_LISTED:
        shown.append(blocks.context(f"and {len(found) - MOST_LISTED} more."))
    return Message(
        phrases.limited(f"{first} {count} {' '.join(map(_line, found[:MOST_LISTED]))}"), shown
    )


def _line(decision: Decision) -> str:
    """Name a decision: `#12 Add Apple Pay in #checkout, due Tue 1 Dec 2026.`

    Once it is settled, its outcome is named in place of the date.
    """
    due = f", due {day(decision.due_on)}" if decision.due_on else ""
    ended = f": {decision.outcome_word}" if decision.state.settled else due
    return f"{wording.title(decision)} in {wording.channel(decision)}{ended}."
