"""Escalations while the sponsor is away: what the stand-in may decide, and what waits."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel, Message
from models.rules import State
from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.rights_helpers import version
from support.story_helpers import (
    acting,
    escalated_to,
    outcome,
    secret_of,
    until,
    verified,
)


def escalated(harness: Harness, sam: Actor, dora: Actor, kind: str) -> Message:
    """Return the card of an overdue decision. Erin may decide it for Sam, who is away."""
    card = dora.raises("Guest checkout", kind=kind, due_on="2026-11-24")
    assert sam.goes_away("erin", until="2026-12-20") == {}
    until(harness, 30, "12:00")
    assert escalated_to(harness) == ("erin", "sam")
    return card


@pytest.mark.parametrize("goes_along", [True, False])
def test_a_stand_in_who_gets_a_role_decides_nothing_for_the_sponsor_any_more(
    harness: Harness, people: dict[str, Actor], dora: Actor, checkout: Channel, goes_along: bool
) -> None:
    """Otherwise the new product owner would decide what the project manager leaves undecided."""
    alice, erin, sam = (people[name] for name in ("alice", "erin", "sam"))
    card = escalated(harness, sam, dora, "risk")
    stay = {} if goes_along else {"goes_along": "Stay with the person who has them"}
    alice.sets_up_quietly(checkout, product_owner="erin", reason="I move on", **stay)
    assert version(harness).product_owner == erin.id
    assert escalated_to(harness) == ("sam", None)
    erin.presses(card, "Approve")
    assert "so @sam (sponsor) may decide too." in erin.was_told()
    erin.sets_up_quietly(checkout, product_owner="alice", reason="She is back", **stay)
    assert escalated_to(harness) == ("erin", "sam")
    verified(harness)


def test_a_stand_in_who_states_the_impact_does_not_decide_for_the_sponsor(
    harness: Harness, bob: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    """Erin stands in for the sponsor, Sam, and then for the project manager, Bob, too."""
    escalated(harness, sam, dora, "priority")
    assert bob.goes_away("erin") == {}
    assert acting(harness) == ("alice", None, "erin", "bob")
    assert escalated_to(harness) == ("sam", None)
    bob.is_back()
    assert escalated_to(harness) == ("erin", "sam")
    verified(harness)


def test_nobody_has_the_holders_seat_and_the_sponsors(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """While Erin is the holder for Alice, Sam is the person who may decide by escalation."""
    card = escalated(harness, sam, dora, "requirements")
    assert alice.delegates(card, "erin") == {}
    assert escalated_to(harness) == ("sam", None)
    ended = "#1 Guest checkout is not escalated to you any more."
    waits = "Waiting for you (for @alice, who delegated this one) to decide."
    assert f"{ended} {waits}" in str(erin.dm_text())
    erin.presses(card, "Delegate")
    assert erin.submits() == {}
    assert escalated_to(harness) == ("erin", "sam")
    verified(harness)


@pytest.mark.parametrize("acted", [False, True])
def test_an_edit_leaves_what_is_escalated_with_the_sponsor_of_a_seated_stand_in(
    harness: Harness, people: dict[str, Actor], dora: Actor, checkout: Channel, acted: bool
) -> None:
    """Erin stands in for Sam, the sponsor, and keeps the seat that Alice has given her."""
    alice, sam, erin = (people[name] for name in ("alice", "sam", "erin"))
    card = escalated(harness, sam, dora, "requirements")
    assert alice.delegates(card, "erin") == {}
    if acted:
        erin.asks(card, "bob", "Which guests?")
    for kind in ("requirements", "risk"):
        dora.presses(card, "Edit")
        assert dora.submits(kind=kind, title=f"Guests, {kind}", due_on="2026-12-24") == {}
        assert erin.id in (harness.decision().holder, harness.decision().counterpart)
        assert escalated_to(harness) == ("sam", None), kind
    verified(harness)


def test_a_sponsor_who_is_the_holder_for_a_while_may_decide_by_escalation_afterwards(
    harness: Harness, alice: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    card = dora.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    assert alice.delegates(card, "sam") == {}
    assert escalated_to(harness) == (None, None)
    assert "may decide too" not in harness.whole(card)
    sam.presses(card, "Delegate")
    assert sam.submits() == {}
    assert escalated_to(harness) == ("sam", None)
    verified(harness)


def test_a_sponsor_undoes_what_their_stand_in_may_not_decide(
    harness: Harness, alice: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    """Erin stands in for the sponsor, Sam, but is the holder for Alice. So Sam has decided."""
    card = dora.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    assert alice.delegates(card, "erin") == {}
    assert sam.goes_away("erin", until="2026-12-20") == {}
    until(harness, 30, "12:00")
    assert escalated_to(harness) == ("sam", None)
    sam.approves(card)
    sam.undoes()
    assert harness.decision().state is State.AWAITING_DECISION
    verified(harness)


def test_a_stand_in_of_a_sponsor_with_a_role_decides_all_that_the_sponsor_would(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Erin has Sam's side of each decision. This gives her no side that Sam does not have."""
    alice.sets_up_again(checkout, product_owner="sam", reason="I move on")
    dora.raises("Freeze in December", kind="risk", due_on="2026-11-24")
    assert sam.goes_away("erin", until="2026-12-20") == {}
    assert "You also decide what is escalated to them as sponsor." in str(erin.dm_text())
    dora.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    dora.raises("Release in May", kind="schedule", due_on="2026-11-24")
    until(harness, 30, "12:00")
    assert acting(harness, 2) == ("erin", "sam", "bob", None)
    assert escalated_to(harness, 2) == (None, None)
    assert acting(harness, 3) == ("bob", None, "erin", "sam")
    assert escalated_to(harness, 3) == ("erin", "sam")
    sam.is_back()
    assert escalated_to(harness, 3) == ("sam", None)
    verified(harness)


