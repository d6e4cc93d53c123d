"""Ways around a right that no single act shows: several harmless acts, one after the other."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel, Message
from models.rules import Decider, Impact, Kind, State
from support.hand_made import presses_by_hand
from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.replacements import replaces_what_bob_decided
from support.rights_helpers import announced, states, version
from support.story_helpers import secret_of


def test_an_edit_gives_nobody_what_another_role_has_decided(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Risks are Bob's call, and so is what takes the place of his decision."""
    old = alice.raises("Freeze in December", kind="risk")
    bob.approves(old, because="Too risky")
    newer = alice.supersedes(old, "No freeze in December")
    alice.presses(newer, "Edit")
    errors = alice.submits(kind="requirements")
    assert "A decision that replaces it must be theirs too" in errors["Kind"]
    assert (harness.decision(2).kind, harness.decision(2).holder) == (Kind.RISK, bob.id)


def test_a_reopened_decision_is_still_of_the_role_that_decided_it(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = alice.raises("Freeze in December", kind="risk")
    bob.approves(card, because="Too risky")
    alice.reopens(card)
    alice.presses(card, "Edit")
    errors = alice.submits(kind="requirements")
    assert "#1 was the call of the project manager. Its new kind must be" in errors["Kind"]
    assert "#1 was the call of the project manager." in alice.submits(kind="commitment")["Kind"]
    assert harness.decision().decides is Decider.PROJECT_MANAGER


def test_a_commitment_that_is_only_named_replaces_no_other_role(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """To move Beta takes both, so #2 needs both to replace Bob's decision, even if Beta stays."""
    newer = replaces_what_bob_decided(alice, bob, checkout)
    alice.presses(newer, "Approve")
    assert alice.submits(option="A. Add it now", moves="no", reason="I want it") == {}
    assert harness.decision(1).state is State.DECIDED
    assert harness.decision(2).state is State.AWAITING_SIGNATURE
    bob.presses(newer, "Approve")
    assert bob.submits(reason="Agreed") == {}
    assert harness.decision(1).state is State.SUPERSEDED


@pytest.mark.both_databases
def test_what_both_have_signed_meanwhile_is_not_replaced_by_one(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The older decision was Alice's alone when she asked to replace it."""
    old = alice.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "No guest checkout")
    bob.reopens(old)
    alice.presses(old, "Edit")
    assert alice.submits(kind="commitment") == {}
    bob.states_impact(old)
    alice.approves(old)
    bob.presses(old, "Approve")
    assert bob.submits(reason="Agreed") == {}
    alice.presses(newer, "Approve")
    assert alice.submits(option="A. Add it now", reason="I said so") == {}
    assert "#2 would take the place of #1" in alice.form_words()
    assert harness.decision(1).state is State.DECIDED
    assert harness.decision(2).state is State.AWAITING_DECISION


def test_a_reopened_replacement_names_only_ways_that_exist(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Both replaced the older decision. Since then, no kind needs both any more."""
    old = alice.raises("Guest checkout", kind="commitment")
    both_sign(alice, bob, old)
    newer = alice.supersedes(old, "No guest checkout")
    both_sign(alice, bob, newer)
    bob.changes_table(checkout, commitment="product_owner")
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.presses(newer, "Approve")
    assert alice.submits(option="A. Add it now", reason="I said so") == {}
    step = "So reject #2, or make a kind their call again with /tradeoff rights: @alice can then"
    assert step in alice.form_words().replace("`", "")
    bob.changes_table(checkout, risk="joint:impact")
    alice.presses(newer, "Approve")
    assert alice.submits(option="A. Add it now", reason="I said so") == {}
    assert "@alice can change the kind of #2 to one that they decide too." in alice.form_words()
    alice.presses(newer, "Edit")
    assert alice.submits(kind="risk") == {}
    both_sign(alice, bob, newer)
    assert harness.decision(1).superseded_by == 2


def both_sign(alice: Actor, bob: Actor, card: Message) -> None:
    bob.states_impact(card)
    alice.approves(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Agreed") == {}


def test_a_question_that_is_exchanged_has_a_window_of_its_own(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """An hour before the end of the window, something else is asked than Bob has read."""
    card = alice.raises("Rename a button")
    harness.later(days=1, hours=23)
    alice.presses(card, "Edit")
    assert alice.submits(title="Rewrite the ledger", option1_cost="Three months") == {}
    harness.later(hours=2)
    assert harness.decision().impact is Impact.AWAITED
    assert "Approve" not in buttons(card)
    alice.presses(card, "Edit")
    assert alice.submits(due_on="2026-12-11") == {}
    harness.later(days=1, hours=23)
    assert harness.decision().impact is Impact.LAPSED


@pytest.mark.parametrize("how", ["met", "withdrawn"])
def test_whoever_promised_is_told_that_it_was_closed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, how: str
) -> None:
    """A commitment that is withdrawn, and added again for a later day, moves without a decision."""
    promise = bob.promises("Beta")
    alice.closes_commitment(promise, how, "We promise something else")
    assert bob.dm_text("You promised Beta") == [
        "You promised Beta to The partners for Sat 12 Dec 2026. "
        f"@alice marked it as {how}: We promise something else"
    ]
    assert alice.dm_text("You promised Beta") == []


def test_time_is_not_taken_before_there_is_a_sponsor(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice could shorten the grace period now, and make a friend sponsor without Bob later."""
    lab = harness.workspace.add_channel("lab", ["alice", "bob", "erin"])
    alice.sets_up(lab, sponsor=None)
    alice.types("/tradeoff rights", lab)
    alice.presses(alice.member.sees(lab)[-1], "Change reminders and digest")
    assert alice.submits(grace_days="1", reason="Quick") == {}
    assert "waits for @bob (project manager)" in harness.plain(bob.member.sees(lab)[-1])


def test_nobody_makes_themselves_the_sponsor_of_the_other_role(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """A sponsor decides what the other role leaves undecided, and gives each missing signature."""
    alice.sets_up_quietly(checkout, sponsor="alice", reason="Sam is busy")
    announced = bob.member.sees(checkout)[-1]
    assert "waits for @bob (project manager)" in harness.plain(announced)
    alice.presses(announced, "Withdraw")
    alice.sets_up_quietly(checkout, sponsor="erin", reason="Erin follows")
    assert "@erin" in harness.plain(bob.member.sees(checkout)[-1])
    assert "waits for" not in harness.plain(bob.member.sees(checkout)[-1])


def test_nobody_gives_the_sponsor_the_other_role_unasked(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam would decide what Bob leaves undecided. While Bob is away, nobody confirms for him."""
    assert bob.goes_away("erin") == {}
    alice.sets_up_quietly(checkout, product_owner="sam", reason="I move on")
    assert states(harness) == ["pending"]
    assert buttons(announced(alice, checkout)) == ["Withdraw"]
    bob.is_back()
    bob.presses(announced(alice, checkout), "Confirm")
    assert version(harness).product_owner == sam.id


def test_nobody_becomes_the_sponsor_of_the_other_role_with_the_help_of_a_friend(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice gives away her role, gets the sponsor's seat for that, and wants her role back."""
    alice.sets_up_quietly(checkout, product_owner="erin", reason="I move on")
    erin.sets_up_quietly(checkout, sponsor="alice", reason="She knows us")
    erin.sets_up_quietly(checkout, product_owner="alice", reason="She is back")
    assert version(harness).product_owner == erin.id
    assert states(harness) == ["pending"]
    bob.presses(announced(erin, checkout), "Confirm")
    assert version(harness).product_owner == alice.id


def test_what_others_have_decided_is_not_reopened_and_withdrawn(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Risks are Bob's call. Alice, who raised this one, does not like how he decided it."""
    card = alice.raises("Freeze in December", kind="risk")
    bob.approves(card, because="Too risky")
    alice.reopens(card)
    alice.presses(card, "Withdraw")
    assert alice.form is None
    assert "#1 was approved, and @alice has reopened it." in alice.was_told()
    assert "Ask @bob to reject it." in alice.was_told()
    bob.approves(card, because="Still")
    bob.reopens(card)
    alice.presses(card, "Withdraw")
    assert alice.submits(reason="He doubts it himself") == {}


# ---- leave and private channels ------------------------------------------------------------------


def test_no_role_in_a_channel_that_one_may_not_read_keeps_anybody_from_leave(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    trap = harness.workspace.add_channel("trap", ["erin", "bob"], private=True)
    erin.sets_up(trap, po="erin", pm="bob", sponsor=None)
    erin.raises("Trap", kind="risk", in_=trap)
    assert harness.decision(1).holder == bob.id
    leaves(bob, trap)
    bob.types("/tradeoff away @dora until 2026-12-01", checkout)
    assert "No open decision of yours that waits for you would move now" in bob.form_words()
    assert bob.goes_away("dora") == {}
    assert harness.decision(1).holder == bob.id
    erin.raises("Risky", kind="risk")
    assert harness.decision(2).holder == dora.id
    erin.raises("Trap again", kind="risk", in_=trap)
    assert harness.decision(3).holder == bob.id


def test_a_delegate_who_is_not_in_the_channel_is_not_handed_a_role_that_comes_later(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    assert bob.goes_away("dora") == {}
    secret = harness.workspace.add_channel("secret", ["alice", "bob", "erin"], private=True)
    alice.sets_up(secret, po="alice", pm="erin", sponsor=None)
    alice.raises("Lay off", kind="risk", in_=secret)
    assert harness.decision(1).holder == erin.id
    alice.sets_up_again(secret, project_manager="bob", reason="Bob knows")
    assert harness.decision(1).holder == bob.id
    bob.is_back()
    assert harness.decision(1).holder == bob.id


@pytest.mark.parametrize("button", ["commitments.ledger", "commitments.close"])
def test_a_private_commitment_answers_outsiders_as_if_there_were_none(
    harness: Harness, alice: Actor, dora: Actor, button: str
) -> None:
    alice.promises("Lay off contractors", in_=secret_of(harness, alice))
    presses_by_hand(dora, button, "1")
    here = dora.was_told().splitlines()[-1]
    presses_by_hand(dora, button, "999999")
    assert here == dora.was_told().splitlines()[-1]
    assert "I cannot show you that commitment now" in here


def test_nobody_sets_up_a_public_channel_in_which_the_bot_is_not(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """With a hand-made button, which no message there has: the channel would read nothing of it."""
    plaza = harness.workspace.add_channel("plaza", ["alice"], bot_in=False)
    presses_by_hand(erin, "rights.edit", plaza.id)
    assert erin.form is None
    assert "I am not in this channel" in erin.was_told()
