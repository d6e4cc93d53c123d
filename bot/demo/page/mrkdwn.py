"""Slack's mrkdwn as HTML, for one reader. Everything that is not Slack's markup is escaped."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from bot.demo.page.dates import slack_date


class Names(Protocol):
    """Names of people and channels by id; empty if the reader may not know or there is none."""

    def person(self, id: str) -> str: ...

    def channel(self, id: str) -> str: ...


@dataclass(frozen=True)
class Reader:
    """Person for whom text is drawn: their names for ids, their time zone, and the time now."""

    id: str
    names: Names
    zone: str
    now: datetime


_FENCE = re.compile(r"```\n?(.*?)\n?```\n?", re.S)
_TOKEN = re.compile(r"`([^`\n]+)`|<([^<>\n]+)>")
# A style mark counts only where a word begins and ends, as in Slack: 3*4*5 stays as it is.
_STYLE = re.compile(r"(?<![\w*_~])([*_~])(?=\S)(.+?)(?<=\S)\1(?![\w*_~])")
_STYLE_TAGS = {"*": "strong", "_": "em", "~": "s"}
_KEPT = re.compile("\x00(\\d+)\x00")


def mrkdwn(text: str, reader: Reader) -> str:
    """Draw a whole text: preformatted parts, quoted lines, the rest inline."""
    parts = _FENCE.split(text.replace("\x00", ""))
    drawn = [
        f"<pre>{_plain(part)}</pre>" if at % 2 else _lines(part, reader)
        for at, part in enumerate(parts)
    ]
    return "".join(drawn)


def escaped_html(text: str) -> str:
    """Write plain text as HTML; line breaks are kept by the style sheet."""
    return html.escape(text)


def link(url: str, label: str = "") -> str:
    """Draw a link that opens in a new tab; only its text if the address is not for a browser."""
    if urlsplit(url).scheme not in ("http", "https", "mailto"):
        return escaped_html(label or url)
    return (
        f'<a href="{escaped_html(url)}" target="_blank" rel="noopener '
        f'noreferrer">{escaped_html(label or url)}</a>'
    )


def person_mention(id: str, reader: Reader) -> str:
    mine = " mine" if id == reader.id else ""
    return f'<span class="mention{mine}">@{escaped_html(reader.names.person(id) or id)}</span>'


def channel_mention(id: str, reader: Reader) -> str:
    name = reader.names.channel(id)
    if not name:
        return '<span class="mention">a private channel</span>'
    return (
        f'<a class="mention" data-channel="{escaped_html(id)}" '
        f'href="?in={escaped_html(name)}">#{escaped_html(name)}</a>'
    )


def date_text(token: str, reader: Reader) -> str:
    """Write `!date^unix^pattern[^link]|fallback` for this reader.

    Write the fallback if the token cannot be read.
    """
    body, _, fallback = token.partition("|")
    fields = body.split("^")
    if len(fields) < 3 or not fields[1].isdigit():
        return escaped_html(html.unescape(fallback))
    shown = slack_date(int(fields[1]), html.unescape(fields[2]), zone=reader.zone, now=reader.now)
    if len(fields) > 3:
        return link(html.unescape(fields[3]), shown)
    return f'<time title="{escaped_html(html.unescape(fallback))}">{escaped_html(shown)}</time>'


def _plain(text: str) -> str:
    return escaped_html(html.unescape(text))


def _lines(text: str, reader: Reader) -> str:
    drawn: list[str] = []
    quoted: list[str] = []
    unquoted: list[str] = []

    def flush() -> None:
        if quoted:
            drawn.append(f"<blockquote>{_inline(chr(10).join(quoted), reader)}</blockquote>")
        if unquoted:
            drawn.append(_inline("\n".join(unquoted), reader))
        quoted.clear()
        unquoted.clear()

    for line in text.split("\n"):
        marked = re.match(r"(?:&gt;|>) ?(.*)", line)
        if bool(marked) != bool(quoted):
            flush()
        if marked:
            quoted.append(marked[1])
        else:
            unquoted.append(line)
    flush()
    return "".join(drawn)


def _inline(text: str, reader: Reader) -> str:
    """Draw tokens first and put them aside: style marks inside addresses and code do not count."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(f"<code>{_plain(found[1])}</code>" if found[1] else _token(found[2], reader))
        return f"\x00{len(kept) - 1}\x00"

    styled = _styled(_plain(_TOKEN.sub(keep, text)))
    return _KEPT.sub(lambda found: kept[int(found[1])], styled)


def _styled(text: str) -> str:
    def style(found: re.Match[str]) -> str:
        tag = _STYLE_TAGS[found[1]]
        return f"<{tag}>{_styled(found[2])}</{tag}>"

    return _STYLE.sub(style, text)


def _token(token: str, reader: Reader) -> str:
    """Draw what is between < and >: a mention, a date, a link."""
    target, _, label = token.partition("|")
    match target[:1]:
        case "@":
            return person_mention(target[1:], reader)
        case "#":
            return channel_mention(target[1:], reader)
        case "!":
            if target.startswith("!date^"):
                return date_text(token, reader)
            name = html.unescape(label) or target[1:].split("^")[0]
            return f'<span class="mention mine">@{escaped_html(name.removeprefix("@"))}</span>'
    return link(html.unescape(target), html.unescape(label))
