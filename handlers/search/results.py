"""`/tradeoff list`: decisions that the asker may read, page by page, with menus of filters.

With nothing typed, it shows what is open in this channel, the most urgent first. If the channel has
no record, it shows what is open in all channels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from handlers import access
from handlers.answers import Answer, Block, Element, Message, OpenForm, Reply, UpdateForm, View
from handlers.commitments import ledger
from handlers.requests import Click, Command, Request
from handlers.search import filters, pressed, rows
from handlers.ui import blocks, fields, inputs, phrases, seals
from models import locks
from models.mrkdwn import escaped, where
from models.reads import lookups, search
from models.reads.references import commitments_referring_to
from models.reads.search import NO_DAY, Found, Place, Wanted, place_of
from models.refusals.refused import NotFound
from models.tables.post import Post
from models.tables.workspace import words_of
from models.working_time import local_day

PAGE = 10
UNSAID = (
    "*Slack did not answer.* I do not know which channels you may read, so something may "
    "be missing here. Try again in a moment."
)
CLOSED = "*I am not in this channel*, so I can show nothing of it. Invite me there first."
WHOLE_NAME = "`ref:` takes the whole name, such as `ref:SHOP-123`, or the whole address."
# A message about moved decisions has a button that opens the list of them. In place of a typed
# text, the form of that list remembers this word and the message's id.
MOVED = "moved:"
# The most characters of a typed text. The form has to remember it.
LONGEST = 1300


def show(command: Command, session: Session, text: str) -> Answer:
    """Answer `/tradeoff list [words] [filters]` with the first page."""
    if len(text) > LONGEST or not seals.fits(pressed.remember(text, pressed.LONGEST)):
        first = (
            f"I can look for up to {LONGEST:,} characters; this has {len(text):,}. Use "
            "fewer words. You typed:"
        )
        return Reply(Message(f"{first}\n{escaped(fields.as_typed(command, text))}"))
    typed = filters.read(command, words_of(session, command.workspace), text)
    if isinstance(typed, str):
        return _unclear(command, typed, text)
    filtered = pressed.at_first(session, command.workspace, command.channel, text)
    return OpenForm(_view(command, session, Search(text, typed, filtered)))


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
    message = session.get(Post, id)
    if message is None or message.person != click.user:
        raise NotFound("that list")
    moved = Search(f"{MOVED}{id}", Wanted(gathered_in=id), pressed.Pressed())
    return OpenForm(_view(click, session, moved))


def next_page(click: Click, session: Session) -> Answer:
    return _redrawn(click, session, Turn(click.value))


def previous_page(click: Click, session: Session) -> Answer:
    return _redrawn(click, session, Turn(click.value, back=True))


def filter_state(click: Click, session: Session) -> Answer:
    return _redrawn(click, session, state=click.value)


def filter_kind(click: Click, session: Session) -> Answer:
    return _redrawn(click, session, kind=click.value)


def filter_whose(click: Click, session: Session) -> Answer:
    return _redrawn(click, session, whose=click.value)


def filter_place(click: Click, session: Session) -> Answer:
    return _redrawn(click, session, place=click.value)


@dataclass(frozen=True, slots=True)
class Turn:
    """Turn of a page: to the page that begins after `row` or, if `back`, that ends before it.

    `row` is the place of a row in the list, as the button carries it.
    """

    row: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Search: the typed text as Slack marked it, the same text parsed, and the menus' filters."""

    text: str
    typed: Wanted
    pressed: pressed.Pressed


def _redrawn(click: Click, session: Session, turn: Turn | None = None, **filtered: str) -> Answer:
    text, filters_now = pressed.remembered(click.metadata)
    gathered = re.fullmatch(rf"{MOVED}([0-9]+)", text)
    typed: Wanted | str = (
        Wanted(gathered_in=int(gathered[1]))
        if gathered
        else filters.read(click, words_of(session, click.workspace), text)
    )
    if isinstance(typed, str):
        return _unclear(click, typed, text)
    for name, value in filtered.items():
        filters_now = pressed.press(filters_now, name, value)
    return UpdateForm(_view(click, session, Search(text, typed, filters_now), turn))


