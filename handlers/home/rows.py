"""The rows of Home, list by list: what it is, where it stands, and the one button that helps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from handlers.answers import Block
from handlers.card.buttons import follow_up_button
from handlers.ui import blocks, forms, phrases, wording
from handlers.ui.wording import waits_for
from models.mrkdwn import day, escaped, number, when, where, who
from models.reads.home import Held, Leave
from models.reads.pagination import Key, Page
from models.reads.waiting import Waiting
from models.rules import Decider, Kind, Role
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.rights import RightsVersion

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class List:
    """One list as it is shown: its heading, the rows of its page, and where to cut for the pages around it."""

    name: str
    heading: str
    rows: list[Block]
    previous: Key | None
    next: Key | None


def listed(name: str, heading: str, page: Page[T], draw: Callable[[T], Block]) -> List:
    return List(name, heading, [draw(one) for one in page.rows], page.previous, page.next)


def blocks_of(one: List) -> list[Block]:
    """Nothing of an empty list but of what waits: that nothing does is worth a line."""
    if not one.rows and one.name != "waiting":
        return []
    turn = []
    if one.previous:
        turn.append(
            blocks.button(
                "Previous",
                "home.previous",
                _turn(one, one.previous),
                about=f"Previous: {one.heading}",
            )
        )
    if one.next:
        turn.append(
            blocks.button("Next", "home.next", _turn(one, one.next), about=f"Next: {one.heading}")
        )
    return [blocks.header(one.heading), *one.rows, *([blocks.actions(*turn)] if turn else [])]


def _turn(one: List, key: Key) -> str:
    return forms.metadata(list=one.name, key=key)


# ---- rows ------------------------------------------------------------------------------------------------------------


def waiting(one: Waiting, viewer: str) -> Block:
    """A follow-up is done with one press; all else is opened, and acted on there."""
    if one.follow_up:
        return follow_up(one)
    instead = one.decision.role_holder(viewer)
    acting = f", in place of {who(instead)}" if instead else ""
    return _row(one.decision, f"{phrases.capital(waits_for(one))}{acting}.")


def raised(decision: Decision) -> Block:
    return _row(decision, phrases.capital(wording.state_words(decision)))


def _row(decision: Decision, words: str) -> Block:
    about = f"Open #{decision.number} {decision.title}"
    button = blocks.button("Open", "records.open", str(decision.id), about=about)
    return blocks.section_with(
        f"*{wording.title(decision)}* · {wording.channel(decision)}\n{words}", button
    )


def follow_up(one: Waiting) -> Block:
    assert one.follow_up
    assert one.due_on
    words = f"*{escaped(one.follow_up.what)}* · {wording.channel(one.decision)}\n{wording.title(one.decision)}"
    return blocks.section_with(
        f"{words}: due {day(one.due_on)}.", follow_up_button(one.decision, one.follow_up, "Done")
    )


def commitment(one: Commitment) -> Block:
    moved = (
        f"{phrases.signed_days(one.slip)} from {day(one.baseline_on)}"
        if one.slip
        else "as first promised"
    )
    words = f"*{escaped(one.name)}* · {where(one.channel.slack_id)}\nPromised to {escaped(one.promised_to)} for {day(one.promised_on)}, {moved}."
    return blocks.section_with(
        words,
        blocks.button("Ledger", "commitments.ledger", str(one.id), about=f"Ledger of {one.name}"),
    )


# ---- rights in words -------------------------------------------------------------------------------------------------


def held(one: Held) -> Block:
    """`#checkout: you are product owner. You decide priority and acceptance. …`"""
    rights, channel = one.rights, where(one.rights.channel.slack_id)
    roles = [role for role in Role if rights.holder_of(role) == one.person]
    titles = [role.label for role in roles]
    if not one.acting and rights.sponsor == one.person:
        titles.append("sponsor")
    if one.acting:
        first = f"you act for {who(one.person)}, {_and(titles)}, until {day(one.acting.until)}."
    else:
        first = f"you are {_and(titles)}."
    return blocks.section(
        f"*{channel}*: {first}\n{' '.join(_rights(rights, roles, 'sponsor' in titles))}"
    )


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
    return [
        *([f"You decide {_kinds(alone)}."] if alone else []),
        *([f"You sign {_kinds(joint)}{together}."] if joint else []),
        *([f"You state the impact of {_kinds(impact)} before it is decided."] if impact else []),
        *([f"What is {grace} overdue you may decide, by escalation."] if sponsor else []),
    ]


def _kinds(kinds: Iterable[Kind]) -> str:
    return _and([kind.label for kind in kinds])


def _and(words: list[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


# ---- around the lists ------------------------------------------------------------------------------------------------


def leave_switch(leave: Leave) -> list[Block]:
    if leave.own:
        words = f"You are away until {day(leave.own.until)}: {who(leave.own.delegate)} decides and states impact for you."
        button = blocks.button("I am back", "delegation.is_back", "me")
    else:
        words = (
            "While you are away, somebody else decides and states impact for you. No date moves."
        )
        button = blocks.button("Go on leave", "delegation.go_on_leave", "me")
    return [blocks.header("Away"), blocks.section_with(words, button)]


def notes(hidden: int, unknown: bool) -> list[Block]:
    """What is not shown, without a word of what it is."""
    shown = []
    if unknown:
        words = "*Slack did not answer.* Slack did not tell me who is in one of the channels; what stands there is not shown. Nothing of it is lost."
        shown.append(
            blocks.section_with(
                words, blocks.button("Try again", "home.try_again", "home", about="Ask Slack again")
            )
        )
    if hidden:
        waits = "waits" if hidden == 1 else "wait"
        more = f"{number(hidden, 'more thing')} {waits} for you in channels that you are not in; look into my messages to you."
        shown.append(blocks.context(more))
    return shown


def first_steps(bot: str) -> list[Block]:
    """To somebody whom nothing concerns yet: what to do first."""
    return [
        blocks.header("Nothing here yet: three things to begin with"),
        blocks.section(
            f"*1.* In your team's channel, type /invite {who(bot)}, then `/tradeoff setup`: it says whose call is whose."
        ),
        blocks.section(
            "*2.* There, `/tradeoff Add Apple Pay to Sprint 14` asks whoever holds the right to decide; `/accept Refund by e-mail` says that something is finished."
        ),
        blocks.section(
            "*3.* What waits for you, what you raised and what you may decide then stands here, each a press away."
        ),
    ]


def footer(at: datetime) -> Block:
    return blocks.context(f"As of {when(at)}. `/tradeoff help` shows all that I understand.")
