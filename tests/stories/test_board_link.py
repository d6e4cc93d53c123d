"""Stories of the board: who gets a link to it, when the link ends, and what browsers are sent."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest
from sqlalchemy import create_engine, text

from bot.demo.slack import payloads
from bot.demo.slack.server import serving
from bot.demo.slack.workspace import Channel
from handlers.board.link import BoardLink, sign_link
from models.tables.workspace import ensure_board_key
from support.board_visitor import OVER, Page, follow, link
from support.harness import Actor, Harness
from support.home_visitor import leaves

# ---- who gets a link -----------------------------------------------------------------------------


def test_the_link_is_shown_to_its_maker_alone_with_what_it_opens(
    harness: Harness, gus: Actor, bob: Actor, checkout: Channel
) -> None:
    """A guest who is in the channel gets a link as well."""
    assert follow(harness, link(gus, checkout)).status == 200
    assert "Anyone with the link can read it, for 7 days" in gus.was_told()
    assert "Open the board" not in bob.was_told()
    assert all(
        not message.text.count("/board/")
        for message in harness.workspace.messages[checkout.id]
        if not message.ephemeral_to
    )


def test_a_person_who_gets_no_link_is_told_why(
    harness: Harness, erin: Actor, olga: Actor, checkout: Channel
) -> None:
    leaves(erin, checkout)
    erin.types("/tradeoff board", checkout)
    assert "Slack does not say that you are in #checkout" in erin.was_told()
    erin.types("/tradeoff board", harness.workspace.direct(erin.id))
    assert "Decisions belong to a team channel" in erin.was_told()
    olga.types("/tradeoff board", checkout)
    assert "not available to people of other companies" in olga.was_told()
    # Slack lets people of other companies run no commands; if it did, they would get no link.
    fields = payloads.command(harness.workspace, olga.member.person, checkout, "/tradeoff", "board")
    fields["trigger_id"] = harness.slack.delivery.triggers.issue(olga.id)
    answer = harness.run(olga.member.delivery.command(fields))
    assert "You are from another company, so I give you no link." in answer.body


def test_where_nothing_is_set_up_there_is_no_board(
    harness: Harness, erin: Actor, search: Channel
) -> None:
    erin.types("/tradeoff board", search)
    assert "This channel is not set up yet. Run `/tradeoff setup` here" in erin.was_told()
    erin.presses(erin.member.sees(search)[-1], "Set up this channel")
    assert "Set up this channel" in str(erin.form.view["title"])
    harness.run(erin.member.closes())
    harness.run(erin.member.removes_bot(search))
    erin.types("/tradeoff board", search)
    assert "I am not in this channel" in erin.was_told()


def test_without_an_address_the_missing_setting_is_named(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    harness.bot.settings.public_url = ""
    erin.types("/tradeoff board", checkout)
    assert "Whoever runs me has to set `TRADEOFF_PUBLIC_URL`." in erin.was_told()


def test_board_is_a_command_only_as_the_only_word(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Board approval for the launch", checkout)
    assert erin.form.values["title"]["title"]["value"] == "Board approval for the launch"
    erin.types("/tradeoff help", checkout)
    assert "/tradeoff board" in erin.was_told()


# ---- when a link ends ----------------------------------------------------------------------------


def closed(page: Page, status: int) -> bool:
    """Return True if the page says that the link does not work, and not which channel it is for."""
    return (
        page.status == status
        and OVER in page.words
        and "checkout" not in page.words
        and len(page.body) < 1200
    )


def test_a_link_ends_after_a_week(harness: Harness, erin: Actor, checkout: Channel) -> None:
    url = link(erin, checkout)
    harness.clock.advance(days=7, seconds=-90)
    assert follow(harness, url).status == 200
    harness.clock.advance(seconds=90)
    assert closed(follow(harness, url), 410)


def test_a_link_ends_when_its_maker_leaves_the_channel(
    harness: Harness, erin: Actor, bob: Actor, checkout: Channel
) -> None:
    url, other = link(erin, checkout), link(bob, checkout)
    leaves(erin, checkout)
    assert closed(follow(harness, url), 410)
    assert follow(harness, other).status == 200


def test_a_link_ends_when_its_maker_leaves_slack(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    url = link(erin, checkout)
    harness.run(erin.member.is_deactivated())
    assert closed(follow(harness, url), 410)


@pytest.mark.parametrize("how", ["with the event", "without the event", "from Slack"])
def test_a_link_stays_closed_when_its_maker_is_back(
    harness: Harness, erin: Actor, bob: Actor, checkout: Channel, how: str
) -> None:
    url, other = link(erin, checkout), link(bob, checkout)
    harness.later(minutes=1)
    if how == "with the event":
        leaves(erin, checkout)
    elif how == "from Slack":
        harness.run(erin.member.is_deactivated())
        harness.run(erin.member.is_reactivated())
    else:
        checkout.members.discard(erin.id)
        harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
        harness.later(minutes=59)
    checkout.members.add(erin.id)
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    harness.bot.people.forget_person(harness.workspace.team_id, erin.id)
    harness.later(minutes=1)
    assert closed(follow(harness, url), 410)
    assert follow(harness, other).status == 200
    assert follow(harness, link(erin, checkout)).status == 200


def test_a_link_ends_when_the_bot_is_removed(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    url = link(erin, checkout)
    harness.run(erin.member.removes_bot(checkout))
    assert closed(follow(harness, url), 410)
    harness.run(erin.member.invites_bot(checkout))
    assert follow(harness, url).status == 200


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
def test_what_slack_does_not_say_is_not_shown(
    harness: Harness, erin: Actor, checkout: Channel, method: str
) -> None:
    url = link(erin, checkout)
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    harness.bot.people.forget_person(harness.workspace.team_id, erin.id)
    harness.workspace.faults.add(method, "server_error")
    page = follow(harness, url)
    assert (page.status, "This board cannot be shown just now" in page.words) == (503, True)
    assert "checkout" not in page.words


def test_a_private_channel_without_the_bot_shows_nothing(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    """Slack then answers as if the channel did not exist."""
    secret = harness.workspace.add_channel("secret", ["alice", "bob", "sam"], private=True)
    alice.sets_up(secret)
    url = link(alice, secret)
    harness.run(alice.member.removes_bot(secret))
    assert follow(harness, url).status == 503
    harness.refused("channel_not_found")


def test_a_link_that_we_did_not_make_shows_nothing(
    harness: Harness, erin: Actor, alice: Actor, checkout: Channel
) -> None:
    url = link(erin, checkout)
    token = url.rpartition("/")[2]
    tenant, channel, maker, until, signature = token.split(".")
    other = harness.workspace.add_channel("other", ["alice", "erin"])
    alice.sets_up(other, pm="alice")
    by_another_key = sign_link(
        BoardLink(tenant, channel, maker, harness.clock.now.replace(year=2027)), "another key"
    )
    for forged in (
        token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:],
        ".".join([tenant, other.id, maker, until, signature]),
        ".".join([tenant, channel, alice.id, until, signature]),
        ".".join([tenant, channel, maker, str(int(until) + 86400), signature]),
        ".".join(["T0OTHER001", channel, maker, until, signature]),
        by_another_key,
        token.replace(".", "%2E", 1) + "x",
        token.lower(),
        token[:-10],
        token + "/",
        f"{token}/x",
        "",
        "x",
        "9" * 4000,
        "%00",
        "..%2F..%2Fetc%2Fpasswd",
        "board.html",
    ):
        page = follow(harness, f"{harness.bot_url}/board/{forged}")
        assert closed(page, 404), (forged, page.status)
    assert follow(harness, url).status == 200


def test_a_link_signed_with_the_empty_key_does_not_work_before_the_first_link(
    harness: Harness, checkout: Channel, erin: Actor
) -> None:
    token = sign_link(
        BoardLink(
            harness.workspace.team_id, checkout.id, erin.id, harness.clock.now.replace(year=2027)
        ),
        "",
    )
    assert closed(follow(harness, f"{harness.bot_url}/board/{token}"), 404)


@pytest.mark.both_databases
@pytest.mark.as_in_life
def test_a_record_that_does_not_answer_ends_no_link(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """In SQLite a writer blocks no reader; in PostgreSQL a table can be locked."""
    url = link(erin, checkout)
    engine = create_engine(harness.url)
    on_sqlite = engine.dialect.name == "sqlite"
    held = "BEGIN EXCLUSIVE" if on_sqlite else "LOCK TABLE workspace IN ACCESS EXCLUSIVE MODE"
    with engine.connect() as busy:
        busy.execute(text(held))
        page = follow(harness, url)
        busy.rollback()
    engine.dispose()
    expected = (200, False) if on_sqlite else (503, True)
    assert (page.status, "Try again in a minute" in page.words) == expected
    assert follow(harness, url).status == 200


# ---- over HTTP -----------------------------------------------------------------------------------


def test_browsers_are_asked_to_keep_and_pass_on_nothing(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    for page in (
        follow(harness, link(erin, checkout)),
        follow(harness, f"{harness.bot_url}/board/x"),
    ):
        told = page.headers
        assert told["content-security-policy"].startswith(
            "default-src 'none'; style-src 'self'; img-src 'self';"
        )
        assert (
            "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            in told["content-security-policy"]
        )
        assert told["cache-control"] == "private, no-store"
        assert told["referrer-policy"] == "no-referrer"
        assert told["x-content-type-options"] == "nosniff"
        assert told["x-robots-tag"] == "noindex, nofollow"
        assert told["content-type"] == "text/html; charset=utf-8"
        assert '<meta name="robots" content="noindex, nofollow">' in page.body
        assert not re.search(
            r"<script|<form|<iframe|<object|<img| style=| on\w+=|javascript:", page.body
        )
        assert re.findall(r"(?:src|href)=\"([^#\"][^\"]*)", page.body) == ["style.css"]


def test_the_style_sheet_is_cached_and_nothing_can_be_sent(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    style = follow(harness, f"{harness.bot_url}/board/style.css")
    assert (style.status, style.headers["cache-control"]) == (200, "public, max-age=3600")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert not re.search(r"@import|url\((?!#)", style.body)
    url = link(erin, checkout)
    head = follow(harness, url, "HEAD")
    assert (head.status, head.body, head.headers["cache-control"]) == (200, "", "private, no-store")
    assert [follow(harness, url, method).status for method in ("POST", "PUT", "DELETE")] == [
        405,
        405,
        405,
    ]


def test_every_replica_knows_the_link_and_two_make_one_key(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    second, tenant = harness.new_bot(), harness.workspace.team_id

    async def at_once() -> list[str]:
        make = partial(ensure_board_key, tenant=tenant)
        return await asyncio.gather(*(bot.database.run(make) for bot in (harness.bot, second) * 4))

    assert len(set(harness.run(at_once()))) == 1
    token = link(erin, checkout).rpartition("/")[2]
    other = harness.run(harness.stack.enter_async_context(serving(second.web(loops=False))))
    assert follow(harness, f"{other}/board/{token}").status == 200
