"""`/tradeoff list`: decisions that the asker may read, newest first, page by page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import access
from handlers.answers import Answer, Block, Message, OpenForm, Reply, UpdateForm, View
from handlers.requests import Click, Command, Request
from handlers.search import filters
from handlers.ui import blocks, fields, forms, inputs, phrases, seals
from models import locks
from models.mrkdwn import day, escaped, where, who
from models.reads import search
from models.reads.search import Found, Wanted
from models.refusals.refused import NotFound
from models.rules import Decider, Kind, Outcome, State
from models.tables.post import Post
from models.working_time import local_day

PAGE = 10
UNSAID = (
    "*Slack did not answer.* Slack did not tell me who is in one of the channels; what "
    "stands there is not listed. Try again in a moment."
)
# Outcomes of a joint decision to which both signatures said yes.
SIGNED = (Outcome.APPROVED, Outcome.ACKNOWLEDGED)
# Names a message in which decisions are gathered, in the form's memory; nobody can type it.
MOVED = "moved:"
# The form remembers the text.
LONGEST = 1300


def show(command: Command, session: Session, text: str) -> Answer:
    """Answer `/tradeoff list [words] [filters]` with the first page."""
    if len(text) > LONGEST or not seals.fits(forms.metadata(list=text)):
        first = (
            f"I can look for up to {LONGEST:,} characters; this has {len(text):,}. Use "
            "fewer words. You typed:"
        )
        return Reply(Message(f"{first}\n{escaped(fields.as_typed(command, text))}"))
    wanted = filters.read(command, text)
    if isinstance(wanted, str):
        return _unclear(command, wanted, text)
    return OpenForm(_view(command, session, text, wanted))


def _unclear(request: Request, problem: str, text: str) -> Reply:
    """Say what is wrong and quote what was typed, so that it can be put right."""
    whole = f"/tradeoff list {fields.as_typed(request, text)}"
    words = phrases.limited(f"{problem} You typed: {escaped(whole)}")
    return Reply(
        Message(words, [blocks.section(problem), blocks.context("You typed:"), blocks.quote(whole)])
    )


def show_moved(click: Click, session: Session) -> Answer:
    """List what changed hands in one act, for the person who was told of it."""
    id = locks.as_id(click.value)
    told = session.get(Post, id)
    if told is None or told.person != click.user:
        raise NotFound("that list")
    return OpenForm(_view(click, session, f"{MOVED}{id}", Wanted(gathered_in=id)))


def next_page(click: Click, session: Session) -> Answer:
    return _turned(click, session, older_than=_number(click))


def previous_page(click: Click, session: Session) -> Answer:
    return _turned(click, session, newer_than=_number(click))


def _number(click: Click) -> int | None:
    """Return the number at which to turn; None, for the first page, if the value is none."""
    return int(click.value) if re.fullmatch(r"[0-9]{1,9}", click.value) else None


def _turned(click: Click, session: Session, **place: int | None) -> Answer:
    text = forms.remembered(click.metadata)["list"]
    gathered = re.fullmatch(rf"{MOVED}([0-9]+)", text)
    wanted = Wanted(gathered_in=int(gathered[1])) if gathered else filters.read(click, text)
    if isinstance(wanted, str):
        return _unclear(click, wanted, text)
    return UpdateForm(_view(click, session, text, wanted, **place))


# ---- a page --------------------------------------------------------------------------------------


def _view(
    request: Request,
    session: Session,
    text: str,
    wanted: Wanted,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> View:
    rows, unsaid = _rows(request, session, wanted, older_than, newer_than)
    if newer_than is not None and len(rows) < PAGE:
        return _view(request, session, text, wanted)
    more = len(rows) > PAGE
    shown = rows[-PAGE:] if newer_than is not None else rows[:PAGE]
    previous, following = (more, True) if newer_than is not None else (older_than is not None, more)
    zone = request.person.time_zone
    typed = text and not wanted.gathered_in
    asked = [blocks.typed("Looking for", fields.as_typed(request, text))] if typed else []
    if days := filters.days_read(wanted, zone):
        asked.append(blocks.context(phrases.capital(days)))
    page = Page(rows=shown, previous=previous, following=following, unsaid=unsaid)
    return list_view(page, text, asked, zone)


def _rows(
    request: Request,
    session: Session,
    wanted: Wanted,
    older_than: int | None,
    newer_than: int | None,
) -> tuple[list[Found], bool]:
    """Return one page and one row more, and True if Slack did not say enough: there may be more.

    Slack is asked about channels, not about decisions; the query leaves out what may not be read.
    """
    hidden, unsaid = set[int](), False
    while True:
        rows = search.find(
            session,
            request.workspace,
            wanted,
            search.Cut(PAGE + 1, older_than, newer_than),
            hidden=hidden,
        )
        channels = {row.channel: row.channel_id for row in rows}
        unseen = access.unseen(request, channels)
        if not unseen:
            return rows, unsaid
        unsaid = unsaid or bool(access.unsaid(request, unseen))
        hidden |= {channels[channel] for channel in unseen}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its rows, whether there are others before and after it, and `unsaid` of `_rows`."""

    rows: Sequence[Found]
    previous: bool
    following: bool
    unsaid: bool = False


