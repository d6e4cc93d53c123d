"""Notices that somebody who has to act is not in the private channel of a decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.not_posted import OUTSIDE, owe_notice
from handlers.ui import blocks
from models.mrkdwn import number, where, who
from models.tables.decision import Decision, number_of
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion

# Messages that ask somebody to do something, without which the decision waits.
ASKS_TO_ACT = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)


def owe_notice_of_outsider(session: Session, post: Post, now: datetime) -> None:
    """Tell the raiser of an open decision that somebody who has to act cannot read it."""
    decision = session.get(Decision, post.decision_id) if post.decision_id else None
    if decision and post.drawing in ASKS_TO_ACT and not decision.state.settled:
        owe_notice(session, post, "reader_outside", now)


def owe_notice_of_departure(
    session: Session, waiting: Sequence[Decision], person: str, now: datetime
) -> None:
    """Tell each raiser of these decisions, once, that they wait for somebody who cannot read them.

    That person has left the private channel of these decisions.
    """
    by_raiser = defaultdict[str, list[Decision]](list)
    for decision in sorted(waiting, key=lambda decision: decision.number):
        by_raiser[decision.raised_by].append(decision)
    for raiser, decisions in by_raiser.items():
        first = decisions[0]
        key = f"left:{first.number}:{raiser}:{person}"
        there = select(Post.id).where(Post.channel_id == first.channel_id, Post.key == key)
        if raiser != person and session.scalar(there) is None:
            session.add(
                Post(
                    channel_id=first.channel_id,
                    key=key,
                    drawing=Drawing.LEFT_CHANNEL,
                    args={
                        "person": person,
                        "number": first.number,
                        "others": len(decisions) - 1,
                    },
                    person=raiser,
                    due_at=now,
                )
            )


def owe_notice_of_seat(session: Session, rights: RightsVersion, person: str, now: datetime) -> None:
    """Tell a private channel that a role holder has left it; one message in a rights version."""
    told = _notice_of_seat(session, rights, person)
    if told:
        told.args = {"person": person, "outside": True}
        told.redraw(now)
        return
    session.add(
        Post(
            channel_id=rights.channel_id,
            key=_seat_key(rights, person),
            drawing=Drawing.SEAT,
            args={"person": person, "outside": True},
            rights_version_id=rights.id,
            due_at=now,
        )
    )


def note_return_to_seat(
    session: Session, rights: RightsVersion, person: str, now: datetime
) -> None:
    """Let the message that this role holder has left the channel say that they are back."""
    told = _notice_of_seat(session, rights, person)
    if told:
        told.args = {"person": person, "outside": True, "back": True}
        told.redraw(now)


def _seat_key(rights: RightsVersion, person: str) -> str:
    return f"seat_outside:{rights.id}:{person}"


def _notice_of_seat(session: Session, rights: RightsVersion, person: str) -> Post | None:
    key = _seat_key(rights, person)
    return session.scalar(select(Post).where(Post.channel_id == rights.channel_id, Post.key == key))


# ---- drawn ---------------------------------------------------------------------------------------


def left_channel(post: Post, session: Session) -> Message:
    """Say what waits for somebody who has left the channel, and what to do about it."""
    args = post.args or {}
    waits = number_of(session, post.channel.workspace_id, args["number"])
    verb = "waits"
    if others := args["others"]:
        waits, verb = f"{waits} and {number(others, 'other decision')}", "wait"
    person, place = who(args["person"]), where(post.channel.slack_id)
    sentence = (
        f"{person} is not in {place} any more. {waits} {verb} for them there. {OUTSIDE.cure}."
    )
    return Message(sentence, [blocks.section(sentence)])
