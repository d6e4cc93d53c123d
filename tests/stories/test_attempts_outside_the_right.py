"""Stories of contested rights: attempts outside the right are counted by kind and month, never by
name.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.demo.slack.workspace import Channel
from models.tables.attempt import AttemptOutsideRight
from support.harness import Actor, Harness


def rights(actor: Actor, channel: Channel) -> str:
    actor.types("/tradeoff rights", channel)
    return actor.harness.text(actor.member.sees(channel)[-1])


def counted(words: str) -> str:
    return next(
        (line for line in words.splitlines() if line.startswith("Attempts outside the right")), ""
    )


def test_attempts_are_counted_by_month_and_kind_the_newest_first(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    assert counted(rights(erin, checkout)) == ""
    card = erin.raises("Guest checkout", kind="requirements")
    bob.presses(card, "Approve")
    erin.presses(card, "Reject")
    harness.clock.now = datetime(2026, 12, 2, 10, tzinfo=UTC)
    sam.presses(card, "Defer")
    risk = erin.raises("Who pays the bank", kind="risk")
    alice.presses(risk, "Approve")
    for person in (alice, bob, erin):
        assert counted(rights(person, checkout)) == (
            "Attempts outside the right. December 2026: requirements 1, risk 1; "
            "November 2026: requirements 2. They can mean that this table and practice "
            "differ."
        )


def test_attempts_name_nobody(harness: Harness, bob: Actor, erin: Actor, checkout: Channel) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    bob.presses(card, "Approve")
    words = counted(rights(erin, checkout))
    assert "requirements 1" in words
    assert not any(
        person.name in words or person.id in words for person in harness.workspace.people.values()
    )
    assert {column.name for column in AttemptOutsideRight.__table__.columns} == {
        "id",
        "channel_id",
        "kind",
        "at",
        "mark",
    }


def test_only_what_was_tried_in_this_channel_within_a_year(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    card = erin.raises("Guest checkout", kind="requirements")
    bob.presses(card, "Approve")
    assert counted(rights(erin, search)) == ""
    harness.clock.now = datetime(2027, 11, 24, 10, tzinfo=UTC)
    assert counted(rights(erin, checkout)) == ""


def test_presses_too_early_too_late_or_after_handing_on_are_no_attempts(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "states the impact first" in alice.was_told()
    bob.states_impact(card)
    assert alice.delegates(card, "dora") == {}
    alice.presses(card, "Approve")
    assert "You handed #1 to @dora" in alice.was_told()
    dora.approves(card)
    bob.presses_stale(card, "decide.approve", str(harness.decision().id))
    erin.presses(card, "Reopen")
    assert counted(rights(erin, checkout)) == ""


def test_a_form_sent_after_the_right_has_gone_counts_as_well(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.delegates(card, "dora")
    dora.presses(card, "Approve")
    dora.fills(option="A. Add it now", reason="Quick")
    assert alice.delegates(card, "alice") == {}
    assert dora.submits() == {}
    assert "Only @alice (product owner) decides requirements here" in dora.form_words()
    assert "Quick" in dora.form_words()
    assert "requirements 1" in counted(rights(erin, checkout))
