"""Stories of acceptance: a claim with evidence, a verdict per criterion, and the three outcomes."""

from __future__ import annotations

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.rules import Outcome, State
from support.harness import Actor, Harness, tomorrow


def test_finished_work_is_accepted(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    assert buttons(card) == ["Accept", "Accept with follow-ups", "Send back", "Ask"]
    assert "says Refund by e-mail (#1) is finished" in harness.plain(alice.dm()[-1])
    assert "no verdict yet" in harness.whole(card)
    alice.presses(card, "Accept")
    assert alice.submits(reason="Tried it") == {}
    assert harness.decision().outcome is Outcome.ACCEPTED
    assert "accepted by @alice (product owner, acceptance)" in harness.plain(
        harness.workspace.messages[checkout.id][-1]
    )
    assert buttons(card) == []


def test_only_the_product_owner_accepts(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    bob.presses(card, "Accept")
    assert "Only @alice (product owner) decides acceptance here" in bob.was_told()


def test_whoever_claimed_it_withdraws_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Withdraw")
    assert "Only @erin, who claimed #1, can withdraw it." in alice.was_told()
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="The load test failed") == {}
    assert "Withdrawn by @erin; it was not accepted." in harness.text(card)
    outcome = harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "withdrawn by @erin; it was not accepted." in outcome


def test_what_is_not_met_is_not_accepted(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept")
    errors = alice.submits(criterion1="met", criterion2="not_met", reason="x")
    assert "Not met: waive it with a reason" in errors["2. Is fast"]
    assert harness.decision().state is State.AWAITING_DECISION


def test_a_waiver_needs_its_reason(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept")
    assert alice.submits(criterion2="waived", reason="Good enough") == {}
    assert "Why is this waived? Is fast" in alice.form_words()
    assert alice.submits(waiver2="Only ten refunds a day") == {}
    assert "waived: Only ten refunds a day" in harness.whole(card)


def test_accepted_with_follow_ups(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ship it") == {}
    alice.presses(alice.form, "Add another follow-up")
    first = {
        "follow_up1_what": "Cache templates",
        "follow_up1_owner": "erin",
        "follow_up1_due": tomorrow(harness),
    }
    errors = alice.submits(
        **first, follow_up2_what="Measure", follow_up2_owner="bob", follow_up2_due="2026-01-01"
    )
    assert errors == {"By": "Choose today or a later day."}
    assert alice.submits(follow_up2_due=tomorrow(harness)) == {}
    assert harness.decision().outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS
    assert "2 follow-ups open" in harness.whole(card)
    named = "2 follow-ups: Cache templates (@erin, by Tue 24 Nov 2026); Measure (@bob, by Tue 24"
    assert named in harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "Cache templates" in harness.whole(card)


def test_unfinished_work_is_sent_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    errors = alice.submits(criterion1="met", criterion2="met", reason="Hm")
    assert errors == {"2. Is fast": "To send it back, mark at least one criterion as not met."}
    assert alice.submits(criterion2="not_met", reason="Ten seconds a mail") == {}
    assert "sent back by @alice" in harness.plain(erin.dm()[-1])
    assert "Ten seconds a mail" in harness.whole(erin.dm()[-1])


def test_a_claim_with_too_many_criteria_or_a_bad_link_is_refused(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff accept Refund", checkout)
    assert erin.form.values["item"]["item"]["value"] == "Refund"
    errors = erin.submits(evidence="Demo", criteria="a\nb\nc\nd\ne\nf\ng", link="ftp://x")
    assert "6 fit" in errors["Criteria"]
    assert "https://" in errors["Link"]
    assert erin.submits(criteria="- a\n2. b", link=None) == {}
    assert "1. a" in harness.whole(erin.card(checkout))


def test_the_raiser_withdraws_a_claim(harness: Harness, erin: Actor, checkout: Channel) -> None:
    card = erin.claims("Refund by e-mail")
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Not yet") == {}
    assert harness.decision().state is State.WITHDRAWN


def test_the_owner_of_a_follow_up_reads_that_the_verdict_was_reopened(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ship it") == {}
    owed = {"follow_up1_owner": "alice", "follow_up1_due": tomorrow(harness)}
    assert alice.submits(follow_up1_what="Cache templates", **owed) == {}
    told = alice.dm()[-1]
    assert "follow-ups that you own" in harness.plain(told)
    alice.reopens(card)
    assert harness.plain(told) == (
        "#1 Refund by e-mail: your follow-ups are owed no more. The verdict was reopened by @alice."
    ), "alice has to give the verdict again, so something waits for her"
