"""Stories of deciding: rejected, withdrawn, joint, two hats, lapsed and late impact, and every refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from house import Actor, House

from bot.commands import verify
from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.rules import Impact, Outcome, State
from models.tables.attempt import AttemptOutsideRight, attempts_outside_rights


def verified(house: House) -> None:
    """Every chain holds, rows are as their history tells, and numbers have no gap."""
    assert verify.walk(house.bot.database, lambda count: None).named == []
    assert [one.number for one in house.decisions()] == list(range(1, len(house.decisions()) + 1))


@pytest.mark.any_database
def test_rejected_with_a_reason_the_raiser_reads(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert buttons(card) == ["Approve", "Reject", "Defer", "Ask"]
    alice.presses(card, "Reject")
    assert (
        alice.submits(reason=" ") == {"Why": "Please complete this required field."} or alice.form
    )
    assert alice.submits(reason="Few ask for it") == {}
    assert house.decision().outcome is Outcome.REJECTED
    assert "rejected by @alice (product owner, requirements)" in house.plain(
        checkout_last(house, checkout)
    )
    assert "Few ask for it" in house.plain(erin.dm()[-1])
    assert buttons(card) == []
    verified(house)


def checkout_last(house: House, channel: Channel) -> object:
    return house.workspace.messages[channel.id][-1]


def test_withdrawn_is_not_decided(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Withdraw")
    assert "Only @erin, who raised #1, can withdraw it" in alice.was_told()
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Asked twice") == {}
    assert (house.decision().state, house.decision().outcome) == (State.WITHDRAWN, None)
    assert "Withdrawn by @erin; it was not decided" in house.text(card)
    alice.presses_stale(card, "decide.approve", str(house.decision().id))
    assert "#1 is already withdrawn by @erin" in alice.was_told()
    verified(house)


@pytest.mark.any_database
def test_impact_comes_first_and_only_from_the_counterpart(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    alice.presses_stale(card, "decide.approve", str(house.decision().id))
    assert "@bob (project manager) states the impact first" in alice.was_told()
    alice.presses(card, "State impact")
    assert "The impact comes from @bob (project manager)" in alice.was_told()
    bob.presses(card, "State impact")
    assert bob.submits(days="soon", confidence="high") != {}
    assert bob.submits(days=5) == {}
    assert "5 days of slip, high confidence" in house.text(card)
    bob.presses_stale(card, "impact.state", str(house.decision().id))
    assert "was already stated by @bob" in bob.was_told()
    assert "5 days of slip" in house.text(alice.dm()[-1])


def test_the_window_lapses_and_a_late_statement_is_recorded_as_late(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    house.later(days=1, hours=23)
    assert house.decision().impact is Impact.AWAITED
    house.later(hours=2)
    assert house.decision().impact is Impact.LAPSED
    assert "No impact was stated by @bob" in house.text(card)
    assert "waits for your decision" in house.plain(alice.dm()[-1])
    bob.states_impact(card)
    assert house.decision().impact is Impact.LATE
    assert "project manager, late" in house.text(card)
    alice.approves(card)
    assert "Impact stated late" in house.text(checkout_last(house, checkout))
    verified(house)


@pytest.mark.any_database
def test_decided_without_impact_is_said_everywhere(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    house.later(days=3)
    alice.presses(card, "Approve")
    assert "decided without impact" in alice.form_words()
    assert alice.submits(option="B. Next quarter", reason="No time") == {}
    for message in (card, checkout_last(house, checkout)):
        assert "Decided without impact" in house.text(message)
    assert house.decision().impact is Impact.LAPSED


@pytest.mark.any_database
def test_the_window_runs_in_working_days_of_the_counterpart(
    house: House, erin: Actor, bob: Actor, checkout: Channel
) -> None:
    house.clock.advance(days=4)  # Friday 10:00 UTC
    erin.raises("Add Apple Pay")
    house.later(days=3, hours=23)  # Tuesday 09:00 UTC
    assert house.decision().impact is Impact.AWAITED
    house.later(hours=2)
    assert house.decision().impact is Impact.LAPSED


def test_a_commitment_needs_two_signatures(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta to 17 Dec", kind="commitment")
    bob.states_impact(card)
    bob.approves(card, because="We need the week")
    assert house.decision().state is State.AWAITING_SIGNATURE
    assert "Signed by @bob; waiting for the second signature, from @alice" in house.text(card)
    bob.presses(card, "Approve")
    assert "You have already signed #1. It now waits for @alice's signature." in bob.was_told()
    alice.approves(card, because="Agreed", option=None)
    decision = house.decision()
    assert (decision.state, decision.outcome) == (State.DECIDED, Outcome.APPROVED)
    assert "approved, signed by @alice and @bob (commitment): A, Add it now" in house.plain(
        checkout_last(house, checkout)
    ) or (
        "approved, signed by @bob and @alice (commitment): A, Add it now"
        in house.plain(checkout_last(house, checkout))
    )
    verified(house)


def test_either_can_reject_a_joint_decision(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta to 17 Dec", kind="commitment")
    bob.states_impact(card)
    bob.approves(card)
    alice.rejects(card, because="We promised it")
    assert house.decision().outcome is Outcome.REJECTED
    assert "rejected by @alice (product owner, commitment)" in house.plain(
        checkout_last(house, checkout)
    )


@pytest.mark.any_database
@pytest.mark.parametrize("kind", ["priority", "commitment"])
def test_two_hats_hide_nothing_and_block_nothing(
    house: House, alice: Actor, erin: Actor, search: Channel, kind: str
) -> None:
    alice.sets_up(search, po="alice", pm="alice", sponsor=None)
    card = erin.raises("Rewrite ranking", kind=kind, in_=search)
    alice.presses(card, "Approve") if "Approve" in buttons(card) else None
    alice.states_impact(card)
    alice.approves(card)
    assert house.decision().outcome is Outcome.APPROVED
    assert "same person in both roles" in house.text(checkout_last(house, search)).lower()
    assert "one person is product owner and project manager" in house.text(card)


def test_attempts_are_counted_without_names(
    house: House, erin: Actor, gus: Actor, bob: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    for somebody in (bob, gus, erin):
        somebody.presses(card, "Approve")
    assert "You are a guest, and cannot decide here" in gus.was_told()
    since = house.clock.now - timedelta(days=1)
    counted = house.query(
        lambda session: attempts_outside_rights(session, house.decision().channel_id, since)
    )
    assert counted == [(2026, 11, "requirements", 3)]
    bob.types("/tradeoff rights", checkout)
    last = bob.member.sees(checkout)[-1]
    assert "November 2026: requirements 3." in house.text(last)
    columns = {column.name for column in AttemptOutsideRight.__table__.columns}
    assert columns == {"id", "channel_id", "kind", "at"}


@pytest.mark.any_database
def test_someone_of_another_company_cannot_decide(
    house: House, erin: Actor, olga: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    olga.presses(card, "Reject")
    assert "You are from another company, and cannot decide here" in olga.was_told()
    assert house.decision().state is State.AWAITING_DECISION


def test_the_second_decision_meets_the_first(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    alice.fills(option="A. Add it now", reason="Yes")
    stack = alice.member.modal
    alice.house.run(alice.member.submit_view(stack))
    alice.presses_stale(card, "decide.reject", str(house.decision().id))
    assert "#1 is already approved by @alice at" in alice.was_told()


def test_a_decision_that_was_made_while_the_form_was_open_keeps_what_was_typed(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    bob.rejects(card, because="No")
    assert alice.submits(option="A. Add it now", reason="Because we promised") == {}
    assert "#1 is already rejected by @bob" in alice.form_words()
    assert "Because we promised" in alice.form_words()
    assert house.decision().outcome is Outcome.REJECTED


def test_rights_version_stays_with_the_decision(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    bob.sets_up_again(checkout, product_owner="sam", reason="Alice is away")
    later = erin.raises("Search filters", kind="requirements")
    assert "(rights v1)" in house.text(card)
    assert (
        "Routed to @sam because requirements is the product owner's call (rights v2)"
        in house.text(later)
    )
    alice.approves(card)
    assert house.decision(1).outcome is Outcome.APPROVED


@pytest.mark.any_database
def test_consulted_people_are_named_on_the_card(
    house: House, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", consulted=["sam", "bob"])
    assert "@sam, @bob: your view is wanted in the thread" in house.text(card)
