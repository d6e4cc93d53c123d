"""Company machines reach Slack through a proxy, and themselves without one.

See python-slack-sdk#738 and #953.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp

from bot import uploads
from bot.proxies import proxy_for, webhook_client
from bot.settings import BadSetting, Settings
from bot.slack_client import Connections, SlackClient
from bot.socket_mode import SocketMode

PROXY = "http://proxy.example:3128"
ANSWER = {"ok": True, "upload_url": "http://files.slack.example/up", "file_id": "F0FILE0001"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide this machine's own proxies."""
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@contextlib.asynccontextmanager
async def recording(asked: list[str]) -> AsyncIterator[str]:
    """Serve as a proxy that answers by itself; note the first line of every request."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.split(b"\r\n")[0].decode())
        length = re.search(rb"content-length: (\d+)", head, re.I)
        await reader.readexactly(int(length[1]) if length else 0)
        body = json.dumps(ANSWER).encode()
        head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
        writer.write(head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_calls_response_urls_and_uploads_go_through_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def steps() -> None:
        async with recording(asked) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy)
            connections = Connections()
            client = SlackClient(
                connections, lambda: 5.0, base_url="http://slack.example/api/", retry_handlers=[]
            )
            await client.auth_test()
            url = "http://hooks.slack.example/response"
            await webhook_client(url, connections.session).send(text="Hello")
            await uploads.send(client, "week.png", b"bytes")
            await connections.close()

    asyncio.run(steps())
    assert [line.split(" HTTP/")[0].split("?")[0] for line in asked] == [
        "POST http://slack.example/api/auth.test",
        "POST http://hooks.slack.example/response",
        "POST http://slack.example/api/files.getUploadURLExternal",
        "POST http://files.slack.example/up",
    ]


@pytest.mark.parametrize(("no_proxy", "proxy"), [("", PROXY), ("slack.example", None)])
def test_socket_mode_goes_where_the_web_api_goes(
    monkeypatch: pytest.MonkeyPatch, no_proxy: str, proxy: str | None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    settings = Settings(
        _env_file=None,
        slack_app_token=SecretStr("xapp-1"),
        slack_api_url="https://slack.example/api/",
    )  # type: ignore[call-arg]

    async def made() -> SocketMode:
        app = AsyncApp(signing_secret="unused", token="xoxb-1", client=None)
        socket = SocketMode(app, settings, lambda tenant: app.client)
        await socket.close(0)
        return socket

    socket = asyncio.run(made())
    assert socket._client.proxy == proxy
    assert socket._handler.client.proxy == proxy


@pytest.mark.parametrize(
    ("set_", "url", "proxy"),
    [
        ({"HTTPS_PROXY": PROXY}, "https://slack.com/api/", PROXY),
        ({"https_proxy": PROXY}, "wss://wss-primary.slack.com/link", PROXY),
        ({"HTTP_PROXY": PROXY}, "https://slack.com/api/", PROXY),
        ({"HTTPS_PROXY": "proxy.example:3128"}, "https://slack.com/api/", PROXY),
        ({"HTTPS_PROXY": ""}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "slack.com"}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": ".slack.com"}, "https://files.slack.com/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, "https://slack.com/api/", None),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "example.com"}, "https://slack.com/api/", PROXY),
        ({"HTTP_PROXY": PROXY}, "http://127.0.0.1:8010/api/", None),
        ({"HTTP_PROXY": PROXY}, "http://localhost:8010/api/", None),
        ({"HTTP_PROXY": PROXY}, "http://[::1]:8010/api/", None),
    ],
)
def test_which_proxy_leads_to_an_address(
    monkeypatch: pytest.MonkeyPatch, set_: dict[str, str], url: str, proxy: str | None
) -> None:
    for name, value in set_.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


def test_a_proxy_of_another_sort_is_named_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://proxy.example:1080")
    with pytest.raises(BadSetting, match="HTTPS_PROXY must begin with http://"):
        proxy_for("https://slack.com/api/")
