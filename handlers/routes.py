"""Routes: for each command, button, form, shortcut, event and timer, the function that handles it.

The commands, shortcuts and events of the app's manifest are made from these tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import (
    after_the_fact,
    events,
    mentions,
    questions,
    readers,
    reminders,
    reopening,
    setup,
    snoozing,
    subcommands,
)
from handlers.acceptance import claim, verdict
from handlers.answers import Answer
from handlers.card import detail
from handlers.commitments import adding, closing, ledger
from handlers.deciding import approve, endings
from handlers.delegation import coming_back, declining, departures, leave, one_decision
from handlers.digest import posting
from handlers.home import actions, view
from handlers.impact import review, statement
from handlers.requests import Click, Command, Due, Event, Form, Request, Shortcut
from handlers.rights import confirming, labels, people, rhythm, show, table
from handlers.search import results
from handlers.tradeoff import raising
from models.tables.timer import TimerKind


@dataclass(frozen=True, slots=True)
class CommandRoute:
    """A command's handler and description.

    `at_once` returns answers for which nothing is read or written, such as help. It runs without a
    thread or a transaction. For all other texts it returns None, and `handler` runs.
    """

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
        subcommands.command,
        subcommands.at_once,
        "Raise a tradeoff, or see who decides what",
        subcommands.USAGE_HINT,
    ),
    "/accept": CommandRoute(
        claim.command, lambda command: None, "Ask for acceptance of finished work", "[item]"
    ),
}

clicks: dict[str, Callable[[Click, Session], Answer]] = {
    "tradeoff.raise_titled": raising.ask_titled,
    "tradeoff.add_option": raising.add_option,
    "tradeoff.add_effect": raising.add_effect,
    "tradeoff.edit": raising.edit,
    "impact.state": statement.state,
    "impact.ask_revision": statement.ask_revision,
    "decide.approve": approve.approve,
    "decide.reject": endings.reject,
    "decide.defer": endings.defer,
    "decide.withdraw": endings.withdraw,
    "questions.ask": questions.ask,
    "questions.answer": questions.answer,
    "delegation.delegate": one_decision.delegate,
    "delegation.go_on_leave": leave.go_on_leave,
    "delegation.is_back": coming_back.is_back,
    "delegation.decline": declining.decline,
    "accept.accept": verdict.accept,
    "accept.follow_ups": verdict.accept_with_follow_ups,
    "accept.send_back": verdict.send_back,
    "accept.add_follow_up": verdict.add_follow_up,
    "accept.follow_up_done": verdict.follow_up_done,
    "accept.resubmit": claim.resubmit,
    "accept.edit": claim.edit,
    "records.acknowledge": after_the_fact.acknowledge,
    "records.dispute": after_the_fact.dispute,
    "records.open": detail.open_details,
    "records.follow": detail.follow,
    "finding.previous": results.previous_page,
    "finding.next": results.next_page,
    "finding.state": results.filter_state,
    "finding.kind": results.filter_kind,
    "finding.whose": results.filter_whose,
    "finding.place": results.filter_place,
    "finding.moved": results.show_moved,
    "second_thoughts.reopen": reopening.reopen,
    "second_thoughts.supersede": reopening.supersede,
    "second_thoughts.undo": reopening.undo,
    "review.say": review.say,
    "silence.snooze": snoozing.snooze,
    "silence.end_snooze": snoozing.end_snooze,
    "commitments.add": adding.add,
    "commitments.ledger": ledger.ledger,
    "commitments.close": closing.close,
    "rights.edit": people.edit,
    "rights.edit_table": table.edit_table,
    "rights.edit_rhythm": rhythm.edit_rhythm,
    **{f"home.{name}": actions.choose_channel for name in actions.ACTIONS},
    "rights.whole": show.whole,
    "rights.open": confirming.open_change,
    "rights.confirm": confirming.confirm,
    "rights.decline": confirming.decline,
    "rights.withdraw": confirming.withdraw,
    "home.next": view.next_page,
    "home.previous": view.previous_page,
    "home.try_again": view.try_again,
}

# Choices that redraw an open form, named `form.field`. A change of any other field does nothing by
# itself.
choices: dict[str, Callable[[Click, Session], Answer]] = {
    "tradeoff.raise.kind": raising.choose_kind,
}

forms: dict[str, Callable[[Form, Session], Answer]] = {
    "tradeoff.raise": raising.raise_,
    "impact.state": statement.save,
    "impact.ask_revision": statement.save_revision,
    "decide.approve": approve.save_approval,
    "decide.reject": endings.save_rejection,
    "decide.defer": endings.save_deferral,
    "decide.withdraw": endings.save_withdrawal,
    "questions.ask": questions.save_question,
    "questions.answer": questions.save_answer,
    "delegation.leave": leave.save_leave,
    "delegation.delegate": one_decision.save_delegation,
    "delegation.give_back": one_decision.save_giving_back,
    "accept.claim": claim.claim,
    "accept.verdict": verdict.save_verdict,
    "accept.details": verdict.save_details,
    "records.record": after_the_fact.record,
    "records.acknowledge": after_the_fact.save_acknowledgement,
    "records.dispute": after_the_fact.save_dispute,
    "second_thoughts.reopen": reopening.save_reopening,
    "review.say": review.save,
    "commitments.add": adding.save,
    "commitments.close": closing.save_closing,
    "home.channel": actions.go_on,
    "rights.setup": setup.save_setup,
    "rights.table": table.save_table,
    "rights.rhythm": rhythm.save_rhythm,
    "rights.labels": labels.save_labels,
    "rights.confirm": confirming.save_confirmation,
    "rights.decline": confirming.save_refusal,
}

shortcuts: dict[str, ShortcutRoute] = {
    "tradeoff_from_message": ShortcutRoute(
        raising.from_message,
        "Raise a tradeoff",
        "Raise a tradeoff that quotes this message and links to it",
    ),
    "acceptance_from_message": ShortcutRoute(
        claim.from_message, "Ask for acceptance", "Claim that the work in this message is finished"
    ),
}

# If an event changes a person or a channel, `bot/dispatch.py` first forgets its cached answers
# about them.
events_heard: dict[str, Callable[[Event, Session], Answer]] = {
    "member_joined_channel": events.joined,
    "member_left_channel": readers.left,
    "channel_archive": readers.channel_changed,
    "channel_unarchive": events.unarchived,
    "channel_deleted": readers.channel_changed,
    "channel_id_changed": events.id_changed,
    "channel_rename": readers.channel_changed,
    "channel_shared": readers.channel_changed,
    "channel_unshared": readers.channel_changed,
    "group_archive": readers.channel_changed,
    "group_unarchive": events.unarchived,
    "group_deleted": readers.channel_changed,
    "app_mention": mentions.mentioned,
    "user_change": departures.person_changed,
    "app_home_opened": view.opened,
}

# Draws Home again after an act that came from there, or when the person's access has changed.
redraw_home: Callable[[Request, Session], Answer] = view.redraw

timers: dict[TimerKind, Callable[[Due, Session], None]] = {
    TimerKind.IMPACT_HALF_WAY: reminders.impact_half_way,
    TimerKind.IMPACT_LAPSES: statement.lapse,
    TimerKind.OVERDUE: reminders.overdue,
    TimerKind.ESCALATES: reminders.escalate,
    TimerKind.CLAIM_AGES: reminders.claim_ages,
    TimerKind.RETURNS: endings.come_back,
    TimerKind.UNDO_ENDS: reopening.undo_ends,
    TimerKind.UNDO_RIGHT: reopening.undo_right,
    TimerKind.REVIEW: review.ask,
    TimerKind.FOLLOW_UP_DUE: reminders.follow_up_due,
    TimerKind.REMIND: reminders.remind,
    TimerKind.ABSENCE_ENDS: coming_back.absence_ends,
    TimerKind.DIGEST: posting.owe,
    TimerKind.WHO_IS_THERE: departures.look_who_is_there,
    TimerKind.READERS: readers.check,
    TimerKind.RIGHTS_CHANGE: confirming.look,
}
