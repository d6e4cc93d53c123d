"""Buttons of other sorts of decisions, pressed with a hand-made click by people who may decide.

A tradeoff is not accepted, a claim is not rejected, and what a meeting decided is not deferred.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness

TRADEOFFS = ("decide.approve", "decide.reject", "decide.defer", "tradeoff.edit")
CLAIMS = ("accept.accept", "accept.follow_ups", "accept.send_back", "accept.edit")
RECORDS = ("records.acknowledge", "records.dispute")
OTHERS = {
    "a tradeoff": (*CLAIMS, *RECORDS, "accept.resubmit"),
    "a claim of finished work": (*TRADEOFFS, *RECORDS),
    "the record of a decision": (*TRADEOFFS, *CLAIMS, "accept.resubmit"),
}


def made(alice: Actor, sort: str) -> Message:
    """Make a decision of this sort, as Alice; return its card. Bob decides the recorded one."""
    if sort == "a tradeoff":
        return alice.raises("Guest checkout", kind="requirements")
    if sort == "a claim of finished work":
        return alice.claims("Refund by e-mail")
    return alice.records("Guests", kind="schedule")


@pytest.mark.parametrize("sort", OTHERS)
def test_a_button_of_another_sort_of_decision_does_nothing(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, sort: str
) -> None:
    card, holder = made(alice, sort), bob if sort == "the record of a decision" else alice
    before = harness.decision().head_hash
    for button in OTHERS[sort]:
        holder.presses_stale(card, button, "1")
        assert holder.form is None, button
        said = holder.was_told().splitlines()[-1]
        assert said.startswith(f"#1 is {sort}"), button
        assert "and has no such button. Nothing was changed" in said, button
    assert harness.decision().head_hash == before


def test_one_signature_settles_no_joint_decision_by_the_button_of_a_claim(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.changes_table(checkout, commitment="joint")
    card = alice.raises("Move the date", kind="commitment")
    alice.presses_stale(card, "accept.accept", "1")
    assert alice.form is None
    assert harness.decision().outcome is None


def test_a_claim_is_not_replaced_by_a_tradeoff(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept")
    assert alice.submits(reason="It works") == {}
    alice.presses_stale(card, "second_thoughts.supersede", "1")
    assert "#1 is a claim of finished work, and has no such button" in alice.was_told()
