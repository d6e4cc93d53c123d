"""Stories of the board: a link for people outside Slack, what they read there, and when it is over."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest
from at_board import OVER, Page, follow, link
from at_home import leaves
from house import Actor, House
from sqlalchemy import create_engine, text

from bot.demo import payloads
from bot.demo.server import serving
from bot.demo.workspace import Channel
from handlers.board import Link, sign
from models.workspace import ensure_board_key


@pytest.fixture
def busy(house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel) -> Channel:
    """Beta was moved; #2 is decided, #3 overdue, #4 waits for its impact, #5 for its verdict."""
    alice.promises("Beta", "2026-12-12", scope="Guest checkout")
    move = erin.raises_move("Move Beta", to="2026-12-17", kind="commitment")
    bob.states_impact(move)
    bob.approves_move(move)
    alice.approves(move, option=None, because="Said early")
    alice.approves(erin.raises("Guest checkout", kind="requirements"), because="Orders come first")
    erin.raises("Refund window", kind="requirements", due_on="2026-11-24")
    erin.claims("Refund by e-mail")
    house.later(days=3)
    erin.raises("Dark mode")
    return checkout


def test_anyone_with_the_link_reads_what_the_record_holds(house: House, erin: Actor, busy: Channel) -> None:
    page = follow(house, link(erin, busy))
    assert page.status == 200
    for words in (
        "#checkout Product owner: Alice Project manager: Bob Sponsor: Sam As of Thu 26 Nov 2026, 10:0",
        "1 open commitment 1 later than first promised 3 open decisions 1 overdue 2 decided in the last four weeks",
        "Beta Promised to The partners Thu 17 Dec 2026 5 days later than first promised",
        "Scope: Guest checkout",
        "At first As promised Sat 12 Dec 2026 – Mon 23 Nov 2026 #1 Move Beta 12 Dec → 17 Dec +5 days Total Thu 17 Dec 2026 +5 days",
        "#3 Refund window Requirements, raised by Erin Waiting for Alice to decide. 3 days Tue 24 Nov 2026 Overdue",
        "#4 Refund by e-mail Acceptance, raised by Erin Done but not accepted, claimed 3 days ago. Waiting for Alice to give the verdict. 3 days",
        "#5 Dark mode Priority, raised by Erin Waiting for the impact from Bob, until Mon 30 Nov 2026, 10:0",
        "#2 Guest checkout Requirements Approved by Alice (product owner, requirements): A, Add it now. Orders come first Mon 23 Nov 2026",
        "Approved signed by Alice and Bob (commitment): A, Add it now. Beta moves 12 Dec → 17 Dec (+5 days). Said early",
        "Decided without impact 0 of 2",
        "Promised dates moved +5 days",
        "Done, not accepted 1 the oldest for 3 days",
        "Erin made this link; it holds until Thu 3 Dec 2026, 10:0",
    ):
        assert words in page.words, words


def test_the_figures_are_those_of_the_digest(house: House, alice: Actor, erin: Actor, checkout: Channel) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    house.later(hours=30)
    erin.presses(card, "Approve")
    alice.approves(card)
    erin.types("/tradeoff digest 4", checkout)
    assert "Time to decide, median: 30 hours. Decided in time: 0 of 1 that had a date." in house.text(
        erin.member.sees(checkout)[-1]
    )
    words = follow(house, link(erin, checkout)).words
    assert "Time to decide 30 hours median; nine of ten within 30 hours Last four weeks 30 hours" in words
    assert "Decided in time 0 of 1 of those with a date to decide by Last four weeks 0 of 1" in words
    assert "Attempts outside the right 1" in words
    assert "Requirements 1" in words


def test_a_round_that_was_reopened_says_so(house: House, alice: Actor, erin: Actor, checkout: Channel) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    house.later(minutes=30)
    alice.reopens(card)
    words = follow(house, link(erin, checkout)).words
    assert "Approved by Alice (product owner, requirements): A, Add it now. Since then: reopened by Alice." in words
    assert words.count("#1 Guest checkout") == 2


