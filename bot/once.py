"""Requests that arrive twice, by a second click, a retry or a replay: they take effect once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import errors
from handlers.requests import Request
from models.refusals.refused import Attempt
from models.tables.taken_request import take_once, was_taken


class TakenBefore(Exception):
    """Raised if this very request has taken effect already. Its transaction is rolled back."""


def take(request: Request, session: Session) -> None:
    """Note, in the transaction of this request, that it takes effect.

    Raise TakenBefore if it has taken effect before.
    """
    if not _is_first(request, session):
        raise TakenBefore


def check_not_taken(request: Request, session: Session) -> None:
    """Raise TakenBefore if this request has taken effect."""
    if was_taken(session, request.workspace, request.user, request.sign):
        raise TakenBefore


def note_attempt(request: Request, attempt: Attempt, session: Session) -> None:
    """Count an attempt outside the right, once for each request."""
    if _is_first(request, session):
        errors.note_attempt(attempt, request, session)


def _is_first(request: Request, session: Session) -> bool:
    """Note that this request takes effect, and return True if it is the first time.

    An event has no sign and is not noted. If it arrives twice, the second time changes nothing
    (docs/explanation/decisions/0011).
    """
    about = request.workspace, request.user, request.sign
    return not request.sign or take_once(session, *about, request.at)
