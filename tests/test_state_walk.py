"""One walk by which every verb, outcome and message is reached; after each step the same truths hold as in `test_state_machine.py`."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from office import ALICE, BOB, DORA, ERIN, NINA, SAM, Office
from test_state_machine import ATeam

from models.rules import Decider, Held, Impact, Kind, Outcome, Verb, Verdict
from models.tables.post import Drawing

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
# What a team is told that has been set up and can be reached; answers and files are told elsewhere.
TOLD = set(Drawing) - {
    Drawing.WELCOME,
    Drawing.NOT_POSTED,
    Drawing.ANSWER,
    Drawing.ANSWER_ELSEWHERE,
    Drawing.NO_ANSWER,
    Drawing.EXPORT,
    Drawing.EXPORT_FAILED,
}
EVERYTHING = {*Verb, *Outcome, *Impact, *TOLD, "moved", "moved back", "by escalation"}


def approved_and_what_comes_after(team: ATeam) -> None:
    team.edits(0, None, Kind.PRIORITY, 3, 9)
    team.states_impact(0, None, 4, True)
    team.asks_to_revise(0, None, True)
    team.states_impact(0, None, 2, True)
    team.asks(0, None, ERIN, True)
    team.answers(0, None)
    team.edits(0, None, Kind.PRIORITY, 3, 9)
    team.states_impact(0, None, 2, True)
    team.approves(0, None, True, 2, 0)
    team.undoes(0, None)
    team.approves(0, None, True, 2, 0)
    team.pass_time(WEEK, False)
    team.says_how_it_went(1, None, Held.WORSE, 4)
    team.supersedes(0, None, 5, Kind.REQUIREMENTS)
    team.approves(1, None, True, None, 0)
    team.undoes(0, None)


def both_keys(team: ATeam) -> None:
    team.withdraws(0, None, True)
    team.states_impact(0, None, 9, True)
    team.approves(0, None, True, 3, 0)
    team.approves(0, None, True, 3, 0)
    team.pass_time(HOUR, False)
    team.undoes(0, None)
    team.reopens(0, None, 5, True)
    team.states_impact(0, None, 9, True)
    team.rejects(0, None)


def silence(team: ATeam) -> None:
    team.snoozes(BOB, "1")
    team.pass_time(2 * WEEK, False)
    team.states_impact(0, None, 3, True)
    team.approves(0, SAM, True, None, 0)


def accepted(team: ATeam) -> None:
    team.judges(0, None, Verdict.NOT_MET, ERIN, 2)
    team.submits_again(0, ERIN)
    team.judges(1, None, Verdict.WAIVED, DORA, 2)
    team.pass_time(WEEK, False)
    team.finishes_a_follow_up(0, DORA)
    team.finishes_a_follow_up(1, ERIN)
    team.claims(NINA, 3)
    team.judges(0, None, Verdict.MET, ERIN, 2)


def decided_elsewhere(team: ATeam) -> None:
    team.records(ERIN, BOB, Kind.PRIORITY)
    team.acknowledges_or_disputes(0, None, True)
    team.records(ERIN, BOB, Kind.PRIORITY)
    team.acknowledges_or_disputes(0, None, False)


def deferred(team: ATeam) -> None:
    team.states_impact(0, None, 2, True)
    team.defers(0, None, 3)
    team.pass_time(WEEK, True)
    team.delegates(0, None, DORA, False, True)


def who_is_there(team: ATeam) -> None:
    team.leaves(ALICE, DORA, 9, False)
    team.pass_time(DAY, False)
    team.comes_back(0)
    team.leaves_slack(ALICE)
    team.all_are_back()
    team.changes_who_decides(None, Kind.RISK, Decider.JOINT, True)
    team.changes_the_people(None, DORA, BOB, SAM, 1)
    team.changes_reminders(None, True, 2)
    team.promises("Audit")
    team.closes(0, "met", DORA)


WALKS = (
    approved_and_what_comes_after,
    both_keys,
    silence,
    accepted,
    decided_elsewhere,
    deferred,
    who_is_there,
)


def test_every_verb_is_reached(sqlite_template: Path) -> None:
    ATeam.office, ATeam.happened = Office(sqlite_template), Counter()
    for walk in WALKS:
        team = ATeam()
        team.set_up()
        walk(team)
        team.teardown()
    ATeam.office.close()
    missed = EVERYTHING - {what for what, times in ATeam.happened.items() if times}
    assert {str(one) for one in missed} == set()
