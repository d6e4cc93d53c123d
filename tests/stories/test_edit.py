"""Stories of editing: while nobody has acted, the raiser changes what is asked in place.

An edit after that begins a new round.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.rules import Impact, State
from support.harness import Actor, Harness


def test_an_edit_is_made_in_place_while_nobody_has_acted(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay", due_on="2026-12-01", consulted=["sam"])
    alice.presses(card, "Edit")
    assert (
        "Only @erin, who raised #1, can edit it. Ask them in the card's thread." in alice.was_told()
    )
    erin.presses(card, "Edit")
    assert erin.form.view["title"]["text"] == "Edit #1"
    assert "Others have acted" not in erin.form_words()
    held = erin.form.values
    assert held["option2_cost"]["option2_cost"]["value"] == "Nothing now"
    assert held["due_on"]["due_on"]["selected_date"] == "2026-12-01"
    assert held["consulted"]["consulted"]["selected_users"] == [harness.workspace.person("sam").id]
    events = harness.decision().event_count
    erin.submits_twice(title="Add Google Pay", option1_cost="Nine days")
    decision = harness.decision()
    assert (decision.number, decision.round, decision.title) == (1, 1, "Add Google Pay")
    assert decision.event_count == events + 1
    assert decision.impact is Impact.AWAITED
    for message in (card, bob.dm()[-1]):
        assert "Add Google Pay" in harness.whole(message)
        assert "Nine days" in harness.whole(message)
        assert "Add Apple Pay" not in harness.text(message)
    assert (
        len(
            [
                message
                for message in harness.workspace.messages[checkout.id]
                if message.ts == card.ts or message.thread_ts == card.ts
            ]
        )
        == 1
    )


def test_an_edit_after_somebody_acted_begins_a_new_round(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card, days=5)
    erin.presses(card, "Edit")
    assert (
        "Others have acted on this, or their time for it is over. A change of anything but the "
        "references begins the next round: any impact and signatures are asked for anew."
        in (erin.form_words().replace("*", ""))
    )
    erin.presses(erin.form, "Add another option")
    assert "Others have acted on this" in erin.form_words()
    assert erin.submits(title="Add two wallets", option3_name="Both") == {}
    assert (harness.decision().round, harness.decision().impact) == (2, Impact.AWAITED)
    assert "Waiting for the impact from @bob" in harness.text(card)
    assert "round 2, edited by @erin" in harness.text(card)
    assert "5 working days of slip" not in harness.text(card)
    assert buttons(card) == ["State impact"]
    asked = bob.dm()[-1]
    assert "@erin asks: what would Add two wallets (#1) in #checkout cost?" in harness.plain(asked)
    assert len([message for message in bob.dm() if "asks: what would" in message.text]) == 1
    assert "has gone on to round 2." in harness.plain(alice.dm()[-1])
    bob.states_impact(asked, days=11)
    assert "@erin has edited it, which began round 2." in harness.text(alice.dm()[-1])
    assert "11 working days of slip" in harness.whole(card)
    assert "revised" not in harness.text(card)
    alice.approves(alice.dm()[-1], option="C. Both")
    assert "Round 2" in harness.text(harness.workspace.messages[checkout.id][-1])


def test_signatures_are_asked_for_anew(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    bob.approves(card)
    erin.presses(card, "Edit")
    assert erin.submits(title="Move Beta by a week") == {}
    assert "Signed by" not in harness.text(card)
    bob.states_impact(card)
    assert harness.decision().state is State.AWAITING_DECISION
    bob.approves(card)
    assert harness.decision().state is State.AWAITING_SIGNATURE


def test_a_lapsed_impact_is_asked_for_again_after_an_edit(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Nobody answered the old question; the new one has its own window."""
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    assert harness.decision().impact is Impact.LAPSED
    erin.presses(card, "Edit")
    assert erin.submits(title="Add five wallets") == {}
    assert (harness.decision().round, harness.decision().impact) == (2, Impact.AWAITED)
    assert "asks: what would Add five wallets (#1) in #checkout cost?" in harness.plain(
        bob.dm()[-1]
    )


