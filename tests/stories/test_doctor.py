"""`tradeoff doctor`: each fault with what to do about it, and stuck messages sent again."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.demo.slack.faults import Kind
from bot.demo.slack.server import running
from bot.demo.slack.workspace import ALL_SCOPES, Workspace
from models.tables.channel import Channel
from models.tables.post import Drawing, Post, PostState
from models.tables.workspace import Workspace as OurWorkspace
from support.command_line import assert_no_secrets, empty_database, for_slack, free_port, tradeoff
from support.harness import MONDAY


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Make a PostgreSQL database with nothing in it."""
    with empty_database(postgres_server) as url:
        yield url


def stuck_post(url: str, state: PostState, error: str) -> int:
    """Add to the record a message that needs a person; return its id."""
    engine = create_engine(url)
    with Session(engine) as session:
        workspace = OurWorkspace(tenant="T0DEMO0001")
        session.add(workspace)
        session.flush()
        channel = Channel(workspace_id=workspace.id, slack_id="C0CHECKOUT")
        session.add(channel)
        session.flush()
        post = Post(
            channel_id=channel.id,
            key="x",
            drawing=Drawing.WELCOME,
            due_at=MONDAY,
            state=state,
            last_error=error,
            attempts=3,
            sending=True,
        )
        session.add(post)
        session.commit()
        found = post.id
    engine.dispose()
    return found


def doctor(
    folder: Path, workspace: Workspace, *arguments: str, **given: str
) -> tuple[int, list[str]]:
    """Run `tradeoff doctor`, which asks this Slack; return its exit code and its lines."""

    async def examined() -> subprocess.CompletedProcess[str]:
        async with running(workspace):
            settings = for_slack(workspace, **given)
            return await asyncio.to_thread(tradeoff, folder, "doctor", *arguments, **settings)

    result = asyncio.run(examined())
    assert_no_secrets(workspace, result.stdout, result.stderr)
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode, (result.stdout + result.stderr).splitlines()


def faults(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith("ok: ")]


def test_doctor_finds_all_well(tmp_path: Path) -> None:
    tradeoff(tmp_path, "migrate")
    code, lines = doctor(tmp_path, Workspace())
    assert (code, faults(lines)) == (0, [])
    for subject in ("settings", "database", "schema", "messages", "token", "scopes", "clock"):
        assert [line for line in lines if line.startswith(f"ok: {subject}")], lines


def test_doctor_makes_no_database_and_needs_none(tmp_path: Path) -> None:
    code, lines = doctor(tmp_path, Workspace(), slack_app_token=Workspace().app_token)
    assert (code, faults(lines)) == (0, [])
    assert "ok: app token: Socket Mode connects" in lines
    assert list(tmp_path.iterdir()) == []


@pytest.mark.both_databases
def test_doctor_says_what_to_do_about_each_fault(tmp_path: Path, postgres_url: str) -> None:
    scopes = ALL_SCOPES - {"im:write", "groups:history"}
    code, lines = doctor(
        tmp_path, Workspace(scopes=scopes), database_url=postgres_url, slack_app_token="stale"
    )
    assert code == 1
    assert [re.split(r": | — ", line)[:2] for line in faults(lines)] == [
        ["fault", "schema"],
        ["fault", "scopes"],
        ["fault", "app token"],
    ]
    assert all(" — " in line for line in faults(lines))
    assert "run `tradeoff migrate`" in faults(lines)[0]
    assert "im:write missing" in faults(lines)[1]


def test_doctor_names_the_fault_without_slack_and_without_settings(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api/"
    code, lines = doctor(tmp_path, Workspace(), slack_api_url=nowhere)
    assert code == 1
    assert f"fault: Slack: {nowhere} did not answer as Slack would (" in faults(lines)[0]
    code, lines = doctor(tmp_path, Workspace(), slack_bot_token="stale")
    assert code == 1
    assert "fault: token: Slack refuses it (invalid_auth)" in faults(lines)[0]
    result = tradeoff(tmp_path, "doctor")
    assert result.returncode == 1
    assert result.stdout.startswith("fault: settings: TRADEOFF_SLACK_BOT_TOKEN is missing")


@pytest.mark.parametrize("kind", ["proxy_error", "text_plain", "only_true"])
def test_doctor_blames_no_token_if_something_answers_in_slacks_place(
    tmp_path: Path, kind: Kind
) -> None:
    workspace = Workspace()
    for method in ("auth.test", "apps.connections.open"):
        workspace.faults.add(method, kind)
    code, lines = doctor(tmp_path, workspace, slack_app_token=workspace.app_token)
    assert code == 1
    for fault in faults(lines):
        assert re.match(r"fault: Slack: http://127\S+ did not answer as Slack would \(", fault)
        assert fault.endswith(" — check the network, and HTTPS_PROXY and NO_PROXY")
    assert len(faults(lines)) == 2


@pytest.mark.parametrize(
    ("state", "error", "to_do"),
    [
        (PostState.PARKED, "not_in_channel", "invite the bot into the channel"),
        (PostState.UNKNOWN, "cannot look: missing_scope", "look there"),
    ],
)
def test_a_stuck_message_is_listed_and_can_be_sent_again(
    tmp_path: Path, state: PostState, error: str, to_do: str
) -> None:
    url = f"sqlite:///{tmp_path / 'tradeoff.db'}"
    tradeoff(tmp_path, "migrate")
    stuck = stuck_post(url, state, error)
    code, lines = doctor(tmp_path, Workspace())
    assert code == 1
    (fault,) = faults(lines)
    assert f"message {stuck} (welcome, in C0CHECKOUT)" in fault
    assert to_do in fault
    assert f"`tradeoff doctor --post-again {stuck}`" in fault
    assert tradeoff(tmp_path, "doctor", "--post-again", str(stuck)).returncode == 0
    engine = create_engine(url)
    with Session(engine) as session:
        post = session.get_one(Post, stuck)
        assert (post.state, post.sending, post.attempts, post.last_error) == (
            PostState.OWED,
            False,
            0,
            None,
        )
        assert post.due_at != MONDAY
    engine.dispose()
    assert tradeoff(tmp_path, "doctor", "--post-again", str(stuck)).returncode == 1
    assert "There is no message 99" in tradeoff(tmp_path, "doctor", "--post-again", "99").stderr
