"""Stories of the board: what people outside Slack read there."""

from __future__ import annotations

import re

import pytest

from bot.demo.slack.workspace import Channel
from support.board_visitor import follow, link
from support.harness import Actor, Harness


@pytest.fixture
def busy(harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel) -> Channel:
    """Fill the record.

    Beta was moved; #2 is decided, #3 overdue, #4 waits for its verdict, #5 for its impact.
    """
    alice.promises("Beta", "2026-12-12", scope="Guest checkout")
    move = erin.raises_move("Move Beta", to="2026-12-17", kind="commitment")
    bob.states_impact(move)
    bob.approves_move(move)
    alice.approves(move, option=None, because="Said early")
    alice.approves(erin.raises("Guest checkout", kind="requirements"), because="Orders come first")
    erin.raises("Refund window", kind="requirements", due_on="2026-11-24")
    erin.claims("Refund by e-mail")
    harness.later(days=3)
    erin.raises("Dark mode")
    return checkout


def test_a_board_counts_no_disputed_record_as_decided(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Otherwise its first numbers and its weeks disagree."""
    card = erin.records("Guest checkout")
    alice.presses(card, "Dispute")
    assert alice.submits(instead="Only members order", reason="I was not asked") == {}
    alice.rejects(erin.raises("Fewer fields", kind="requirements"))
    words = follow(harness, link(erin, checkout)).words
    assert "1 decided in the last four weeks; 1 record disputed, which the figures below" in words


def test_anyone_with_the_link_reads_what_the_record_holds(
    harness: Harness, erin: Actor, busy: Channel
) -> None:
    page = follow(harness, link(erin, busy))
    assert page.status == 200
    for words in (
        "#checkout Product owner: Alice Project manager: Bob Sponsor: Sam As of Thu 26 "
        "Nov 2026, 10:0",
        "1 open commitment 1 later than first promised 3 open decisions 1 overdue 2 "
        "decided in the last four weeks",
        "Beta Promised to The partners Thu 17 Dec 2026 5 days later than first promised",
        "Scope: Guest checkout",
        "At first As promised Sat 12 Dec 2026 – Mon 23 Nov 2026 #1 Move Beta 12 Dec → "
        "17 Dec +5 days Total Thu 17 Dec 2026 +5 days",
        "#3 Refund window Requirements, raised by Erin Waiting for Alice to decide. 3 "
        "days Tue 24 Nov 2026 Overdue",
        "#4 Refund by e-mail Acceptance, claimed by Erin Done but not accepted, claimed "
        "3 days ago. Waiting for Alice to give the verdict. 3 days",
        "#5 Dark mode Priority, raised by Erin Waiting for the impact from Bob, until "
        "Mon 30 Nov 2026, 10:0",
        "#2 Guest checkout Requirements Approved by Alice (product owner, "
        "requirements): A. Add it now. Orders come first Mon 23 Nov 2026",
        "Approved signed by Alice and Bob (commitment): A. Add it now. Beta moves 12 "
        "Dec → 17 Dec (+5 days). Alice: Said early Bob: Worth it",
        "Decided without impact 0 of 2",
        "Promised dates moved +5 days",
        "Done, not accepted 1 the oldest for 3 days",
        "Erin made this link; it holds until Thu 3 Dec 2026, 10:0",
    ):
        assert words in page.words, words
    assert '<p dir="auto">Alice: Said early</p><p dir="auto">Bob: Worth it</p>' in page.body


def test_the_figures_are_those_of_the_digest(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    harness.later(hours=30)
    erin.presses(card, "Approve")
    alice.approves(card)
    erin.types("/tradeoff digest 4", checkout)
    assert (
        "Time to decide, median: 30 hours. In time, of those decided that had a date: 0 of 1."
        in harness.text(erin.member.sees(checkout)[-1])
    )
    words = follow(harness, link(erin, checkout)).words
    assert (
        "Time to decide 30 hours median; nine of ten within 30 hours Last four weeks 30 hours"
        in words
    )
    assert (
        "Decided in time 0 of 1 of those decided that had a date; open ones not "
        "counted Last four weeks 0 of 1" in words
    )
    assert "Attempts outside the right 1" in words
    assert "Requirements 1" in words


def test_a_round_that_was_reopened_says_so(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    harness.later(minutes=30)
    alice.reopens(card)
    words = follow(harness, link(erin, checkout)).words
    assert (
        "Approved by Alice (product owner, requirements): A. Add it now. Since then: "
        "reopened by Alice." in words
    )
    assert words.count("#1 Guest checkout") == 2


def test_the_board_says_in_which_order_open_decisions_stand(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    reopened = erin.raises("Guest checkout", kind="requirements")
    harness.later(minutes=10)
    erin.raises("Apple Pay", kind="requirements")
    harness.later(minutes=10)
    alice.approves(reopened)
    harness.later(minutes=10)
    alice.reopens(reopened)
    words = follow(harness, link(erin, checkout)).words
    assert "the overdue first, then in the order in which they were raised." in words
    assert words.index("#1 Guest checkout") < words.index("#2 Apple Pay")


def test_another_decision_is_named_by_its_number_alone(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    alice.approves(alice.supersedes(old, "Members only"))
    words = follow(harness, link(erin, checkout)).words
    assert "A. Add it now. It takes the place of #1." in words
    assert "Since then: superseded by #2." in words


@pytest.mark.both_databases
def test_a_ledger_keeps_what_was_taken_back_and_how_it_ended(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta", "2026-12-12")
    move = erin.raises_move("Move Beta", to="2026-12-17")
    alice.approves_move(move)
    alice.approves_move(erin.raises_move("Leave wrapping out", scope="Out: wrapping"))
    harness.later(minutes=30)
    alice.reopens(move)
    alice.rejects(move)
    words = follow(harness, link(erin, checkout)).words
    assert (
        "Beta Promised to The partners Sat 12 Dec 2026 Back at the date that was first promised"
        in words
    )
    assert "#2 Leave wrapping out (scope: Out: wrapping) Scope only 0 days" in words
    assert "#1 Move Beta (taken back) 17 Dec → 12 Dec -5 days Total Sat 12 Dec 2026 0 days" in words
    alice.closes_commitment(promise, "Missed", "The load test failed")
    words = follow(harness, link(erin, checkout)).words
    assert "0 open commitments 1 closed 0 open decisions" in words
    assert "Alice marked it as missed: The load test failed" in words


def test_a_commitment_whose_scope_alone_changed_is_not_back_at_its_date(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    alice.approves_move(erin.raises_move("Leave wrapping out", scope="Out: wrapping"))
    words = follow(harness, link(erin, checkout)).words
    assert "Beta Promised to The partners Sat 12 Dec 2026 As first promised; scope changed" in words


def test_an_empty_board_says_that_it_is(harness: Harness, erin: Actor, checkout: Channel) -> None:
    words = follow(harness, link(erin, checkout)).words
    for said in (
        "Nothing is promised here yet.",
        "Nothing waits for a decision.",
        "Nothing has been decided yet.",
        "Time to decide – nothing was decided",
    ):
        assert said in words


def test_what_is_not_shown_is_counted(harness: Harness, erin: Actor, checkout: Channel) -> None:
    for number in range(52):
        erin.raises_quietly(f"Question {number}", checkout)
    words = follow(harness, link(erin, checkout)).words
    assert "#50 Question 49" in words
    assert "#51 Question 50" not in words
    assert "…and 2 more open decisions, raised later." in words


def test_the_board_shows_nothing_of_another_channel(
    harness: Harness, alice: Actor, erin: Actor, busy: Channel
) -> None:
    secret = harness.workspace.add_channel("secret", ["alice", "bob", "sam"], private=True)
    alice.sets_up(secret)
    alice.promises("Merger", in_=secret)
    alice.approves(alice.raises("Buy the rival", kind="requirements", in_=secret))
    alice.raises("Sell the rest", kind="requirements", in_=secret)
    page = follow(harness, link(erin, busy))
    assert not re.search("rival|rest|Merger|secret", page.words)
    own = follow(harness, link(alice, secret)).words
    assert all(words in own for words in ("Buy the rival", "Sell the rest", "Merger"))
    assert "Guest checkout" not in own
    assert "This channel is private; the page is not." in alice.was_told()


def test_what_people_typed_stays_text(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    bad = "<script>alert('1')</script> <@U0ALICE000> &lt;b&gt; {{ 7*7 }}"
    harness.workspace.person("erin").real_name = "<b>Erin</b> &amp;"
    harness.run(
        erin.member.delivery.event(
            {"type": "user_change", "user": {"id": erin.id}, "event_ts": "1.1"}
        )
    )
    alice.promises("<i>Beta", to=bad, scope=bad)
    alice.approves(
        erin.raises("Safe", kind="requirements", why_now=bad, option1_name=bad),
        because=bad,
        option=f"A. {bad}",
    )
    erin.presses(erin.raises("Other", kind="requirements"), "Edit")
    assert erin.submits(title=bad) == {}
    page = follow(harness, link(erin, checkout))
    assert page.words.count(bad) >= 4
    assert "raised by <b>Erin</b> &amp;" in page.words
    assert not re.search("<script|<b>|<i>", page.body)


def test_texts_from_right_to_left_leave_our_words_and_numbers_in_place(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The card has an isolate around such a text, the board an element that isolates it."""
    title = "עגלה, 30 יום?"
    card = erin.raises(title, kind="requirements")
    assert f"#1 \u200e\u2068{title}\u2069*" in card.blocks[0]["text"]["text"]
    alice.approves(card, because="זול (v2).")
    reason = card.blocks[1]["elements"][0]["elements"][0]["text"]
    assert reason == "Why: \u200e\u2068זול (v2).\u2069"
    page = follow(harness, link(erin, checkout))
    assert f"<bdi>{title}</bdi>" in page.body
    assert '<p dir="auto">זול (v2).</p>' in page.body
