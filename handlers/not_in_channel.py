"""Notices about people who cannot read a channel any more, or have left Slack.

Each notice tells somebody else what waits for such a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from handlers import access, over_notices
from handlers.delegation import seat_notices
from handlers.not_posted import (
    OUTSIDE,
    UNREACHED,
    cause_of,
    names_a_decision,
    owe_notice,
)
from handlers.requests import Asking
from models.reads import lookups, seats
from models.rules import Standing
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.departure import first_here
from models.tables.post import OF_ABSENCE, Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.rights_change import pending_change
from models.tables.timer import TimerKind
from models.verbs import follow_ups, rights_changes
from models.verbs.deadlines import is_review_due, set_round_timer

# Messages that ask a person to act on a decision. The decision waits until the person does.
ASKS_TO_ACT = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)


def owe_notice_of_outsider(session: Session, post: Post, now: datetime) -> None:
    """Tell others that this message was not sent, because its reader may not read the channel.

    If the message asks for an act on an open decision, the raiser is told. If it asks to confirm a
    change of the rights, the author of the change is told. If the message is itself a notice about
    a person (`left_channel`, or `not_posted` with a decision), a role holder or the sponsor gets
    this notice instead. For other messages, nobody is told.
    """
    if post.drawing is Drawing.LEFT_CHANNEL or names_a_decision(post):
        _pass_notice_on(session, post, now)
    decision = session.get(Decision, post.decision_id) if post.decision_id else None
    if decision and post.drawing in ASKS_TO_ACT and not decision.state.settled:
        owe_notice(session, post, "reader_outside", now)
    if post.drawing is Drawing.RIGHTS_CHANGE_REQUEST and post.person:
        owe_notice_of_change(session, post.channel_id, post.person, now)


def _pass_notice_on(session: Session, notice: Post, now: datetime) -> None:
    """Owe this notice to the next role holder, or to the sponsor, unless somebody has it already.

    If that person may not read the channel either, this function is called again, for their notice.
    """
    args = notice.args or {}
    for rights in lookups.current_rights_of(session, [notice.channel_id]):
        others = [
            person for person in rights.editors if person not in (notice.person, args["person"])
        ]
        for person in dict.fromkeys(others):
            key = notice.key.replace(f":{notice.person}:", f":{person}:", 1)
            there = select(Post).where(Post.channel_id == notice.channel_id, Post.key == key)
            if found := session.scalar(there):
                if not found.hidden:
                    return
            elif first_here(session, rights.channel.workspace_id, [person]):
                over_notices.note_newer(session, notice.channel_id, person, args["person"], now)
                session.add(
                    Post(
                        channel_id=notice.channel_id,
                        key=key,
                        drawing=notice.drawing,
                        args=args,
                        person=person,
                        due_at=now,
                    )
                )
                return


def owe_notices(
    asking: Asking, session: Session, workspace_id: int, person: str, channel: Channel | None = None
) -> None:
    """Tell others what waits for this person in channels that the person may not read any more.

    For a decision, its raiser is told; for a change of the rights, its author; for a question, the
    person who asked it; for a follow-up, a role holder; for a role, the channel. Somebody else is
    asked about the person's forecasts, and the sponsor gets what their delegate decides by
    escalation. No notice is owed twice. `channel` is the one that the person is not in; None for a
    new guest. If the person has left Slack, `owe_notices_of_departure` is called instead.
    """
    pending = seats.pending_with(session, workspace_id, person)
    found = (
        [decision for decision in pending if person in decision.asked_to_act],
        seats.owing_follow_ups(session, workspace_id, person),
        seats.with_question_to(session, workspace_id, person),
        seats.with_forecast_to_review(session, workspace_id, person, asking.at),
        seats.escalated_to(session, workspace_id, person),
    )
    current = _current_rights(asking, session, person, channel)
    closed = _closed(asking, session, [*chain(*found)], current, person, channel)
    if not closed:
        return
    if asking.look_up(person)[0].standing is Standing.DEACTIVATED:
        # The event of the departure may be lost, or the person got something after it.
        owe_notices_of_departure(asking, session, workspace_id, person)
        return
    waiting, owing, asked, forecast, escalated = (
        [decision for decision in decisions if decision.channel_id in closed] for decisions in found
    )
    _ask_others(asking, session, forecast, person)
    _pass_on(escalated, person, asking.at)
    owe_notice_of_decisions(asking, session, waiting, person)
    _owe_notice_of_follow_ups(asking, session, owing, person, has_left=False)
    _owe_notice_of_questions(session, asked, person, asking.at, has_left=False)
    for id in sorted(closed):
        owe_notice_of_change(session, id, person, asking.at)
    for rights in current:
        if rights.channel_id in closed and person in rights.role_holders:
            seat_notices.note_outside(session, rights, person, asking.at)


def owe_notices_of_departure(
    asking: Asking, session: Session, workspace_id: int, person: str
) -> None:
    """Tell others which follow-ups and answers this person, who has left Slack, still owes.

    Somebody else is asked how the person's forecasts turned out.
    """
    owing = seats.owing_follow_ups(session, workspace_id, person)
    asked = seats.with_question_to(session, workspace_id, person)
    _owe_notice_of_follow_ups(asking, session, owing, person, has_left=True)
    _owe_notice_of_questions(session, asked, person, asking.at, has_left=True)
    forecast = seats.with_forecast_to_review(session, workspace_id, person, asking.at)
    _ask_others(asking, session, forecast)


def ask_about_forecasts(asking: Asking, session: Session, channel: Channel) -> None:
    """Ask the person who is to be asked today about each forecast of this channel that is due.

    The person is another one if somebody has lost or regained access since the day of the review,
    or if a role has changed hands.
    """
    _ask_others(asking, session, seats.with_forecast_to_review_in(session, channel, asking.at))


def _ask_others(
    asking: Asking, session: Session, forecast: Sequence[Decision], outsider: str | None = None
) -> None:
    """Set a timer for each of these forecasts, so that the next person who is there is asked.

    `review.ask` asks that person. No timer is set for somebody who was asked already, and only one
    a day for each other person. Before the morning of the review, none is set: the timer of that
    morning asks. The `outsider` is known to have left the channel, even if Slack's answers do not
    say so yet.
    """
    forecast = [decision for decision in forecast if is_review_due(decision, asking.at)]
    if not forecast:
        return
    asked = seats.asked_to_review(session, forecast)
    current = lookups.current_rights_of(session, {decision.channel_id for decision in forecast})
    holders = {rights.channel_id: rights.holders for rights in current}
    for decision in forecast:
        here = holders[decision.channel_id]
        people = {*here.values(), *(statement.by for statement in decision.impacts)}
        outside = access.outsiders(asking, decision.channel.slack_id, people) | {outsider or ""}
        reviewer = follow_ups.reviewer_of(decision, decision.round, here, outside)
        if (decision.id, decision.round, reviewer) not in asked:
            about = f"{reviewer}:{asking.at:%Y%m%d}"
            set_round_timer(decision, TimerKind.REVIEW, asking.at, about)


def _pass_on(escalated: Sequence[Decision], person: str, at: datetime) -> None:
    """Set a timer for each of these decisions, which this person may decide by escalation.

    `reminders.escalate` then gives it to somebody else or, if nobody can get it, looks again each
    working morning. A decision gets one such timer a day, and another one after each event.
    """
    for decision in escalated:
        about = f"{person}:{at:%Y%m%d}:{decision.event_count}"
        set_round_timer(decision, TimerKind.ESCALATES, at, about)


def _current_rights(
    asking: Asking, session: Session, person: str, channel: Channel | None
) -> list[RightsVersion]:
    """Return the current rights of this channel or, if it is None, all that name this person."""
    if channel:
        return lookups.current_rights_of(session, [channel.id])
    return lookups.rights_naming(session, asking.workspace, person)


def _closed(
    asking: Asking,
    session: Session,
    decisions: Sequence[Decision],
    current: Sequence[RightsVersion],
    person: str,
    channel: Channel | None,
) -> set[int]:
    """Return the ids of the channels that concern this person and that the person may not read.

    A channel concerns the person if it has one of these decisions, if a change of its rights waits,
    or if the person holds a role in it.
    """
    places = {decision.channel_id: decision.channel for decision in decisions}
    for rights in current:
        if person in rights.role_holders or pending_change(session, rights.channel_id):
            places[rights.channel_id] = rights.channel
    # Slack is asked about these channels alone, because a thousand people may leave at once.
    return {
        id
        for id, place in places.items()
        if (channel is None or id == channel.id)
        and _is_closed_to(asking, place, person, is_outside=bool(channel))
    }


def _is_closed_to(asking: Asking, channel: Channel, person: str, *, is_outside: bool) -> bool:
    """Return True if this person may not read this channel.

    If `is_outside` is True, the caller knows that the person is not in the channel.
    """
    if is_outside and asking.look_at(channel.slack_id).is_private:
        return True
    return bool(access.outsiders(asking, channel.slack_id, [person]))


def owe_notice_of_decisions(
    asking: Asking, session: Session, waiting: Sequence[Decision], person: str
) -> None:
    """Tell each raiser, in one message per channel, that these decisions wait for this person.

    If a raiser is this person, has left Slack, or may not read the channel, a role holder or the
    sponsor is told instead.
    """
    current = lookups.current_rights_of(session, {decision.channel_id for decision in waiting})
    rights_of = {rights.channel_id: rights for rights in current}
    by_addressee = defaultdict[tuple[int, str], list[Decision]](list)
    for decision in sorted(waiting, key=lambda decision: decision.number):
        rights = rights_of[decision.channel_id]
        people = [decision.raised_by, *rights.editors]
        if addressee := _first_reader(asking, session, rights, people, person):
            by_addressee[decision.channel_id, addressee].append(decision)
    for (channel_id, addressee), decisions in by_addressee.items():
        first, others = decisions[0], len(decisions) - 1
        args = {"person": person, "number": first.number, "others": others}
        _owe(session, channel_id, f"left:{first.number}", addressee, args, asking.at)


def _first_reader(
    asking: Asking, session: Session, rights: RightsVersion, people: Sequence[str], but: str
) -> str | None:
    """Return the first of these people, not `but`, who is in Slack and may read this channel.

    Return None if there is none.
    """
    others = [person for person in people if person != but]
    outside = access.outsiders(asking, rights.channel.slack_id, others)
    return first_here(session, rights.channel.workspace_id, others, outside)


def _owe_notice_of_follow_ups(
    asking: Asking, session: Session, owing: Sequence[Decision], person: str, *, has_left: bool
) -> None:
    """Tell a role holder of each channel, once, that this person still owes follow-ups there.

    If `has_left` is True, the person has left Slack. Otherwise the person may not read the
    channels. The holder of the role that gives the verdict is told or, if they cannot be, the
    holder of the other role.
    """
    first_of: dict[int, Decision] = {}
    for decision in owing:
        first_of.setdefault(decision.channel_id, decision)
    current = lookups.current_rights_of(session, list(first_of))
    asking.prepare(places=[rights.channel.slack_id for rights in current])
    for rights in current:
        first = first_of[rights.channel_id]
        others = sum(decision.channel_id == rights.channel_id for decision in owing) - 1
        args = {"person": person, "number": first.number, "others": others}
        args |= {"follow_up": True, "slack": has_left}
        role = rights.table[first.kind].decides.roles[0]
        holders = [rights.holder_of(role), rights.holder_of(role.other)]
        if holder := _first_reader(asking, session, rights, holders, person):
            about = f"owner_left:{first.number}:{has_left}"
            _owe(session, rights.channel_id, about, holder, args, asking.at)


def _owe_notice_of_questions(
    session: Session, asked: Sequence[Decision], person: str, now: datetime, *, has_left: bool
) -> None:
    """Tell the person who put each of these questions that this person cannot answer it now.

    If the asker does not decide any more, tell everybody who may decide instead.
    """
    for decision in asked:
        question = decision.open_question
        assert question
        deciding = decision.allowed_to_decide
        addressees = [question.asked_by] if question.asked_by in deciding else deciding
        args = {"person": person, "number": decision.number, "question": True, "slack": has_left}
        for addressee in addressees:
            about = f"asked_left:{question.id}:{has_left}"
            _owe(session, decision.channel_id, about, addressee, args, now)


def owe_notice_of_change(session: Session, channel_id: int, person: str, now: datetime) -> None:
    """Tell the author of the change of the rights that this person cannot confirm it.

    The person may not read the channel. If the author has left Slack, a role holder or the sponsor
    is told instead. Do nothing unless a change waits for this person.
    """
    change = pending_change(session, channel_id)
    if change is None:
        return
    (current,) = lookups.current_rights_of(session, [channel_id])
    if person in rights_changes.missing(session, current, change, now).asked.values():
        people = [change.author, *current.editors]
        found = first_here(session, current.channel.workspace_id, people, {person})
        args = {"person": person, "change": change.id, "author": change.author}
        _owe(session, channel_id, f"left_change:{change.id}", found or change.author, args, now)


def _owe(
    session: Session,
    channel_id: int,
    about: str,
    addressee: str,
    args: dict[str, Any],
    now: datetime,
) -> None:
    """Owe the addressee a notice, unless it is owed already or is about the addressee."""
    key = f"{about}:{addressee}:{args['person']}"
    there = select(Post.id).where(Post.channel_id == channel_id, Post.key == key)
    if addressee != args["person"] and session.scalar(there) is None:
        if not args.get("slack"):
            over_notices.note_newer(session, channel_id, addressee, args["person"], now)
        session.add(
            Post(
                channel_id=channel_id,
                key=key,
                drawing=Drawing.LEFT_CHANNEL,
                args=args,
                person=addressee,
                due_at=now,
            )
        )


def awaited_in(asking: Asking, session: Session, workspace_id: int, person: str) -> list[Channel]:
    """Return the channels whose rights name this person, or in which something waits for them.

    Slack is asked about these channels first.
    """
    found = (
        seats.pending_with(session, workspace_id, person),
        seats.owing_follow_ups(session, workspace_id, person),
        seats.with_question_to(session, workspace_id, person),
    )
    channels = {decision.channel_id: decision.channel for decision in chain(*found)}
    for rights in lookups.rights_naming(session, asking.workspace, person):
        channels[rights.channel_id] = rights.channel
    asking.prepare(places=[channel.slack_id for channel in channels.values()])
    return list(channels.values())


def note_return(
    session: Session,
    channel_ids: Collection[int],
    people: Collection[str],
    now: datetime,
    *,
    to_slack: bool = False,
) -> None:
    """Redraw the notices that these people cannot read these channels, to say that they can again.

    With `to_slack`, redraw the notices that they have left Slack, to say that they are back, or why
    else a message could not be sent to them. A notice that was not sent yet, or was kept back from
    its reader, is not sent any more. If one of the people loses access once more, a new notice is
    owed.
    """
    notices = select(Post).where(
        Post.channel_id.in_(channel_ids),
        text(OF_ABSENCE),
    )
    for notice in session.scalars(notices).all():
        args = notice.args or {}
        if args.get("person") in people and _tells_of_absence(args, from_slack=to_slack):
            over_notices.end_notice(
                notice, {**args, "back": True, "slack": to_slack, "older": False}, now
            )
        elif args.get("person") in people and to_slack:
            notice.redraw(now)


def _tells_of_absence(args: Mapping[str, Any], *, from_slack: bool) -> bool:
    """Return True if a notice with these arguments says that its person cannot read the channel.

    With `from_slack`, return True if it says that the person has left Slack.
    """
    cause = cause_of(args["error"]) if "error" in args else OUTSIDE
    if cause not in (OUTSIDE, UNREACHED):
        return False
    has_left = cause is UNREACHED or bool(args.get("slack"))
    return has_left is from_slack and not args.get("back")
