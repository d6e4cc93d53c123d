"""Ways to decide alone in a later round, or to sign something else than what is shown."""

from __future__ import annotations

from datetime import date

from bot.demo.slack.workspace import Channel, Message
from models.rules import State
from support.harness import Actor, Harness
from support.story_helpers import promised, replaces_what_bob_decided, until

PLAIN = {"commitment": None, "move_to": None, "scope": ""}
MOVED, AS_PROMISED = date(2026, 12, 17), date(2026, 12, 12)


def moves_beta(alice: Actor, bob: Actor) -> Message:
    """Both move Beta from 12 to 17 December in #1."""
    alice.promises("Beta")
    card = alice.raises_move("Guest checkout", to="2026-12-17")
    bob.states_impact(card)
    alice.approves_move(card)
    signs(bob, card)
    return card


def signs(person: Actor, card: Message) -> None:
    person.presses(card, "Approve")
    assert person.submits(reason="Agreed") == {}


def replaces(alice: Actor, bob: Actor, old: Message, **asked: object) -> Message:
    alice.presses(old, "Supersede")
    assert alice.submits(title="Something else", why_now="I said so", **asked) == {}
    newer = alice.card(alice.harness.workspace.channel("checkout"))
    bob.states_impact(newer)
    return newer


def test_a_role_that_is_added_does_not_reject_what_another_decided(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice reopens what Bob decided, makes it one that both sign, and rejects that alone."""
    card = alice.raises("Freeze in December", kind="risk")
    bob.approves(card, because="Too risky")
    alice.reopens(card)
    alice.presses(card, "Edit")
    errors = alice.submits(kind="commitment")
    assert "#1 was the call of the project manager." in errors["Kind"]
    assert "must be the call of the same roles" in errors["Kind"]


def test_an_undo_puts_back_only_the_move_that_was_reversed_by_what_is_undone(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """#2 has taken Beta back, and #1 holds again without its move. #3 then changes nothing."""
    old = moves_beta(alice, bob)
    newer = replaces(alice, bob, old, **PLAIN)
    alice.approves(newer)
    signs(bob, newer)
    alice.reopens(newer)
    alice.rejects(newer)
    assert harness.decision(1).state is State.DECIDED
    assert "That move was taken back since, and is not in force." in harness.text(old)
    harness.later(minutes=6)
    newest = replaces(alice, bob, old)
    alice.approves_move(newest, moves="no")
    signs(bob, newest)
    assert harness.decision(1).state is State.SUPERSEDED
    bob.undoes()
    assert harness.decision(1).state is State.DECIDED
    assert promised(harness)[0] == AS_PROMISED


def test_who_signs_a_replacement_reads_that_it_takes_the_older_move_back(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces(alice, bob, moves_beta(alice, bob), **PLAIN)
    assert "moving Beta needs both" in harness.text(newer)
    assert "if approved, Beta 17 Dec → 12 Dec (-5 days)" in harness.text(newer)
    alice.approves(newer)
    bob.presses(newer, "Approve")
    assert "*Beta*: Thu 17 Dec 2026 → *Sat 12 Dec 2026*, if approved" in bob.form_words()
    assert bob.submits(reason="Agreed") == {}
    told = harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "The move of Beta by #1 is taken back: 17 Dec → 12 Dec (-5 days)." in told


def test_a_replacement_without_a_move_does_not_say_that_the_commitment_stays(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """The form said "Leave it at 17 Dec" and the commitment went back to 12 December."""
    newer = replaces(alice, bob, moves_beta(alice, bob), move_to="2026-12-22")
    alice.approves_move(newer, moves="Take it back to 12 Dec")
    bob.presses(newer, "Approve")
    assert "*Beta*: goes back, 17 Dec → 12 Dec (-5 days)." in bob.form_words()
    assert bob.submits(reason="Agreed") == {}
    assert promised(harness)[0] == AS_PROMISED


def test_a_replacement_does_not_say_that_the_scope_stays(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    old = alice.raises_move("Guest checkout", scope="No guests")
    bob.states_impact(old)
    alice.approves_move(old)
    signs(bob, old)
    newer = replaces(alice, bob, old, move_to="2026-12-20")
    assert "if approved, Beta: scope as before #1" in harness.text(newer)
    alice.approves_move(newer, moves="Leave it at 12 Dec, with the scope as it was before")
    bob.presses(newer, "Approve")
    assert "*Beta*: its scope is again what it was." in bob.form_words()


def test_another_replacement_shows_that_there_is_no_move_left_to_take_back(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    old = moves_beta(alice, bob)
    one, other = (replaces(alice, bob, old, **PLAIN) for _ in range(2))
    assert "if approved, Beta 17 Dec → 12 Dec" in harness.text(other)
    alice.approves(one)
    signs(bob, one)
    assert "if approved" not in harness.text(other)


def test_a_replacement_can_keep_the_date_of_the_older_move(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    newer = replaces(alice, bob, moves_beta(alice, bob))
    alice.approves_move(newer, moves="Leave it at 17 Dec")
    signs(bob, newer)
    assert promised(harness)[0] == MOVED
    assert harness.decision(1).state is State.SUPERSEDED


def test_the_sponsor_does_not_choose_anew_what_its_role_has_chosen(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Requirements are Alice's call, and she has decided; only Bob's key is missing."""
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
    """Alice signs on "no slip"; Bob, who has the second key, makes it fifty days and signs."""
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
    assert "for A, Add it now, before the impact was stated as above" in harness.whole(card)


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


def test_an_undone_rejection_does_not_leave_the_older_decision_in_force(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    old = alice.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "No guest checkout")
    alice.approves(newer)
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer)
    assert harness.decision(1).state is State.DECIDED
    alice.undoes()
    assert harness.decision(2).state is State.AWAITING_DECISION
    assert harness.decision(1).state is State.SUPERSEDED
    assert harness.decision(1).superseded_by == 2


def test_an_undone_rejection_takes_the_older_move_back_again(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    alice.moves_alone(checkout)
    old = alice.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(old)
    alice.presses(old, "Supersede")
    assert alice.submits(title="As it was", why_now="I said so", **PLAIN) == {}
    newer = alice.card(checkout)
    alice.approves(newer)
    harness.later(minutes=6)
    alice.reopens(newer)
    alice.rejects(newer)
    assert promised(harness)[0] == MOVED
    alice.undoes()
    assert promised(harness)[0] == AS_PROMISED
    alice.rejects(newer)
    assert promised(harness)[0] == MOVED


def test_an_undo_moves_no_commitment_that_has_moved_since(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Both sign 22 December; by the undo of an older move Bob alone would have made it the 17th."""
    moves_beta(alice, bob)
    newer = alice.raises_move("Wallets", to="2026-12-22")
    bob.states_impact(newer)
    alice.approves_move(newer)
    signs(bob, newer)
    (older,) = [message for message in bob.dm() if "You can take this back" in message.text][:1]
    bob.presses(older, "Undo")
    assert "#2 has moved Beta since." in bob.was_told()
    assert promised(harness)[0] == date(2026, 12, 22)


def test_whoever_decides_a_move_is_told_that_the_commitment_is_closed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Alice withdraws her own promise, and could make it anew for a later day."""
    promise = alice.promises("Beta")
    alice.presses(promise, "Ledger")
    alice.presses(alice.form, "Mark met / missed / withdrawn")
    assert alice.submits(how="Withdrawn", reason="It slipped") == {}
    (told,) = bob.dm_text("A commitment that does not move without you is closed.")
    assert "closed as withdrawn by @alice: It slipped" in told


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


def test_what_the_sponsor_has_replaced_is_not_replaced_by_one_role(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam put Alice's question in the place of Bob's decision, because nobody decided in time."""
    newer = replaces_what_bob_decided(alice, bob, checkout)
    alice.presses(newer, "Edit")
    assert alice.submits(due_on="2026-11-24") == {}
    bob.states_impact(newer)
    until(harness, 2, month=12)
    sam.approves_move(newer, moves="no")
    assert harness.decision(1).state is State.SUPERSEDED
    alice.presses(newer, "Supersede")
    errors = alice.submits(title="Mine alone", why_now="I said so", **PLAIN)
    assert "#2 was the call of the product owner and project manager." in errors["Kind"]


def test_who_has_lost_the_role_does_not_undo_what_both_have_signed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob gives his role to Erin, and takes Beta's move back within the five minutes."""
    moves_beta(alice, bob)
    alice.sets_up_again(checkout, project_manager="erin", reason="Bob moves on")
    bob.undoes()
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


def test_a_stand_in_whose_time_is_over_undoes_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    assert alice.goes_away("erin") == {}
    card = erin.raises("Guest checkout", kind="requirements")
    erin.approves(card)
    alice.is_back()
    erin.undoes()
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
    assert "goes back, 17 Dec → 12 Dec (-5 days)." in alice.form_words()


def test_a_role_that_decides_no_move_any_more_undoes_none(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """Bob signs second; a minute later, moves are Alice's alone."""
    moves_beta(alice, bob)
    alice.moves_alone(checkout)
    bob.undoes()
    assert "You do not decide #1 any more" in bob.was_told()
    assert promised(harness)[0] == MOVED