def test_a_stand_in_with_an_empty_seat_decides_for_the_sponsor_too(
    harness: Harness, alice: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    """Sam, the sponsor, would have the side of Alice, who has left Slack, and decide too."""
    assert sam.goes_away("erin", until="2026-12-20") == {}
    harness.run(alice.member.is_deactivated())
    harness.settle()
    dora.raises("Release in May", kind="schedule", due_on="2026-11-24")
    until(harness, 30, "12:00")
    assert acting(harness) == ("bob", None, "erin", "alice")
    assert escalated_to(harness) == ("erin", "sam")
    verified(harness)


@pytest.mark.parametrize("how", ["event is lost", "becomes a guest"])
def test_a_sponsors_delegate_who_loses_access_in_another_way_keeps_nothing(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel, how: str
) -> None:
    """Slack loses the event, or the delegate becomes a guest while outside a public channel."""
    place = secret_of(harness, alice) if how == "event is lost" else checkout
    alice.raises("Pricing", kind="requirements", due_on="2026-11-24", in_=place)
    sam.types("/tradeoff away @erin until 2026-12-20", place)
    assert sam.submits() == {}
    until(harness, 30, "12:00")
    assert escalated_to(harness) == ("erin", "sam")
    if how == "event is lost":
        place.members.discard(erin.id)
        harness.bot.people.forget_place(harness.workspace.team_id, place.id)
        harness.later(minutes=59)
    else:
        leaves(erin, place)
        harness.settle()
        harness.run(erin.member.becomes_guest())
        harness.settle()
    assert escalated_to(harness) == ("sam", None)
    assert len(sam.dm_text("from now on you may decide it too")) == 1


@pytest.mark.parametrize("away", [None, "sam"])
def test_who_decides_by_escalation_does_not_decide_for_the_role_that_they_fill(
    harness: Harness,
    people: dict[str, Actor],
    dora: Actor,
    checkout: Channel,
    away: str | None,
) -> None:
    """Sam, or Erin for Sam, has the side of Bob, who has left Slack, and decides as sponsor."""
    bob, sam = people["bob"], people["sam"]
    if away:
        assert sam.goes_away("erin", until="2026-12-20") == {}
    harness.run(bob.member.is_deactivated())
    harness.settle()
    card = dora.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    decider = "erin" if away else "sam"
    assert acting(harness) == ("alice", None, decider, "bob")
    assert escalated_to(harness) == (decider, away)
    people[decider].approves(card)
    who = "@erin for @sam" if away else "@sam"
    said = f"approved by {who} (sponsor, by escalation; requirements)"
    assert said in outcome(harness, checkout)
    settlement = harness.decision_whole().settlement
    assert settlement
    assert settlement.on_behalf_of == (sam.id if away else None)
    verified(harness)
