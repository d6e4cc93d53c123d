"""Bad days, all at once: a crowd on two replicas. In the end Slack shows what the record says."""

from __future__ import annotations

import asyncio
from pathlib import Path

from support.command_line import empty_database
from support.crowd import Crowd, Plan


def test_nothing_is_lost_doubled_or_false_after_a_minute_of_faults(
    postgres_server: str, tmp_path: Path
) -> None:
    plan = Plan(seed=13, minutes=1, replicas=2)
    with empty_database(postgres_server) as url:
        report = asyncio.run(Crowd(url, tmp_path, plan).run())
    assert report.differences.every == [], report.line
