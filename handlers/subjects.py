"""Subjects: the decision or commitment that a click, a command, a form or a timer is about.

A subject that is acted on is locked until the transaction ends. A subject that is only shown is not
locked. People who may not read its channel get the same answer as if it did not exist.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy.orm import Session

from handlers import access
from handlers.requests import Click, Command, Due, Form, Request
from handlers.ui import cutting, fields, forms, marks
from models import locks
from models.mrkdwn import escaped, where, who, with_link
from models.reads import lookups
from models.refusals.deciding import NotItsButton
from models.refusals.refused import FieldsInvalid, NotFound, Refused, Subject
from models.rules import Sort
from models.tables.channel import find_channel
from models.tables.commitment import Commitment
from models.tables.decision import Decision

# Width, in columns, to which a refusal cuts the title.
TITLE = 90
# Key in `session.info`. Its value has three parts. The first is the subject that the person acts
# on, as a refusal names it (`name_in`); the second is its channel. The third is the phrase for the
# subject in the answer to people who may not read that channel.
_SUBJECT = "acted on"
# Buttons that only some sorts of decisions have, as their cards draw them. Without this check, a
# hand-made click could settle a tradeoff without its signatures, or a claim without a verdict.
BUTTONS_OF = {
    Sort.TRADEOFF: {
        *("decide.approve", "decide.reject", "decide.defer"),
        *("tradeoff.edit", "second_thoughts.supersede"),
    },
    Sort.CLAIM: {
        *("accept.accept", "accept.follow_ups", "accept.send_back"),
        *("accept.edit", "accept.resubmit"),
    },
    Sort.RECORD: {"records.acknowledge", "records.dispute", "second_thoughts.supersede"},
}
_OF_SOME_SORTS = set[str]().union(*BUTTONS_OF.values())


def _acted_on(session: Session, decision: Decision, words: str = "that decision") -> Decision:
    title = escaped(cutting.fitted(decision.title, TITLE))
    number = f"#{decision.number}"
    link = with_link(number, decision.card_link)
    subject = Subject(number, link, f"{link} {title}")
    session.info[_SUBJECT] = subject, decision.channel.slack_id, words
    return decision


def name_in(refusal: Refused, request: Request, session: Session) -> None:
    """Add to this refusal the decision or commitment that the person acted on, if there is one.

    If the refusal sends the person to somebody who may not read the channel, add a sentence that
    says to invite them.

    If the person may no longer read the subject's channel, raise NotFound instead: the refusal
    would name the subject, and say who decides it. The channel may have become private a moment
    ago.
    """
    acted_on: tuple[Subject, str, str] | None = session.info.get(_SUBJECT)
    if acted_on is None or isinstance(refusal, FieldsInvalid):
        return
    subject, channel, words = acted_on
    access.check_may_see(request, channel, words, anew=True)
    refusal.subject = subject
    outside = access.outsiders(request, channel, refusal.sends_to) if refusal.sends_to else ()
    refusal.invite = " ".join(
        f"{who(person)} is not in {where(channel)}: invite them first."
        for person in refusal.sends_to
        if person in outside
    )


def decision_by_id(
    request: Request, session: Session, value: str | int, chosen: Collection[int] = ()
) -> Decision:
    """Return the decision whose id begins a value such as `42-9f86d0` or `42:3-9f86d0`, locked.

    The `chosen` commitments are locked too (`locks.lock_decision`). Raise NotFound if there is none
    that this person may read; raise RecordLost if the mark (see `handlers/ui/marks.py`) is that of
    another decision.
    """
    about, mark = marks.split(str(value))
    decision = locks.lock_decision(session, request.workspace, about.partition(":")[0], chosen)
    access.check_may_see(request, decision.channel.slack_id)
    marks.check(decision, mark)
    return _acted_on(session, decision)


def shown_decision(request: Request, session: Session, value: str | int) -> Decision:
    """Return the decision of a value as `decision_by_id` does, but not locked."""
    about, mark = marks.split(str(value))
    found = lookups.decision_to_show(session, request.workspace, about.partition(":")[0])
    access.check_may_see(request, found.channel.slack_id)
    marks.check(found, mark)
    return _acted_on(session, found)


def decision_by_number(
    request: Request, session: Session, number: int, chosen: Collection[int] = ()
) -> Decision:
    """Return the decision with this number, locked, and lock the `chosen` commitments too.

    Raise NotFound if there is no such decision that this person may read.
    """
    decision = locks.lock_decision_by_number(session, request.workspace, number, chosen)
    if decision is None:
        raise NotFound
    access.check_may_see(request, decision.channel.slack_id)
    return _acted_on(session, decision)


def typed_decision(command: Command, session: Session, which: str) -> Decision:
    """Return the decision whose number begins this text, not locked.

    Raise NotFound if there is none, or if this person may not read it.
    """
    asked = fields.decision_number(which)
    decision = asked and lookups.decision_by_number(session, command.workspace, asked)
    if not decision:
        raise NotFound(f"#{asked}")
    access.check_may_see(command, decision.channel.slack_id, f"#{asked}", anew=True)
    return _acted_on(session, decision, f"#{asked}")


def readable_channel(
    request: Request, session: Session, slack_id: str, *, anew: bool = False
) -> str:
    """Return the Slack id that this channel has now, which may be a new one.

    Raise NotFound if this person may not read the channel.
    """
    channel = find_channel(session, request.workspace, slack_id)
    present = channel.slack_id if channel else slack_id
    access.check_may_see(request, present, "that channel", anew=anew)
    return present


def clicked_decision(click: Click, session: Session) -> Decision:
    """Return the decision that this button is about, to open its form; it is not locked.

    Raise what `decision_by_id` raises, ButtonWithoutMark if an older release drew the button, and
    NotItsButton if no card of this sort of decision has it.
    """
    decision = shown_decision(click, session, click.value)
    marks.check_given(click.value, decision)
    if click.action in _OF_SOME_SORTS - BUTTONS_OF[decision.sort]:
        raise NotItsButton(decision.number, decision.sort)
    return decision


def decision_to_act_on(click: Click, session: Session) -> Decision:
    """Return the decision that this button is about, locked, for an act without a form.

    Raise what `decision_by_id` raises, and ButtonWithoutMark if an older release drew the button.
    """
    decision = decision_by_id(click, session, click.value)
    marks.check_given(click.value, decision)
    return decision


def opened_decision(click: Click, session: Session) -> Decision:
    """Return the decision that this button is about, to read it; its mark may be missing."""
    return shown_decision(click, session, click.value)


def form_decision(form: Form, session: Session) -> Decision:
    """Return the decision that this form is about, locked.

    Raise what `decision_by_id` raises, and ChangedMeanwhile if what the decision asks has changed
    since the form was opened (`forms.as_asked`).
    """
    remembered = forms.remembered(form.metadata)
    decision = decision_by_id(form, session, remembered["decision"])
    forms.check_as_asked(decision, remembered)
    return decision


def replaced_by(decision: Decision, session: Session) -> Decision | None:
    """Return the older decision in this channel that this one replaces, locked; None if none."""
    if not decision.supersedes:
        return None
    tenant = decision.channel.workspace.tenant
    older = locks.lock_decision_by_number(session, tenant, decision.supersedes)
    return older if older and older.channel_id == decision.channel_id else None


def timer_decision(due: Due, session: Session) -> Decision:
    """Return the decision of this timer, locked. Raise NotFound if the timer has none."""
    return locks.lock_decision(session, due.workspace, due.timer.decision_id or 0)


def commitment_of(value: str, request: Click | Form, session: Session) -> Commitment:
    """Return the commitment of a button or form; if a form is submitted, it is locked.

    Raise what `decision_by_id` raises.
    """
    commitment_id, mark = marks.split(str(value))
    locked = isinstance(request, Form)
    find = locks.lock_commitment if locked else lookups.commitment_to_show
    commitment = find(session, request.workspace, commitment_id)
    access.check_may_see(request, commitment.channel.slack_id, "that commitment")
    marks.check(commitment, mark)
    name = escaped(commitment.name)
    channel = commitment.channel.slack_id
    session.info[_SUBJECT] = Subject(name, name, name), channel, "that commitment"
    return commitment


def decision_and_part(
    value: str, request: Click | Form, session: Session, *, acts: bool = False
) -> tuple[Decision, int]:
    """Return the decision and the number of one of its parts, from a value such as `42:3-9f86d0`.

    The part is a question, a round or a follow-up. If it has a mark of its own
    (`42:3:5e884a-9f86d0`), the caller checks that. The decision is locked if a form is submitted,
    or if the click itself `acts`.

    Raise what `decision_by_id` raises, NotFound if the value names no part, and ButtonWithoutMark
    if an older release drew the button.
    """
    about, _ = marks.split(value)
    part = about.partition(":")[2].partition(":")[0]
    locked = acts or isinstance(request, Form)
    decision = (decision_by_id if locked else shown_decision)(request, session, value)
    if isinstance(request, Click):
        marks.check_given(value, decision)
    if not re.fullmatch(r"[0-9]{1,9}", part):
        raise NotFound
    return decision, int(part)
