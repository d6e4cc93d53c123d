"""Ways to decide alone in a later round, or to sign something else than what is shown."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from models.rules import State
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.replacements import (
    AS_PROMISED,
    MOVED,
    PLAIN,
    moves_beta,
    presses_old_undo,
    promise_of_beta,
    replaces,
    signs,
)
from support.story_helpers import outcome, promised, rhythm, until


def test_a_role_that_is_added_does_not_reject_what_another_decided(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice reopens what Bob decided. If it became a commitment, she could reject it alone."""
    card = alice.raises("Freeze in December", kind="risk")
    bob.approves(card, because="Too risky")
    alice.reopens(card)
    alice.presses(card, "Edit")
    errors = alice.submits(kind="commitment")
    assert "#1 was the call of the project manager." in errors["Kind"]
    assert "must be the call of the same roles" in errors["Kind"]


def test_who_signs_only_the_move_does_not_make_the_kind_theirs_too(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob has signed the move. Alice may sign the move too, but the kind is Bob's to decide."""
    alice.promises("Beta")
    card = alice.raises_move("Freeze in December", to="2026-12-17", kind="risk")
    bob.states_impact(card)
    bob.approves_move(card, moves="no")
    alice.reopens(card)
    bob.approves_move(card)
    assert harness.decision(1).state is State.AWAITING_SIGNATURE
    alice.presses(card, "Edit")
    errors = alice.submits(kind="commitment")
    assert "must be the call of the same roles" in errors["Kind"]


def test_the_sponsor_does_not_choose_anew_what_its_role_has_chosen(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Requirements are Alice's call, and she has decided; only Bob's signature is missing."""
    alice.promises("Beta")
    card = alice.raises_move("Guest checkout", to="2026-12-17")
    alice.presses(card, "Edit")
    assert alice.submits(due_on="2026-11-25") == {}
    bob.states_impact(card)
    alice.approves_move(card)
    until(harness, 2, month=12)
    sam.presses(card, "Approve")
    assert "You sign option A" in sam.form_words()
    assert sam.submits(reason="Bob is ill") == {}
    assert harness.decision(1).option_position == 1
    assert promised(harness)[0] == MOVED


def test_an_impact_that_is_revised_after_a_signature_is_told_to_who_signed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice signs on "no slip"; Bob, who signs second, first makes it fifty days."""
    alice.promises("Beta")
    card = alice.raises_move("Guest checkout", to="2026-12-17")
    bob.states_impact(card, days=0)
    alice.approves_move(card)
    harness.later(minutes=1)
    bob.presses(card, "Ask to revise the impact")
    assert bob.submits(reason="I was wrong") == {}
    bob.presses(bob.dm()[-1], "State impact")
    assert bob.submits(days=50) == {}
    told = harness.plain(alice.dm()[-1])
    assert "you have signed. After that the impact was revised by @bob: 50" in told
    assert "Your signature stands" in told
    signs(bob, card)
    assert "for A. Add it now, before the impact was stated as above" in harness.whole(card)


def test_the_second_signer_reads_that_the_references_were_changed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = alice.raises("Move Beta", kind="commitment", references="https://example.com/plan")
    bob.states_impact(card)
    alice.approves(card)
    bob.presses(card, "Approve")
    assert "references" not in bob.form_words()
    alice.presses(card, "Edit")
    assert alice.submits(references="https://example.com/another") == {}
    assert bob.submits(reason="Agreed") == {}
    assert "the references were changed" in bob.form_words()
    assert "The references were changed after @alice signed:" in bob.form_words()
    assert bob.submits(reason="Agreed") == {}
    assert harness.decision(1).state is State.DECIDED


def test_whoever_decides_a_move_is_told_that_the_commitment_is_closed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice withdraws her own promise, and could make it anew for a later day."""
    promise = alice.promises("Beta")
    alice.closes_commitment(promise, "Withdrawn", "It *slipped*")
    (told,) = bob.dm_text("You had a say in whether it moves.")
    assert "@alice marked it as withdrawn: It *slipped*" in told
    # In mrkdwn, the reason would be bold.
    assert "slipped" not in str(bob.dm()[-1].blocks[0])


def test_two_commitments_do_not_look_alike(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    for twin in ("Βeta", "ВЕТА", "Be\u200dta", "Вета", "beta"):
        alice.types("/tradeoff commitments", checkout)
        alice.presses(alice.member.sees(checkout)[-1], "Add a commitment")
        errors = alice.submits(name=twin, promised_on="2026-12-20", promised_to="Partners")
        assert "An open commitment here" in errors["Name"]
        harness.run(alice.member.closes())
    alice.promises("Gamma")


def test_who_has_lost_the_role_does_not_undo_what_both_have_signed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Erin gets Bob's role; within the five minutes, Bob tries to take Beta's move back."""
    moves_beta(alice, bob)
    alice.sets_up_again(checkout, project_manager="erin", reason="Bob moves on")
    presses_old_undo(bob, checkout)
    assert "You do not decide #1 any more, by today's rights" in bob.was_told()
    assert promised(harness)[0] == MOVED


def test_a_delegate_undoes_what_they_have_decided_themselves(
    harness: Harness, alice: Actor, sam: Actor, checkout: Channel
) -> None:
    card = alice.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, "sam") == {}
    sam.approves(card)
    sam.undoes()
    assert harness.decision(1).state is State.AWAITING_DECISION


@pytest.mark.parametrize("row", ["", "joint"], ids=["another hour", "another right"])
def test_a_former_role_holder_undoes_what_they_kept_unless_roles_or_table_changed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, row: str
) -> None:
    """Alice has kept her open decisions. Another hour of the digest takes nothing from her."""
    card = alice.raises("Guest checkout", kind="requirements")
    alice.sets_up_quietly(checkout, product_owner="erin", goes_along="no", reason="I move on")
    harness.clock.advance(minutes=1)
    alice.approves(card)
    if row:
        bob.changes_table(checkout, risk=row)
        presses_old_undo(alice, checkout)
    else:
        rhythm(bob, checkout, digest_hour="16")
        alice.undoes()
    undone = harness.decision(1).state is State.AWAITING_DECISION
    assert undone is not bool(row)


