"""Answers to a change of rights: confirm, decline, withdraw; and its end without an answer."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from handlers import access
from handlers.answers import Answer, Message, Reply
from handlers.delegation import departures
from handlers.requests import Click, Due
from handlers.rights import changing, pending
from handlers.ui import blocks
from models import locks
from models.reads import lookups
from models.refusals.refused import NotFound, RecordLost, check_can_act
from models.refusals.rights import (
    ChangeIsOver,
    ConfirmedByYou,
    NotYoursToConfirm,
    NotYoursToWithdraw,
    RightsDrawnAnew,
)
from models.rules import Role
from models.tables.channel import Channel
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange, pending_change
from models.tables.workspace import Workspace
from models.verbs import rights_changes
from models.verbs.rights_changes import Answers


def confirm(click: Click, session: Session) -> Answer:
    """Confirm a change. It is made now if no other answer is missing."""
    change, current = _asked_about(click, session)
    for role in _roles_of(click, session, change, current):
        change.confirmed = {**change.confirmed, role.value: click.person.id}
    left = _missing(click, session, change, current)
    if left.complete(change, click.at):
        made = changing.take_effect(click, session, current, change, click.person.id)
        return _said(f"You have confirmed it: the rights are v{made.number} now.")
    rights_changes.ask(session, current, change, click.at)
    return _said(f"You have confirmed it. {pending.waits_for(current, change, left)}")


def decline(click: Click, session: Session) -> Answer:
    """Decline a change: the rights stay as they are, and its author is told."""
    change, current = _asked_about(click, session)
    _roles_of(click, session, change, current)
    rights_changes.end(session, change, ChangeState.DECLINED, click.at, click.person.id)
    return _said(f"You have declined it: the rights stay as they are, v{current.number}.")


def withdraw(click: Click, session: Session) -> Answer:
    """Withdraw a change, as the person who asked for it."""
    change, current = _asked_about(click, session, drawn_anew=False)
    if change.author != click.person.id:
        raise NotYoursToWithdraw(change.author)
    rights_changes.end(session, change, ChangeState.WITHDRAWN, click.at, click.person.id)
    return _said(f"You have withdrawn it: the rights stay as they are, v{current.number}.")


def _said(sentence: str) -> Reply:
    return Reply(Message(sentence, [blocks.section(sentence)]))


def _asked_about(
    click: Click, session: Session, *, drawn_anew: bool = True
) -> tuple[RightsChange, RightsVersion]:
    """Return the change that this button is about, and today's rights, under the exclusive lock.

    Raise the Refused that says why nobody can answer the change now. If `drawn_anew` is False, the
    message may show an older version of the rights: that is enough to withdraw the change.
    """
    locks.lock_who_decides_to_change_it(session, click.workspace)
    change, number = _of_value(click, session)
    access.check_may_see(click, change.channel.slack_id, "that change")
    check_can_act(click.person)
    current = lookups.require_rights(session, click.workspace, change.channel.slack_id)
    if change.state is not ChangeState.PENDING:
        raise ChangeIsOver(pending.how_it_ended(change))
    if drawn_anew and click.at >= change.expires_at:
        # The timer that lets the change lapse may be late.
        raise ChangeIsOver(pending.lapsed(change.expires_at))
    if drawn_anew and current.number != number:
        raise RightsDrawnAnew(current.number)
    return change, current


def _of_value(click: Click, session: Session) -> tuple[RightsChange, int]:
    """Return the change and the version of a value such as `7:4:1790000000`.

    Raise RecordLost if a backup was restored, and another change has its number now.
    """
    parts = re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,12})", click.value, re.ASCII)
    if parts is None:
        raise NotFound("that change")
    change = session.scalar(
        select(RightsChange)
        .join(RightsChange.channel)
        .join(Channel.workspace)
        .where(RightsChange.id == int(parts[1]), Workspace.tenant == click.workspace)
        .options(contains_eager(RightsChange.channel).contains_eager(Channel.workspace))
    )
    if change is None:
        raise NotFound("that change")
    if pending.stamp(change) != parts[3]:
        raise RecordLost
    return change, int(parts[2])


def _missing(
    click: Click | Due, session: Session, change: RightsChange, current: RightsVersion
) -> Answers:
    gone = departures.who_has_left(click, session, [current])
    return rights_changes.missing(session, current, change, click.at, gone)


def _roles_of(
    click: Click, session: Session, change: RightsChange, current: RightsVersion
) -> list[Role]:
    """Return the roles for which this person answers now. Raise Refused if there are none."""
    answers = _missing(click, session, change, current)
    roles = [role for role, person in answers.asked.items() if person == click.person.id]
    people = list(dict.fromkeys(answers.asked.values()))
    if not roles and click.person.id in change.confirmed.values():
        raise ConfirmedByYou(people)
    if not roles:
        raise NotYoursToConfirm(people)
    return roles


def look(due: Due, session: Session) -> None:
    """Look at the change that waits: make it, let it lapse, or ask for the missing answers.

    It is made if no answer is missing that anybody could give, and if nothing forbids it by now.
    """
    locks.lock_who_decides_to_change_it(session, due.workspace)
    change = pending_change(session, due.timer.channel_id or 0)
    if change is None:
        return
    current = pending.rights_of(session, change)
    answers = _missing(due, session, change, current)
    complete = answers.complete(change, due.at)
    if complete and not changing.why_not(due, session, current, change):
        changing.take_effect(due, session, current, change, None)
    elif complete or (answers.asked and due.at >= change.expires_at):
        rights_changes.end(session, change, ChangeState.LAPSED, due.at, None)
    else:
        rights_changes.ask(session, current, change, due.at)