def test_a_ledger_keeps_what_was_taken_back_and_how_it_ended(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    promise = alice.promises("Beta", "2026-12-12")
    move = erin.raises_move("Move Beta", to="2026-12-17")
    alice.approves_move(move)
    alice.approves_move(erin.raises_move("Leave wrapping out", scope="Out: wrapping"))
    house.later(minutes=30)
    alice.reopens(move)
    alice.rejects(move)
    words = follow(house, link(erin, checkout)).words
    assert "Beta Promised to The partners Sat 12 Dec 2026 Back at the date that was first promised" in words
    assert "#2 Leave wrapping out (scope: Out: wrapping) Scope only 0 days" in words
    assert "#1 Move Beta (taken back) 17 Dec → 12 Dec -5 days Total Sat 12 Dec 2026 0 days" in words
    alice.presses(promise, "Ledger")
    alice.presses(alice.form, "Close it")
    assert alice.submits(how="Missed", reason="The load test failed") == {}
    words = follow(house, link(erin, checkout)).words
    assert "0 open commitments none later than first promised" in words
    assert "Closed as missed by Alice: The load test failed" in words


def test_an_empty_board_says_that_it_is(house: House, erin: Actor, checkout: Channel) -> None:
    words = follow(house, link(erin, checkout)).words
    for said in (
        "Nothing is promised here yet.",
        "Nothing waits for a decision.",
        "Nothing has been decided yet.",
        "Time to decide – nothing was decided",
    ):
        assert said in words


def test_what_is_not_shown_is_counted(house: House, erin: Actor, checkout: Channel) -> None:
    for number in range(52):
        erin.raises_quietly(f"Question {number}", checkout)
    words = follow(house, link(erin, checkout)).words
    assert "#50 Question 49" in words
    assert "#51 Question 50" not in words
    assert "…and 2 more open decisions, raised later." in words


def test_it_shows_nothing_of_another_channel(house: House, alice: Actor, erin: Actor, busy: Channel) -> None:
    secret = house.workspace.add_channel("secret", ["alice", "bob", "sam"], private=True)
    alice.sets_up(secret)
    alice.promises("Merger", in_=secret)
    alice.approves(alice.raises("Buy the rival", kind="requirements", in_=secret))
    alice.raises("Sell the rest", kind="requirements", in_=secret)
    page = follow(house, link(erin, busy))
    assert not re.search("rival|rest|Merger|secret", page.words)
    own = follow(house, link(alice, secret)).words
    assert all(words in own for words in ("Buy the rival", "Sell the rest", "Merger"))
    assert "Guest checkout" not in own
    assert "This channel is private; the page is not." in alice.was_told()


def test_what_people_typed_stays_text(house: House, alice: Actor, erin: Actor, checkout: Channel) -> None:
    bad = "<script>alert('1')</script> <@U0ALICE000> &lt;b&gt; {{ 7*7 }}"
    house.workspace.person("erin").real_name = "<b>Erin</b> &amp;"
    house.run(erin.member.delivery.event({"type": "user_change", "user": {"id": erin.id}, "event_ts": "1.1"}))
    alice.promises("<i>Beta", to=bad, scope=bad)
    alice.approves(
        erin.raises("Safe", kind="requirements", why_now=bad, option1_name=bad), because=bad, option=f"A. {bad}"
    )
    erin.presses(erin.raises("Other", kind="requirements"), "Edit")
    assert erin.submits(title=bad) == {}
    page = follow(house, link(erin, checkout))
    assert page.words.count(bad) >= 4
    assert "raised by <b>Erin</b> &amp;" in page.words
    assert not re.search("<script|<b>|<i>", page.body)


# ---- who gets a link -------------------------------------------------------------------------------------------------


def test_who_asks_gets_it_alone_and_is_told_what_it_is(house: House, gus: Actor, bob: Actor, checkout: Channel) -> None:
    """A guest who is in the channel reads it as well."""
    assert follow(house, link(gus, checkout)).status == 200
    assert "Anyone with the link can read it, for 7 days" in gus.was_told()
    assert "Open the board" not in bob.was_told()
    assert all(not one.text.count("/board/") for one in house.workspace.messages[checkout.id] if not one.ephemeral_to)


def test_who_may_not_have_one_is_told_why(house: House, erin: Actor, olga: Actor, checkout: Channel) -> None:
    leaves(erin, checkout)
    erin.types("/tradeoff board", checkout)
    assert "Slack does not say that you are in #checkout" in erin.was_told()
    erin.types("/tradeoff board", house.workspace.direct(erin.id))
    assert "Decisions belong to a team channel" in erin.was_told()
    olga.types("/tradeoff board", checkout)
    assert "not available to people of other companies" in olga.was_told()
    # Slack lets them run no commands; if it did, they would still get none.
    fields = payloads.command(house.workspace, olga.member.person, checkout, "/tradeoff", "board")
    answer = house.run(olga.member.delivery.command(fields))
    assert "You are from another company, so I give you no link." in answer.body


def test_where_nothing_is_set_up_there_is_no_board(house: House, erin: Actor, search: Channel) -> None:
    erin.types("/tradeoff board", search)
    assert "is not set up yet. Run /tradeoff setup" in erin.was_told().replace("`", "")
    house.run(erin.member.removes_bot(search))
    erin.types("/tradeoff board", search)
    assert "I am not in this channel" in erin.was_told()


def test_without_an_address_whoever_runs_it_is_named(house: House, erin: Actor, checkout: Channel) -> None:
    house.bot.settings.public_url = ""
    erin.types("/tradeoff board", checkout)
    assert "Whoever runs me has to set `TRADEOFF_PUBLIC_URL`." in erin.was_told()


def test_it_is_a_word_of_its_own_only(house: House, erin: Actor, checkout: Channel) -> None:
    erin.types("/tradeoff Board approval for the launch", checkout)
    assert erin.form.values["title"]["title"]["value"] == "Board approval for the launch"
    erin.types("/tradeoff help", checkout)
    assert "/tradeoff board" in erin.was_told()


# ---- when it is over -------------------------------------------------------------------------------------------------


def closed(page: Page, status: int) -> bool:
    """The plain page, and nothing of the record."""
    return page.status == status and OVER in page.words and "checkout" not in page.words and len(page.body) < 1200


def test_it_ends_after_a_week(house: House, erin: Actor, checkout: Channel) -> None:
    url = link(erin, checkout)
    house.clock.advance(days=7, seconds=-90)
    assert follow(house, url).status == 200
    house.clock.advance(seconds=90)
    assert closed(follow(house, url), 410)


def test_it_ends_when_its_maker_leaves_the_channel(house: House, erin: Actor, bob: Actor, checkout: Channel) -> None:
    url, other = link(erin, checkout), link(bob, checkout)
    leaves(erin, checkout)
    assert closed(follow(house, url), 410)
    assert follow(house, other).status == 200


def test_it_ends_when_its_maker_leaves_slack(house: House, erin: Actor, checkout: Channel) -> None:
    url = link(erin, checkout)
    house.run(erin.member.is_deactivated())
    assert closed(follow(house, url), 410)


def test_it_ends_when_the_bot_is_removed(house: House, erin: Actor, checkout: Channel) -> None:
    url = link(erin, checkout)
    house.run(erin.member.removes_bot(checkout))
    assert closed(follow(house, url), 410)
    house.run(erin.member.invites_bot(checkout))
    assert follow(house, url).status == 200


@pytest.mark.parametrize("method", ["users.info", "conversations.info", "conversations.members"])
def test_what_slack_does_not_say_is_not_shown(house: House, erin: Actor, checkout: Channel, method: str) -> None:
    url = link(erin, checkout)
    house.bot.people.forget_place(house.workspace.team_id, checkout.id)
    house.bot.people.forget_person(house.workspace.team_id, erin.id)
    house.workspace.faults.add(method, "server_error")
    page = follow(house, url)
    assert (page.status, "This board cannot be shown just now" in page.words) == (503, True)
    assert "checkout" not in page.words


def test_a_private_channel_without_the_bot_shows_nothing(house: House, alice: Actor, checkout: Channel) -> None:
    """Slack then says no more of it than of one that does not exist."""
    secret = house.workspace.add_channel("secret", ["alice", "bob", "sam"], private=True)
    alice.sets_up(secret)
    url = link(alice, secret)
    house.run(alice.member.removes_bot(secret))
    assert follow(house, url).status == 503
    house.refused("channel_not_found")


def test_a_link_that_we_did_not_make_shows_nothing(house: House, erin: Actor, alice: Actor, checkout: Channel) -> None:
    url = link(erin, checkout)
    token = url.rpartition("/")[2]
    team, channel, maker, until, signature = token.split(".")
    other = house.workspace.add_channel("other", ["alice", "erin"])
    alice.sets_up(other, pm="alice")
    by_another_key = sign(Link(team, channel, maker, house.clock.now.replace(year=2027)), "another key")
    for forged in (
        token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:],
        ".".join([team, other.id, maker, until, signature]),
        ".".join([team, channel, alice.id, until, signature]),
        ".".join([team, channel, maker, str(int(until) + 86400), signature]),
        ".".join(["T0OTHER001", channel, maker, until, signature]),
        by_another_key,
        token.replace(".", "%2E", 1) + "x",
        token.lower(), token[:-10], token + "/", f"{token}/x", "", "x", "9" * 4000, "%00", "..%2F..%2Fetc%2Fpasswd", "board.html",
    ):  # fmt: skip
        page = follow(house, f"{house.bot_url}/board/{forged}")
        assert closed(page, 404), (forged, page.status)
    assert follow(house, url).status == 200


