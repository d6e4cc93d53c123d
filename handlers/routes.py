"""Everything the bot answers to, in one table: commands, buttons, forms, events, timers. The manifest is made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers import accept, events, impact, rights, tradeoff
from handlers.answers import Answer
from handlers.requests import Click, Command, Event, Form, Shortcut
from models.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """`at_once` answers what needs no record, such as help, without a thread or a transaction; else it gives None."""

    handler: Callable[[Command, Session], Answer]
    at_once: Callable[[Command], Answer | None]
    description: str
    usage_hint: str


@dataclass(frozen=True, slots=True)
class ShortcutRoute:
    handler: Callable[[Shortcut, Session], Answer]
    name: str
    description: str


commands = {
    "/tradeoff": CommandRoute(
        tradeoff.command,
        tradeoff.usage,
        "Raise a tradeoff, or see who decides what",
        "[title] | accept [item] | rights | setup | help",
    ),
    "/accept": CommandRoute(accept.command, lambda command: None, "Ask for acceptance of finished work", "[item]"),
}

clicks: dict[str, Callable[[Click, Session], Answer]] = {
    "tradeoff.add_option": tradeoff.add_option,
    "tradeoff.approve": tradeoff.approve,
    "tradeoff.reject": tradeoff.reject,
    "tradeoff.withdraw": tradeoff.withdraw,
    "impact.state": impact.state,
    "accept.accept": accept.accept,
    "accept.follow_ups": accept.accept_with_follow_ups,
    "accept.send_back": accept.send_back,
    "accept.add_follow_up": accept.add_follow_up,
    "rights.edit": rights.edit,
    "rights.edit_table": rights.edit_table,
}

forms: dict[str, Callable[[Form, Session], Answer]] = {
    "tradeoff.raise": tradeoff.raise_,
    "tradeoff.approve": tradeoff.save_approval,
    "tradeoff.reject": tradeoff.save_rejection,
    "tradeoff.withdraw": tradeoff.save_withdrawal,
    "impact.state": impact.save,
    "accept.claim": accept.claim,
    "accept.verdict": accept.save_verdict,
    "accept.details": accept.save_details,
    "rights.setup": rights.save_setup,
    "rights.table": rights.save_table,
}

shortcuts: dict[str, ShortcutRoute] = {}

# Those that change what Slack says of a person or a channel are heard by `bot/people.py` as well.
events_heard: dict[str, Callable[[Event, Session], Answer]] = {
    "member_joined_channel": events.joined,
    "member_left_channel": events.nothing_to_do,
    "channel_archive": events.nothing_to_do,
    "channel_unarchive": events.unarchived,
    "channel_deleted": events.nothing_to_do,
    "channel_rename": events.nothing_to_do,
    "channel_shared": events.nothing_to_do,
    "channel_unshared": events.nothing_to_do,
    "group_archive": events.nothing_to_do,
    "group_unarchive": events.unarchived,
    "group_deleted": events.nothing_to_do,
    "user_change": events.nothing_to_do,
}

timers: dict[TimerKind, Callable[[Timer, str, Session, datetime], None]] = {
    TimerKind.IMPACT_LAPSES: impact.lapse,
}
