"""The command line as a person meets it: errors in one sentence, clean stops, no token printed."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import create_engine, text

from bot import migrate
from bot.demo.slack import payloads
from bot.demo.slack.member import Member
from bot.demo.slack.server import running
from bot.demo.slack.workspace import Workspace
from support.command_line import (
    PATIENCE,
    assert_no_secrets,
    empty_database,
    free_port,
    served,
    tradeoff,
    tradeoff_from_cold,
)
from support.newcomer import Started

# Seconds, also on a slow machine. The bot has limits of its own (`bot/cli.py`, `bot/app.py`).
STOPS_WITHIN = 60


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Make a PostgreSQL database with nothing in it."""
    with empty_database(postgres_server) as url:
        yield url


# ---- settings, manifest, migrate -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "TRADEOFF_SLACK_BOT_TOKEN is missing"),
        ({"slack_bot_token": "hush"}, "TRADEOFF_SLACK_SIGNING_SECRET is missing"),
        ({"slack_bot_token": "hush", "port": "many"}, "TRADEOFF_PORT should be a valid integer"),
        (
            {"slack_bot_token": "hush", "database_url": "hush"},
            "TRADEOFF_DATABASE_URL is not a database URL",
        ),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_sentence(
    tmp_path: Path, given: dict[str, str], sentence: str
) -> None:
    done = tradeoff(tmp_path, "serve", **given)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {sentence}")
    assert len(done.stderr.splitlines()) == 1
    assert "in .env or in the environment, see .env.example" in done.stderr
    assert "hush" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_settings_come_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRADEOFF_SLACK_BOT_TOKEN=hush\n")
    assert (
        "TRADEOFF_SLACK_SIGNING_SECRET is missing" in tradeoff_from_cold(tmp_path, "serve").stderr
    )


def test_manifest_is_printed_as_json_and_needs_no_settings(tmp_path: Path) -> None:
    over_http = tradeoff(tmp_path, "manifest", "--url", "https://bot.example.com", port="many")
    assert json.loads(over_http.stdout)["settings"]["interactivity"]["request_url"].endswith(
        "/slack/events"
    )
    assert json.loads(tradeoff(tmp_path, "manifest", "--socket").stdout)["settings"][
        "socket_mode_enabled"
    ]
    for wrong in (
        [],
        ["--socket", "--url", "https://bot.example.com"],
        ["--url", "http://bot.example.com"],
    ):
        done = tradeoff(tmp_path, "manifest", *wrong)
        assert done.returncode == 2
        assert "https://" in done.stderr
        assert "Traceback" not in done.stderr


def test_migrate_says_the_revision_and_may_be_repeated(tmp_path: Path, postgres_url: str) -> None:
    for url in ("sqlite:///new.db", postgres_url):
        for _ in range(2):
            done = tradeoff(tmp_path, "migrate", database_url=url)
            assert done.stdout == f"The database is at revision {migrate.newest()}.\n", done.stderr


def test_a_database_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    for url in ("sqlite:///no/such/folder.db", "postgresql://bot:hush@127.0.0.1:1/x"):
        done = tradeoff(tmp_path, "migrate", database_url=url)
        assert done.returncode == 1
        assert "TRADEOFF_DATABASE_URL does not answer" in done.stderr
        assert "Traceback" not in done.stderr
        assert "hush" not in done.stderr


