"""Walks that together reach every verb, outcome and message of `EVERYTHING`.

After each step the same invariants hold as in `support/random_decisions.py`.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from models.rules import Decider, Held, Impact, Kind, Outcome, Verb, Verdict
from models.tables.post import Drawing
from support.random_decisions import RandomDecisions
from support.route_runner import ALICE, BOB, DORA, ERIN, NINA, SAM, RouteRunner

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
# Messages that come in a channel that is set up and can be reached; answers, files and other names
# are tested elsewhere.
TOLD = set(Drawing) - {
    Drawing.WELCOME,
    Drawing.NOT_POSTED,
    Drawing.LEFT_CHANNEL,
    Drawing.ANSWER,
    Drawing.ANSWER_ELSEWHERE,
    Drawing.NO_ANSWER,
    Drawing.EXPORT,
    Drawing.EXPORT_FAILED,
    Drawing.NAMES,
}
# Nobody redacts in Slack.
EVERYTHING = {*Verb, *Outcome, *Impact, *TOLD, "moved", "moved back", "by escalation"} - {
    Verb.REDACT
}


def approved_and_what_comes_after(machine: RandomDecisions) -> None:
    machine.edits(0, None, Kind.PRIORITY, 3, 9)
    machine.states_impact(0, None, 4, True)
    machine.asks_to_revise(0, None, True)
    machine.states_impact(0, None, 2, True)
    machine.asks(0, None, ERIN, True)
    machine.answers(0, None)
    machine.edits(0, None, Kind.PRIORITY, 3, 9)
    machine.states_impact(0, None, 2, True)
    machine.approves(0, None, True, 2, 0)
    machine.approves(0, None, True, 2, 0)
    machine.undoes(0, None)
    machine.approves(0, None, True, 2, 0)
    machine.approves(0, None, True, 2, 0)
    machine.pass_time(WEEK, False)
    machine.says_how_it_went(1, None, Held.WORSE, 4)
    machine.supersedes(0, None, 5, Kind.REQUIREMENTS)
    machine.states_impact(0, None, 2, True)
    machine.states_impact(0, None, 2, True)
    machine.approves(1, None, True, None, 0)
    machine.approves(1, None, True, None, 0)
    machine.undoes(0, None)


def both_keys(machine: RandomDecisions) -> None:
    machine.withdraws(0, None, True)
    machine.states_impact(0, None, 9, True)
    machine.approves(0, None, True, 3, 0)
    machine.approves(0, None, True, 3, 0)
    machine.pass_time(HOUR, False)
    machine.undoes(0, None)
    machine.reopens(0, None, 5, True)
    machine.states_impact(0, None, 9, True)
    machine.rejects(0, None)


def silence(machine: RandomDecisions) -> None:
    machine.snoozes(BOB, "1")
    machine.pass_time(2 * WEEK, False)
    machine.states_impact(0, None, 3, True)
    machine.approves(0, SAM, True, None, 0)


def accepted(machine: RandomDecisions) -> None:
    machine.judges(0, None, Verdict.NOT_MET, ERIN, 2)
    machine.submits_again(0, ERIN)
    machine.judges(1, None, Verdict.WAIVED, DORA, 2)
    machine.pass_time(WEEK, False)
    machine.finishes_a_follow_up(0, DORA)
    machine.finishes_a_follow_up(1, ERIN)
    machine.claims(NINA, 3)
    machine.judges(0, None, Verdict.MET, ERIN, 2)


def decided_elsewhere(machine: RandomDecisions) -> None:
    machine.records(ERIN, BOB, Kind.PRIORITY)
    machine.acknowledges_or_disputes(0, None, True)
    machine.records(ERIN, BOB, Kind.PRIORITY)
    machine.acknowledges_or_disputes(0, None, False)


def deferred(machine: RandomDecisions) -> None:
    machine.states_impact(0, None, 2, True)
    machine.defers(0, None, 3)
    machine.pass_time(WEEK, True)
    machine.delegates(0, None, DORA, False, True)


def who_is_there(machine: RandomDecisions) -> None:
    machine.leaves(ALICE, DORA, 9, False)
    machine.pass_time(DAY, False)
    machine.comes_back(0)
    machine.leaves_slack(ALICE)
    machine.all_are_back()
    machine.changes_who_decides(None, Kind.RISK, Decider.JOINT, True)
    machine.changes_the_people(None, DORA, BOB, SAM, 2)
    machine.changes_reminders(None, True, 2)
    machine.promises("Audit")
    machine.closes(0, "met", DORA)


WALKS = (
    approved_and_what_comes_after,
    both_keys,
    silence,
    accepted,
    decided_elsewhere,
    deferred,
    who_is_there,
)


def test_every_verb_outcome_and_message_is_reached(sqlite_template: Path) -> None:
    RandomDecisions.runner = RouteRunner(sqlite_template)
    RandomDecisions.happened = Counter()
    for walk in WALKS:
        machine = RandomDecisions()
        machine.set_up()
        walk(machine)
        machine.teardown()
    RandomDecisions.runner.close()
    missed = EVERYTHING - {step for step, times in RandomDecisions.happened.items() if times}
    assert {str(step) for step in missed} == set()
