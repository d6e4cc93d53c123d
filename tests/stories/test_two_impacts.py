"""Decisions in which both roles are asked for impact: what is stated, missing, late or revised."""

from __future__ import annotations

from datetime import date

from bot.demo.slack.workspace import Channel, Message
from models.rules import State
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.story_helpers import promised

AS_PROMISED = date(2026, 12, 12)


def asks_both_for_impact(bob: Actor, erin: Actor) -> Message:
    """Schedule asks the product owner, the commitment asks the project manager."""
    bob.promises("Beta")
    return erin.raises_move("Freeze in November", to="2026-12-17", kind="schedule")


def test_each_role_that_either_right_asks_states_the_impact_once(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    assert "Waiting for the impact from @alice and @bob" in harness.text(card)
    erin.presses(card, "State impact")
    both = "The impact comes from @alice (product owner) and @bob (project manager)."
    assert both in erin.was_told()
    alice.states_impact(card)
    assert "Waiting for the impact from @bob" in harness.text(card)
    alice.presses(card, "State impact")
    assert "The impact of #1 was already stated by @alice" in alice.was_told()
    assert "@bob has not stated theirs. Nothing was changed." in alice.was_told()
    bob.states_impact(card, days=7)
    assert "Impact, stated by @alice (product owner)" in harness.whole(card)
    assert "Impact, stated by @bob (project manager)" in harness.whole(card)
    assert "Earlier impact" not in erin.shows(1)
    bob.approves_move(card)
    assert promised(harness)[0] == AS_PROMISED
    alice.presses(card, "Approve")
    assert alice.submits(reason="Yes") == {}
    assert promised(harness)[0] == date(2026, 12, 17)


def test_a_decision_without_one_of_two_impacts_says_whose_is_missing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    alice.states_impact(card)
    harness.later(days=4)
    bob.presses(card, "Approve")
    assert "The project manager stated no impact in time. The record will say so." in (
        bob.form_words()
    )
    harness.run(bob.member.closes())
    bob.approves_move(card, moves="Leave it at 12 Dec")
    said = "Decided without the project manager's impact"
    assert said in harness.text(card)
    assert said in harness.text(harness.workspace.messages[checkout.id][-1])
    assert "Decided without impact" not in harness.whole(card)


def test_a_late_impact_of_one_role_does_not_hide_that_the_other_is_missing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    harness.later(days=4)
    bob.states_impact(card)
    assert "Impact, stated by @bob (project manager, late)" in harness.whole(card)
    assert "State impact" in harness.text(card)
    bob.approves_move(card, moves="Leave it at 12 Dec")
    said = "Decided without the product owner's impact"
    assert said in harness.text(card)
    assert said in harness.text(harness.workspace.messages[checkout.id][-1])


def test_two_late_impacts_leave_nothing_missing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    harness.later(days=4)
    bob.states_impact(card)
    alice.states_impact(card)
    bob.approves_move(card, moves="Leave it at 12 Dec")
    assert "Impact stated late" in harness.text(card)
    assert "without" not in harness.text(card)


def test_a_question_about_an_impact_does_not_hide_that_the_other_is_missing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    bob.states_impact(card)
    harness.later(days=4)
    bob.presses_stale(card, "impact.ask_revision", str(harness.decision().id))
    assert "can be revised once both are stated" in bob.was_told()
    alice.states_impact(card)
    bob.presses(card, "Ask to revise the impact")
    assert bob.submits(reason="So much?") == {}


def test_a_revision_by_one_role_leaves_the_statement_of_the_other_as_it_is(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    alice.states_impact(card)
    bob.states_impact(card, days=7)
    bob.presses(card, "Ask to revise the impact")
    assert "This asks @alice to revise the impact that they stated." in bob.form_words()
    assert bob.submits(reason="Five days? Really?") == {}
    alice.states_impact(card, days=3)
    assert "Impact, stated by @alice (product owner, revised)" in harness.whole(card)
    assert "Impact, stated by @bob (project manager)" in harness.whole(card)


def test_an_impact_that_was_revised_is_not_asked_for_once_more(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    alice.states_impact(card)
    bob.states_impact(card, days=7)
    assert bob.delegates(card, "dora") == {}
    dora.presses(card, "Ask to revise the impact")
    assert dora.submits(reason="Seven days? Really?") == {}
    dora.states_impact(card, days=6)
    dora.presses(card, "Ask to revise the impact")
    assert dora.submits(reason="And on your side?") == {}
    assert "impact you stated. @dora asks: “And on your side?”" in alice.dm_text("revise")[-1]
    alice.states_impact(card, days=3)
    assert "Impact, stated by @alice (product owner, revised)" in harness.whole(card)


def test_an_impact_that_is_stated_in_time_after_a_reopening_is_not_late(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    harness.later(days=4)
    bob.states_impact(card)
    bob.approves_move(card, moves="Leave it at 12 Dec")
    harness.later(minutes=10)
    alice.reopens(card)
    alice.states_impact(card)
    whole = harness.whole(card)
    assert "Impact, stated by @alice (product owner):" in whole
    assert "Impact, stated by @bob (project manager, late):" in whole
    assert "impact stated late" in harness.text(card).lower()


def test_a_revision_of_what_was_stated_in_time_is_not_late_because_the_other_role_was(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    alice.states_impact(card)
    harness.later(days=4)
    bob.states_impact(card)
    bob.presses(card, "Ask to revise the impact")
    assert bob.submits(reason="Really?") == {}
    alice.states_impact(card, days=3)
    assert "Impact, stated by @alice (product owner, revised):" in harness.whole(card)
    bob.approves_move(card, moves="Leave it at 12 Dec")
    assert "Impact stated late" in harness.text(card)


def test_who_stands_in_for_one_role_and_then_for_the_other_states_both_impacts(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    assert bob.delegates(card, "dora") == {}
    dora.states_impact(card)
    assert bob.delegates(card, "bob") == {}
    assert alice.goes_away("dora") == {}
    assert "Waiting for the impact from @dora (for @alice, who is away" in harness.text(card)
    assert not dora.dm_text("you have stated the impact")
    assert dora.dm_text("Please state the impact by")
    dora.states_impact(card)
    assert harness.decision().state is State.AWAITING_DECISION
    assert "Impact, stated by @dora for @alice (product owner)" in harness.whole(card)


def test_who_stated_one_impact_and_then_gets_the_other_role_too_states_the_other(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    assert bob.goes_away("dora") == {}
    dora.states_impact(card)
    assert alice.goes_away("dora", both=["both"]) == {}
    assert "Waiting for the impact from @dora (for @alice" in harness.text(card)
    dora.states_impact(card)
    assert harness.decision().state is State.AWAITING_DECISION


def test_who_stands_in_for_both_roles_states_the_impact_once(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    assert bob.goes_away("dora") == {}
    assert alice.goes_away("dora", both=["both"]) == {}
    dora.states_impact(card)
    assert harness.decision().state is State.AWAITING_DECISION


def test_who_acts_for_the_other_role_too_is_said_to_act_for_both(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    assert bob.goes_away("alice", both=["both"]) == {}
    assert "Waiting for the impact from @alice (also for @bob, who is away" in harness.text(card)
    alice.states_impact(card)
    assert "Waiting for @alice (for @bob, who is away" in harness.text(card)


def test_an_older_outcome_says_whose_impact_was_missing_whatever_was_edited_since(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    alice.states_impact(card)
    bob.states_impact(card, days=7)
    erin.presses(card, "Edit")
    assert erin.submits(title="Freeze in December") == {}
    alice.states_impact(card)
    harness.later(days=4)
    bob.approves_move(card, moves="Leave it at 12 Dec")
    said = "Decided without the project manager's impact"
    posted = harness.workspace.messages[checkout.id][-1]
    assert said in harness.text(posted)
    harness.later(minutes=10)
    alice.reopens(card)
    erin.presses(card, "Edit")
    assert erin.submits(title="Freeze in January") == {}
    assert said in harness.text(posted)


def test_the_board_says_whose_impact_was_missing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = asks_both_for_impact(bob, erin)
    alice.states_impact(card)
    harness.later(days=4)
    bob.approves_move(card, moves="Leave it at 12 Dec")
    page = follow(harness, link(erin, checkout))
    assert "Decided without the project manager's impact" in page.words


def test_one_person_in_both_roles_is_named_once_as_who_states_the_impact(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.sets_up_again(checkout, project_manager="alice", reason="Bob has left the team")
    card = asks_both_for_impact(alice, erin)
    erin.presses(card, "State impact")
    named = "The impact comes from @alice (product owner and project manager). Tell them"
    assert named in erin.was_told()
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "@alice (product owner and project manager) states the impact" in alice.was_told()
