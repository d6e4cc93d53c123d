"""Notices that somebody for whom something waits has left its private channel, or Slack."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.not_posted import OUTSIDE, owe_notice
from handlers.ui import blocks
from models.mrkdwn import number, where, who
from models.reads import lookups
from models.tables.decision import Decision, number_of
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.rights_change import pending_change
from models.verbs import rights_changes

# Messages that ask somebody to do something, without which the decision waits.
ASKS_TO_ACT = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)


def owe_notice_of_outsider(session: Session, post: Post, now: datetime) -> None:
    """Tell the raiser of an open decision that somebody who has to act cannot read it.

    The author of a change of rights is told the same of whoever has to confirm it.
    """
    decision = session.get(Decision, post.decision_id) if post.decision_id else None
    if decision and post.drawing in ASKS_TO_ACT and not decision.state.settled:
        owe_notice(session, post, "reader_outside", now)
    if post.drawing is Drawing.RIGHTS_CHANGE_REQUEST and post.person:
        owe_notice_of_change(session, post.channel_id, post.person, now)


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
        first, others = decisions[0], len(decisions) - 1
        args = {"person": person, "number": first.number, "others": others}
        _owe(session, first.channel_id, f"left:{first.number}", raiser, args, now)


def owe_notice_of_follow_ups(
    session: Session, owing: Sequence[Decision], person: str, now: datetime, *, slack: bool
) -> None:
    """Tell a role holder of each channel, once, that this owner of follow-ups has left.

    The owner has left the private channel or, if `slack` is True, Slack. The person who is told
    gives the verdict there today; if that is the owner, it is the person in the other role.
    """
    first_of: dict[int, Decision] = {}
    for decision in owing:
        first_of.setdefault(decision.channel_id, decision)
    for rights in lookups.current_rights_of(session, list(first_of)):
        first = first_of[rights.channel_id]
        others = sum(decision.channel_id == rights.channel_id for decision in owing) - 1
        args = {"person": person, "number": first.number, "others": others}
        args |= {"follow_up": True, "slack": slack}
        role = rights.table[first.kind].decides.roles[0]
        holders = rights.holder_of(role), rights.holder_of(role.other)
        told = next((holder for holder in holders if holder != person), None)
        if told:
            key = f"owner_left:{first.number}:{slack}"
            _owe(session, rights.channel_id, key, told, args, now)


def owe_notice_of_change(session: Session, channel_id: int, person: str, now: datetime) -> None:
    """Tell the author of the change that waits here that this person cannot confirm it any more.

    Do nothing if no change waits for this person, who has left the private channel.
    """
    change = pending_change(session, channel_id)
    if change is None:
        return
    (current,) = lookups.current_rights_of(session, [channel_id])
    if person in rights_changes.missing(session, current, change, now).asked.values():
        args = {"person": person, "change": change.id}
        _owe(session, channel_id, f"left_change:{change.id}", change.author, args, now)


def _owe(
    session: Session,
    channel_id: int,
    about: str,
    told: str,
    args: dict[str, Any],
    now: datetime,
) -> None:
    """Owe this notice, unless the person is owed it already or is the person who has left."""
    key = f"{about}:{told}:{args['person']}"
    there = select(Post.id).where(Post.channel_id == channel_id, Post.key == key)
    if told != args["person"] and session.scalar(there) is None:
        session.add(
            Post(
                channel_id=channel_id,
                key=key,
                drawing=Drawing.LEFT_CHANNEL,
                args=args,
                person=told,
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
    """Say what waits for somebody who has left the channel or Slack, and what to do about it."""
    args = post.args or {}
    person, place = who(args["person"]), where(post.channel.slack_id)
    left = "has left Slack" if args.get("slack") else f"is not in {place} any more"
    sentence = f"{person} {left}. {_what_waits(post, session)}"
    return Message(sentence, [blocks.section(sentence)])


def _what_waits(post: Post, session: Session) -> str:
    """Say what waits for the person who has left, and what to do about it, in two sentences."""
    args = post.args or {}
    if args.get("change"):
        return f"Your change of who decides waits for them there. {OUTSIDE.cure}."
    waits, others = number_of(session, post.channel.workspace_id, args["number"]), args["others"]
    if others:
        waits = f"{waits} and {number(others, 'other decision')}"
    if not args.get("follow_up"):
        return f"{waits} {'wait' if others else 'waits'} for them there. {OUTSIDE.cure}."
    still = "follow-ups of {} are" if others else "follow-up of {} is"
    said = f"Their {still.format(waits)} still open."
    if not args.get("slack"):
        return f"{said} {OUTSIDE.cure}."
    which = "each" if others else "it"
    step = "the next verdict leaves the follow-up out, or gives it to somebody else"
    return f"{said} Reopen {which}: {step}."
