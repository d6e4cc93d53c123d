"""Slack's markup as people read it, and the words of messages without a text."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.message_words import words_of
from handlers.ui import blocks
from models.mrkdwn import plain

NAMES = {"U1": "@alice", "C1": "#checkout"}


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("Ask <@U1> or <@U2|bob>", "Ask @alice or @bob"),
        ("In <#C1> and <#C2|search> and <#C1|>", "In #checkout and #search and #checkout"),
        ("Ask <!subteam^S1|@designers>", "Ask @designers"),
        (
            "Ask <!subteam^S1|designers>, <!here>, <!channel|channel>",
            "Ask @designers, @here, @channel",
        ),
        ("Mail <mailto:a@b.example|a@b.example>", "Mail a@b.example"),
        ("Call <tel:+491234|+49 1234>", "Call +49 1234"),
        ("Move to <http://a.example|a.example>", "Move to a.example"),
        ("Move to <http://a.example/|a.example>", "Move to a.example"),
        ("See <https://a.example/b?c=1&amp;d=2>", "See https://a.example/b?c=1&d=2"),
        ("Read <https://a.example/b|the notes>.", "Read the notes (https://a.example/b)."),
        ("On <!date^1795428000^{date}|24 Nov 2026>", "On 24 Nov 2026"),
        ("a &lt; b &amp;&amp; c &gt; d, &amp;lt;", "a < b && c > d, &lt;"),
    ],
)
def test_people_read_names_and_labels(marked: str, text: str) -> None:
    assert plain(marked, lambda id: NAMES[id]) == text


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def rich(*nodes: dict[str, Any]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": list(nodes)}
    return {"type": "rich_text", "elements": [section]}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            {"text": "As &lt;typed&gt;", "blocks": [rich({"type": "text", "text": "no"})]},
            "As &lt;typed&gt;",
        ),
        ({"text": " ", "blocks": [{"type": "section", "text": mrkdwn("*Slow*")}]}, "*Slow*"),
        (
            {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "A < B"}}]},
            "A &lt; B",
        ),
        (
            {
                "blocks": [
                    {"type": "section", "fields": [mrkdwn("A"), mrkdwn("B")]},
                    {"type": "divider"},
                ]
            },
            "A\nB",
        ),
        (
            {
                "blocks": [
                    rich(
                        {"type": "user", "user_id": "U1"},
                        {"type": "text", "text": " & "},
                        {"type": "channel", "channel_id": "C1"},
                        {"type": "text", "text": ": "},
                        {"type": "link", "url": "https://a.example", "text": "it"},
                        {"type": "emoji", "name": "tada"},
                    )
                ]
            },
            "<@U1> &amp; <#C1>: <https://a.example|it>:tada:",
        ),
        (
            {
                "blocks": [
                    {"type": "context", "elements": [mrkdwn("By hand")]},
                    {"type": "actions", "elements": [{"type": "button", "text": mrkdwn("Go")}]},
                ]
            },
            "By hand",
        ),
        ({"attachments": [{"title": "PAY-12", "text": "Slow", "fallback": "no"}]}, "PAY-12\nSlow"),
        ({"attachments": [{"fallback": "PAY-12 Slow"}]}, "PAY-12 Slow"),
        ({"attachments": [{"blocks": [{"type": "section", "text": mrkdwn("In")}]}]}, "In"),
        ({"attachments": [{"fields": [{"title": "State", "value": "Open"}]}]}, "State\nOpen"),
        ({"text": "", "files": [{"name": "a.png", "title": "Sketch <1>"}]}, "Sketch &lt;1&gt;"),
        ({"text": "", "files": [{"name": "a.png", "title": ""}]}, "a.png"),
        ({"text": "This content can't be displayed.", "blocks": [{"type": "divider"}]}, ""),
        ({"text": None, "blocks": None, "attachments": None, "files": None}, ""),
    ],
)
def test_words_are_found_where_the_author_put_them(message: dict[str, Any], words: str) -> None:
    assert words_of(message) == words


def test_typed_links_can_be_clicked_and_show_where_they_lead() -> None:
    typed = "See https://a.example/b?c=1, (http://b.example/x). Not ftp://c, not https://"
    assert blocks.typed_nodes(typed) == [
        {"type": "text", "text": "See "},
        {"type": "link", "url": "https://a.example/b?c=1"},
        {"type": "text", "text": ", ("},
        {"type": "link", "url": "http://b.example/x"},
        {"type": "text", "text": "). Not ftp://c, not https://"},
    ]
    assert blocks.typed_nodes("Nothing to click") == [{"type": "text", "text": "Nothing to click"}]
