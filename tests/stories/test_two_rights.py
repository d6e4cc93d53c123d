"""Two rights in one decision: one that moves a commitment needs the commitment right as well."""

from __future__ import annotations

from datetime import date

import pytest

from bot.demo.slack.workspace import Channel, Message
from handlers.requests import Form, Place
from handlers.tradeoff import raising
from handlers.ui.forms import metadata
from models.refusals.refused import NotFound
from models.rules import Person, Standing
from support.harness import Actor, Harness
from support.story_helpers import moves, outcome, promised, until

AS_PROMISED = date(2026, 12, 12)


def raises_and_states(bob: Actor, erin: Actor, title: str = "Guest checkout") -> Message:
    """Promise Beta, ask to move it by a requirement, and state the impact of that."""
    bob.promises("Beta")
    card = erin.raises_move(title, to="2026-12-17")
    bob.states_impact(card)
    return card


def test_a_product_owner_alone_moves_no_commitment(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2027-02-28")
    assert "moving Beta needs both" in harness.text(card)
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "@bob (project manager) states the impact first" in alice.was_told()
    bob.states_impact(card)
    bob.presses(card, "Approve")
    only = "Only @alice (product owner) decides requirements here (rights v1)."
    assert f"{only} If that changes Beta, your signature comes next." in bob.was_told()
    alice.approves_move(card, because="I say so")
    assert promised(harness)[0] == AS_PROMISED
    assert "waiting for the second signature, from @bob" in harness.text(card)
    assert bob.dm_text("waits for your signature")
    bob.presses(card, "Approve")
    assert bob.submits(reason="We can") == {}
    assert promised(harness)[0] == date(2027, 2, 28)
    assert "signed by @alice and @bob (requirements)" in outcome(harness, checkout)


def test_the_other_key_rejects_and_nothing_moves(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = raises_and_states(bob, erin)
    alice.approves_move(card)
    bob.rejects(card, because="The partners rely on it")
    assert promised(harness)[0] == AS_PROMISED
    assert "rejected by @bob" in outcome(harness, checkout)


def test_without_a_move_the_right_of_the_kind_is_enough(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = raises_and_states(bob, erin)
    alice.approves_move(card, moves="Leave it at 12 Dec")
    assert "approved by @alice (product owner, requirements)" in outcome(harness, checkout)


def test_a_change_of_scope_needs_both_too(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta")
    card = erin.raises_move("Gift wrapping", scope="Gift wrapping goes out")
    bob.states_impact(card)
    alice.approves_move(card, moves="Change its scope")
    assert "waiting for the second signature, from @bob" in harness.text(card)
    assert moves(harness) == []


def test_one_person_in_both_roles_acts_once(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.sets_up_again(checkout, project_manager="alice", reason="Bob left the team")
    alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.states_impact(card)
    alice.approves_move(card)
    assert promised(harness)[0] == date(2026, 12, 17)
    assert "same person in both roles" in harness.text(card).lower()


def test_the_sponsor_gives_the_missing_key_once_it_is_overdue(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.promises("Beta")
    erin.types("/tradeoff Guest checkout", checkout)
    erin.presses(erin.form, "It touches a commitment")
    asked = {"kind": "requirements", "why_now": "Asked for", "due_on": "2026-11-25"}
    asked |= {"commitment": "Beta", "move_to": "2026-12-17"}
    assert erin.submits(**asked, option1_name="Add it now", option2_name="Leave it") == {}
    card = erin.card(checkout)
    bob.states_impact(card)
    alice.approves_move(card)
    until(harness, 2, month=12)
    sam.presses(card, "Approve")
    assert sam.submits(reason="Bob is ill") == {}
    assert promised(harness)[0] == date(2026, 12, 17)


@pytest.mark.both_databases
def test_whoever_promised_is_told_of_a_move_and_of_its_undoing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    bob.promises("Beta")
    alice.sets_up_again(checkout, project_manager="sam", reason="Bob moves on")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    sam.states_impact(card)
    alice.approves_move(card)
    sam.presses(card, "Approve")
    assert sam.submits(reason="Yes") == {}
    assert bob.dm_text("You promised Beta to The partners. Beta moves 12 Dec → 17 Dec")
    sam.undoes()
    assert bob.dm_text("Beta moves 17 Dec → 12 Dec")


def test_a_channel_that_wants_less_gives_the_right_to_one_role(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    bob.promises("Beta")
    alice.approves_move(erin.raises_move("Guest checkout", to="2026-12-17"))
    assert promised(harness)[0] == date(2026, 12, 17)


# ---- ways around it ------------------------------------------------------------------------------


def moved_by_both(alice: Actor, bob: Actor, erin: Actor) -> Message:
    card = raises_and_states(bob, erin)
    alice.approves_move(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Yes") == {}
    alice.harness.later(minutes=6)
    return card


def test_reopened_and_rejected_by_one_signatory_the_move_stays(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = moved_by_both(alice, bob, erin)
    alice.reopens(card)
    alice.rejects(card)
    assert promised(harness)[0] == date(2026, 12, 17)


def test_reopened_to_take_the_move_back_needs_both(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = moved_by_both(alice, bob, erin)
    alice.reopens(card)
    alice.approves_move(card, moves="Take it back to 12 Dec")
    assert promised(harness)[0] == date(2026, 12, 17)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Back then") == {}
    assert promised(harness)[0] == AS_PROMISED


def test_superseding_what_moved_a_commitment_needs_both_even_without_naming_it(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = moved_by_both(alice, bob, erin)
    alice.presses(card, "Supersede")
    plain = {"commitment": None, "move_to": None, "scope": ""}
    assert alice.submits(title="As it was", why_now="I said so", **plain) == {}
    newer = alice.card(checkout)
    bob.states_impact(newer)
    alice.approves(newer)
    assert promised(harness)[0] == date(2026, 12, 17)
    bob.presses(newer, "Approve")
    assert bob.submits(reason="Agreed") == {}
    assert promised(harness)[0] == AS_PROMISED


@pytest.mark.both_databases
def test_only_a_decision_of_this_channel_is_superseded(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The form names a decision of another channel, as if somebody had forged its signature."""
    other = harness.workspace.add_channel("other", ["alice", "bob", "erin", "sam"])
    alice.sets_up(other)
    alice.approves(erin.raises("Theirs", kind="requirements"))
    harness.later(minutes=6)
    words = {"title": "Coup", "why_now": "w", "option1_name": "A", "option2_name": "B"}
    state = {name: {name: {"value": value}} for name, value in words.items()}
    state["kind"] = {"kind": {"selected_option": {"value": "requirements"}}}
    form = Form(
        workspace=harness.workspace.team_id,
        bot_user=harness.workspace.bot.id,
        user=alice.id,
        at=harness.clock.now,
        id="V1",
        callback="tradeoff.raise",
        metadata=metadata(channel=other.id, supersedes=1),
        state=state,
        find_person=lambda id: Person(id, Standing.MEMBER),
        find_place=lambda id: Place(id, bot_is_member=True),
    )
    with pytest.raises(NotFound):
        harness.query(lambda session: raising.raise_(form, session))
    assert not [decision for decision in harness.decisions() if decision.supersedes]


def test_the_form_says_who_else_signs_if_a_commitment_changes(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    erin.types("/tradeoff Leave out gift wrapping", checkout)
    erin.picks("kind", "scope_control")
    assert "If it changes a commitment" not in erin.form_words()
    erin.presses(erin.form, "It touches a commitment")
    second = "If it changes a commitment, @alice and @bob both sign it, and both state their"
    assert second in erin.form_words()
    erin.picks("kind", "risk")
    alone = "no impact is asked for. If it changes a commitment, @alice and @bob both sign it, and"
    assert f"{alone} @bob states the impact first." in erin.form_words()
    erin.picks("kind", "commitment")
    assert "If it changes a commitment" not in erin.form_words()


def test_the_form_names_no_second_signature_of_one_person(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob decides for Alice too, while she is away."""
    alice.promises("Beta")
    assert alice.goes_away("bob", both=["both"]) == {}
    erin.types("/tradeoff Leave out gift wrapping", checkout)
    erin.picks("kind", "scope_control")
    erin.presses(erin.form, "It touches a commitment")
    assert "*@bob decides this here*" in erin.form_words()
    assert "If it changes a commitment" not in erin.form_words()


def test_a_move_that_another_decision_has_made_already_is_not_said_to_be_its_own(
    alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    first = erin.raises_move("Guest checkout", to="2026-12-17")
    second = erin.raises_move("Gift wrapping", to="2026-12-17")
    alice.approves_move(first)
    alice.presses(second, "Approve")
    assert "by an earlier round" not in alice.form_words()
    assert "*Beta*: at Thu 17 Dec 2026 already, by another decision." in alice.form_words()
    assert "Move it to 17 Dec, where it is already\nLeave it at 17 Dec" in alice.form_words()


def test_the_form_says_for_whom_else_an_approval_signs_a_move(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob holds one right himself, and signs the move for Alice, who is away."""
    alice.promises("Beta")
    assert alice.goes_away("bob", both=["both"]) == {}
    card = erin.raises_move("Leave out gift wrapping", to="2026-12-17", kind="scope_control")
    bob.states_impact(card)
    bob.presses(card, "Approve")
    assert "If the commitment changes, you also sign for @alice." in bob.form_words()
    harness.run(bob.member.closes())
    bob.approves_move(card)
    said = outcome(harness, checkout)
    assert "signed by @bob for @alice and @bob" in said
    assert said.count("Why") == 1
    assert "Why, says" not in said


def test_the_form_of_a_stand_in_names_no_second_signature_that_somebody_else_gives(
    alice: Actor, bob: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = raises_and_states(bob, erin)
    assert alice.goes_away("dora") == {}
    dora.presses(card, "Approve")
    assert "You decide for @alice; the record has both names." in dora.form_words()
    assert "also sign" not in dora.form_words()
