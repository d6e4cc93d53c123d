"""Ways to get both sides of a decision, the product owner's and the project manager's."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import acting, both_decide, verified


def test_nobody_gets_both_sides_of_a_decision_by_a_leave_unless_it_is_said(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob has handed one decision to Sam; Alice goes on leave with Sam as her stand-in."""
    card = both_decide(alice, bob)
    assert bob.delegates(card, "sam") == {}
    errors = alice.goes_away("sam")
    assert "They would hold both roles" in next(iter(errors.values()))
    assert alice.submits(both=["both"]) == {}
    assert acting(harness) == ("sam", "alice", "sam", "bob")


def test_what_goes_back_by_a_leave_gives_nobody_both_sides(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam decides for Alice; during his leave she does again, and Bob only states the impact."""
    card = alice.raises("Freeze in December")
    bob.states_impact(card)
    assert alice.delegates(card, "sam") == {}
    assert sam.goes_away("bob") == {}
    assert acting(harness) == ("alice", None, "bob", None)


def test_what_a_delegate_gives_back_brings_nobody_both_sides(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Sam stands in for Alice; Erin gives Alice's part back after Bob has handed his to Sam."""
    card = both_decide(alice, bob)
    assert alice.delegates(card, "erin") == {}
    assert alice.goes_away("sam") == {}
    assert bob.delegates(card, "sam") == {}
    erin.presses(card, "Delegate")
    assert "@alice decides it again, and is told." in erin.form_words()
    assert erin.submits() == {}
    assert acting(harness) == ("alice", None, "sam", "bob")
    alice.is_back()
    bob.is_back()
    verified(harness)


def test_an_empty_seat_brings_nobody_both_sides(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin stands in for the sponsor, Sam, and has Bob's side when Alice leaves Slack."""
    card = both_decide(alice, bob)
    assert bob.delegates(card, "erin") == {}
    assert sam.goes_away("erin") == {}
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness) == ("sam", "alice", "erin", "bob")


def test_a_decision_that_is_taken_back_gives_nobody_both_sides_unasked(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice has handed her side to Erin, and can take it back after Bob hands her his side."""
    card = both_decide(alice, bob)
    assert alice.delegates(card, "erin") == {}
    (error,) = bob.delegates(card, "alice").values()
    assert "They have the other side of this decision, or can take it back." in error
    assert bob.submits(both=["both"]) == {}
    alice.types("/tradeoff delegate 1 @alice", checkout)
    assert alice.submits() == {}
    assert acting(harness) == ("alice", None, "alice", "bob")


def test_a_former_role_holder_gets_no_other_side_by_a_leave_unasked(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, checkout: Channel
) -> None:
    """Alice has given away her role. She has kept this decision, and handed her side to Erin."""
    card = both_decide(alice, bob)
    assert alice.delegates(card, "erin") == {}
    stay = "Stay with the person who has them"
    alice.sets_up_again(checkout, product_owner="dora", goes_along=stay, reason="I move on")
    (error,) = bob.goes_away("alice").values()
    assert "They would hold both roles" in error


def test_a_project_manager_who_stands_in_for_the_sponsor_gets_no_decision_of_an_empty_seat(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    """Alice has left Slack, so the sponsor, Sam, decides for her. Bob stands in for Sam."""
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert sam.goes_away("bob") == {}
    dora.raises("Guest checkout", kind="requirements")
    assert acting(harness) == ("sam", "alice", "bob", None)


def test_a_stand_in_who_gets_the_other_role_elsewhere_gets_no_new_decision_there(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    """Erin stands in for Alice, and sets up another channel with Alice and herself."""
    assert alice.goes_away("erin") == {}
    erin.sets_up(search, po="alice", pm="erin")
    bob.raises("Filters", kind="feature", in_=search)
    assert acting(harness) == ("alice", None, "erin", None)
    bob.raises("Ranking", kind="schedule", in_=search)
    assert acting(harness, 2) == ("erin", None, "alice", None)


def test_a_stand_in_who_may_act_in_both_roles_gets_new_decisions(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, checkout: Channel
) -> None:
    assert alice.goes_away("bob", both=["both"]) == {}
    dora.raises("Guest checkout", kind="requirements")
    assert acting(harness) == ("bob", "alice", "bob", None)


def test_an_empty_seat_brings_the_sponsor_no_side_that_was_handed_over(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Bob has handed his side to Sam. Alice leaves Slack, so Sam gets her side, as the sponsor."""
    card = both_decide(alice, bob)
    assert bob.delegates(card, "sam") == {}
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness) == ("sam", "alice", "bob", None)
    assert "#1 Move Beta in #checkout is with you again" in bob.dm_text()[-1]


def test_nobody_gets_both_sides_of_a_decision_with_a_role(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Bob has handed one decision to Erin, whom Alice then makes product owner."""
    card = both_decide(alice, bob)
    assert bob.delegates(card, "erin") == {}
    alice.sets_up_again(checkout, product_owner="erin", reason="I move on")
    assert acting(harness) == ("erin", None, "bob", None)
    assert "#1 Move Beta in #checkout is with you again" in bob.dm_text()[-1]


def test_nothing_is_given_back_to_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob has handed one decision to Erin and left; Erin and Sam get the two roles."""
    card = both_decide(alice, bob)
    assert bob.delegates(card, "erin") == {}
    harness.run(bob.member.is_deactivated())
    harness.settle()
    harness.workspace.bad_requests.clear()
    people = {"product_owner": "erin", "project_manager": "sam", "sponsor": None}
    alice.sets_up_again(checkout, **people, reason="We move on")
    assert acting(harness) == ("erin", None, "sam", None)
    harness.refused()


@pytest.mark.parametrize("stated", [True, False])
def test_nobody_gets_both_sides_of_a_decision_by_an_edit(
    harness: Harness,
    alice: Actor,
    bob: Actor,
    erin: Actor,
    checkout: Channel,
    stated: bool,
) -> None:
    """An edit brings open work of Alice to Erin, to whom Bob has handed over his side."""
    card = alice.raises("Move Beta", kind="commitment")
    if stated:
        bob.states_impact(card)
    assert bob.delegates(card, "erin") == {}
    stay = "Stay with the person who has them"
    alice.sets_up_again(checkout, product_owner="erin", goes_along=stay, reason="I move on")
    assert acting(harness) == ("alice", None, "erin", "bob")
    alice.presses(card, "Edit")
    assert alice.submits(title="Move Beta to May") == {}
    assert acting(harness) == ("erin", None, "bob", None)
    told = "@alice asks: what would" if stated else "in #checkout is with you again"
    assert told in bob.dm_text()[-1]
    assert erin.dm_text("is with you again") == []
    verified(harness)


def test_a_stand_in_who_may_act_in_both_roles_gets_what_goes_back(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, checkout: Channel
) -> None:
    """Erin stands in for both. Only Alice had to say that Erin may act in both roles."""
    card = both_decide(alice, bob)
    assert bob.delegates(card, "dora") == {}
    assert bob.goes_away("erin") == {}
    assert alice.goes_away("erin", both=["both"]) == {}
    dora.presses(card, "Delegate")
    assert dora.submits() == {}
    assert acting(harness) == ("erin", "alice", "erin", "bob")


def test_a_delegate_who_has_signed_is_not_offered_to_give_the_decision_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    assert bob.delegates(card, "erin") == {}
    erin.shows(1)
    assert "Give it back" in erin.form_words()
    harness.run(erin.member.closes())
    erin.approves(card)
    erin.shows(1)
    assert "Give it back" not in erin.form_words()


@pytest.mark.parametrize("button", ["Approve", "Reject"])
def test_who_signs_for_one_and_then_for_the_other_decides_for_the_other(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, checkout: Channel, button: str
) -> None:
    """Dora has signed for Alice. Then she stands in for Bob too, and settles it for him."""
    card = both_decide(alice, bob)
    assert alice.goes_away("dora") == {}
    dora.approves(card)
    assert bob.goes_away("dora", both=["both"]) == {}
    assert "the second signature, from @dora (for @bob" in harness.text(card)
    assert "from you (for @bob" in dora.dm_text()[-1]
    dora.presses(card, button)
    assert dora.submits(reason="So would he") == {}
    (settlement,) = harness.decision_whole().settlements
    assert (settlement.by, settlement.on_behalf_of) == (dora.id, bob.id)
    assert settlement.role == "project manager"


def test_who_has_signed_in_their_own_right_decides_for_the_other_role_holder(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    alice.approves(card)
    assert bob.goes_away("alice", both=["both"]) == {}
    alice.approves(card, option=None)
    (settlement,) = harness.decision_whole().settlements
    assert (settlement.by, settlement.on_behalf_of) == (alice.id, bob.id)
