"""Random verbs in random order, by random people, at random times.

After each step the invariants of `record_invariants.py` and `message_invariants.py` hold.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from models.rules import Verb
from support.random_decisions import RandomDecisions
from support.route_runner import RouteRunner

# The same runs every time; a failure is shrunk to the few steps that matter.
RUNS = settings(
    max_examples=5,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_people_do_the_record_and_what_they_are_told_hold(sqlite_template: Path) -> None:
    RandomDecisions.runner = RouteRunner(sqlite_template)
    RandomDecisions.happened = Counter()
    run_state_machine_as_test(RandomDecisions, settings=RUNS)
    RandomDecisions.runner.close()
    missed = {verb for verb in Verb if not RandomDecisions.happened[verb]}
    assert len(missed) < len(Verb) * 2 / 3, f"most verbs are refused: {missed}"
