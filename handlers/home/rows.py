"""Rows of Home, list by list: what each is, where it stands, and the one button that helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from handlers.answers import Block
from handlers.card.buttons import follow_up_button
from handlers.ui import blocks, forms, phrases, wording
from handlers.ui.marks import value_of
from handlers.ui.wording import waits_for
from models.mrkdwn import day, escaped, number, when, where, who
from models.reads.home import HeldRights, Leave
from models.reads.pagination import Key, Page
from models.reads.waiting import Waiting
from models.rules import Decider, Kind, Role
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.rights import RightsVersion

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class List:
    """One list as it is shown: its heading, its page's rows, where to cut for the next pages."""

    name: str
    heading: str
    rows: list[Block]
    previous: Key | None
    next: Key | None


def listed(name: str, heading: str, page: Page[T], draw: Callable[[T], Block]) -> List:
    return List(name, heading, [draw(row) for row in page.rows], page.previous, page.next)


def blocks_of(listing: List) -> list[Block]:
    """Return the blocks of a list; none if it is empty.

    The list of what waits is the exception: that nothing waits is worth a line.
    """
    if not listing.rows and listing.name != "waiting":
        return []
    turn = []
    if listing.previous:
        turn.append(
            blocks.button(
                "Previous",
                "home.previous",
                _turn(listing, listing.previous),
                about=f"Previous: {listing.heading}",
            )
        )
    if listing.next:
        turn.append(
            blocks.button(
                "Next", "home.next", _turn(listing, listing.next), about=f"Next: {listing.heading}"
            )
        )
    return [
        blocks.header(listing.heading),
        *listing.rows,
        *([blocks.actions(*turn)] if turn else []),
    ]


def _turn(listing: List, key: Key) -> str:
    return forms.metadata(list=listing.name, key=key)


# ---- rows ----------------------------------------------------------------------------------------


def waiting(task: Waiting, viewer: str) -> Block:
    """Show what waits.

    A follow-up is done with one press; all else is opened, and acted on there.
    """
    if task.follow_up:
        return follow_up(task)
    instead = task.decision.role_holder(viewer)
    acting = f", in place of {who(instead)}" if instead else ""
    return _row(task.decision, f"{phrases.capital(waits_for(task))}{acting}.")


def raised(decision: Decision) -> Block:
    return _row(decision, phrases.capital(wording.state_words(decision)))


def _row(decision: Decision, words: str) -> Block:
    about = f"Open #{decision.number} {decision.title}"
    button = blocks.button("Open", "records.open", value_of(decision), about=about)
    return blocks.section_with(
        f"*{wording.title(decision)}* · {wording.channel(decision)}\n{words}", button
    )


def follow_up(task: Waiting) -> Block:
    assert task.follow_up
    assert task.due_on
    words = (
        f"*{escaped(task.follow_up.what)}* · "
        f"{wording.channel(task.decision)}\n{wording.title(task.decision)}"
    )
    return blocks.section_with(
        f"{words}: due {day(task.due_on)}.", follow_up_button(task.decision, task.follow_up, "Done")
    )


def commitment(commitment: Commitment) -> Block:
    moved = (
        f"{phrases.signed_days(commitment.slip)} from {day(commitment.baseline_on)}"
        if commitment.slip
        else "as first promised"
    )
    words = (
        f"*{escaped(commitment.name)}* · {where(commitment.channel.slack_id)}\nPromised to "
        f"{escaped(commitment.promised_to)} for {day(commitment.promised_on)}, {moved}."
    )
    return blocks.section_with(
        words,
        blocks.button(
            "Ledger",
            "commitments.ledger",
            value_of(commitment),
            about=f"Ledger of {commitment.name}",
        ),
    )


# ---- rights in words -----------------------------------------------------------------------------