# ---- a page --------------------------------------------------------------------------------------


def _view(request: Request, session: Session, search: Search, turn: Turn | None = None) -> View:
    wanted = pressed.narrowed(request, session, search.typed, search.pressed)
    urgent = pressed.is_most_urgent_first(wanted)
    at = _read_place(turn.row, urgent) if turn else None
    back = bool(turn and turn.back and at)
    found, unsaid = _found(request, session, wanted, at, back=back)
    if back and len(found) < PAGE:
        return _view(request, session, search)
    more = len(found) > PAGE
    previous, following = (more, True) if back else (at is not None, more)
    zone = request.person.time_zone
    words = words_of(session, request.workspace)
    asked = [pressed.row(request, words, search.typed, wanted, search.pressed)]
    text = filters.without(search.text, pressed.replaced(search.pressed))
    if text and not wanted.gathered_in:
        asked.append(blocks.typed("Looking for", fields.as_typed(request, text)))
    if days := filters.days_read(wanted, zone):
        asked.append(blocks.context(phrases.capital(days)))
    commitments = list[Block]()
    if not at:
        commitments, silent = _commitments(request, session, search.typed, wanted.channel)
        unsaid = unsaid or silent
    only = search.pressed.here if wanted.channel else ""
    page = Page(
        rows=found[-PAGE:] if back else found[:PAGE],
        kind=words.kind(wanted.kind) if wanted.kind else "",
        narrowed="" if text else pressed.in_words(request, words, wanted),
        help=filters.describe(words),
        meant=filters.meant(words, text),
        commitments=commitments,
        previous=previous,
        following=following,
        unsaid=unsaid,
        urgent=urgent,
        only=only,
        by_reference=bool(wanted.reference),
        closed=bool(only) and request.look_at(only).is_closed,
    )
    drawn = list_view(page, text, asked, zone)
    return View({**drawn, "private_metadata": pressed.remember(search.text, search.pressed)})


def _commitments(
    request: Request, session: Session, typed: Wanted, channel: int | None
) -> tuple[list[Block], bool]:
    """Build a row for each commitment that has the typed reference, if nothing else was typed.

    Return the rows, and True if rows may be missing, because Slack did not say who is in a channel.
    """
    if not typed.reference or typed != Wanted(reference=typed.reference):
        return [], False
    hidden, tenant, unsaid = set[int](), request.workspace, False
    while True:
        found = commitments_referring_to(session, tenant, typed.reference, channel, hidden)
        channels = {commitment.channel.slack_id: commitment.channel_id for commitment in found}
        unseen = access.unseen(request, channels)
        if not unseen:
            zones = lookups.time_zones_of(session, channels.values())
            return [
                ledger.found_row(commitment, local_day(request.at, zones[commitment.channel_id]))
                for commitment in found
            ], unsaid
        unsaid = unsaid or bool(access.unsaid(request, unseen))
        hidden |= {channels[slack_id] for slack_id in unseen}


def _read_place(value: str, urgent: bool) -> Place | None:
    """Return the place that a button carries. If it carries none, return None: the first page."""
    read = re.fullmatch(r"(?:(\d{4}-\d{2}-\d{2})\.)?([0-9]{1,9})", value, re.ASCII)
    if not read or bool(read[1]) is not urgent:
        return None
    try:
        day = date.fromisoformat(read[1]) if urgent else NO_DAY
    except ValueError:
        return None
    return day, int(read[2])


