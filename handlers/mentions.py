"""Mentions of the bot with a number: it answers with the decision, in the thread of the message.

The answer shows the decision only if everyone in that channel may read it.
"""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.access import SlackDidNotSay
from handlers.answers import Answer, Done, Message
from handlers.card import face
from handlers.card.buttons import details_button
from handlers.requests import Asking, Event
from handlers.ui import blocks, wording
from models.reads import lookups
from models.rules import Standing
from models.tables.channel import Channel, ensure_channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post

# The most numbers in one message that are answered, and the most people of a channel who are looked
# up one by one.
MOST_ANSWERS = 3
MOST_LOOKED_UP = 50
_NUMBER = re.compile(r"(?<![\w&/#])#(\d{1,9})\b")
_ALONE = re.compile(r"<@[A-Z0-9]+(?:\|[^<>]*)?>\s*(\d{1,9})")


def mentioned(event: Event, session: Session) -> Answer:
    """Owe an answer to each of the first MOST_ANSWERS numbers.

    A message that Slack sends twice is answered once.
    """
    numbers = _numbers(str(event.body.get("text") or ""))
    if not numbers or event.body.get("bot_id") or event.user == event.bot_user:
        return Done()
    channel = ensure_channel(session, event.workspace, event.body["channel"])
    for number in numbers:
        _owe(event, session, channel, number)
    return Done()


def _numbers(text: str) -> list[int]:
    alone = _ALONE.fullmatch(text.strip())
    found = [alone[1]] if alone else _NUMBER.findall(text)
    return list(dict.fromkeys(int(digits) for digits in found))[:MOST_ANSWERS]


def _owe(event: Event, session: Session, channel: Channel, number: int) -> None:
    key = f"mention:{event.body['ts']}:{number}"
    if session.scalar(select(Post.id).where(Post.channel_id == channel.id, Post.key == key)):
        return
    decision = lookups.decision_by_number(session, event.workspace, number)
    drawing = _drawing(event, channel, decision)
    thread = event.body.get("thread_ts") or event.body["ts"]
    session.add(
        Post(
            channel=channel,
            key=key,
            drawing=drawing,
            due_at=event.at,
            thread_ts=thread,
            decision_id=decision.id if decision and drawing is not Drawing.NO_ANSWER else None,
            args={"number": number},
        )
    )


def _drawing(event: Event, channel: Channel, decision: Decision | None) -> Drawing:
    """Return how to draw the answer, which is for everyone in the channel of the mention.

    A decision of that channel is shown. A decision of another channel is shown only if all of this
    is true: its channel is public; everyone here may read it; this channel is not shared with
    another company; the person who asks is a full member.
    """
    if decision is None:
        return Drawing.NO_ANSWER
    if decision.channel_id == channel.id:
        return Drawing.ANSWER
    here, asked = event.look_at(channel.slack_id), decision.channel.slack_id
    # No event says that a channel has become private: Slack is asked anew.
    there = event.look_at_anew([asked])[asked]
    closed = not there.is_known or there.is_private or not here.is_known or here.is_shared
    member = event.person.standing is Standing.MEMBER
    if (
        closed
        or not member
        or not _all_may_read(event, channel.slack_id, decision.channel.slack_id)
    ):
        return Drawing.NO_ANSWER
    return Drawing.ANSWER_ELSEWHERE


def _all_may_read(asking: Asking, here: str, there: str) -> bool:
    """Return True if everyone in the channel `here` may read the public channel `there`.

    Return False if Slack does not name the members, or if more than MOST_LOOKED_UP people of `here`
    are not in `there`: they are not looked up.
    """
    rooms = asking.look_in_all([here, there])
    if (in_here := rooms[here]) is None or (in_there := rooms[there]) is None:
        return False
    others = in_here - in_there
    if len(others) > MOST_LOOKED_UP:
        return False
    return all(
        person.standing in (Standing.MEMBER, Standing.BOT)
        for person in asking.look_up(*sorted(others))
    )


# ---- drawn ---------------------------------------------------------------------------------------


def answer(decision: Decision, post: Post) -> Message:
    """Draw the card, which is redrawn as the decision changes. Details has the buttons."""
    title, button = face.title(decision, wording.reference(decision)), details_button(decision)
    if decision.state.settled:
        shown = face.settled_face(decision, title, button)
    else:
        shown = [*face.open_face(decision, title), blocks.actions(button)]
    return Message(wording.summary(decision), shown)


def answer_elsewhere(decision: Decision, post: Post) -> Message:
    """Draw the card in another channel.

    It is not drawn again later: by then, the decision's own channel may be closed to others.
    """
    drawn = answer(decision, post)
    note = f"From {wording.channel(decision)}, as it was when this was posted."
    return Message(drawn.text, [*drawn.blocks, blocks.context(note)])


def answer_elsewhere_now(post: Post, session: Session, asking: Asking) -> Message:
    """Draw the card in another channel if everyone there may still read it, else `no_answer`.

    The message may be late, for example because that channel was archived. Meanwhile the decision's
    own channel may have become private. Raise SlackDidNotSay if Slack does not say whether it is.
    """
    assert post.decision_id
    decision = lookups.decision_to_draw(session, post.decision_id)
    here, there = post.channel.slack_id, decision.channel.slack_id
    place = asking.look_at_anew([there])[there]
    if not place.is_known:
        raise SlackDidNotSay
    if place.is_private or asking.look_at(here).is_shared or not _all_may_read(asking, here, there):
        return no_answer(post)
    return answer_elsewhere(decision, post)


def no_answer(post: Post) -> Message:
    """Say that there is no such decision here. An older post does not have the number."""
    number = (post.args or {}).get("number")
    asked = f"decision #{number}" if number else "decision with that number"
    words = (
        f"I have no {asked} that I can show in this channel. If there is one that you may read, "
        f"`/tradeoff show {number or 42}` shows it to you alone; `/tradeoff list` finds others."
    )
    return Message(words, [blocks.section(words)])
