"""Connection of a page to its server, on which the page's messages can be held back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, WebSocketRoute, expect


class SlowLine:
    """WebSocket of a page that is reloaded for it. While it is held, the page's messages wait."""

    def __init__(self, page: Page) -> None:
        self._server: WebSocketRoute | None = None
        self._held: list[str | bytes] | None = None
        page.route_web_socket(re.compile("socket.io"), self._connect)
        page.reload()
        expect(page.locator(".main h1")).to_be_visible()

    def _connect(self, route: WebSocketRoute) -> None:
        self._server = route.connect_to_server()
        route.on_message(self._send)

    def _send(self, message: str | bytes) -> None:
        assert self._server
        if self._held is None:
            self._server.send(message)
        else:
            self._held.append(message)

    def hold(self) -> None:
        self._held = []

    def release(self) -> None:
        held, self._held = self._held, None
        for message in held or ():
            self._send(message)
