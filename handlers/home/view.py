"""Home: what waits for a person, what they raised, owe and may decide.

A home view holds 100 blocks (docs/reference/slack.md, Limits). With these SIZES, ours has at most
about 60.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from handlers import access
from handlers.access import visible
from handlers.answers import Answer, Block, Done, PublishHome, View
from handlers.home import actions, rights, rows
from handlers.home.rows import List, listed
from handlers.requests import Click, Event, Request
from handlers.ui import forms
from models.reads import held_rights, home, just_decided
from models.reads.held_rights import HeldRights, Leave, ToConfirm
from models.reads.pagination import Cut, Key, Page, page_of
from models.reads.waiting import Waiting, waiting_for
from models.refusals.refused import NotDrawnHere
from models.rules import Standing
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.working_time import local_day

# The most rows on a page of each list.
SIZES = {"waiting": 10, "raised": 8, "settled": 5, "follow_ups": 6, "commitments": 6, "rights": 8}

# By list, the types of the parts of a row's key, as JSON brings them back.
KEYS = {
    "waiting": (int, str, int, str, int),
    "raised": (int,),
    "settled": (str, int),
    "follow_ups": (str, int, str, int),
    "commitments": (str, int),
    "rights": (int, bool, str),
}
# The largest id that a row can have in the databases.
LARGEST = 2**31 - 1

# By list, its page as Home remembers it: {"raised": [[42], false]} is the page after the key [42].
Pages = Mapping[str, Any]


def opened(event: Event, session: Session) -> Answer:
    """Show Home at the first page of each list, because a person has opened it.

    Do nothing if they have opened the Messages tab.
    """
    if event.body.get("tab") == "messages":
        return Done()
    return PublishHome(_drawn(event, session, {}))


def redraw(request: Request, session: Session) -> Answer:
    """Draw the same pages as they are now, after an act that came from Home."""
    return PublishHome(_drawn(request, session, forms.remembered(request.home or "")))


def try_again(click: Click, session: Session) -> Answer:
    """Draw the same pages again, because Slack did not answer the first time."""
    return redraw(click, session)


def next_page(click: Click, session: Session) -> Answer:
    return _turn(click, session, back=False)


def previous_page(click: Click, session: Session) -> Answer:
    return _turn(click, session, back=True)


def _turn(click: Click, session: Session, back: bool) -> Answer:
    """Turn the pages of one list; the others stay where they are."""
    name, key = _read_turn(click.value)
    pages = {**forms.remembered(click.home or ""), name: [key, back]}
    return PublishHome(_drawn(click, session, pages))


def _read_turn(value: str) -> tuple[str, list[Any]]:
    """Return the list's name and the key from a button's value, which is not signed.

    Raise NotDrawnHere if the value is not of the form that Home's buttons have.
    """
    try:
        turned = json.loads(value)
        name, key = str(turned["list"]), list(turned["key"])
        if name == "settled":
            datetime.fromisoformat(key[0])
    except (ValueError, LookupError, TypeError):
        raise NotDrawnHere from None
    numbers = [abs(part) for part in key if isinstance(part, int)]
    if tuple(map(type, key)) != KEYS.get(name) or max(numbers) > LARGEST:
        raise NotDrawnHere
    return name, key


# ---- what is true --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Content:
    """Content of Home: what concerns the viewer, in the channels that the viewer may read.

    `raised_in` has the ids of the channels in which the viewer has raised something, or submitted
    it again. `sent_back` has the ids of the claims of others that they submitted again, and that
    were sent back. `hidden` counts what waits in channels that they may not read. `closed` is True
    if the bot is outside a channel that concerns them. `unknown` is True if Slack did not say
    enough, so that there may be more.
    """

    waiting: list[Waiting]
    changes: list[ToConfirm]
    held: list[HeldRights]
    commitments: list[Commitment]
    raised_in: set[int]
    sent_back: list[int]
    decided: list[Decision]
    leave: Leave
    hidden: int
    closed: bool
    unknown: bool


def _content(request: Request, session: Session) -> Content:
    tenant, person, at = request.workspace, request.person.id, request.at
    leave = held_rights.leave_of(session, tenant, person, at)
    held = held_rights.held_by(session, tenant, person, leave)
    raised, sent_back = home.raised_in(session, tenant, person, at)
    risky = home.at_risk(session, tenant, local_day(at, request.person.time_zone))
    seats = {seat.rights.channel.slack_id for seat in held}
    elsewhere = {commitment.channel.slack_id for commitment in risky} - seats
    concerned = {channel.slack_id for channel in raised} | seats
    # If Slack has to be asked, the handler runs again from its beginning with the answers. So Slack
    # is asked here, before the longest query runs.
    request.prepare(places=concerned | elsewhere, rooms=elsewhere, member=person)
    inside = request.are_in(person, elsewhere)
    mine = seats | {channel for channel, there in inside.items() if there}
    concerned |= mine
    visible(request, concerned)
    waiting = waiting_for(session, tenant, person, at)
    decided = just_decided.just_decided(session, tenant, person, at)
    changes = held_rights.changes_to_confirm(session, held, person, at)
    concerned |= {
        decision.channel.slack_id for decision in (*(task.decision for task in waiting), *decided)
    }
    seen = visible(request, concerned)
    unsaid = access.unsaid(request, concerned - seen)
    unsaid |= {channel for channel, there in inside.items() if there is None}
    where = [task.decision.channel.slack_id for task in waiting]
    where += [change.rights.channel.slack_id for change in changes]
    return Content(
        waiting=[task for task in waiting if task.decision.channel.slack_id in seen],
        changes=[change for change in changes if change.rights.channel.slack_id in seen],
        held=sorted((seat for seat in held if seat.rights.channel.slack_id in seen), key=_held_key),
        commitments=[risk for risk in risky if risk.channel.slack_id in seen & mine],
        raised_in={channel.id for channel in raised if channel.slack_id in seen},
        sent_back=sent_back,
        decided=[decision for decision in decided if decision.channel.slack_id in seen],
        leave=leave,
        hidden=sum(channel not in seen | unsaid for channel in where),
        closed=any(request.look_at(channel).is_closed for channel in concerned - seen),
        unknown=bool(unsaid) or request.person.standing is Standing.UNKNOWN,
    )


def _waiting_key(task: Waiting) -> Key:
    """Return the sort key: first the overdue, then the urgent, then by due date and by number.

    Home remembers keys in its metadata, so they hold no typed text.
    """
    rank = 0 if task.overdue else 2 - task.urgent
    return (
        rank,
        str(task.due_on or "later"),
        task.decision.number,
        "follow-up" if task.follow_up else task.what,
        task.follow_up.position if task.follow_up else 0,
    )


def _now_key(row: Waiting | ToConfirm) -> Key:
    """Return the sort key of what waits: a change of rights counts as urgent."""
    if isinstance(row, Waiting):
        return _waiting_key(row)
    lapses_on = local_day(row.change.expires_at, row.rights.time_zone)
    return 1, str(lapses_on), 0, "rights", row.change.id


def _owed_key(task: Waiting) -> Key:
    return _waiting_key(task)[1:]


def _commitment_key(commitment: Commitment) -> Key:
    return str(commitment.promised_on), commitment.id


def _held_key(seat: HeldRights) -> Key:
    return seat.rights.channel_id, seat.acting is not None or seat.has_left, seat.person


# ---- drawn ---------------------------------------------------------------------------------------


def _may_leave(request: Request, content: Content) -> bool:
    """Return True if this person is a full member who may go on leave, or is on leave."""
    holds = any(held.person == request.person.id for held in content.held)
    return request.person.standing is Standing.MEMBER and (holds or bool(content.leave.own))


def _drawn(request: Request, session: Session, pages: Pages) -> View:
    content = _content(request, session)
    lists = _lists(request, session, content, pages)
    shown: list[Block] = [actions.row(request.person.standing), rows.as_of(request.at)]
    shown += rows.unknown() if content.unknown else []
    if content.leave.own or content.hidden or any(listing.rows for listing in lists):
        for listing in lists:
            shown += rows.blocks_of(listing)
        shown += rows.leave_switch(content.leave) if _may_leave(request, content) else []
    elif content.closed:
        shown += rows.elsewhere(0, more=False, bot=request.bot_user)
    elif not content.unknown:
        shown += rows.first_steps(request.bot_user, request.person.standing)
    shown += rows.footer(request.person.standing)
    remembered = forms.metadata(**pages) if pages else ""
    return View({"type": "home", "blocks": shown, "private_metadata": remembered})


def _lists(request: Request, session: Session, content: Content, pages: Pages) -> list[List]:
    person, at = request.person.id, request.at
    outside = request.bot_user if content.hidden and content.closed else ""
    cut = {name: _cut(pages, name) for name in SIZES}
    now = [task for task in content.waiting if not task.is_owed_later]
    owed = sorted((task for task in content.waiting if task.is_owed_later), key=_owed_key)
    here: list[Waiting | ToConfirm] = [*now, *content.changes]
    here.sort(key=_now_key)
    waiting = page_of(here, _now_key, cut["waiting"], SIZES["waiting"])
    follow_ups = page_of(owed, _owed_key, cut["follow_ups"], SIZES["follow_ups"])
    listed_above = {
        decision.id for decision in (*(task.decision for task in now), *content.decided)
    }
    by_them = home.RaisedBy(person, content.raised_in, listed_above, content.sent_back)
    raised = home.raised_open(session, by_them, cut["raised"], SIZES["raised"])
    settled = home.raised_settled(session, by_them, at, cut["settled"], SIZES["settled"])
    risky = page_of(content.commitments, _commitment_key, cut["commitments"], SIZES["commitments"])
    held = page_of(content.held, _held_key, cut["rights"], SIZES["rights"])
    raised_by = "Raised or submitted again by" if content.sent_back else "Raised by"
    return [
        listed(
            "waiting",
            _counted(here, content),
            waiting,
            lambda row: rows.waiting(row, person),
            rows.elsewhere(content.hidden, more=bool(here), bot=outside),
        ),
        listed("decided", "Decided by you just now", Page(content.decided), rows.decided),
        listed("raised", "Raised by you, open", raised, rows.raised),
        listed("settled", f"{raised_by} you, settled in the last two weeks", settled, rows.raised),
        listed("follow_ups", "Follow-ups you own", follow_ups, rows.follow_up),
        listed(
            "commitments",
            "Commitments at risk",
            risky,
            lambda row: rows.commitment(row, local_day(at, request.person.time_zone)),
        ),
        rights.rights_held(held),
    ]


def _counted(here: list[Waiting | ToConfirm], content: Content) -> str:
    if here:
        return f"Waiting for you: {f'at least {len(here)}' if content.unknown else len(here)}"
    if content.unknown:
        return "Waiting for you: I do not know"
    return "Waiting for you" if content.hidden else "Nothing waits for you"


def _cut(pages: Pages, name: str) -> Cut:
    key, back = pages.get(name) or (None, False)
    return Cut(tuple(key) if key else None, back)
