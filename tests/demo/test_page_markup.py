"""Markup of the demo's page: mrkdwn, rich text and dates, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.demo.page.dates import day_heading, slack_date
from bot.demo.page.desk import ViewerNames
from bot.demo.page.mrkdwn import Reader, mrkdwn
from bot.demo.page.rich_text import rich_text
from bot.demo.slack.workspace import Workspace

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
UNIX = int(datetime(2026, 11, 24, 17, 5, tzinfo=UTC).timestamp())


@pytest.fixture
def reader() -> Reader:
    workspace = Workspace(clock=lambda: NOW)
    for name in ("Alice", "Erin"):
        workspace.add_person(name)
    workspace.add_channel("checkout", ["Alice", "Erin"])
    workspace.add_channel("secret", ["Erin"], private=True)
    alice = workspace.person("alice")
    return Reader(alice.id, ViewerNames(workspace, alice.id), "Europe/Berlin", NOW)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold* _slanted_ ~gone~", "<strong>bold</strong> <em>slanted</em> <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("3*4*5 and snake_case_name", "3*4*5 and snake_case_name"),
        ("* not bold *", "* not bold *"),
        # It is not known whether Slack reads this as bold, so the bot must not need it.
        ("*two\nlines*", "*two\nlines*"),
        ("`*code*`", "<code>*code*</code>"),
        ("```\na *b*\n```\nafter", "<pre>a *b*</pre>after"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one\ntwo</blockquote>three"),
        ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
        ("<b>", "b"),
        ("<script>alert(1)</script>", "scriptalert(1)/script"),
        (":tada: stays", ":tada: stays"),
        ("• one\n• two", "• one\n• two"),
        ("<javascript:alert(1)|press>", "press"),
        (
            '<https://a.example/?q="x"&amp;b_c_d=1|a *b*>',
            '<a href="https://a.example/?q=&quot;x&quot;&amp;b_c_d=1" target="_blank" '
            'rel="noopener noreferrer">a *b*</a>',
        ),
        (
            "<!here> <!subteam^S1|@team>",
            '<span class="mention mine">@here</span> <span class="mention mine">@team</span>',
        ),
        (
            "<@U0ERIN0000> <@U0ALICE000|x>",
            '<span class="mention">@Erin</span> <span class="mention mine">@Alice</span>',
        ),
        ("<@UNKNOWN>", '<span class="mention">@UNKNOWN</span>'),
    ],
)
def test_mrkdwn_is_drawn_as_slack_draws_it(reader: Reader, text: str, drawn: str) -> None:
    assert mrkdwn(text, reader) == drawn


def test_a_private_channel_has_no_name_for_people_outside(reader: Reader) -> None:
    workspace = reader.names.workspace  # type: ignore[attr-defined]
    secret, checkout = workspace.channel("secret"), workspace.channel("checkout")
    drawn = mrkdwn(f"<#{secret.id}|secret> <#{checkout.id}|>", reader)
    assert "secret" not in drawn
    assert f'data-channel="{checkout.id}"' in drawn
    assert "#checkout" in drawn


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("{date_short_pretty} at {time}", "tomorrow at 18:05"),
        ("{date_short}", "24 Nov 2026"),
        ("{date_long}", "Tuesday 24 November 2026"),
        ("{date_num} {unknown}", "2026-11-24 {unknown}"),
        ("{ago}", "in 1 day"),
    ],
)
def test_a_date_is_written_in_the_readers_time_zone(
    reader: Reader, pattern: str, shown: str
) -> None:
    assert slack_date(UNIX, pattern, zone=reader.zone, now=NOW) == shown
    fallback = "2026-11-24 17:05 UTC"
    assert (
        mrkdwn(f"<!date^{UNIX}^{pattern}|{fallback}>", reader)
        == f'<time title="{fallback}">{shown}</time>'
    )


def test_a_broken_date_shows_its_fallback(reader: Reader) -> None:
    assert mrkdwn("<!date^soon^{date}|some day>", reader) == "some day"


def test_days_are_named_as_people_name_them() -> None:
    assert day_heading(NOW, zone="UTC", now=NOW) == "Today"
    assert (
        day_heading(datetime(2026, 11, 2, tzinfo=UTC), zone="UTC", now=NOW) == "Monday 2 November"
    )
    assert (
        day_heading(datetime(2025, 11, 3, tzinfo=UTC), zone="UTC", now=NOW)
        == "Monday 3 November 2025"
    )


def test_rich_text_draws_each_part_and_escapes_what_was_typed(reader: Reader) -> None:
    def part(type: str, *elements: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"type": f"rich_text_{type}", "elements": list(elements), **more}

    block = {
        "elements": [
            part(
                "section",
                {"type": "text", "text": "<b> *x*", "style": {"bold": True}},
                {"type": "user", "user_id": "U0ERIN0000"},
            ),
            part(
                "list", part("section", {"type": "text", "text": "one"}), style="ordered", indent=1
            ),
            part("quote", {"type": "link", "url": "https://a.example", "text": "a"}),
            part("preformatted", {"type": "text", "text": "a\nb"}),
            part(
                "section",
                {"type": "emoji", "name": "tada", "unicode": "1f389"},
                {"type": "emoji", "name": "own"},
            ),
            part(
                "section", {"type": "date", "timestamp": UNIX, "format": "{time}", "fallback": "x"}
            ),
        ]
    }
    assert rich_text(block, reader) == (
        '<p><strong>&lt;b&gt; *x*</strong><span class="mention">@Erin</span></p>'
        '<ol style="--indent: 1"><li>one</li></ol>'
        '<blockquote><a href="https://a.example" target="_blank" rel="noopener noreferrer">'
        "a</a></blockquote>"
        "<pre>a\nb</pre><p>🎉:own:</p><p><time>18:05</time></p>"
    )