def list_view(page: Page, text: str, asked: list[Block], time_zone: str) -> View:
    """Build a form to read only, with `asked` on top.

    `text`, the search as Slack marked it, comes back with each click.
    """
    rows, shown = page.rows, [*asked]
    if page.unsaid:
        shown.append(blocks.section(UNSAID))
    elif not rows:
        shown.append(blocks.section(_nothing(text)))
    for row in rows:
        open_it = blocks.button("Open", "records.open", str(row.id), about=f"Open #{row.number}")
        shown.append(blocks.section_with(_line(row, time_zone), open_it))
    turn = []
    if page.previous:
        turn.append(
            blocks.button(
                "Previous", "finding.previous", str(rows[0].number), about="Newer decisions"
            )
        )
    if page.following:
        turn.append(
            blocks.button("Next", "finding.next", str(rows[-1].number), about="Older decisions")
        )
    shown += [blocks.actions(*turn)] if turn else []
    shown.append(
        blocks.context("Newest first: from public channels, and from private ones that you are in.")
    )
    return View(
        {**inputs.notice("Decisions", shown), "private_metadata": forms.metadata(list=text)}
    )


def _nothing(text: str) -> str:
    if not text:
        return (
            "Nothing has been raised yet, or nothing that you may read. `/tradeoff` raises "
            "the first."
        )
    return (
        "*Nothing found.* Each word must be in it: in its title, reasons, options, evidence, "
        f"questions or answers. {filters.VALID}\n"
        'If you meant a title, quote it: `/tradeoff "List price or discount"`.'
    )


def _line(row: Found, time_zone: str) -> str:
    raised = f"raised by {who(row.raised_by)} on {day(local_day(row.raised_at, time_zone))}"
    return (
        f"*#{row.number} {escaped(row.title)}*\n{_stands(row, time_zone)} · "
        f"{where(row.channel)} · {raised}"
    )


def _stands(row: Found, time_zone: str) -> str:
    """Say where the decision stands, in a few words."""
    if row.state.settled:
        words = row.outcome.label if row.outcome else "withdrawn"
        keys = (
            {row.holder, row.counterpart}
            if row.decides is Decider.JOINT and row.outcome in SIGNED
            else set()
        )
        by = f" by {who(row.settled_by)}" if row.settled_by else ""
        if len(keys) == 2 and row.settled_by in keys:
            by = f", signed by {who(row.holder)} and {who(row.counterpart)},"
        on = f" on {day(local_day(row.settled_at, time_zone))}" if row.settled_at else ""
        since = ", superseded since" if row.state is State.SUPERSEDED else ""
        return phrases.capital(f"{words}{by}{on}{since}")
    return f"{_waiting(row)}, overdue" if row.overdue_at else _waiting(row)


def _waiting(row: Found) -> str:
    if row.state is State.AWAITING_IMPACT:
        return f"Waiting for the impact from {who(row.counterpart)}"
    if row.state is State.AWAITING_ANSWER:
        return "Waiting for an answer"
    if row.state is State.AWAITING_SIGNATURE:
        return "Waiting for the second signature"
    if row.decides is Decider.JOINT and row.holder != row.counterpart:
        return f"Waiting for the signatures of {who(row.holder)} and {who(row.counterpart)}"
    if row.made_on:
        return f"Waiting for {who(row.holder)} to acknowledge or dispute it"
    return (
        f"Waiting for {who(row.holder)} "
        f"{'to give the verdict' if row.kind is Kind.ACCEPTANCE else 'to decide'}"
    )