def test_another_kind_goes_to_somebody_else(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Priority is Alice's call, with Bob's impact; schedule is Bob's call, with Alice's impact.

    Alice gets the whole window.
    """
    card = erin.raises("Add Apple Pay")
    harness.later(days=1, hours=12)
    erin.presses(card, "Edit")
    assert erin.submits(kind="schedule") == {}
    assert "Routed to @bob because schedule is the project manager's call" in harness.whole(card)
    assert "Waiting for the impact from @alice, until 2026-11-26 22:00 UTC." in harness.text(card)
    assert "@erin asks: what would Add Apple Pay (#1) in #checkout cost?" in harness.plain(
        alice.dm()[-1]
    )
    assert "@alice states the impact now. Nothing waits for you here." in harness.plain(bob.dm()[0])
    alice.states_impact(card)
    bob.approves(card)


def test_a_kind_that_needs_no_impact_of_another_role(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob was asked for his impact; now he decides, and nobody is said to state anything."""
    card = erin.raises("Add Apple Pay")
    erin.presses(card, "Edit")
    assert erin.submits(kind="risk") == {}
    assert harness.plain(bob.dm()[0]) == (
        "#1 Add Apple Pay needs no impact statement any more. Waiting for @bob to decide."
    )


def test_a_kind_that_needs_no_impact(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    erin.presses(card, "Edit")
    assert erin.submits(kind="requirements") == {}
    assert "Waiting for @alice to decide." in harness.text(card)
    assert harness.plain(bob.dm()[-1]) == (
        "#1 Add Apple Pay needs no impact statement any more. Waiting for @alice to decide."
    )
    assert buttons(bob.dm()[-1]) == ["Details"]
    assert "waits for your decision" in harness.plain(alice.dm()[-1])
    erin.presses(card, "Edit")
    assert erin.submits(kind="priority") == {}
    assert "Waiting for the impact from @bob" in harness.plain(alice.dm()[-1])
    assert buttons(alice.dm()[-1]) == ["Details"]
    bob.states_impact(bob.dm()[-1])
    assert "waits for your decision" in harness.plain(alice.dm()[-1])


def test_an_approval_holds_only_for_the_question_that_was_read(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Options change while Alice's form is open, so her approval is refused."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    erin.presses(card, "Edit")
    assert erin.submits(option1_name="Close the shop") == {}
    assert alice.submits(option="A. Add it now", reason="It pays well") == {}
    assert alice.form_words().startswith(
        "#1 was changed while your form was open, so nothing was recorded. Read its "
        "card again, and start anew from there."
    )
    assert "It pays well" in alice.form_words()
    assert harness.decision().outcome is None
    alice.approves(card, option="A. Close the shop")


def test_an_impact_counts_only_for_the_question_that_was_read(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.presses(card, "State impact")
    erin.presses(card, "Edit")
    assert erin.submits(title="Add five wallets") == {}
    assert bob.submits(days=2, confidence="high", note="Nearly nothing") == {}
    assert "#1 was changed while your form was open" in bob.form_words()
    assert "Nearly nothing" in bob.form_words()
    assert harness.decision().impact is Impact.AWAITED


def test_nobody_edits_what_is_settled(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    erin.presses(card, "Edit")
    alice.rejects(card)
    assert erin.submits(title="Guest checkout for all", due_on="2026-12-03") == {}
    assert "#1 is already rejected by @alice" in erin.form_words()
    assert "Guest checkout for all" in erin.form_words()
    assert "Thu 3 Dec 2026" in erin.form_words()


@pytest.mark.both_databases
def test_a_claim_is_edited(harness: Harness, alice: Actor, erin: Actor, checkout: Channel) -> None:
    card = erin.claims("Refund by e-mail", criteria="Works\nIs fast\nIs safe")
    erin.presses(card, "Edit")
    assert erin.form.values["criteria"]["criteria"]["value"] == "Works\nIs fast\nIs safe"
    assert erin.submits(item="Refunds", criteria="Works\nIs quick", evidence="Demo on Monday") == {}
    for message in (card, alice.dm()[-1]):
        words = harness.text(message)
        assert "Demo on Monday" in words
        assert "2. Is quick" in words
        assert "Is safe" not in words
    assert harness.decision().round == 1
    erin.presses(card, "Edit")
    assert erin.submits(criteria="Works\nIs quick\nIs cheap") == {}
    assert "3. Is cheap" in harness.whole(card)


def test_a_verdict_on_a_claim_that_was_edited_meanwhile_is_refused(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail", criteria="Works")
    alice.presses(card, "Accept")
    erin.presses(card, "Edit")
    assert erin.submits(criteria="Works\nIs fast") == {}
    assert alice.submits(reason="It is lovely") == {}
    assert "#1 was changed while your form was open" in alice.form_words()
    assert "It is lovely" in alice.form_words()
    assert harness.decision().outcome is None


def test_criteria_that_have_been_judged_stay(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Evidence may change in a later round; a criterion that has had a verdict may not."""
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Slow") == {}
    erin.presses(card, "Submit again")
    assert erin.submits(evidence="Now fast") == {}
    erin.presses(card, "Edit")
    assert "criteria" not in erin.form.values
    assert "The criteria stay as they are: they have been judged." in erin.form_words()
    assert erin.submits(evidence="Now really fast") == {}
    assert harness.decision().round == 3
    assert "Now really fast" in harness.whole(card)
    assert "round 1: not met" in harness.whole(card)
    assert [claim.round for claim in harness.decision_whole().claims] == [1, 2, 3]
    alice.presses(card, "Accept")
    assert alice.submits(reason="Fast") == {}


def test_a_revision_that_an_edit_overtakes_is_not_called_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Too low?") == {}
    asked = bob.dm()[-1]
    erin.presses(card, "Edit")
    assert erin.submits(why_now="Nine tenths are on a phone.") == {}
    told = harness.plain(asked)
    assert "Nothing waits for you" not in told, "the new round waits for bob's impact"
    assert "No revision is asked of you any more. Waiting for the impact from @bob" in told