def test_no_link_was_ever_made_here(house: House, checkout: Channel, erin: Actor) -> None:
    token = sign(Link(house.workspace.team_id, checkout.id, erin.id, house.clock.now.replace(year=2027)), "")
    assert closed(follow(house, f"{house.bot_url}/board/{token}"), 404)


def test_a_record_that_does_not_answer_ends_no_link(house: House, erin: Actor, checkout: Channel) -> None:
    url = link(erin, checkout)
    engine = create_engine(house.url)
    with engine.connect() as busy:
        held = "BEGIN EXCLUSIVE" if engine.dialect.name == "sqlite" else "LOCK TABLE workspace IN ACCESS EXCLUSIVE MODE"
        busy.execute(text(held))
        page = follow(house, url)
        busy.rollback()
    engine.dispose()
    assert (page.status, "Try again in a minute" in page.words) == (503, True)
    assert follow(house, url).status == 200


# ---- over HTTP -------------------------------------------------------------------------------------------------------


def test_browsers_keep_and_tell_nothing(house: House, erin: Actor, checkout: Channel) -> None:
    for page in (follow(house, link(erin, checkout)), follow(house, f"{house.bot_url}/board/x")):
        told = page.headers
        assert told["content-security-policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self';")
        assert "frame-ancestors 'none'; base-uri 'none'; form-action 'none'" in told["content-security-policy"]
        assert told["cache-control"] == "private, no-store"
        assert told["referrer-policy"] == "no-referrer"
        assert told["x-content-type-options"] == "nosniff"
        assert told["x-robots-tag"] == "noindex, nofollow"
        assert told["content-type"] == "text/html; charset=utf-8"
        assert '<meta name="robots" content="noindex, nofollow">' in page.body
        assert not re.search(r"<script|<form|<iframe|<object|<img| style=| on\w+=|javascript:", page.body)
        assert re.findall(r"(?:src|href)=\"([^#\"][^\"]*)", page.body) == ["style.css"]


def test_the_style_sheet_is_kept_and_nothing_can_be_sent(house: House, erin: Actor, checkout: Channel) -> None:
    style = follow(house, f"{house.bot_url}/board/style.css")
    assert (style.status, style.headers["cache-control"]) == (200, "public, max-age=3600")
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert not re.search(r"@import|url\((?!#)", style.body)
    url = link(erin, checkout)
    head = follow(house, url, "HEAD")
    assert (head.status, head.body, head.headers["cache-control"]) == (200, "", "private, no-store")
    assert [follow(house, url, method).status for method in ("POST", "PUT", "DELETE")] == [405, 405, 405]


def test_every_replica_knows_the_link_and_two_make_one_key(house: House, erin: Actor, checkout: Channel) -> None:
    second, team = house.new_bot(), house.workspace.team_id

    async def at_once() -> list[str]:
        make = partial(ensure_board_key, team=team)
        return await asyncio.gather(*(bot.database.run(make) for bot in (house.bot, second) * 4))

    assert len(set(house.run(at_once()))) == 1
    token = link(erin, checkout).rpartition("/")[2]
    other = house.run(house.stack.enter_async_context(serving(second.web(loops=False))))
    assert follow(house, f"{other}/board/{token}").status == 200
