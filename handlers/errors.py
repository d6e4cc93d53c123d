"""Answers to a person whose request was refused or failed.

Only that person sees the answer. The texts of a refused form stay in it or are repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers.answers import Answer, FormErrors, Message, Reply, TellAgain, UpdateForm, View
from handlers.requests import Command, Event, Form, Request
from handlers.ui import blocks, inputs
from models import locks
from models.mrkdwn import day
from models.reads.search import first_hash_of
from models.refusals.place import NotSetUp
from models.refusals.refused import Attempt, FieldsInvalid, Refused
from models.tables.attempt import AttemptOutsideRight, mark_of
from models.tables.workspace import ensure_view_key

# Title of a refusal of what would have recorded nothing.
NOT_POSSIBLE = "Not possible"
# Titles of refused forms, by callback, where "Not recorded" does not fit.
TITLES = {"home.channel": NOT_POSSIBLE, "questions.ask": "Not asked"}


def refused(request: Request, refusal: Refused) -> Answer:
    """Return the answer to a request that was refused.

    If the fields of a form are wrong, the sentences are shown under them. Other refusals name the
    decision or commitment that the request was about, if that is known. A refused form is replaced
    by a notice that repeats what was typed. A command in a channel that is not set up is answered
    with a button that opens the set-up form.
    """
    if isinstance(refusal, FieldsInvalid):
        return FormErrors(refusal.errors)
    if (
        isinstance(refusal, NotSetUp)
        and isinstance(request, Command)
        and request.channel == refusal.channel
    ):
        return _offer_setup(refusal.channel)
    sentence, subject = f"{refusal} {refusal.invite}".rstrip(), refusal.subject
    return _tell(request, _title(request), subject.named_in(sentence) if subject else sentence)


def _offer_setup(channel: str) -> Reply:
    words = "This channel is not set up yet. Run `/tradeoff setup` here. It is one short form."
    button = blocks.button("Set up this channel", "rights.edit", channel, style="primary")
    return Reply(Message(words, [blocks.section(words), blocks.actions(button)]))


def failed(request: Request, reference: str) -> Answer:
    """Return the answer to a fault on our side. `reference` finds the trace in the log."""
    if isinstance(request, Event):
        return TellAgain()
    sentence = (
        "Something went wrong on my side, and nothing was recorded. Please try again. If it "
        f"happens again, tell whoever runs me: {reference}."
    )
    return _tell(request, _failure(request), sentence)


def too_late(request: Request) -> Answer:
    """Return the answer to a request that took too long to be committed."""
    return _once_more(
        request,
        _failure(request),
        "This took too long just now, and nothing was recorded. Please try again in a moment.",
    )


def unusable(request: Request, sentence: str) -> Answer:
    """Return the answer if the database cannot be used; `sentence` says why."""
    return _once_more(request, _failure(request), sentence)


def unsure(request: Request) -> Answer:
    """Return the answer to a request whose commit the database did not confirm."""
    sentence = "I could not find out whether this was recorded."
    step = (
        "Submit it once more: the same form counts once."
        if isinstance(request, Form)
        else "Look at the newest card in the channel, then try again."
    )
    return _once_more(request, "Not confirmed", f"{sentence} {step}")


def as_notice(reply: Reply) -> View:
    """Return a view with the words of an answer, to open on top of a form that was clicked in."""
    message = reply.message
    return inputs.notice(reply.title, message.blocks or [blocks.section(message.text)])


def _title(request: Request) -> str:
    """Return the title of a refusal; a click is not "not recorded": most only open something."""
    if not isinstance(request, Form):
        return NOT_POSSIBLE
    return TITLES.get(request.callback, "Not recorded")


def _failure(request: Request) -> str:
    """Return the title of what failed on our side, and may be possible in a moment."""
    return "Not done" if _title(request) == NOT_POSSIBLE else _title(request)


def note_attempt(attempt: Attempt, request: Request, session: Session) -> None:
    """Count an attempt outside the right; the person's name is not kept."""
    key = ensure_view_key(session, request.workspace)
    mark = mark_of(request.user, attempt.channel_id, request.at, key)
    session.add(
        AttemptOutsideRight(
            channel_id=attempt.channel_id, kind=attempt.kind, at=request.at, mark=mark
        )
    )


def _once_more(request: Request, title: str, sentence: str) -> Answer:
    """Return an answer after which the person can try again.

    A form that has an input stays open as it is. Slack sends an event again.
    """
    if isinstance(request, Event):
        return TellAgain()
    if isinstance(request, Form) and request.first_input:
        return FormErrors({request.first_input: sentence})
    return _tell(request, title, sentence)


def redraw_card(decision_id: int, workspace: str, session: Session, at: datetime) -> None:
    """Redraw every message of this decision, because somebody pressed an outdated button."""
    decision = locks.lock_decision(session, workspace, decision_id)
    decision.first_hash = decision.first_hash or first_hash_of(session, decision_id)
    decision.redraw(at)


def _tell(request: Request, title: str, sentence: str) -> Answer:
    if not isinstance(request, Form):
        return Reply(Message(sentence, [blocks.section(sentence)]), title)
    typed = _typed(request)
    kept = (
        [blocks.context("What you typed:"), *(blocks.typed(*pair) for pair in typed[:40])]
        if typed
        else []
    )
    return UpdateForm(inputs.notice(title, [blocks.section(sentence), *kept]))


def _typed(form: Form) -> list[tuple[str, str]]:
    """Return the name of each field into which a text or a date was typed, and what was typed."""
    return [
        (form.labels.get(block, ""), value)
        for block, fields in form.state.items()
        for field in fields.values()
        if isinstance(value := field.get("value") or _date_in(field), str) and value.strip()
    ]


def _date_in(field: Mapping[str, Any]) -> str | None:
    """Return the date of a date field as `Thu 3 Dec 2026`; None if the field has none."""
    chosen = field.get("selected_date")
    try:
        return day(date.fromisoformat(chosen)) if chosen else None
    except (TypeError, ValueError):
        return None
