"""End of a leave: the person is back, the day of return has come, or the delegate acts no more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.access import visible
from handlers.answers import Answer, Done, Message, Reply
from handlers.card import batch
from handlers.delegation import seat_notices
from handlers.delegation.sponsors import escalations_wait_in, move_to_sponsor, sponsored_by
from handlers.holders import seats_today
from handlers.requests import Asking, Click, Command, Due, Request
from handlers.ui import blocks, wording
from models import locks
from models.acts import Act
from models.mrkdwn import day, number, when, who
from models.reads import lookups
from models.reads.stood_in import decided_in_place
from models.refusals.absence import NotAway
from models.tables import workspace
from models.tables.absence import Absence, current_absences
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.verbs import gathering, leaving, rights_changes, undoing
from models.verbs.gathering import Move


class Over(StrEnum):
    """Reason why a delegate acts no more. The role holder is back, or has left Slack; or the
    delegate has left Slack, is away, or has declined.
    """

    BACK = "back"
    HOLDER_LEFT = "holder left"
    LEFT = "left"
    AWAY = "away"
    DECLINED = "declined"


# The most decisions that the answer to `/tradeoff back` names.
MOST_NAMED = 5
TELLS_DELEGATE = (Over.BACK, Over.HOLDER_LEFT)


def back(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff back`: end the leave earlier than planned. Home is drawn again."""
    absence, decided, moved = _come_back(command, session)
    came = f" {number(moved, 'open decision')} came back to you." if moved else ""
    sentence = (
        f"Welcome back. {who(absence.delegate)} no longer decides for you.{_meanwhile(decided)}"
        f"{came}"
    )
    return Reply(Message(sentence, [blocks.section(sentence)]), redraws_home=True)


def _meanwhile(decided: list[Decision]) -> str:
    """Say what the delegate decided or signed; empty if nothing."""
    if not decided:
        return ""
    named = [wording.reference(decision) for decision in decided[:MOST_NAMED]]
    more = len(decided) - len(named)
    named += [f"{more} more"] if more else []
    *first, last = named
    listed = f"{', '.join(first)} and {last}" if first else last
    return f" Meanwhile they decided or signed in your place: {listed}."


def is_back(click: Click, session: Session) -> Answer:
    """End the leave from Home. Home is drawn again and shows what came back."""
    _come_back(click, session)
    return Done()


def _come_back(request: Request, session: Session) -> tuple[Absence, list[Decision], int]:
    """End the leave of the person who acts; return it.

    Also return what the delegate decided or signed, as far as the person may read it, and the
    number of decisions that came back. A decision counts if there is something to do in the seat
    that came back. Raise NotAway if the person is not on leave.
    """
    locks.lock_who_decides_to_change_it(session, request.workspace)
    workspace_id = workspace.ensure_workspace(session, request.workspace).id
    absence = current_absences(session, workspace_id, request.at, request.person.id).get(
        request.person.id
    )
    if absence is None:
        raise NotAway
    # The seats show what the delegate did only until the leave has ended.
    decided = decided_in_place(session, absence)
    seen = visible(request, {decision.channel.slack_id for decision in decided})
    moves = end(request, session, absence, request.act)
    shown = [decision for decision in decided if decision.channel.slack_id in seen]
    return absence, shown, len(gathering.moved_to(absence.person, moves))


def absence_ends(due: Due, session: Session) -> None:
    """End the leave, because the day of return has come."""
    assert due.timer.person
    locks.lock_who_decides_to_change_it(session, due.workspace)
    end_what_is_over(due, session, due.timer.person)


def end_what_is_over(asking: Asking, session: Session, person: str) -> None:
    """End the leave of this person if its day of return has come."""
    workspace_id = workspace.ensure_workspace(session, asking.workspace).id
    found = session.scalars(
        select(Absence).where(
            Absence.workspace_id == workspace_id,
            Absence.person == person,
            Absence.ended_at.is_(None),
            Absence.ends_at <= asking.at,
        )
    )
    for absence in found.all():
        end(asking, session, absence, Act(None, asking.at))


def end(
    asking: Asking,
    session: Session,
    absence: Absence,
    act: Act,
    *,
    why: Over = Over.BACK,
    gone: Collection[str] = (),
) -> list[Move]:
    """End the leave; return what moved, of which what came back is to the role holder.

    The delegate is told if the role holder is back or has left Slack; otherwise the role holder is
    told. People in `gone` get no message about the decisions that moved.
    """
    tenant, delegate = asking.workspace, absence.delegate
    pending = locks.lock_handed_over_by(session, tenant, absence.person, delegate)
    moves = leaving.end_leave(absence, pending, act, seats_today(asking, gone))
    named = lookups.rights_naming(session, tenant, absence.person)
    sponsored = [version for version in named if version.sponsor == absence.person]
    moves += move_to_sponsor(asking, session, sponsored, act)
    seat_notices.note_leave(session, sponsored, absence.person, act.at)
    gathering.gather(moves, act.at, _tell(session, absence, why, act.at), gone)
    rights_changes.follow_people(session, named, act.at)
    undoing.look_again(session, [version.channel_id for version in named], act.at)
    return moves


