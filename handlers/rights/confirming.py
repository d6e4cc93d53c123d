"""Answers to a change of rights (confirm, decline, withdraw), and its end without an answer."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from handlers import access
from handlers.answers import Answer, Done, Message, OpenForm, Reply, UpdateForm
from handlers.delegation import departures
from handlers.requests import Click, Due, Form
from handlers.rights import change_forms, changing, pending
from handlers.ui import blocks, inputs
from handlers.ui.forms import read_reason, remembered
from models import locks
from models.reads import lookups
from models.refusals.refused import NotFound, RecordLost, Refused, check_can_act
from models.refusals.rights import (
    AwayFromConfirming,
    ChangeIsOver,
    ConfirmedByYou,
    NotYoursToConfirm,
    NotYoursToWithdraw,
    RightsDrawnAnew,
    SuccessorNotKnownNow,
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
    return _said(_confirmed(click, session, click.value))


def _confirmed(asking: Click | Form, session: Session, value: str) -> str:
    """Confirm a change; return what became of it, as a sentence."""
    change, current = _asked_about(asking, session, value)
    for role in _roles_of(asking, session, change, current):
        change.confirmed = {**change.confirmed, role.value: asking.person.id}
    missing = _missing(asking, session, change, current)
    if missing.is_complete(change, asking.at):
        made = changing.take_effect(asking, session, current, change, asking.person.id)
        return f"You have confirmed it: the rights are v{made.number} now."
    rights_changes.ask(session, current, change, asking.at)
    return f"You have confirmed it. {pending.waits_for(current, change, missing)}"


def open_change(click: Click, session: Session) -> Answer:
    """Open the form in which a change is confirmed or declined."""
    change, current = _still_open(click, session, click.value)
    _roles_of(click, session, change, current)
    return OpenForm(change_forms.confirm_form(change, current))


def save_confirmation(form: Form, session: Session) -> Answer:
    """Confirm a change from the form that shows it."""
    said = _confirmed(form, session, remembered(form.metadata)["change"])
    return UpdateForm(inputs.notice("Confirmed", [blocks.section(said)]))


def decline(click: Click, session: Session) -> Answer:
    """Ask why, before a change is declined."""
    change, current = _still_open(click, session, click.value)
    _roles_of(click, session, change, current)
    return OpenForm(change_forms.decline_form(change, current))


def save_refusal(form: Form, session: Session) -> Answer:
    """Decline a change: the rights stay as they are, and its author is told why."""
    change, current = _asked_about(form, session, remembered(form.metadata)["change"])
    _roles_of(form, session, change, current)
    reason, by = read_reason(form.state), form.person.id
    rights_changes.end(session, change, ChangeState.DECLINED, form.at, by, reason)
    return Done()


def withdraw(click: Click, session: Session) -> Answer:
    """Withdraw a change, as the person who asked for it."""
    change, current = _asked_about(click, session, click.value, drawn_anew=False)
    if change.author != click.person.id:
        raise NotYoursToWithdraw(change.author)
    rights_changes.end(session, change, ChangeState.WITHDRAWN, click.at, click.person.id)
    return _said(f"You have withdrawn it: the rights stay as they are, v{current.number}.")


def _said(sentence: str) -> Reply:
    return Reply(Message(sentence, [blocks.section(sentence)]))


def _asked_about(
    asking: Click | Form, session: Session, value: str, *, drawn_anew: bool = True
) -> tuple[RightsChange, RightsVersion]:
    """Take the exclusive lock on who decides; return this value's change and today's rights."""
    locks.lock_who_decides_to_change_it(session, asking.workspace)
    return _still_open(asking, session, value, drawn_anew=drawn_anew)


def _still_open(
    asking: Click | Form, session: Session, value: str, *, drawn_anew: bool = True
) -> tuple[RightsChange, RightsVersion]:
    """Return the change of this value, and today's rights.

    Raise the Refused that says why this person cannot answer the change now. If `drawn_anew` is
    False, the change may be past its date, and the message may show an older version of the rights:
    it can still be withdrawn.
    """
    change, number = _of_value(asking, session, value)
    access.check_may_see(asking, change.channel.slack_id, "that change")
    check_can_act(asking.person)
    current = lookups.require_rights(session, asking.workspace, change.channel.slack_id)
    if change.state is not ChangeState.PENDING:
        raise ChangeIsOver(pending.how_it_ended(change))
    if drawn_anew and asking.at >= change.expires_at:
        # The timer that lets the change lapse may be late.
        raise ChangeIsOver(pending.lapsed(change.expires_at))
    if drawn_anew and current.number != number:
        raise RightsDrawnAnew(current.number)
    return change, current


def _of_value(asking: Click | Form, session: Session, value: str) -> tuple[RightsChange, int]:
    """Return the change and the number of the rights version from a value such as `7:4:1790000000`.

    Raise NotFound if there is no such change. Raise RecordLost if a backup was restored, and
    another change has its id now.
    """
    parts = re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,12})", value, re.ASCII)
    if parts is None:
        raise NotFound("that change")
    change = session.scalar(
        select(RightsChange)
        .join(RightsChange.channel)
        .join(Channel.workspace)
        .where(RightsChange.id == int(parts[1]), Workspace.tenant == asking.workspace)
        .options(contains_eager(RightsChange.channel).contains_eager(Channel.workspace))
    )
    if change is None:
        raise NotFound("that change")
    if pending.stamp(change) != parts[3]:
        raise RecordLost
    return change, int(parts[2])


def _missing(
    asking: Click | Form | Due, session: Session, change: RightsChange, current: RightsVersion
) -> Answers:
    gone = departures.who_has_left(asking, session, [current])
    return rights_changes.missing(session, current, change, asking.at, gone)


def _roles_of(
    asking: Click | Form, session: Session, change: RightsChange, current: RightsVersion
) -> list[Role]:
    """Return the roles for which this person is asked now. Raise a Refused if there are none."""
    answers = _missing(asking, session, change, current)
    roles = [role for role, person in answers.asked.items() if person == asking.person.id]
    people = list(dict.fromkeys(answers.asked.values()))
    if not roles and asking.person.id in change.confirmed.values():
        raise ConfirmedByYou(people)
    own = [
        role
        for role in (*answers.asked, *answers.unanswered)
        if current.holder_of(role) == asking.person.id
    ]
    if not roles and own:
        waits = pending.waits_for(current, change, answers)
        raise AwayFromConfirming(current.words.roles(own), waits)
    if not roles:
        raise NotYoursToConfirm(people, is_author=asking.person.id == change.author)
    return roles


# If Slack does not say whether a person who would get a role is still there, or has not taken the
# message to the channel, the bot looks again after this time.
LOOK_AGAIN = timedelta(minutes=15)


def look(due: Due, session: Session) -> None:
    """Look at the change that waits in the channel: make it, let it lapse, or ask again.

    It is made if no answer is missing (`Answers.is_complete`) and it can still be made. It lapses
    if it cannot be made any more, or if an answer is missing when its time is over. While Slack
    does not say whether it can be made, or has not shown to the channel a change that nobody can
    confirm, it waits on, at most until its time is over. If the channel read of it late, it waits
    for a working day from then.
    """
    locks.lock_who_decides_to_change_it(session, due.workspace)
    change = pending_change(session, due.timer.channel_id or 0)
    if change is None:
        return
    current = pending.rights_of(session, change)
    rights_changes.wait_from_announcement(session, current, change)
    answers = _missing(due, session, change, current)
    complete = answers.is_complete(change, due.at)
    refusal = changing.why_not(due, session, current, change) if complete else None
    unread = bool(answers.unanswered) and not rights_changes.announced_at(session, change)
    if complete and not refusal and not unread:
        changing.take_effect(due, session, current, change, None)
    elif _waits_on(refusal, unread=complete and unread) and due.at < change.expires_at:
        rights_changes.set_timer_of_change(session, current, change, due.at + LOOK_AGAIN)
    elif complete or (answers.asked and due.at >= change.expires_at):
        rights_changes.end(session, change, ChangeState.LAPSED, due.at, None)
    else:
        rights_changes.ask(session, current, change, due.at)


def _waits_on(refusal: Refused | None, *, unread: bool) -> bool:
    """Return True if this change cannot be made now, but perhaps later."""
    return isinstance(refusal, SuccessorNotKnownNow) or (unread and refusal is None)