def _found(
    request: Request, session: Session, wanted: Wanted, at: Place | None, *, back: bool
) -> tuple[list[Found], bool]:
    """Return the rows of a page and one row more, and True if rows may be missing.

    Rows may be missing if Slack did not say whether the person may read a channel. If rows are from
    a channel that the person may not read, they are read again without that channel.
    """
    hidden, unsaid = set[int](), False
    while True:
        if wanted.channel in hidden:
            return [], unsaid
        if pressed.is_most_urgent_first(wanted):
            found = search.find_urgent(session, request.workspace, wanted, PAGE + 1, at, back=back)
        else:
            number = at[1] if at else None
            cut = search.Part(PAGE + 1, *((None, number) if back else (number, None)))
            found = search.find(session, request.workspace, wanted, cut, hidden=hidden)
        channels = {row.channel: row.channel_id for row in found}
        unseen = access.unseen(request, channels)
        if not unseen:
            return found, unsaid
        unsaid = unsaid or bool(access.unsaid(request, unseen))
        hidden |= {channels[channel] for channel in unseen}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: its rows, those of commitments, and whether there are pages before and after it.

    `unsaid` is True if rows may be missing (see `_found`). `urgent` is True if the most urgent come
    first. `only` is the channel if the list has only one; else it is empty. `kind` is the name of
    the kind if the list has only one. `narrowed` says which decisions the menus leave, if nothing
    was typed. `help` says which filters there are. `meant` is the filter that the text probably
    means (see `filters.meant`). `by_reference` is True if the text has the filter `ref:`. `closed`
    is True if the bot is outside that one channel.
    """

    rows: Sequence[Found]
    commitments: Sequence[Block] = ()
    previous: bool
    following: bool
    unsaid: bool = False
    urgent: bool = False
    only: str = ""
    kind: str = ""
    narrowed: str = ""
    help: str = ""
    meant: str = ""
    by_reference: bool = False
    closed: bool = False


def list_view(page: Page, text: str, asked: list[Block], time_zone: str) -> View:
    """Build a form that shows the page, with `asked` above it. There is nothing to submit."""
    shown = [*asked, *page.commitments]
    if page.closed:
        return inputs.notice("Decisions", [*shown, blocks.section(CLOSED)])
    if page.unsaid:
        shown.append(blocks.section(UNSAID))
    elif page.commitments and not page.rows:
        shown.append(blocks.section("No decision that you may read has this reference."))
    elif not page.rows:
        shown.append(blocks.section(_nothing(text, page)))
    for row in page.rows:
        details = blocks.button(
            "Details", "records.open", str(row.id), about=f"Details of #{row.number}"
        )
        shown.append(blocks.section_with(rows.line(row, time_zone, page.only), details))
    if turn := _turns(page):
        shown.append(blocks.actions(*turn))
    first = "The most urgent first, from" if page.urgent else "The newest first, from"
    place = where(page.only) if page.only else "public channels, and private ones that you are in"
    shown.append(blocks.context(f"{first if page.rows else 'Looked through'} {place}."))
    return inputs.notice("Decisions", shown)


def _turns(page: Page) -> list[Element]:
    def at(row: Found) -> str:
        day, number = place_of(row)
        return f"{day}.{number}" if page.urgent else str(number)

    before, after = ("Previous page", "Next page") if page.urgent else ("Newer", "Older")
    turn = []
    if page.previous and page.rows:
        turn.append(blocks.button("Previous", "finding.previous", at(page.rows[0]), about=before))
    if page.following and page.rows:
        turn.append(blocks.button("Next", "finding.next", at(page.rows[-1]), about=after))
    return turn


def _nothing(text: str, page: Page) -> str:
    that_is = f" that is {escaped(page.narrowed)}" if page.narrowed else ""
    other = "another state or kind" if page.kind else "another state"
    if page.only:
        return (
            f"*Nothing found in {where(page.only)}{that_is}.* Choose {other} above, or all "
            "channels. `/tradeoff` raises something."
        )
    if not text:
        return f"*Nothing found{that_is}.* Choose {other} above. `/tradeoff` raises something."
    if page.meant:
        name = page.meant.partition(":")[0]
        return (
            f"*Nothing found* with these words. If you meant the "
            f"{name}, type `/tradeoff list {page.meant}`."
        )
    typed = text.strip().removeprefix("#")
    if typed.isascii() and typed.isdecimal():
        return (
            f"*Nothing found* with this word. If you meant the number of a decision, type "
            f"`/tradeoff show {typed}`."
        )
    if all(":" in word for word in text.split()):
        said = "*Nothing found.* No decision that you may read fits all of these filters."
        return f"{said} {WHOLE_NAME}" if page.by_reference else said
    return (
        f"*Nothing found.* Each word must be in it: in its title, reasons, options, evidence, "
        f"questions or answers. {page.help}\n"
        'If you meant a title, quote it: `/tradeoff "List price or discount"`.'
    )
