"""Past weeks, taken-back moves and disputes: the digest says what held when the week ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.commands import digest
from bot.demo.slack.workspace import Channel
from handlers.digest.words import digest_message
from models.reads.trend import trend_of
from models.reads.week import week_of
from support.harness import Actor, Harness
from support.story_helpers import until


def told(harness: Harness, checkout: Channel, week: str | None = None) -> str:
    """Return the digest of `week`, or of the last seven days, as the command line prints it."""
    asked = digest.Asked(checkout.id, None, week)
    return harness.query(lambda session: digest.printed(session, asked, harness.clock.now))


def test_only_moves_that_stand_are_named(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    first = erin.raises_move("Guest checkout", to="2026-12-17")
    waiting = erin.raises_move("Gift cards", to="2026-12-20")
    alice.approves_move(first)
    mistake = erin.raises_move("Dark mode", to="2026-12-24")
    alice.approves_move(mistake)
    assert "last by #3" in harness.text(promise)
    alice.undoes()
    assert "last by #1" in harness.text(promise)
    assert "since then #1 has moved it to Thu 17 Dec 2026" in harness.whole(waiting)
    words = told(harness, checkout)
    assert "1 decision (#1) moved Beta by +5 days, to Thu 17 Dec 2026." in words
    assert "#3) moved" not in words


def test_a_move_that_is_taken_back_in_a_later_week_is_named_as_such(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    until(harness, 1, month=12)
    alice.reopens(card)
    alice.presses(card, "Approve")
    fields = {"option": "B. Leave it", "moves": "Take it back to 12 Dec", "reason": "No"}
    assert alice.submits(**fields) == {}
    words = told(harness, checkout)
    assert "Beta moved by -5 days, to Sat 12 Dec 2026: the move of #1 was taken back." in words
    before = told(harness, checkout, "2026-W48")
    assert "1 decision (#1) moved Beta by +5 days, to Thu 17 Dec 2026." in before


def test_a_past_week_is_told_as_it_was_when_it_ended(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    early = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-25")
    erin.raises("Refund", kind="requirements")
    again = erin.raises("Gift cards", kind="requirements")
    alice.approves(again)
    harness.later(days=4)
    harness.later(days=4)
    erin.raises("Dark mode", kind="requirements")
    alice.approves(early)
    alice.reopens(again)
    words = told(harness, checkout, "2026-W48")
    assert "23 Nov – 30 Nov in" in words
    assert "1 decision was made; 2 decisions waited at its end, 1 overdue." in words
    assert "#1 Guest checkout: had waited 6 days by then; overdue" in words
    assert words.count("#1 Guest checkout") == 1
    assert "#2 Refund: had waited 6 days by then" in words
    assert "#3 Gift cards: approved by" in words
    assert "Dark mode" not in words
    assert "reopened" not in words
    now = told(harness, checkout)
    assert "#4 Dark mode (less than a minute so far): waiting for" in now
    assert "#3 Gift cards (less than a minute so far): waiting for" in now


def test_an_undone_decision_has_waited_since_it_was_raised(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.later(days=2)
    alice.approves(card)
    alice.undoes()
    assert "#1 Guest checkout (2 days so far): waiting for" in told(harness, checkout)
    alice.rejects(card)
    assert "Time to decide, median: 2.0 days." in told(harness, checkout)


def test_a_week_is_named_as_the_calendar_names_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.later(days=15)
    assert "23 Nov – 30 Nov in" in told(harness, checkout, "2026-W48")
    alice.types("/tradeoff rights", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Change reminders and digest")
    assert alice.submits(digest_weekday="Friday", reason="Reviews are on Fridays") == {}
    assert "20 Nov – 27 Nov in" in told(harness, checkout, "2026-W48")


def test_the_picture_shows_no_move_that_was_undone(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    mistake = erin.raises_move("Dark mode", to="2026-12-24")
    alice.approves_move(mistake)
    alice.undoes()
    alice.approves_move(erin.raises_move("Guest checkout", to="2026-12-17"))
    harness.later(days=1)
    channel = harness.decision().channel_id
    until = harness.clock.now
    trend = harness.query(lambda session: trend_of(session, channel, until, "Europe/London"))
    assert [number for _, _, number in trend.lines[0].points] == [None, 2, None]


def test_a_dispute_is_not_listed_as_decided(
    alice: Actor, erin: Actor, harness: Harness, checkout: Channel
) -> None:
    card = erin.records("Guest checkout")
    alice.presses(card, "Dispute")
    assert alice.submits(instead="Only members order", reason="I was not asked") == {}
    alice.types("/tradeoff digest", checkout)
    words = harness.text(alice.member.sees(checkout)[-1])
    assert "*Disputed*\n• #1 Guest checkout: disputed by @alice." in words
    assert "*Decided*" not in words
    alice.rejects(erin.raises("Fewer fields", kind="requirements"))
    alice.types("/tradeoff digest", checkout)
    words = harness.text(alice.member.sees(checkout)[-1])
    assert words.index("*Decided*") < words.index("#3 Fewer fields") < words.index("*Disputed*")


def test_the_picture_counts_no_dispute_as_decided(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Otherwise the picture says 2, and the sentence above it that 1 decision was made."""
    card = erin.records("Guest checkout")
    alice.presses(card, "Dispute")
    assert alice.submits(instead="Only members order", reason="I was not asked") == {}
    alice.rejects(erin.raises("Fewer fields", kind="requirements"))
    harness.later(days=1)
    channel = harness.decision().channel_id
    until = harness.clock.now
    trend = harness.query(lambda session: trend_of(session, channel, until, "Europe/London"))
    assert (trend.decided[-1], trend.waiting[-1]) == (1, 1)


