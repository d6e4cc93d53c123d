"""The running demo: the fake Slack with its page on one port, the bot on another.

One process and one event loop serve both.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import structlog
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot import manifest, migrate
from bot.app import Bot
from bot.demo.seed import kept
from bot.demo.seed.company import HINTS, build_world
from bot.demo.seed.play import HOME, DemoClock, play
from bot.demo.slack.delivery import Delivery
from bot.demo.slack.server import DemoSlack, serving
from bot.demo.slack.workspace import Workspace
from bot.digest_chart.process import PAINTER
from bot.settings import Settings

# Function that makes the bot. It is called when the fake Slack listens, because the bot needs its
# address.
MakeBot = Callable[[Workspace], ASGIApp]
Seed = Callable[[Delivery], Awaitable[None]]


def main(*, empty: bool, port: int) -> None:
    """Run the demo until it is interrupted, on a record that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="tradeoff-demo-") as folder:
        asyncio.run(_until_interrupted(Path(folder), empty=empty, port=port))


@asynccontextmanager
async def product(folder: Path, *, empty: bool = False, port: int = 0) -> AsyncIterator[Demo]:
    """Run the demo with the real bot and, unless `empty`, with its six weeks of decisions.

    The six weeks are played once a day (`bot/demo/seed/kept.py`).
    """
    bots: list[Bot] = []
    record, today, restored = folder / "demo.db", datetime.now(HOME).date(), False

    def make_bot(workspace: Workspace) -> ASGIApp:
        nonlocal restored
        restored = not empty and kept.restore(workspace, record, today)
        bots.append(the_bot(workspace, record))
        # The story fires timers and sends messages itself, at the times of its own clock.
        return bots[0].web(loops=empty)

    async def seed(delivery: Delivery) -> None:
        if not restored:
            clock = delivery.workspace.clock
            assert isinstance(clock, DemoClock)
            click.echo("Playing six weeks of decisions. This takes twenty seconds, once a day.")
            PAINTER.start()
            await play(delivery, bots[0], clock)
            kept.keep(delivery.workspace, record, today)
        bots[0].start_loops()

    offers = manifest.manifest(None)
    async with running(make_bot, offers, seed=None if empty else seed, port=port) as demo:
        bots[0].settings.public_url = demo.delivery.bot_url
        yield demo


def the_bot(workspace: Workspace, record: Path) -> Bot:
    """Build the real bot, which talks to the fake Slack; make its record if there is none."""
    settings = Settings(
        # pydantic-settings takes `_env_file`; its types do not say so.
        _env_file=None,  # type: ignore[call-arg]
        database_url=f"sqlite:///{record}",
        slack_bot_token=SecretStr(workspace.token),
        slack_signing_secret=SecretStr(workspace.signing_secret),
        # Named, so that a token in the environment cannot turn on Socket Mode.
        slack_app_token=SecretStr(""),
        slack_api_url=f"{workspace.base_url}/api/",
    )
    migrate.upgrade(settings.database_url)
    return Bot(settings, workspace.clock)


def quiet() -> None:
    """Log only errors: while the story is played, the clock jumps, which would cause warnings."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def first_steps(*, empty: bool) -> list[str]:
    """Return the lines that say what to try; in an empty demo, the set-up comes before the rest."""
    steps = [f"  {number}. {hint['label']}" for number, hint in enumerate(HINTS, 1)]
    if not empty:
        return steps
    return ["No channel is set up yet. Step 1 asks first who decides in #checkout.\n", *steps]


async def _until_interrupted(folder: Path, *, empty: bool, port: int) -> None:
    over = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, over.set)
    quiet()
    async with product(folder, empty=empty, port=port) as demo:
        click.echo(f"\nOpen {demo.url}\n")
        for line in first_steps(empty=empty):
            click.echo(line)
        click.echo("\nCtrl+C stops it; nothing that you do is kept.")
        await over.wait()


@dataclass(frozen=True)
class Demo:
    """Running demo: where people open it, and what is in it."""

    url: str
    workspace: Workspace
    delivery: Delivery


@asynccontextmanager
async def running(
    make_bot: MakeBot, offers: dict[str, Any], *, seed: Seed | None = None, port: int = 0
) -> AsyncIterator[Demo]:
    """Run the whole demo: ready when entered, stopped when left.

    `offers` is the bot's manifest; port 0 takes a free port.
    """
    workspace = Workspace(clock=DemoClock())
    build_world(workspace)
    async with _slack(workspace, offers, port) as (slack, everything_read), _bot(slack, make_bot):
        if seed:
            await seed(slack.delivery)
        everything_read()
        yield Demo(workspace.base_url, workspace, slack.delivery)


@asynccontextmanager
async def _slack(
    workspace: Workspace, offers: dict[str, Any], port: int
) -> AsyncIterator[tuple[DemoSlack, Callable[[], None]]]:
    """Serve the fake Slack's API, with the page at `/`.

    NiceGUI is loaded here, because nothing but the demo needs it.
    """
    from bot.demo.page import Hint, mount_page

    slack = DemoSlack(workspace)
    server = Starlette(routes=slack.routes)
    page = mount_page(
        server, slack.delivery, manifest=offers, hints=[Hint(**hint) for hint in HINTS]
    )
    async with serving(server, port, says_date=True) as url:
        workspace.base_url = url
        yield slack, page.everything_read
    await slack.delivery.close()


@asynccontextmanager
async def _bot(slack: DemoSlack, make_bot: MakeBot) -> AsyncIterator[None]:
    """Serve the bot on a free port; from here on, what people do is delivered to it."""
    async with serving(make_bot(slack.workspace)) as url:
        slack.delivery.bot_url = url
        yield
        slack.delivery.bot_url = ""
