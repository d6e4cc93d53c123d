"""Everything the bot answers to, in one table: commands, buttons, forms, events, timers. The manifest is made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import (
    accept,
    commitments,
    decide,
    delegation,
    digest,
    events,
    finding,
    home,
    impact,
    mentions,
    questions,
    records,
    review,
    rights,
    seats,
    second_thoughts,
    silence,
    tradeoff,
)
from handlers.answers import Answer
from handlers.requests import Click, Command, Due, Event, Form, Request, Shortcut
from models.timer import TimerKind


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
        "[title] | accept [item] | record | list [words] | show 42 | commitments | rights | digest | board | export csv | away @someone | help",
    ),
    "/accept": CommandRoute(accept.command, lambda command: None, "Ask for acceptance of finished work", "[item]"),
}

clicks: dict[str, Callable[[Click, Session], Answer]] = {
    "tradeoff.add_option": tradeoff.add_option,
    "tradeoff.add_effect": tradeoff.add_effect,
    "tradeoff.edit": tradeoff.edit,
    "impact.state": impact.state,
    "impact.ask_revision": impact.ask_revision,
    "decide.approve": decide.approve,
    "decide.reject": decide.reject,
    "decide.defer": decide.defer,
    "decide.withdraw": decide.withdraw,
    "questions.ask": questions.ask,
    "questions.answer": questions.answer,
    "delegation.delegate": delegation.delegate,
    "delegation.go_on_leave": delegation.go_on_leave,
    "delegation.is_back": delegation.is_back,
    "accept.accept": accept.accept,
    "accept.follow_ups": accept.accept_with_follow_ups,
    "accept.send_back": accept.send_back,
    "accept.add_follow_up": accept.add_follow_up,
    "accept.follow_up_done": accept.follow_up_done,
    "accept.resubmit": accept.resubmit,
    "accept.edit": accept.edit,
    "records.acknowledge": records.acknowledge,
    "records.dispute": records.dispute,
    "records.open": records.open_one,
    "records.follow": records.follow,
    "finding.previous": finding.previous_page,
    "finding.next": finding.next_page,
    "second_thoughts.reopen": second_thoughts.reopen,
    "second_thoughts.supersede": second_thoughts.supersede,
    "second_thoughts.undo": second_thoughts.undo,
    "review.say": review.say,
    "silence.snooze": silence.snooze,
    "commitments.add": commitments.add,
    "commitments.ledger": commitments.ledger,
    "commitments.close": commitments.close,
    "rights.edit": rights.edit,
    "rights.edit_table": rights.edit_table,
    "rights.edit_rhythm": rights.edit_rhythm,
    "home.next": home.next_page,
    "home.previous": home.previous_page,
    "home.try_again": home.try_again,
}

forms: dict[str, Callable[[Form, Session], Answer]] = {
    "tradeoff.raise": tradeoff.raise_,
    "impact.state": impact.save,
    "impact.ask_revision": impact.save_revision,
    "decide.approve": decide.save_approval,
    "decide.reject": decide.save_rejection,
    "decide.defer": decide.save_deferral,
    "decide.withdraw": decide.save_withdrawal,
    "questions.ask": questions.save_question,
    "questions.answer": questions.save_answer,
    "delegation.leave": delegation.save_leave,
    "delegation.delegate": delegation.save_delegation,
    "accept.claim": accept.claim,
    "accept.verdict": accept.save_verdict,
    "accept.details": accept.save_details,
    "records.record": records.record,
    "records.acknowledge": records.save_acknowledgement,
    "records.dispute": records.save_dispute,
    "second_thoughts.reopen": second_thoughts.save_reopening,
    "review.say": review.save,
    "commitments.add": commitments.save,
    "commitments.close": commitments.save_closing,
    "rights.setup": rights.save_setup,
    "rights.table": rights.save_table,
    "rights.rhythm": rights.save_rhythm,
}

shortcuts: dict[str, ShortcutRoute] = {
    "tradeoff_from_message": ShortcutRoute(
        tradeoff.from_message, "Raise a tradeoff", "Raise a tradeoff that quotes this message and links to it"
    ),
    "acceptance_from_message": ShortcutRoute(
        accept.from_message, "Ask for acceptance", "Say that what this message tells of is finished"
    ),
}

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
    "app_mention": mentions.mentioned,
    "user_change": seats.person_changed,
    "app_home_opened": home.opened,
}

# Drawn again after an act that came from there.
redraw_home: Callable[[Request, Session], Answer] = home.redraw

timers: dict[TimerKind, Callable[[Due, Session], None]] = {
    TimerKind.IMPACT_HALF_WAY: silence.impact_half_way,
    TimerKind.IMPACT_LAPSES: impact.lapse,
    TimerKind.OVERDUE: silence.overdue,
    TimerKind.ESCALATES: silence.escalate,
    TimerKind.CLAIM_AGES: silence.claim_ages,
    TimerKind.RETURNS: decide.come_back,
    TimerKind.UNDO_ENDS: second_thoughts.undo_ends,
    TimerKind.REVIEW: review.ask,
    TimerKind.FOLLOW_UP_DUE: silence.follow_up_due,
    TimerKind.REMIND: silence.remind,
    TimerKind.ABSENCE_ENDS: delegation.absence_ends,
    TimerKind.DIGEST: digest.owe,
}