def held(seat: HeldRights) -> Block:
    """Say the rights: `#checkout: you are product owner. You decide priority and acceptance. …`"""
    rights, channel = seat.rights, where(seat.rights.channel.slack_id)
    roles = [role for role in Role if rights.holder_of(role) == seat.person]
    titles = [rights.words.role(role) for role in roles]
    sponsors = not seat.acting and rights.sponsor == seat.person
    if sponsors:
        titles.append(rights.words.sponsor)
    if seat.acting:
        first = f"you act for {who(seat.person)}, {_and(titles)}, until {day(seat.acting.until)}."
    else:
        first = f"you are {_and(titles)}."
    return blocks.section(f"*{channel}*: {first}\n{' '.join(_rights(rights, roles, sponsors))}")


def _rights(rights: RightsVersion, roles: list[Role], sponsor: bool) -> list[str]:
    alone = [
        kind
        for kind, right in rights.table.items()
        if right.decides in [Decider(role.value) for role in roles]
    ]
    joint = [
        kind for kind, right in rights.table.items() if right.decides is Decider.JOINT and roles
    ]
    impact = [
        kind
        for kind, right in rights.table.items()
        if right.impact_first and right.decides.asked_for_impact in roles
    ]
    others = [rights.holder_of(role.other) for role in roles] if len(roles) == 1 else []
    together = f" together with {who(others[0])}" if others else " in both roles"
    grace = number(rights.grace_days, "working day")
    asked = f"You state the impact of {_kinds(rights, impact)} before it is decided."
    return [
        *([f"You decide {_kinds(rights, alone)}."] if alone else []),
        *([f"You sign {_kinds(rights, joint)}{together}."] if joint else []),
        *([asked] if impact else []),
        *([f"What is {grace} overdue you may decide, by escalation."] if sponsor else []),
    ]


def _kinds(rights: RightsVersion, kinds: Iterable[Kind]) -> str:
    return _and([rights.words.kind(kind) for kind in kinds])


def _and(words: list[str]) -> str:
    """Join words as `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# ---- around the lists ----------------------------------------------------------------------------


def leave_switch(leave: Leave) -> list[Block]:
    if leave.own:
        words = (
            f"You are away until {day(leave.own.until)}: {who(leave.own.delegate)} decides "
            "and states impact for you."
        )
        button = blocks.button("I am back", "delegation.is_back", "me")
    else:
        words = (
            "While you are away, somebody else decides and states impact for you. No date moves."
        )
        button = blocks.button("Go on leave", "delegation.go_on_leave", "me")
    return [blocks.header("Away"), blocks.section_with(words, button)]


def notes(hidden: int, unknown: bool) -> list[Block]:
    """Say what is not shown, without a word of what it is."""
    shown = []
    if unknown:
        words = (
            "*Slack did not answer.* I do not know who is in one of the channels, so I do not "
            "show what is there. Nothing of it is lost."
        )
        shown.append(
            blocks.section_with(
                words, blocks.button("Try again", "home.try_again", "home", about="Ask Slack again")
            )
        )
    if hidden:
        waits = "waits" if hidden == 1 else "wait"
        more = (
            f"{number(hidden, 'more thing')} {waits} for you in channels that you are not "
            "in; look into my messages to you."
        )
        shown.append(blocks.context(more))
    return shown


def first_steps(bot: str) -> list[Block]:
    """Tell somebody whom nothing concerns yet what to do first."""
    return [
        blocks.header("Nothing here yet: three things to begin with"),
        blocks.section(
            f"*1.* In your team's channel, type /invite {who(bot)}, then `/tradeoff "
            "setup`: it says whose call is whose."
        ),
        blocks.section(
            "*2.* There, `/tradeoff Add Apple Pay to Sprint 14` asks whoever holds the "
            "right to decide; `/accept Refund by e-mail` says that something is "
            "finished."
        ),
        blocks.section(
            "*3.* What waits for you, what you raised and what you may decide then "
            "stands here, each a press away."
        ),
    ]


def footer(at: datetime) -> Block:
    return blocks.context(f"As of {when(at)}. `/tradeoff help` shows all that I understand.")
