"""The example of docs/reference/figures.md, played by people, with figures computed by hand."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from bot.demo.slack.workspace import Channel
from models.reads.figures import NotAccepted, Share, attempts, figures, not_accepted
from models.reads.movements import movements
from models.rules import Kind
from support.harness import Actor, Harness

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "figures.md"


def play(harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel) -> None:
    today = harness.clock.now.date()
    alice.promises("Beta", "2026-12-12")
    guest = erin.raises("Guest checkout", kind="requirements", due_on=today)
    dark = erin.raises("Dark mode", kind="requirements", due_on=today)
    pay = erin.raises("Apple Pay")
    move = erin.raises_move("Move Beta", to="2026-12-17", kind="commitment")
    bob.states_impact(move)
    refund = erin.claims("Refund by e-mail")
    fonts = erin.raises("Fonts", kind="requirements")
    record(erin, bob, checkout)
    harness.later(hours=2)
    alice.approves(guest)
    erin.presses(fonts, "Withdraw")
    assert erin.submits(reason="Asked twice") == {}
    harness.later(hours=2)
    bob.approves_move(move)
    alice.approves(move, option=None)
    harness.later(hours=6)
    alice.presses(refund, "Accept")
    assert alice.submits(reason="Tried it") == {}
    harness.later(hours=20)
    bob.presses(dark, "Reject")
    alice.rejects(dark)
    harness.later(hours=18)
    alice.approves(pay)


def record(erin: Actor, bob: Actor, checkout: Channel) -> None:
    erin.types("/tradeoff record Two reviewers", checkout)
    fields = {
        "kind": "risk",
        "decided": "Two people review",
        "made_by": "bob",
        "reason": "Agreed in the retro",
    }
    assert erin.submits(**fields) == {}
    bob.presses(erin.card(checkout), "Acknowledge")
    assert bob.submits() == {}


def test_the_example_of_the_page_has_the_figures_of_the_page(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    since = harness.clock.now
    play(harness, alice, bob, erin, checkout)
    until = harness.clock.now + timedelta(minutes=1)
    channel = harness.decision().channel_id
    found = harness.query(lambda session: figures(session, channel, since, until))
    assert found.decided == 6
    assert (round(found.median_hours, 1), round(found.p90_hours, 1)) == (10, 48)
    assert (found.in_time, found.without_impact) == (Share(1, 2), Share(1, 6))
    assert (found.after_the_fact, found.same_person) == (Share(1, 6), Share(0, 6))
    assert found.own == Share(0, 6)
    assert (found.accepted_items, found.acceptance_rounds) == (1, 1)
    assert found.reviewed == 0
    tried = harness.query(lambda session: attempts(session, channel, since, until))
    assert tried == {Kind.REQUIREMENTS: 1}
    (beta,) = harness.query(lambda session: movements(session, channel, since, until))
    assert (beta.commitment.name, beta.days) == ("Beta", 5)
    assert harness.query(lambda session: not_accepted(session, channel)) == NotAccepted(0, None)
    before = harness.query(
        lambda session: figures(session, channel, since - timedelta(days=28), since)
    )
    assert (before.decided, before.median_hours, before.in_time.percent) == (0, None, None)


def test_the_document_says_what_the_test_says() -> None:
    table = dict(
        re.findall(r"^\| ([^|]+?) \|[^|]+\| ([^|]+?) \|$", DOCUMENT.read_text(), re.MULTILINE)
    )
    assert table["decided"] == "6"
    assert table["decided in time"] == "1 of 2"
    assert table["decided without impact"] == "1 of 6"
    assert table["after the fact"] == "1 of 6"
    assert table["same person"] == "0 of 6"
    assert table["own"] == "0 of 6"
    assert table["attempts outside the right"] == "requirements 1"
    assert table["done, not accepted"] == "none"
    assert table["net movement of a commitment"] == "Beta +5 days"
