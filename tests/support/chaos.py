"""`make chaos`: a crowd acts for some minutes; then the figures are printed in one line."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import click

from support.command_line import empty_database
from support.crowd import Crowd, Plan
from support.databases import postgresql


@click.command()
@click.option("--seed", type=int, required=True)
@click.option("--minutes", type=float, required=True)
@click.option("--replicas", type=int, required=True)
def main(seed: int, minutes: float, replicas: int) -> None:
    """Let a crowd act on real replicas under faults, and compare Slack with the record."""
    folder = Path(tempfile.mkdtemp(prefix="tradeoff-crowd-"))
    with postgresql() as server, empty_database(server) as url:
        report = asyncio.run(Crowd(url, folder, Plan(seed, minutes, replicas)).run())
    click.echo(report.line)
    for difference in report.differences.every:
        click.echo(difference)
    click.echo(f"The replicas' logs are in {folder}.")
    sys.exit(1 if report.differences.every else 0)


if __name__ == "__main__":
    main()
