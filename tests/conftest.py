"""Fixtures: one harness per test, on SQLite, and on PostgreSQL too if the test is marked so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.engine import make_url

from bot import migrate
from bot.demo.slack.workspace import Channel
from support.browser_tab import CHROMIUM, FLAGS
from support.databases import Kept, close_engines, copied, execute, postgresql
from support.harness import Actor, Harness, migrated
from support.set_up_once import set_up_once

pytest_plugins = ["support.collecting"]

# A traceback with the value of every variable takes longer than most tests.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start a real PostgreSQL for all tests of this process."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Make a migrated database that the tests of this process copy; yield its name."""
    name = f"template_{os.getpid()}"
    execute(postgres_server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    migrate.upgrade(
        make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    )
    yield name
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrated(path)
    return path


@pytest.fixture(scope="session")
def postgres_kept(postgres_server: str, postgres_template: str) -> Iterator[Kept]:
    kept = Kept(postgres_server, postgres_template, f"test_{os.getpid()}")
    yield kept
    kept.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the URL of an empty, migrated database: on SQLite or on PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        url = copied(template, template.with_name("tradeoff.db"))
        yield url
        close_engines(url)
        return
    kept: Kept = request.getfixturevalue("postgres_kept")
    url = kept.empty()
    yield url
    # The connections of the first bot stay open for the next test. Those of other bots are closed,
    # because they would become too many.
    close_engines(url, except_first=1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium. If it is not installed, skip the tests that need it, except in CI."""
    if CHROMIUM is None and os.environ.get("CI") != "true":
        pytest.skip("no Chromium is installed here")
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def harness(database_url: str, request: pytest.FixtureRequest) -> Iterator[Harness]:
    """Start the demo Slack and the bot. There are no people yet, and no channel is set up.

    At the end, check that Slack refused nothing that the bot sent.
    """
    harness = Harness(
        database_url, as_in_life=request.node.get_closest_marker("as_in_life") is not None
    )
    harness.start()
    yield harness
    bad = list(harness.workspace.bad_requests)
    harness.stop()
    assert bad == []


@pytest.fixture
def people(harness: Harness) -> dict[str, Actor]:
    return {
        "alice": harness.person("alice", title="Product owner"),
        "bob": harness.person("bob", title="Project manager", time_zone="Europe/Berlin"),
        "erin": harness.person("erin", title="Engineer"),
        "sam": harness.person("sam", title="Sponsor"),
        "gus": harness.person("gus", guest=True),
        "olga": harness.person("olga", external=True),
    }


@pytest.fixture
def alice(people: dict[str, Actor]) -> Actor:
    return people["alice"]


@pytest.fixture
def bob(people: dict[str, Actor]) -> Actor:
    return people["bob"]


@pytest.fixture
def erin(people: dict[str, Actor]) -> Actor:
    return people["erin"]


@pytest.fixture
def sam(people: dict[str, Actor]) -> Actor:
    return people["sam"]


@pytest.fixture
def gus(people: dict[str, Actor]) -> Actor:
    return people["gus"]


@pytest.fixture
def olga(people: dict[str, Actor]) -> Actor:
    return people["olga"]


@pytest.fixture
def search(harness: Harness, people: dict[str, Actor]) -> Channel:
    """Make a channel that is not set up, with all `people` and the bot in it."""
    return harness.workspace.add_channel("search", list(people), shared=True)


@pytest.fixture
def checkout(harness: Harness, people: dict[str, Actor], alice: Actor) -> Channel:
    """Make a team channel: Alice is product owner, Bob project manager, Sam sponsor."""
    channel = harness.workspace.add_channel("checkout", list(people), shared=True)
    return set_up_once(harness, channel, alice)


@pytest.fixture
def dora(harness: Harness, checkout: Channel) -> Actor:
    actor = harness.person("dora", title="Designer", time_zone="Europe/Berlin")
    checkout.members.add(actor.id)
    return actor
