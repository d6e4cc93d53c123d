"""Stories of second thoughts: reopen, supersede, undo.

Also stories of earlier decisions, which are offered before the same is raised again.
"""

from __future__ import annotations

from datetime import date

import pytest

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome, State, Verb
from support.harness import Actor, Harness
from support.home_visitor import opens_home, presses, reads
from support.reading import is_in_order
from support.story_helpers import events, promised, verified

# ---- reopen --------------------------------------------------------------------------------------


def reopened(alice: Actor, bob: Actor, erin: Actor, dora: Actor) -> Message:
    """Return the card of a decision that Bob reopened and that several people had a part in."""
    card = erin.raises("Add Apple Pay", consulted=["sam"])
    bob.states_impact(card)
    alice.asks(card, "dora", "Is it drawn?")
    dora.answers("Nearly")
    alice.approves(card)
    erin.presses(card, "Reopen")
    assert "Only @alice or @bob can reopen or supersede #1" in erin.was_told()
    bob.presses(card, "Reopen")
    assert bob.submits(reason=" ") != {}
    bob.twice(reason="The fees went up", due_on="2026-11-30")
    return card


def test_a_reopened_decision_is_in_the_next_round(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = reopened(alice, bob, erin, dora)
    decision = harness.decision()
    assert (decision.state, decision.round, str(decision.due_on)) == (
        State.AWAITING_DECISION,
        2,
        "2026-11-30",
    )
    assert (
        "Round 2. Before: approved by @alice (product owner, priority): A. Add it now."
        in harness.whole(card)
    )
    assert is_in_order(harness.whole(card), "Since then: reopened by @bob.", "The fees went up")
    assert "Impact, stated by @bob" in harness.whole(card)
    outcome = next(
        message
        for message in harness.workspace.messages[checkout.id]
        if "approved by" in harness.plain(message) and message != card
    )
    assert "Since then: reopened by @bob" in harness.whole(outcome)


@pytest.mark.usefixtures("checkout")
def test_the_people_of_the_first_round_are_told_once(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, dora: Actor
) -> None:
    card = reopened(alice, bob, erin, dora)
    for person in (erin, sam, dora):
        told = person.dm_text(
            "#1 Add Apple Pay in #checkout, which you had a part in, was reopened by @bob"
        )
        assert len(told) == 1
        assert "The fees went up" in told[0]
    assert buttons(dora.dm()[-1]) == ["Details"]
    assert bob.dm_text("was reopened by") == []
    assert alice.dm_text("which you had a part in") == []
    (asked,) = alice.dm_text("#1 Add Apple Pay in #checkout waits for your decision")
    assert asked.endswith("waits for your decision. Reopened by @bob. Why: The fees went up")
    alice.rejects(card)
    assert len(erin.dm_text("is settled: rejected by @alice")) == 1
    assert "Round 2" in harness.whole(card)
    verified(harness)


@pytest.mark.usefixtures("checkout")
def test_each_reason_is_read_beside_the_act_that_it_is_for(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor
) -> None:
    reopened(alice, bob, erin, dora)
    alice.presses(alice.dm()[-1], "Approve")
    assert alice.submits(option="B. Next quarter", reason="Too dear by now") == {}
    again, why, first = "Since then: reopened by @bob.", "The fees went up", "It pays"
    (told,) = [told for told in erin.dm() if "was settled: approved" in harness.plain(told)]
    for read in (harness.plain(told), harness.text(told)):
        assert is_in_order(read, "was settled: approved by @alice", f"{first}\n", again, why)
    (told,) = [told for told in dora.dm() if "was reopened by @bob" in harness.plain(told)]
    now = "Approved by @alice (product owner, priority): B. Next quarter."
    for read in (harness.plain(told), harness.text(told)):
        assert is_in_order(read, "was reopened by @bob.", "The fees went up", now)
    assert is_in_order(erin.shows(1), "*Round 1:* approved by @alice", first, again, why)


def test_whoever_signs_again_reads_who_took_the_decision_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    alice.approves(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="We can") == {}
    bob.undoes()
    (asked,) = alice.dm_text("#1 Move Beta in #checkout waits for your signature")
    assert asked.endswith(
        "waits for your signature. The decision was taken back within minutes by @bob."
    )
    assert bob.dm_text("your signature. You took the decision back within minutes.")


@pytest.mark.both_databases
def test_a_decision_is_reopened_under_todays_rights(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    bob.sets_up_again(checkout, product_owner="erin", reason="Alice has a new team")
    alice.presses(card, "Reopen")
    assert "Only @erin or @bob can reopen" in alice.was_told()
    bob.reopens(card)
    assert (
        "Routed to @erin because requirements is the product owner's call (rights v2)"
        in harness.whole(card)
    )
    assert len(alice.dm_text("which you had a part in, was reopened by @bob")) == 1
    erin.rejects(card)
    assert harness.decision().outcome is Outcome.REJECTED


def test_what_is_open_or_withdrawn_is_not_reopened(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    value = str(harness.decision().id)
    alice.presses_stale(card, "second_thoughts.reopen", value)
    assert "#1 is open already. Its card says whom it waits for." in alice.was_told()
    alice.types("/tradeoff reopen 1", checkout)
    assert "There is no *Reopen* here now: it is open already." in alice.form_words()
    alice.types("/tradeoff approve 1", checkout)
    assert "There is no" not in alice.form_words()
    erin.presses(card, "Withdraw")
    assert "The record and the channel keep your reason" in str(erin.form.view)
    erin.submits(reason="Asked twice")
    alice.presses_stale(card, "second_thoughts.reopen", value)
    assert "#1 cannot be reopened. Raise it anew with /tradeoff" in alice.was_told().replace(
        "`", ""
    )
    alice.types("/tradeoff Reopen #1", checkout)
    assert "There is no *Reopen* here now: @erin has withdrawn it. Raise it" in alice.form_words()
    alice.types("/tradeoff edit 1", checkout)
    assert "There is no *Edit* here now: @erin has withdrawn it." in alice.form_words()


def test_a_move_stands_until_the_next_round_ends_otherwise(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(card)
    bob.reopens(card)
    assert promised(harness) == (date(2026, 12, 17), [(1, 5, False)])
    assert "The commitment has moved" not in harness.text(card)
    alice.rejects(card)
    assert promised(harness) == (date(2026, 12, 12), [(1, 5, False), (1, -5, True)])
    assert "Sat 12 Dec 2026" in harness.whole(promise)
    verified(harness)


# ---- supersede -----------------------------------------------------------------------------------


def test_the_form_names_open_decisions_that_would_take_the_same_place(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    bob.presses(old, "Supersede")
    assert bob.form.view["title"]["text"] == "Supersede #1"
    assert "Open already" not in bob.form_words()
    assert bob.submits(title="Guest checkout for all", why_now="More ask") == {}
    alice.presses(old, "Supersede")
    assert "Open already, to take its place too: #2." in alice.form_words()
    alice.presses(alice.form, "Add another option")
    assert "Open already, to take its place too: #2." in alice.form_words()


def test_a_superseded_decision_links_both_ways_and_its_move_is_taken_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    old = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(old)
    erin.presses(old, "Supersede")
    assert "Only @alice or @bob can reopen or supersede #1" in erin.was_told()
    bob.presses(old, "Supersede")
    assert "In place of #1. That one stands until yours is approved" in bob.form_words().replace(
        "*", ""
    )
    bob.twice(title="Use the other bank", why_now="It is faster", move_to="2026-12-14")
    newer = bob.card(checkout)
    assert "In place of #1" in harness.whole(newer)
    assert "Approved by @alice" in harness.text(old)
    assert promised(harness) == (date(2026, 12, 17), [(1, 5, False)])
    alice.approves_move(newer)
    first, second = harness.decisions()
    assert (first.state, first.superseded_by, second.supersedes) == (State.SUPERSEDED, 2, 1)
    assert promised(harness) == (date(2026, 12, 14), [(1, 5, False), (1, -5, True), (2, 2, False)])
    assert "Superseded by #2." in harness.whole(old)
    assert "(+2 days). In place of #1. @alice can undo" in harness.text(newer)
    words = harness.whole(newer)
    assert "A. Add it now. It takes the place of #1. The move of Beta by #1 is taken back" in words
    (told,) = bob.dm_text("Use the other bank, is settled: approved by @alice")
    assert "It takes the place of #1." in told
    assert (buttons(old), menu(old)) == (["Details"], [])
    outcome = next(
        message
        for message in harness.workspace.messages[checkout.id]
        if "#1 Wait" in harness.plain(message) and message.thread_ts
    )
    assert "Since then: superseded by #2." in harness.whole(outcome)
    bob.presses_stale(old, "second_thoughts.reopen", str(first.id))
    assert "#1 cannot be reopened. #2 has taken its place: use that one." in bob.was_told()
    bob.types("/tradeoff reopen 1", checkout)
    assert "There is no *Reopen* here now: #2 has taken its place. Use that" in bob.form_words()
    verified(harness)


def test_the_old_decision_stands_if_the_new_one_is_not_approved(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "Members only")
    assert "Is to take the place of #1" in harness.whole(newer)
    assert "Is to be superseded by #2" in alice.shows(1)
    alice.presses(newer, "Approve")
    assert "In place of #1." in alice.form_words()
    harness.run(alice.member.closes())
    alice.presses(newer, "Reject")
    assert "in force again" not in alice.form_words()
    assert alice.submits(reason="Not now") == {}
    assert "in force again" not in harness.text(newer)
    assert "Did not take the place of #1" in harness.whole(newer)
    assert harness.decision(1).state is State.DECIDED
    assert "Superseded" not in harness.text(old)
    harness.later(minutes=6)
    assert menu(old) == ["Details", "Reopen", "Supersede"]
    assert "rejected by @alice" in harness.whole(newer).lower()


def test_the_old_decision_stands_again_if_the_new_one_is_undone(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    old = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(old)
    newer = bob.supersedes(old, "Use the other bank", move_to="2026-12-14")
    alice.approves_move(newer)
    alice.undoes()
    first, second = harness.decisions()
    assert (first.state, first.superseded_by) == (State.DECIDED, None)
    assert second.state is State.AWAITING_DECISION
    assert promised(harness)[0] == date(2026, 12, 17)
    assert "Superseded" not in harness.text(old)
    assert events(harness, Verb.RESTORE)[0].actor == alice.id
    alice.rejects(newer)
    assert promised(harness)[0] == date(2026, 12, 17)
    verified(harness)


def test_the_old_decision_stands_again_if_the_new_one_is_reopened_and_rejected(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = bob.supersedes(old, "Members only")
    alice.approves(newer)
    assert harness.decision(1).state is State.SUPERSEDED
    bob.reopens(newer)
    assert "Takes the place of #1" in harness.whole(newer)
    (told,) = bob.dm_text("Members only, was settled: approved by @alice")
    assert "Since then: reopened by @bob." in told
    alice.presses(newer, "Reject")
    assert "#1 will be in force again." in alice.form_words()
    assert alice.submits(reason="Guests pay more") == {}
    assert harness.decision(1).state is State.DECIDED
    assert "Approved by @alice" in harness.text(old)
    assert "Rejected by @alice. #1 is in force again." in harness.text(newer)
    (told,) = bob.dm_text("Members only, is settled: rejected by @alice")
    assert "#1 is in force again." in told
    verified(harness)


# ---- undo ----------------------------------------------------------------------------------------


def test_the_person_who_decided_can_undo_it_within_five_minutes(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.approves(card)
    bob.presses_stale(card, "second_thoughts.undo", str(harness.decision().id))
    assert (
        "Only @alice, whose act settled #1, can undo it, within five minutes of that. "
        "Instead, @alice or @bob can reopen it, with a reason." in bob.was_told()
    )
    harness.clock.advance(minutes=4)
    alice.undoes()
    alice.presses_stale(card, "second_thoughts.undo", str(harness.decision().id))
    assert "#1 has changed since: there is nothing to undo now." in alice.was_told()
    decision = harness.decision()
    assert (decision.state, decision.round, decision.outcome) == (State.AWAITING_DECISION, 2, None)
    assert "Since then: taken back within minutes by @alice" in harness.whole(card)
    assert buttons(card) == ["Approve", "Reject", "Defer", "Ask"]
    assert [event.actor for event in events(harness, Verb.UNDO)] == [alice.id]
    assert "taken back within minutes by @alice" in " ".join(
        erin.dm_text("was settled: approved by @alice")
    )
    alice.rejects(card)
    assert len(erin.dm_text("is settled: rejected by @alice")) == 1
    verified(harness)


def test_an_undo_is_neither_offered_nor_possible_after_five_minutes(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    assert buttons(alice.dm()[-1]) == ["Details", "Undo"]
    harness.later(minutes=5, seconds=1)
    assert menu(card) == ["Details", "Reopen", "Supersede"]
    assert buttons(alice.dm()[-1]) == ["Details"]
    alice.presses_stale(card, "second_thoughts.undo", str(harness.decision().id))
    assert (
        "#1 was decided more than five minutes ago. Instead, @alice or @bob can reopen it, with a "
        "reason." in alice.was_told()
    )
    assert harness.decision().outcome is Outcome.APPROVED
    alice.types("/tradeoff undo 1", checkout)
    assert "There is no *Undo* here now: it cannot be undone any more" in alice.form_words()


@pytest.mark.both_databases
def test_whoever_decides_sees_at_once_how_to_undo_it(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Undo is on the card, where it refuses Bob, and in Home."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    assert "@alice can undo this until" in harness.text(card)
    assert menu(card) == ["Undo", "Details", "Reopen", "Supersede"]
    bob.presses(card, "Undo")
    assert "Only @alice, whose act settled #1, can undo it" in bob.was_told()
    assert "Decided by you just now" not in opens_home(bob)
    alice.presses(card, "Undo")
    assert harness.decision().state is State.AWAITING_DECISION
    opens_home(alice)
    presses(alice, "Decide", "Guest checkout")
    alice.presses(alice.form, "Reject")
    assert alice.submits(reason="Few ask for it") == {}
    assert "Decided by you just now" in reads(alice)
    assert "You can take this back until" in reads(alice)
    presses(alice, "Undo", "Guest checkout")
    assert "Decided by you just now" not in reads(alice)
    assert harness.decision().round == 3
    alice.rejects(card)
    harness.later(minutes=5, seconds=1)
    assert "Decided by you just now" not in opens_home(alice)
    assert "can undo this" not in harness.text(card)
    assert menu(card) == ["Details", "Reopen", "Supersede"]


def test_an_undo_takes_the_move_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(card)
    alice.undoes()
    assert promised(harness) == (date(2026, 12, 12), [(1, 5, False), (1, -5, True)])
    assert "The commitment has moved" not in harness.text(card)


# ---- decided before ------------------------------------------------------------------------------


def test_what_was_decided_before_is_offered_and_reopened(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout without account", kind="requirements")
    alice.rejects(card)
    harness.later(days=40)
    bob.types("/tradeoff Guest checkout", checkout)
    assert (
        bob.submits(
            kind="requirements", why_now="Asked again", option1_name="Yes", option2_name="No"
        )
        == {}
    )
    assert "#1 Guest checkout without account: rejected on Mon 23 Nov 2026." in bob.form_words()
    assert bob.form.values["why_now"]["why_now"]["value"] == "Asked again"
    bob.presses(bob.form, "Details")
    assert "Rejected by @alice" in bob.form_words()
    harness.run(bob.member.closes())
    bob.reopens(bob.form, because="More ask for it")
    assert bob.form is None
    assert (harness.decision().state, harness.decision().round) == (State.AWAITING_DECISION, 2)
    assert len(harness.decisions()) == 1


def test_the_form_of_a_person_who_may_not_reopen_keeps_what_was_typed(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout without account", kind="requirements")
    alice.rejects(card)
    erin.types("/tradeoff Guest checkout", checkout)
    fields = {
        "kind": "requirements",
        "why_now": "Asked again",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    assert erin.submits(**fields) == {}
    assert "@alice or @bob can reopen it; or raise yours all the same." in erin.form_words()
    assert "Reopen" not in buttons(erin.form)
    erin.presses(erin.form, "Details")
    assert "#1 Guest checkout without account" in erin.form_words()
    harness.run(erin.member.closes())
    erin.twice()
    assert [decision.title for decision in harness.decisions()] == [
        "Guest checkout without account",
        "Guest checkout",
    ]
    assert harness.decision(2).why_now == "Asked again"
    verified(harness)


def test_decisions_that_are_older_than_a_year_or_elsewhere_or_open_are_not_offered(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    alice.rejects(erin.raises("Guest checkout without account", kind="requirements", in_=search))
    erin.raises("Guest checkout without account", kind="requirements")
    erin.raises("Guest checkout", kind="requirements")
    alice.rejects(erin.card(checkout))
    harness.later(days=366)
    erin.raises("Guest checkout", kind="requirements")
    assert len(harness.decisions()) == 4