def with_room_for_one(harness: Harness, channel: Channel) -> str:
    """Return the text of a digest of this week whose lists have room for one decision."""

    def shown(session: Session) -> str:
        rights = digest.rights_of(session, digest.Asked(channel.id, None, None))
        now = harness.clock.now + timedelta(minutes=1)
        return digest.plain(digest_message(week_of(session, rights, now, now, most=1)))

    return harness.query(shown)


def test_disputes_for_which_there_is_no_room_are_counted_as_disputed(
    alice: Actor, erin: Actor, harness: Harness, checkout: Channel
) -> None:
    for title in ("Guest checkout", "Gift cards"):
        alice.presses(erin.records(title), "Dispute")
        assert alice.submits(instead="Only members order", reason="I was not asked") == {}
    alice.rejects(erin.raises("Fewer fields", kind="requirements"))
    words = with_room_for_one(harness, checkout)
    assert "Disputed" in words
    assert "…and 1 more: " in words


@pytest.mark.both_databases
def test_a_digest_without_room_for_all_outcomes_has_the_newest_of_each_decision_that_it_lists(
    alice: Actor, erin: Actor, harness: Harness, checkout: Channel
) -> None:
    card = erin.raises("Fewer fields", kind="requirements")
    alice.rejects(card)
    alice.reopens(card)
    alice.approves(card)
    words = with_room_for_one(harness, checkout)
    assert "#1 Fewer fields: approved by" in words
    assert "A. Add it now. Before that: rejected by" in words
    assert "…and" not in words


def test_what_was_decided_and_does_not_fit_is_counted_by_decisions(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The ninth decision has two outcomes in the week."""
    for number in range(8):
        alice.approves(erin.raises(f"Question {chr(65 + number) * 3}", kind="requirements"))
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Too slow") == {}
    erin.presses(card, "Submit again")
    assert erin.submits(evidence="Now two seconds") == {}
    alice.presses(card, "Accept")
    assert alice.submits(reason="Tried it") == {}
    erin.types("/tradeoff digest", checkout)
    rest = "/tradeoff list state:decided"
    assert f"…and 1 more: `{rest}`." in harness.text(erin.member.sees(checkout)[-1])
    erin.types(rest, checkout)
    assert "#9 Refund by e-mail" in erin.form_words()
