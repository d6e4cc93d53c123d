"""Peak memory and pace of commands over a large record. Each runs as a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine, text

# The digest reads one week of a channel, and doctor reads the messages that are stuck or late. The
# other commands read the whole record.
COMMANDS = {
    "export --format csv": ("export", "--format", "csv", "--output"),
    "export --format json": ("export", "--format", "json", "--output"),
    "export --format markdown": ("export", "--format", "markdown", "--output"),
    "verify": ("verify",),
    "doctor": ("doctor",),
    "digest --print": ("digest", "--print", "--channel"),
}
# Commands that read every decision. An export of a million takes half an hour, so these commands
# run on records of up to ALL_UP_TO decisions; those in OF_ANY_SIZE run on larger records too.
WHOLE = tuple(name for name in COMMANDS if name.startswith(("export", "verify")))
ALL_UP_TO = 100_000
OF_ANY_SIZE = ("verify",)

# Megabytes at the peak, and seconds, by command.
Weights = dict[str, tuple[float, float]]


def weigh(url: str, size: int) -> Weights:
    """Run the commands over this record of `size` decisions; return their peaks and seconds."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in COMMANDS.items():
            if size > ALL_UP_TO and name in WHOLE and name not in OF_ANY_SIZE:
                continue
            if arguments[-1] == "--output":
                arguments += (str(Path(folder) / "record"),)
            if arguments[-1] == "--channel":
                arguments += (_channel(url),)
            found[name] = _weighed(url, folder, arguments)
    return found


def _channel(url: str) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        first = "SELECT slack_id FROM channel ORDER BY id LIMIT 1"
        return str(connection.execute(text(first)).scalar_one())


def _weighed(url: str, folder: str, arguments: tuple[str, ...]) -> tuple[float, float]:
    """Return the peak in megabytes and the seconds.

    A command may end with 0 or 1. `verify` ends with 1, because the hashes of the copies are not
    real. `doctor` ends with 1, because there is no Slack.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRADEOFF_")}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={**kept, "TRADEOFF_DATABASE_URL": url, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.02)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return peak, time.monotonic() - began


def _peak(pid: int) -> float:
    """Return the peak so far, in megabytes; 0 if the process has ended.

    Linux measures it from the start of the program. The peak that `wait4` returns would include the
    memory of our own process, from which the program was forked.
    """
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def table(weights: dict[str, dict[int, Weights]]) -> list[str]:
    """Write Markdown: a row for each command, with the sizes of both databases beside each other.

    The last column of each database is the pace over the largest record that the command read.
    """
    heads, marks = ["megabytes at the peak"], ["---"]
    for name, of_size in weights.items():
        heads += [*(f"{name}, {size:,}" for size in of_size), f"{name}, decisions a second"]
        marks += ["---:"] * (len(of_size) + 1)
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join(marks)} |"]
    for command in COMMANDS:
        cells = [command]
        for of_size in weights.values():
            read = {size: found[command] for size, found in of_size.items() if command in found}
            cells += [f"{read[size][0]:.0f}" if size in read else "" for size in of_size]
            largest = max(read)
            cells.append(f"{largest / read[largest][1]:,.0f}" if command in WHOLE else "")
        lines.append(f"| {' | '.join(cells)} |")
    return lines
