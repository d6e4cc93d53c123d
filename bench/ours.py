"""Our bot as it is served, with nothing switched off, against the demo Slack."""

from __future__ import annotations

import sys

import uvicorn

from bot import log
from bot.app import Bot
from bot.settings import load

if __name__ == "__main__":
    log.set_up()
    uvicorn.run(Bot(load()).web(), port=int(sys.argv[1]), access_log=False, log_level="critical")
