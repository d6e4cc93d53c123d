"""Slack's markup as people read it, and the words of messages without a text."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.export import plain_text
from handlers.message_words import words_of
from handlers.ui import blocks, cutting, phrases
from models.mrkdwn import escaped, plain, unescaped

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


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Dark mode", "Dark mode"),
        ("עגלה (v2)?", "\u200e\u2068עגלה (v2)?\u2069"),
        ("API <سلة>\nDark mode", "\u200e\u2068API &lt;سلة&gt;\u2069\nDark mode"),
        ("Beta\u200f!", "\u200e\u2068Beta\u200f!\u2069"),
    ],
)
def test_a_line_with_right_to_left_letters_is_isolated_from_our_words(
    typed: str, written: str
) -> None:
    assert escaped(typed) == written
    assert unescaped(written) == typed
    assert plain(written, str) == written.replace("&lt;", "<").replace("&gt;", ">")
    assert plain_text.plain(f"#1 {written}", {}) == f"#1 {typed}"


def test_a_cut_ends_an_isolate() -> None:
    assert cutting.cut(escaped("עגלה"), 5) == "\u200e\u2068ע…\u2069"
    assert cutting.cut_to_bytes(escaped("עגלה"), 14) == "\u200e\u2068ע…\u2069"


def test_typed_text_after_a_label_or_a_letter_is_isolated() -> None:
    for block in (blocks.typed("Why", "עגלה."), blocks.lines([("Why", "עגלה.")])):
        assert block["elements"][0]["elements"][1]["text"] == "\u200e\u2068עגלה.\u2069"
    assert phrases.numbered("A", "עגלה.") == "A. \u200e\u2068עגלה.\u2069"
    assert blocks.quote("עגלה.")["elements"][0]["elements"][0]["text"] == "עגלה."


def test_an_address_in_an_isolate_is_a_link_to_that_address() -> None:
    inside, last = "https://he.example/wiki/עגלה", "https://a.example/x"
    for typed, address in ((inside, inside), (f"עגלה {last}", last), (f"{inside}\nעגלה", inside)):
        for block in (blocks.typed("Why", typed), blocks.lines([("Link", typed)])):
            elements = block["elements"][0]["elements"]
            assert [node["url"] for node in elements if node["type"] == "link"] == [address]


def test_what_is_read_from_markup_has_no_isolates() -> None:
    link = {"type": "link", "url": "https://he.example/עגלה", "text": "עגלה"}
    quoted = words_of({"blocks": [rich({"type": "text", "text": "Add "}, link)]})
    assert plain(quoted, str) == "Add עגלה (https://he.example/עגלה)"
    assert plain("Ask <@U1>", lambda id: "@דוד") == "Ask @דוד"


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
    # Slack's own form for a link, typed letter by letter.
    assert blocks.typed_nodes("<https://a.example|x>")[1:] == [
        {"type": "link", "url": "https://a.example"},
        {"type": "text", "text": "|x>"},
    ]
    assert blocks.typed_nodes(typed) == [
        {"type": "text", "text": "See "},
        {"type": "link", "url": "https://a.example/b?c=1"},
        {"type": "text", "text": ", ("},
        {"type": "link", "url": "http://b.example/x"},
        {"type": "text", "text": "). Not ftp://c, not https://"},
    ]
    assert blocks.typed_nodes("Nothing to click") == [{"type": "text", "text": "Nothing to click"}]
