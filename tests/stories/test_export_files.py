"""Content of an export: hostile text stays text, and JSON fits its schema.

The chain can be checked from the JSON file, and an export needs little memory.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from sqlalchemy import update

from bot import export_writer
from bot.database import Database
from bot.demo.slack.server import running
from bot.demo.slack.workspace import Workspace
from handlers.export import csv_file, markdown_file
from handlers.export.zip_stream import Zip
from models.reads import lookups
from models.reads.export import Export, ExportScope, Format
from models.rules import Kind
from models.tables.settlement import Settlement
from models.verbs.routing import Matter, route
from support import records
from support.command_line import environment, for_slack, tradeoff
from support.databases import kept_engine
from support.digests import digests
from support.harness import GENEROUS
from support.json_schema import faults

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "export-schema.json").read_text()
)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOSTILE = (
    '=HYPERLINK("http://evil";"x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1+1",
    "\n=1",
    'a","=1',
    "a;=1",
    "![x](http://evil/p.png)",
    "<script>alert(1)</script>",
    "# not a heading",
    "- no list",
    "1. no list",
    "[link](javascript:alert(1))",
    "`code`",
    "| a | b |",
    "&amp;",
    "<@U0ALICE000>",
    "../../etc/passwd",
    "ünïcode ✓ 𝛼",
)


@pytest.fixture
def record(database_url: str) -> Iterator[Database]:
    database = Database(database_url, kept_engine(database_url, 0, GENEROUS))
    database.run_here(records.three)
    yield database
    database.close()


def made(record: Database, form: Format, **scope: Any) -> bytes:
    out = io.BytesIO()
    export_writer.write(record, Export(form, ExportScope(**scope), AT), out, lambda count: None)
    return out.getvalue()


def table(record: Database) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(made(record, Format.CSV).decode("utf-8-sig"), newline=""))
    )


def whole(record: Database, **scope: Any) -> dict[str, Any]:
    return dict(json.loads(made(record, Format.JSON, **scope)))


def pages(record: Database) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made(record, Format.MARKDOWN))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def add_hostile(record: Database) -> None:
    def work(session: Any) -> None:
        rights = lookups.current_rights(session, records.TEAM, records.CHANNEL)
        assert rights
        for text in HOSTILE:
            records.raised(
                session, route(session, rights, Matter(Kind.REQUIREMENTS), AT), text, why=text
            )

    record.run_here(work)


# ---- CSV -----------------------------------------------------------------------------------------


def test_a_row_says_what_was_decided(record: Database) -> None:
    first, second, third = table(record)
    assert (first["number"], first["title"], first["outcome"], first["chosen_option"]) == (
        "1",
        "Guest checkout",
        "approved",
        "A",
    )
    assert (first["impact_days"], first["impact_by"], first["decided_by"]) == (
        "5",
        records.BOB.id,
        records.ALICE.id,
    )
    assert first["decided_at"] == "2026-11-23T12:00:00Z"
    assert (
        first["in_words"]
        == f"approved by {records.ALICE.id} (product owner, {first['kind']}): A. Add it now."
    )
    assert (second["round"], second["state"]) == ("2", "awaiting_decision")
    assert third["kind"] == "acceptance"


def test_no_cell_that_somebody_typed_is_a_formula(record: Database) -> None:
    add_hostile(record)
    found = table(record)
    assert [row["title"].removeprefix("'") for row in found][3:] == list(HOSTILE)
    for row in found:
        for name, cell in row.items():
            assert name == "impact_days" or not cell.lstrip(" ").startswith(
                ("=", "+", "-", "@", "\t", "\r", "\n")
            ), cell


@given(some.text(max_size=40))
@example(" \n")
def test_what_is_typed_is_never_a_formula_and_never_lost(text: str) -> None:
    cell = csv_file.defused(text)
    assert not cell.strip(" ").startswith(csv_file.DANGEROUS)
    assert cell in (text, f"'{text}")
    assert next(csv.reader(io.StringIO(csv_file.line([cell, "next"]), newline=""))) == [
        cell,
        "next",
    ]


# ---- JSON ----------------------------------------------------------------------------------------


def test_the_json_file_fits_its_schema(record: Database) -> None:
    add_hostile(record)
    brief = {"brief_number": 1, "brief_seconds": 720}
    record.run_here(lambda session: session.execute(update(Settlement).values(brief)))
    found = whole(record)
    assert list(faults(found, SCHEMA, SCHEMA)) == []
    outcomes = [outcome for decision in found["decisions"] for outcome in decision["outcomes"]]
    assert outcomes
    assert all(brief.items() <= outcome.items() for outcome in outcomes)
    assert [decision["title"] for decision in found["decisions"]][3:] == list(HOSTILE)
    narrow = whole(
        record,
        tenant=records.TEAM,
        channel=records.CHANNEL,
        kind=Kind.ACCEPTANCE,
        since=records.MONDAY,
    )
    assert list(faults(narrow, SCHEMA, SCHEMA)) == []
    assert [decision["number"] for decision in narrow["decisions"]] == [3]
    assert list(faults(whole(record, channel="C0NOWHERE"), SCHEMA, SCHEMA)) == []


def test_the_schema_finds_what_is_wrong(record: Database) -> None:
    found = whole(record)
    del found["decisions"][0]["title"]
    found["decisions"][1]["extra"] = 1
    found["decisions"][2]["raised_at"] = "yesterday"
    found["version"] = 1
    said = list(faults(found, SCHEMA, SCHEMA))
    assert len(said) == 4
    assert "/decisions/0: title is missing" in said


def test_the_chain_can_be_checked_from_the_file_alone(record: Database) -> None:
    """Check it as docs/how-to/export.md says, with nothing of ours."""
    add_hostile(record)
    for decision in whole(record)["decisions"]:
        previous = "0" * 64
        for event in decision["history"]:
            hashed = json.dumps(
                event["hashed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False
            )
            parts = [
                "2",
                previous,
                f"{decision['workspace']}#{decision['number']}",
                str(event["sequence"]),
                event["verb"],
                event["at"],
                hashed,
            ]
            previous = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
            assert event["hash"] == previous
            assert event["hashed"]["digests"] == digests(event)
        assert decision["head_hash"] == previous


# ---- Markdown ------------------------------------------------------------------------------------


def test_a_page_is_a_decision_record(record: Database) -> None:
    first = pages(record)[f"{records.TEAM}/0000/0001-guest-checkout.md"]
    heads = re.findall(r"^##? (.*)", first, re.MULTILINE)
    assert heads == [
        "1. Guest checkout",
        "Status",
        "Context",
        "Options",
        "Impact",
        "Decision",
        "Consequences",
        "History",
    ]
    assert (
        "### A. Add it now, chosen\n\nValue:\n\n> Fewer drop-offs\n\nCost:\n\n> Five days" in first
    )
    assert (
        f"stated by {records.BOB.id} (project manager) on Mon 23 Nov 2026: 5 working "
        "days of slip; confidence low." in first
    )
    assert "Why:\n\n> It pays" in first
    assert f"3. 2026-11-23 12:00 UTC: {records.ALICE.id} approved option A: “It pays”" in first


def test_typed_text_is_no_markup_in_markdown(record: Database) -> None:
    add_hostile(record)
    found = pages(record)
    for name, page in found.items():
        assert re.fullmatch(r"[A-Z0-9]+/\d{4}/\d{4}[\w-]*\.md", name), name
        ours = re.sub(r"`[0-9a-f]{64}`|<https://[^\s<>]+>", "", page)
        assert not re.search(r"(?<!\\)[<\[`|]", ours), page
        assert len(re.findall(r"^# ", page, re.MULTILINE)) == 1
        assert "\n- no list" not in page


@given(some.text(alphabet=some.sampled_from("ab \n\\`*_{}[]<>#|~&!-+=1.)"), max_size=30))
def test_every_sign_of_markdown_is_escaped(text: str) -> None:
    shown = markdown_file.markdown_escaped(text)
    assert re.sub(r"\\(.)", r"\1", shown) == text
    assert not re.search(
        r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>#|~&!]", re.sub(r"\\[^\\]", "", shown.replace("\\\\", ""))
    )


def test_a_zip_of_very_many_files_can_be_read() -> None:
    """Beyond 65,535 files a zip needs its larger form."""
    out = io.BytesIO()
    archive = Zip(out, AT)
    for number in range(66_000):
        archive.add(f"{number}.md", b"")
    archive.end()
    with zipfile.ZipFile(out) as read:
        assert len(read.namelist()) == 66_000
        assert read.read("65999.md") == b""
        assert read.infolist()[7].date_time == (2026, 11, 24, 12, 0, 0)


# ---- the command ---------------------------------------------------------------------------------


def test_the_command_writes_the_record_and_refuses_an_unknown_channel_or_folder(
    record: Database, database_url: str, tmp_path: Path
) -> None:
    url = database_url.replace("+psycopg", "")
    result = tradeoff(
        tmp_path, "export", "--format", "csv", "--output", "all.csv", database_url=url
    )
    assert (result.returncode, result.stdout) == (0, "3 decisions are in all.csv.\n"), result.stderr
    assert (tmp_path / "all.csv").read_bytes() == made(record, Format.CSV)
    result = tradeoff(
        tmp_path,
        "export",
        "--format",
        "json",
        "--output",
        "one.json",
        "--channel",
        "C0NOWHERE",
        database_url=url,
    )
    assert result.returncode == 1
    assert "There is no decision of channel C0NOWHERE in this record." in result.stderr
    result = tradeoff(
        tmp_path, "export", "--format", "csv", "--output", "no/such/folder.csv", database_url=url
    )
    assert result.returncode == 1
    assert "no/such/folder.csv cannot be written: No such file or directory." in result.stderr
    assert "Traceback" not in result.stderr
    assert [path.name for path in tmp_path.iterdir() if "tradeoff.db" not in path.name] == [
        "all.csv"
    ]


def test_the_command_asks_slack_for_each_name_once(database_url: str, tmp_path: Path) -> None:
    """That holds over several batches, and after Slack has asked for a pause."""
    database = Database(database_url, kept_engine(database_url, 0, GENEROUS))
    records.many(database, 250)
    database.close()
    workspace = Workspace()
    ids = {workspace.add_person(name).id for name in ("alice", "bob", "erin")}
    assert ids == {records.ALICE.id, records.BOB.id, records.ERIN.id}
    workspace.faults.add("users.info", "ratelimited", retry_after=1)

    async def exported() -> subprocess.CompletedProcess[str]:
        async with running(workspace):
            settings = for_slack(workspace, database_url=database_url.replace("+psycopg", ""))
            return await asyncio.to_thread(
                tradeoff, tmp_path, "export", "--format", "csv", "--output", "all.csv", **settings
            )

    result = asyncio.run(exported())
    assert (result.returncode, result.stdout) == (0, "250 decisions are in all.csv.\n"), (
        result.stderr
    )
    found = list(
        csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"), newline=""))
    )
    assert {row["holder_name"] for row in found} == {"Alice"}
    assert {row["raised_by_name"] for row in found} == {"Erin"}
    asked = [
        arguments["user"]
        for method, arguments, said in workspace.calls
        if (method, said) == ("users.info", "ok")
    ]
    assert sorted(asked) == sorted(ids)


# Export in every form, then `verify`, in one process that prints its peak of memory in MB.
MEASURED = """
from pathlib import Path
from bot.cli import main
for form in ("csv", "json", "markdown"):
    main(["export", "--format", form, "--output", f"all.{form}"], standalone_mode=False)
try:
    main(["verify"])
finally:
    # Not `ru_maxrss`, which begins with what the parent process had.
    status = Path("/proc/self/status").read_text()
    print("peak", int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


def peak(folder: Path, url: str) -> int:
    result = subprocess.run(
        [sys.executable, "-c", MEASURED],
        cwd=folder,
        env=environment(database_url=url.replace("+psycopg", "")),
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    return int(result.stdout.split()[-1])


@pytest.mark.both_databases
def test_a_long_record_takes_hardly_more_memory_than_a_short_one(
    database_url: str, tmp_path: Path
) -> None:
    """Eight times as many decisions cost less than 6 MB more; as objects, they cost over ten."""
    database = Database(database_url, kept_engine(database_url, 0, GENEROUS))
    records.many(database, 200)
    few = peak(tmp_path, database_url)
    records.more(database, 201, 1_600)
    many = peak(tmp_path, database_url)
    database.close()
    assert (tmp_path / "all.json").stat().st_size > 2_400_000
    assert many - few < 6, (few, many)
    assert many < 200