def test_a_database_of_a_newer_release_is_not_migrated(tmp_path: Path) -> None:
    tradeoff(tmp_path, "migrate")
    engine = create_engine(f"sqlite:///{tmp_path / 'tradeoff.db'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    done = tradeoff(tmp_path, "migrate")
    assert done.returncode == 1
    assert "9999, which this release does not know" in done.stderr


def test_the_demo_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = tradeoff(tmp_path, "demo", "--port", str(port))
    assert done.returncode == 1
    assert (
        done.stderr == f"Error: Port {port} is taken: `tradeoff demo --port 0` finds a free one.\n"
    )


# ---- serve ---------------------------------------------------------------------------------------


def test_serve_refuses_an_unmigrated_postgresql(tmp_path: Path, postgres_url: str) -> None:
    done = tradeoff(
        tmp_path,
        "serve",
        slack_bot_token="hush",
        slack_signing_secret="hush",
        database_url=postgres_url,
    )
    assert done.returncode == 1
    assert (
        done.stderr.splitlines()[-1]
        == "Error: The database is empty: run `tradeoff migrate` first."
    )
    assert "Traceback" not in done.stderr


def small_workspace() -> Workspace:
    workspace = Workspace()
    workspace.add_person("alice")
    workspace.add_channel("checkout", ["alice"])
    return workspace


@pytest.mark.parametrize("socket_mode", [False, True])
def test_serve_migrates_sqlite_answers_and_stops_when_told(
    tmp_path: Path, socket_mode: bool
) -> None:
    async def story() -> str:
        workspace = small_workspace()
        more = {"slack_app_token": workspace.app_token} if socket_mode else {}
        async with running(workspace) as slack, served(tmp_path, workspace, **more) as bot:
            assert await bot.ready() == {"ok": True, "faults": []}
            slack.delivery.bot_url = "" if socket_mode else f"http://127.0.0.1:{bot.port}"
            slack.delivery.patience = PATIENCE
            answer = await Member(slack.delivery, workspace.person("alice")).types(
                "checkout", "/tradeoff help"
            )
            assert answer
            assert answer.status == 200
            started = time.monotonic()
            bot.process.send_signal(signal.SIGTERM)
            output = await bot.ended()
            assert time.monotonic() - started < STOPS_WITHIN
            assert bot.process.returncode == 0, output
            assert_no_secrets(workspace, output)
            return output

    output = asyncio.run(story())
    assert "serving" in output
    assert "Traceback" not in output
    assert "migrated" in output


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_in_socket_mode_it_lives_and_stops_while_slack_cannot_be_reached(
    tmp_path: Path, how: signal.Signals
) -> None:
    async def story() -> str:
        workspace = small_workspace()
        workspace.base_url = f"http://127.0.0.1:{free_port()}"
        async with served(tmp_path, workspace, slack_app_token=workspace.app_token) as bot:
            assert await bot.ready() == {"ok": True, "faults": []}
            bot.process.send_signal(how)
            output = await asyncio.wait_for(bot.ended(), STOPS_WITHIN)
            assert bot.process.returncode == 0, output
            return output

    output = asyncio.run(story())
    assert "not connected yet" in output
    assert "Traceback" not in output


def test_a_request_in_flight_is_answered_before_it_stops(tmp_path: Path) -> None:
    async def story() -> None:
        workspace = small_workspace()
        async with running(workspace), served(tmp_path, workspace) as bot:
            await bot.ready()
            alice, channel = workspace.person("alice"), workspace.channel("checkout")
            typed = payloads.command(workspace, alice, channel, "/tradeoff", "rights")
            hooks = f"{workspace.base_url}/hooks/1"
            body = urlencode({**typed, "trigger_id": "1.2", "response_url": hooks})
            reader, writer = await asyncio.open_connection("127.0.0.1", bot.port)
            writer.write(half_a_request(workspace, body))
            # The bot asks for the body, so the request has reached it.
            assert b"100" in await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            bot.process.send_signal(signal.SIGTERM)
            await bot.listens_no_more()
            writer.write(body.encode())
            answer = await asyncio.wait_for(reader.read(), PATIENCE)
            writer.close()
            assert answer.startswith(b"HTTP/1.1 200"), answer
            output = await asyncio.wait_for(bot.ended(), STOPS_WITHIN)
            assert bot.process.returncode == 0, output

    asyncio.run(story())


def half_a_request(workspace: Workspace, body: str) -> bytes:
    """Return the headers of a signed request; they say that the body is sent when asked for."""
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(workspace.signing_secret).generate_signature(
        timestamp=timestamp, body=body
    )
    lines = [
        "POST /slack/events HTTP/1.1",
        "Host: bot",
        "Expect: 100-continue",
        "Connection: close",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body.encode())}",
        f"X-Slack-Request-Timestamp: {timestamp}",
        f"X-Slack-Signature: {signature}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


# ---- behind a proxy ------------------------------------------------------------------------------


def test_the_demo_starts_behind_a_proxy(story: Started) -> None:
    """The shared demo was started with HTTP_PROXY set, as it is on company machines."""
    assert "HTTP_PROXY" in story.variables
    assert story.process.poll() is None