def test_a_stand_in_whose_time_is_over_undoes_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    assert alice.goes_away("erin") == {}
    card = erin.raises("Guest checkout", kind="requirements")
    erin.approves(card)
    assert "can undo this" in str(erin.card(checkout).blocks)
    alice.is_back()
    assert "can undo this" not in str(erin.card(checkout).blocks)
    assert not any("take this back" in message.text for message in erin.dm())
    presses_old_undo(erin, checkout)
    assert "You do not decide #1 any more" in erin.was_told()
    assert harness.decision(1).state is State.DECIDED


def test_who_rejects_reads_which_move_that_takes_back(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    alice.moves_alone(checkout)
    card = alice.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    alice.reopens(card)
    alice.presses(card, "Reject")
    assert "which an earlier round has changed: 17 Dec → 12 Dec (-5 days)." in alice.form_words()


def test_who_rejects_alone_reads_that_the_move_stays(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Moving Beta needs both, so a rejection by one of them takes no move back."""
    moves_beta(alice, bob)
    card = alice.card(checkout)
    alice.reopens(card)
    alice.presses(card, "Reject")
    assert (
        "which an earlier round has changed: stays at Thu 17 Dec 2026, because you cannot change "
        "it alone. To take the change back, approve without it; others then sign that."
        in alice.form_words()
    )
    assert alice.submits(reason="Not now") == {}
    assert promised(harness)[0] == MOVED
    stays = "The move of Beta by an earlier round stays."
    assert stays in harness.text(card)
    assert stays in outcome(harness, checkout)
    assert stays in follow(harness, link(alice, checkout)).words


def test_a_change_of_scope_that_one_of_both_cannot_take_back_is_told_as_it_stands(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = alice.raises_move("Wrapping", scope="Out: wrapping")
    bob.states_impact(card)
    alice.approves_move(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Agreed") == {}
    harness.later(minutes=30)
    alice.reopens(card)
    alice.presses(card, "Withdraw")
    assert "#1 has changed Beta, and only a new decision" in alice.was_told()
    alice.presses(card, "Reject")
    assert "stays at Sat 12 Dec 2026 with its scope as it is now, because" in alice.form_words()
    assert alice.submits(reason="Not now") == {}
    details = harness.whole(card)
    assert "its scope changed by an earlier round." in details
    assert "Scope: \nOut: wrapping" in details
    harness.later(minutes=30)
    alice.reopens(card)
    alice.approves_move(card, moves="Leave it at 12 Dec, with the scope as it was before")
    assert "if approved, Beta: its scope will again be what it was" in harness.text(card)


def test_both_take_a_move_back_by_an_approval_without_it(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The refusal to withdraw and the form to reject both name this way."""
    moves_beta(alice, bob)
    card = alice.card(checkout)
    alice.reopens(card)
    alice.presses(card, "Withdraw")
    assert "Ask whoever decides #1 to approve it without that." in alice.was_told()
    alice.approves_move(card, moves="Take it back to 12 Dec")
    bob.presses(card, "Approve")
    assert bob.submits(reason="Agreed") == {}
    assert promised(harness)[0] == AS_PROMISED


def test_a_role_that_decides_no_move_any_more_undoes_none(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob signs second; after that, moves become Alice's alone."""
    moves_beta(alice, bob)
    alice.moves_alone(checkout)
    presses_old_undo(bob, checkout)
    assert "You do not decide #1 any more" in bob.was_told()
    assert promised(harness)[0] == MOVED


def test_whoever_has_kept_a_decision_undoes_what_they_have_decided(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin has Alice's role; Alice kept what was open. No right has changed since she decided."""
    card = erin.raises("Guest checkout", kind="requirements")
    more = {"product_owner": "erin", "goes_along": "no", "reason": "Alice moves on"}
    bob.sets_up_again(checkout, **more)
    harness.later(minutes=1)
    alice.approves(card)
    alice.undoes()
    assert harness.decision(1).state is State.AWAITING_DECISION
    assert harness.decision(1).holder == erin.id


def test_whoever_signed_a_move_undoes_it_also_after_the_commitment_is_closed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """#2 takes back what #1 has moved. Bob, who signed #2, can undo it."""
    newer = replaces(alice, bob, moves_beta(alice, bob), **PLAIN)
    harness.later(minutes=1)
    alice.approves(newer)
    signs(bob, newer)
    alice.closes_commitment(promise_of_beta(checkout, alice), "Withdrawn", "It slipped")
    bob.undoes()
    assert harness.decision(2).state is State.AWAITING_DECISION
    assert harness.decision(1).state is State.DECIDED


def test_a_signature_that_leaves_the_commitment_as_it_is_shows_until_the_second(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob can only agree, so nothing may say that his signature moves Beta."""
    alice.promises("Beta")
    card = erin.raises_move("Gift cards", to="2026-12-17", scope="No vouchers", kind="commitment")
    bob.states_impact(card, days=9)
    for shown in (card, bob.dm()[-1]):
        assert "if approved, Beta 12 Dec → 17 Dec (+5 days)" in harness.text(shown)
    alice.approves_move(card, moves="no")
    for shown in (card, bob.dm()[-1]):
        assert "if approved, Beta stays as it is" in harness.text(shown)
        assert "17 Dec" not in harness.text(shown)
        assert "this move" not in harness.text(shown)
    details = bob.shows(1)
    assert "stays as it is, if approved: @alice signed without its change." in details
    assert "17 Dec" not in details
    assert "No vouchers" not in details
    harness.run(bob.member.closes())
    bob.presses(card, "Approve")
    assert "Beta*: stays as it is." in bob.form_words()
    assert bob.submits(reason="Better so") == {}
    assert promised(harness)[0].isoformat() == "2026-12-12"


def test_a_signature_that_takes_an_older_move_back_shows_until_the_second(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The replacement asks for the older date; Alice signs that Beta goes back."""
    card = replaces(alice, bob, moves_beta(alice, bob))
    assert "if approved, Beta: date stays" in harness.text(card)
    alice.approves_move(card, moves="no")
    back = "if approved, Beta goes back, 17 Dec → 12 Dec (-5 days)"
    assert back in harness.text(card)
    assert back in harness.text(bob.dm()[-1])
    assert "goes back, 17 Dec → 12 Dec (-5 days), if approved: @alice signed" in bob.shows(2)
    harness.run(bob.member.closes())
    signs(bob, card)
    assert promised(harness)[0] == AS_PROMISED