def _tell(session: Session, absence: Absence, why: Over, at: datetime) -> dict[str, Post]:
    """Owe the message that the leave is over, to the delegate or the role holder (see `end`).

    Redraw the first message to the delegate, which offered to decline. Return the new message by
    the person who gets it; empty if the delegate had no first message. If the role holder is back,
    there is also a message for them, which counts only if it leads to a list (`gathering.gather`).
    """
    post = first_message(session, absence)
    if post is None:
        return {}
    post.redraw(at)
    person = absence.delegate if why in TELLS_DELEGATE else absence.person
    over = Post(
        channel_id=post.channel_id,
        key=f"{post.key}:over",
        drawing=Drawing.STANDS_IN_NO_MORE,
        args={"absence": absence.id, "why": why},
        due_at=at,
        person=person,
    )
    session.add(over)
    if why is not Over.BACK:
        return {person: over}
    # It is sent only if several decisions come back.
    back = Post(
        channel_id=post.channel_id,
        key=f"{post.key}:back",
        drawing=Drawing.MOVED,
        args={"absence": absence.id},
        due_at=at,
        person=absence.person,
    )
    return {person: over, absence.person: back}


def first_message(session: Session, absence: Absence) -> Post | None:
    """Return the message that told the delegate of this leave."""
    found = (
        select(Post)
        .join(Post.channel)
        .where(Channel.workspace_id == absence.workspace_id, Post.key == f"absence:{absence.id}")
    )
    return session.scalars(found).first()


def redraw_duties(
    session: Session, before: RightsVersion | None, made: RightsVersion, at: datetime
) -> None:
    """Redraw what delegates of the sponsor were told when the sponsor's leave began.

    The message says who decides what is escalated. That changes with the sponsor and with the role
    holders of the channel. `before` is the version that `made` replaces, if any.
    """
    if before and before.people == made.people:
        return
    sponsors = [version.sponsor for version in (before, made) if version and version.sponsor]
    for absence in current_absences(session, made.channel.workspace_id, at, *sponsors).values():
        post = first_message(session, absence)
        if post:
            post.redraw(at)


# ---- drawn ---------------------------------------------------------------------------------------


def _absence(post: Post, session: Session) -> Absence:
    """Return the leave that this message is about.

    Older releases wrote its id only into the message's key.
    """
    args = post.args or {"absence": int(post.key.split(":")[1])}
    return session.get_one(Absence, args["absence"])


def duty_value(absence: Absence) -> str:
    """Return the value of the button to decline: the leave's id and the moment when it began.

    After a backup is restored, another leave may get the same id, but not the same moment.
    """
    return f"{absence.id}:{absence.begun_at.timestamp():.0f}"


def stands_in(post: Post, session: Session) -> Message:
    """Build the delegate's message: for whom they act, until when, and how to decline."""
    absence = _absence(post, session)
    sentence = (
        f"{who(absence.person)} is away until {day(absence.until)}, and you act for "
        "them until then: you decide and state impact in their place. What is new "
        f"comes to you as a message.{_escalations(absence, post, session)}"
    )
    if absence.ended_at:
        sentence = (
            f"You declined to act for {who(absence.person)}, {when(absence.ended_at)}."
            if _was_declined(post, session)
            else f"{who(absence.person)} was away until {when(absence.ended_at)}, and you acted "
            "for them."
        )
        return Message(sentence, [blocks.section(sentence)])
    message = batch.with_list(f"{sentence} If you cannot, decline.", post, session)
    about = f"Decline to act for {absence.person}"
    button = blocks.button("Decline", "delegation.decline", duty_value(absence), about=about)
    return Message(message.text, [*message.blocks, blocks.actions(button)])


def _was_declined(post: Post, session: Session) -> bool:
    """Return True if this delegate has declined. The message to the role holder says so."""
    over = select(Post.args).where(
        Post.channel_id == post.channel_id, Post.key == f"{post.key}:over"
    )
    return (session.scalar(over) or {}).get("why") == Over.DECLINED


def _escalations(absence: Absence, post: Post, session: Session) -> str:
    """Say who decides what is escalated; empty if the person on leave is no sponsor anywhere."""
    tenant, person = post.channel.workspace.tenant, absence.person
    sponsored = sponsored_by(session, tenant, person)
    if not sponsored:
        return ""
    word = sponsored[0].words.sponsor
    waits = escalations_wait_in(sponsored, absence.delegate)
    if len(waits) == len(sponsored):
        there = " and ".join(waits)
        waiting = f"What is escalated to them as {word} in {there} waits for them"
        return f" {waiting}, because you hold a role there."
    but = f", but not in {' and '.join(waits)}, where you hold a role" if waits else ""
    return f" You also decide what is escalated to them as {word}{but}."


def stands_in_no_more(post: Post, session: Session) -> Message:
    """Tell the delegate or the role holder that a leave is over, and why."""
    absence = _absence(post, session)
    why = Over((post.args or {}).get("why", Over.LEFT))
    if post.person == absence.delegate:
        reason = "has left Slack" if why is Over.HOLDER_LEFT else "is back"
        sentence = f"{who(absence.person)} {reason}. You no longer decide for them."
    else:
        sentence = (
            f"{who(absence.delegate)} {REASONS[why]}, so you are no longer away: what "
            "is open is yours again. `/tradeoff away @someone until 24 Dec` names "
            "another delegate."
        )
    return batch.with_list(sentence, post, session)


REASONS = {
    Over.LEFT: "has left Slack",
    Over.AWAY: "goes on leave too",
    Over.DECLINED: "declined to act for you",
}
