"""Two people act at once, again and again, on PostgreSQL: one act is held before its commit.

After each pair of acts, every decision has the deciders that the rights and absences say, and there
was no deadlock.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from support.databases import Kept
from support.interleaved_acts import InterleavedActs

# The same runs every time. A failure is not shrunk, as each pair waits for a database.
RUNS = settings(
    max_examples=6,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_two_people_do_at_once_who_decides_is_one_set_of_facts(
    postgres_kept: Kept,
) -> None:
    InterleavedActs.empty = postgres_kept.empty
    InterleavedActs.happened = Counter()
    run_state_machine_as_test(InterleavedActs, settings=RUNS)
    assert InterleavedActs.happened["waited"] > 10, InterleavedActs.happened
