"""Stories of kinds that a channel does not use.

Nothing new of such a kind is raised; open decisions of it go on.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.elements import options_of
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.rights_helpers import announced, states, version
from support.story_helpers import verified


def kinds_offered(actor: Actor) -> list[str]:
    """Return the kinds that the open form offers."""
    return [
        option["value"]
        for block in actor.form.view["blocks"]
        if block.get("block_id") == "kind"
        for option in options_of(block["element"])
    ]


def test_a_kind_that_is_not_used_is_not_offered_and_what_is_open_of_it_goes_on(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks_for_table(checkout, "One list is enough", requirements="not_used")
    assert version(harness).number == 2
    told = harness.plain(alice.member.sees(checkout)[-1])
    assert "Requirements: was the product owner's decision; now not used here." in told
    bob.types("/tradeoff rights", checkout)
    assert "Not used here: requirements." in harness.plain(bob.member.sees(checkout)[-1])
    for words in ("/tradeoff Fax orders", "/tradeoff record Fax orders"):
        erin.types(words, checkout)
        assert "requirements" not in kinds_offered(erin)
        assert "feature" in kinds_offered(erin)
    erin.presses(card, "Edit")
    assert "requirements" in kinds_offered(erin)
    assert erin.submits(title="Guest checkout by fax") == {}
    alice.approves(card)
    alice.presses(card, "Supersede")
    assert "requirements" not in kinds_offered(alice)
    verified(harness)


@pytest.mark.both_databases
def test_a_form_that_was_open_is_told_who_switched_its_kind_off(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Fax orders", checkout)
    alice.asks_for_table(checkout, requirements="not_used")
    alice.asks_for_table(checkout, "They follow", feature="joint:impact")
    fields = {
        "kind": "requirements",
        "why_now": "They ask",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    said = erin.submits(**fields)
    assert said == {
        "Kind": "Requirements is not used here: @alice switched it off with rights v2. Whoever "
        "holds a role in the channel can switch it on again: /tradeoff rights, “Change who "
        "decides”. Or choose another kind."
    }
    alice.asks_for_table(checkout, "We do", requirements="product_owner")
    told = harness.plain(alice.member.sees(checkout)[-1])
    assert "Requirements: was not used here; now the product owner decides." in told
    assert erin.submits(**fields) == {}


def test_nothing_is_claimed_where_acceptance_is_not_used(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    erin.types("/accept Refund by fax", checkout)
    alice.asks_for_table(checkout, acceptance="not_used")
    assert erin.submits(evidence="Seen on Friday", criteria="Works") == {}
    assert "Acceptance is not used in #checkout: @alice switched it off" in erin.form_words()
    assert "Seen on Friday" in erin.form_words()
    harness.run(erin.member.closes())
    erin.types("/accept Refund by fax", checkout)
    assert "with rights v2. Whoever holds a role" in erin.was_told()
    assert "After that, run `/accept Refund by fax` again." in erin.was_told()
    assert "Refund by e-mail" in harness.text(card)


def test_to_switch_off_what_the_other_decides_waits_for_them(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="not_used", risk="not_used")
    assert states(harness) == ["pending"]
    alice.asks_for_table(checkout, requirements="not_used")
    assert version(harness).unused == ["requirements"]
    asked = alice.dm()[-1]
    assert "Risk: the project manager's decision; wanted: not used here." in harness.plain(asked)
    alice.presses(asked, "Confirm")
    assert version(harness).unused == ["priority", "requirements", "risk"]
    alice.asks_for_table(checkout, schedule="not_used")
    assert states(harness) == ["made", "pending"]


def test_time_for_the_impact_of_kinds_that_are_not_used_is_not_taken_either(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Otherwise the time could be shortened first, and the kinds switched on again after that."""
    asked = ("priority", "feature", "commitment")
    alice.asks_for_table(checkout, **dict.fromkeys(asked, "not_used"))
    bob.presses(announced(bob, checkout), "Confirm")
    alice.sets_up_quietly(checkout, impact_days=1, reason="Quick")
    assert "waits for @bob (project manager)" in harness.plain(announced(alice, checkout))
    assert (version(harness).number, version(harness).impact_days) == (2, 2)


def test_one_kind_has_to_stay_and_set_up_keeps_those_that_are_not_used(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.asks_for_table(checkout, requirements="not_used")
    alice.sets_up_quietly(checkout, impact_days="3", reason="More time")
    assert version(harness).unused == ["requirements"]
    bob.types("/tradeoff rights", checkout)
    bob.presses(bob.member.sees(checkout)[-1], "Change who decides")
    kinds = [name for name in version(harness).table if name != "acceptance"]
    errors = bob.submits(**{f"right_{kind}": "not_used" for kind in kinds}, reason="None")
    assert errors == {
        "Priority": "Keep at least one kind besides acceptance, so that something can be raised "
        "here."
    }


def test_a_change_that_waits_does_not_switch_off_the_last_kind(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice switches off the one kind that her change would leave, before Bob confirms it."""
    kinds = set(version(harness).table) - {"acceptance", "requirements"}
    alice.asks_for_table(checkout, **dict.fromkeys(map(str, kinds), "not_used"))
    alice.asks_for_table(checkout, requirements="not_used")
    bob.presses(announced(bob, checkout), "Confirm")
    assert "with it, nothing could be raised here any more" in bob.was_told()
    assert (version(harness).number, states(harness)) == (2, ["pending"])
    alice.asks_for_table(checkout, requirements="product_owner")
    bob.presses(announced(bob, checkout), "Confirm")
    assert [kind.value for kind in version(harness).kinds] == ["requirements", "acceptance"]


def test_a_change_without_a_confirmation_does_not_switch_off_the_last_kind_either(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, checkout: Channel
) -> None:
    alice.sets_up_quietly(checkout, sponsor=None, reason="Sam moves on")
    assert bob.goes_away("dora") == {}
    kinds = set(version(harness).table) - {"acceptance", "requirements"}
    alice.asks_for_table(checkout, **dict.fromkeys(map(str, kinds), "not_used"))
    alice.asks_for_table(checkout, requirements="not_used")
    harness.later(days=2)
    assert (version(harness).unused, states(harness)) == (["requirements"], ["lapsed"])


def test_a_change_says_who_decides_what_is_open_of_a_kind_that_is_not_used(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.asks_for_table(checkout, risk="product_owner")
    bob.asks_for_table(checkout, risk="not_used")
    assert (
        "Risk: not used here; for open decisions: the project manager's decision; wanted: the "
        "product owner decides." in harness.plain(bob.dm()[-1])
    )


def test_the_list_understands_the_names_of_kinds(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    erin.raises("Apple Pay", kind="priority")
    alice.types("/tradeoff labels", checkout)
    given = {"label_kind_requirements": "user needs", "label_kind_priority": "what is next"}
    assert alice.submits(**given) == {}
    for typed in ("user-needs", '"user needs"', "User", "requirements"):
        erin.types(f"/tradeoff list kind:{typed}", checkout)
        assert "Guest checkout" in erin.form_words(), typed
        assert "Apple Pay" not in erin.form_words(), typed
    erin.types("/tradeoff list kind:nothing", checkout)
    assert "It is one of: what-is-next, user-needs, feature" in erin.was_told()
