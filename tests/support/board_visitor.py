"""Steps of stories about boards: get a link, follow it, read the page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import aiohttp

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness

OVER = "This link does not work"


@dataclass(frozen=True)
class Page:
    """Page that a browser got. The names of its headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def words(self) -> str:
        """Return the text without tags."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.body)).split())


def link(actor: Actor, channel: Channel) -> str:
    """Ask for a link to the board of this channel; return its address."""
    actor.harness.run(actor.member.types(channel, "/tradeoff board"))
    found = re.search(r"<(http[^|]*)\|Open the board", actor.member.sees(channel)[-1].text)
    assert found, actor.was_told()
    return found[1]


def follow(harness: Harness, url: str, method: str = "GET") -> Page:
    """Follow a link, but no redirect, as a browser without a session."""

    async def ask() -> Page:
        async with (
            aiohttp.ClientSession() as browser,
            browser.request(method, url, allow_redirects=False) as answer,
        ):
            return Page(
                answer.status,
                {name.lower(): value for name, value in answer.headers.items()},
                await answer.text(),
            )

    return harness.run(ask())
