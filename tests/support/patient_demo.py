"""`tradeoff demo` in which Slack and the bot wait long for each other, for a busy machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot import cli
from bot.app import Bot
from bot.demo import run

# Seconds that the bot and Slack wait at most.
LONG = 120.0
the_bot = run.the_bot
running = run.running


def patient_bot(*given: Any, **more: Any) -> Bot:
    bot = the_bot(*given, **more)
    for name in ("request", "look_up", "answer", "send", "redraw", "database"):
        setattr(bot.timeouts, name, LONG)
    return bot


@asynccontextmanager
async def patiently_running(*given: Any, **more: Any) -> AsyncIterator[run.Demo]:
    async with running(*given, **more) as demo:
        demo.delivery.patience = LONG
        demo.delivery.triggers.life = LONG
        yield demo


if __name__ == "__main__":
    run.the_bot = patient_bot
    run.running = patiently_running
    cli.main()
