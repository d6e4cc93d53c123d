"""Message that says what waits for a person who has left Slack or cannot read the channel.

`not_in_channel.py` owes the message; `over_notices.py` notes that nothing waits any more.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.not_posted import OUTSIDE, is_back
from handlers.ui import blocks
from models.mrkdwn import number, where, who
from models.tables.decision import number_of
from models.tables.post import Post


def left_channel(post: Post, session: Session) -> Message:
    """Say what waits for this person, and what to do; if the person is back, say only that."""
    args = post.args or {}
    person, place = who(args["person"]), where(post.channel.slack_id)
    left = "has left Slack" if args.get("slack") else f"cannot read {place} any more"
    sentence = f"{person} {left}. {_what_waits(post, session)}"
    if args.get("back"):
        sentence = is_back(post)
    return Message(sentence, [blocks.section(sentence)])


def _what_waits(post: Post, session: Session) -> str:
    """Say what waits for the person and what to do about it, or that nothing waits any more."""
    args = post.args or {}
    if args.get("over"):
        return _nothing_waits(post)
    if args.get("change"):
        return _change_waits(post)
    decision = number_of(session, post.channel.workspace_id, args["number"])
    if args.get("question"):
        return _question_waits(decision, has_left=args["slack"])
    others = args["others"]
    if others:
        decision = f"{decision} and {number(others, 'other decision')}"
    if args.get("follow_up"):
        return _follow_ups_wait(post, decision, are_many=bool(others))
    return f"{decision} {'wait' if others else 'waits'} for them there.{_cure(post)}"


def _cure(post: Post) -> str:
    """Say to invite the person, with a space before it; empty if a newer notice says so."""
    return "" if (post.args or {}).get("older") else f" {OUTSIDE.cure}."


def _nothing_waits(post: Post) -> str:
    # The sentence before this one names the channel, unless it says that the person has left Slack.
    has_left = (post.args or {}).get("slack")
    place = f"in {where(post.channel.slack_id)}" if has_left else "there"
    return f"What waited for them {place} does not wait any more."


def _change_waits(post: Post) -> str:
    author = (post.args or {}).get("author", post.person)
    whose = "Your" if author == post.person else f"{who(author or '')}'s"
    return f"{whose} change of who decides waits for them there.{_cure(post)}"


def _question_waits(decision: str, *, has_left: bool) -> str:
    step = "Ask" if has_left else "Invite them, ask"
    return (
        f"The question about {decision} waits for their answer. {step} somebody else, or decide "
        "without it."
    )


def _follow_ups_wait(post: Post, decision: str, *, are_many: bool) -> str:
    owed = f"follow-ups of {decision} are" if are_many else f"follow-up of {decision} is"
    said = f"Their {owed} still open."
    args = post.args or {}
    if args.get("older") and not args.get("slack"):
        return said
    reopen = "Reopen" if args.get("slack") else "Invite them, or reopen"
    which = "each decision" if are_many else "the decision"
    step = "the next verdict leaves the follow-up out, or gives it to somebody else"
    return f"{said} {reopen} {which}: {step}."
