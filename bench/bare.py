"""Reference of the benchmark: Bolt's own ASGI adapter on uvicorn, and one handler that only acks.

It is set up to be as quick as Bolt can be. It is started by its path, because its environment does
not have the package `bench`.
"""

from __future__ import annotations

import os
from typing import Any

import uvicorn
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult


async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None,
        team_id=team_id,
        bot_user_id="U0TRADEOFF",
        bot_id="B0DEMO0001",
        bot_token="demo",
    )


app = AsyncApp(
    signing_secret="demo-signing-secret", authorize=authorize, process_before_response=True
)


@app.command("/tradeoff")
async def acknowledge(ack: Any) -> None:
    await ack("ok")


if __name__ == "__main__":
    uvicorn.run(
        AsyncSlackRequestHandler(app),
        port=int(os.environ["BARE_PORT"]),
        access_log=False,
        log_level="critical",
    )
