"""Stories of second thoughts: reopen, supersede, undo, and what was decided before is offered before it is raised again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from house import Actor, House
from sqlalchemy import select
from test_story_absence import events
from test_story_more import verified

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel
from models.reads import lookups
from models.rules import Outcome, State, Verb
from models.tables.commitment import Commitment


def promised(house: House) -> tuple[date, list[tuple[int, int, bool]]]:
    """The date of the one commitment, and its ledger: (decision, days, whether it undoes)."""

    def look(session: object) -> tuple[date, list[tuple[int, int, bool]]]:
        (found,) = session.scalars(select(Commitment.id)).all()  # type: ignore[attr-defined]
        one = lookups.commitment_to_draw(session, found)  # type: ignore[arg-type]
        moves = one.moves
        assert one.promised_on == one.baseline_on + timedelta(days=sum(move.days for move in moves))
        return one.promised_on, [(move.decision_number, move.days, move.undoes) for move in moves]

    return house.query(look)


# ---- reopen ----------------------------------------------------------------------------------------------------------


def test_reopened_and_the_people_of_the_first_round_are_told_once(
    house: House, alice: Actor, bob: Actor, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
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
    decision = house.decision()
    assert (decision.state, decision.round, str(decision.due_on)) == (
        State.AWAITING_DECISION,
        2,
        "2026-11-30",
    )
    assert (
        "Round 2. Before: approved by @alice (product owner, priority): A, Add it now."
        in house.text(card)
    )
    assert "Since then: reopened by @bob. Why: The fees went up" in house.text(card)
    assert "Impact, stated by @bob" in house.text(card)
    outcome = next(
        one
        for one in house.workspace.messages[checkout.id]
        if "approved by" in house.plain(one) and one != card
    )
    assert "Since then: reopened by @bob" in house.text(outcome)
    for one in (erin, sam, dora):
        told = one.dm_text(
            "#1 Add Apple Pay in #checkout, which you had a part in, was reopened by @bob"
        )
        assert len(told) == 1
        assert "The fees went up" in told[0]
    assert bob.dm_text("was reopened by") == []
    assert alice.dm_text("which you had a part in") == []
    assert len(alice.dm_text("#1 Add Apple Pay in #checkout waits for your decision")) == 1
    alice.rejects(card)
    assert len(erin.dm_text("is settled: rejected by @alice")) == 1
    assert "Round 2" in house.text(card)
    verified(house)


def test_reopened_under_the_rights_of_the_day(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    bob.sets_up_again(checkout, product_owner="erin", reason="Alice has a new team")
    alice.presses(card, "Reopen")
    assert "Only @erin or @bob can reopen" in alice.was_told()
    bob.reopens(card)
    assert (
        "Routed to @erin because requirements is the product owner's call (rights v2)"
        in house.text(card)
    )
    assert len(alice.dm_text("which you had a part in, was reopened by @bob")) == 1
    erin.rejects(card)
    assert house.decision().outcome is Outcome.REJECTED


@pytest.mark.any_database
def test_what_is_open_or_withdrawn_is_not_reopened(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    value = str(house.decision().id)
    alice.presses_stale(card, "second_thoughts.reopen", value)
    assert "#1 is still open: decide it on its card" in alice.was_told()
    erin.presses(card, "Withdraw")
    erin.submits(reason="Asked twice")
    alice.presses_stale(card, "second_thoughts.reopen", value)
    assert "#1 cannot be reopened. Raise it anew with /tradeoff" in alice.was_told().replace(
        "`", ""
    )


def test_a_move_stands_until_the_next_round_ends_otherwise(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin_promise = alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(card)
    bob.reopens(card)
    assert promised(house) == (date(2026, 12, 17), [(1, 5, False)])
    assert "The ground has moved" not in house.text(card)
    alice.rejects(card)
    assert promised(house) == (date(2026, 12, 12), [(1, 5, False), (1, -5, True)])
    assert "Sat 12 Dec 2026" in house.text(erin_promise)
    verified(house)


# ---- supersede -------------------------------------------------------------------------------------------------------


def test_superseded_links_both_ways_and_takes_its_move_back(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
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
    assert len(house.decisions()) == 2
    newer = bob.card(checkout)
    assert "In place of #1" in house.text(newer)
    assert "Approved by @alice" in house.text(old)
    assert promised(house) == (date(2026, 12, 17), [(1, 5, False)])
    alice.approves_move(newer)
    first, second = house.decisions()
    assert (first.state, first.superseded_by, second.supersedes) == (State.SUPERSEDED, 2, 1)
    assert promised(house) == (date(2026, 12, 14), [(1, 5, False), (1, -5, True), (2, 2, False)])
    assert "Superseded by #2." in house.text(old)
    assert (buttons(old), menu(old)) == ([], [])
    outcome = next(
        one
        for one in house.workspace.messages[checkout.id]
        if "#1 Wait" in house.plain(one) and one.thread_ts
    )
    assert "Since then: superseded by #2." in house.text(outcome)
    bob.presses_stale(old, "second_thoughts.reopen", str(first.id))
    assert "#1 cannot be reopened. #2 has taken its place: use that one." in bob.was_told()
    verified(house)


def test_the_old_one_stands_where_the_new_one_is_not_approved(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "Members only")
    alice.rejects(newer)
    assert house.decision(1).state is State.DECIDED
    assert "Superseded" not in house.text(old)
    house.later(minutes=6)
    assert menu(old) == ["Reopen", "Supersede"]
    assert "rejected by @alice" in house.text(newer).lower()


def test_undone_the_old_one_stands_again(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta", "2026-12-12")
    old = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(old)
    newer = bob.supersedes(old, "Use the other bank", move_to="2026-12-14")
    alice.approves_move(newer)
    alice.presses(newer, "Undo (within five minutes)")
    first, second = house.decisions()
    assert (first.state, first.superseded_by) == (State.DECIDED, None)
    assert second.state is State.AWAITING_DECISION
    assert promised(house)[0] == date(2026, 12, 17)
    assert "Superseded" not in house.text(old)
    assert events(house, Verb.RESTORE)[0].actor == alice.id
    alice.rejects(newer)
    assert promised(house)[0] == date(2026, 12, 17)
    verified(house)


def test_reopened_and_then_rejected_the_old_one_stands_again(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    old = erin.raises("Guest checkout", kind="requirements")
    alice.approves(old)
    newer = alice.supersedes(old, "Members only")
    alice.approves(newer)
    assert house.decision(1).state is State.SUPERSEDED
    bob.reopens(newer)
    alice.rejects(newer)
    assert house.decision(1).state is State.DECIDED
    assert "Approved by @alice" in house.text(old)
    verified(house)


# ---- undo ------------------------------------------------------------------------------------------------------------


def test_undone_within_five_minutes_by_whoever_decided(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.approves(card)
    bob.presses(card, "Undo (within five minutes)")
    assert (
        "Only whoever decided #1 can undo it, within five minutes. Afterwards it can be reopened."
        in bob.was_told()
    )
    house.clock.advance(minutes=4)
    alice.presses(card, "Undo (within five minutes)")
    alice.presses_stale(card, "second_thoughts.undo", str(house.decision().id))
    decision = house.decision()
    assert (decision.state, decision.round, decision.outcome) == (State.AWAITING_DECISION, 2, None)
    assert "Since then: taken back within minutes by @alice" in house.text(card)
    assert buttons(card) == ["Approve", "Reject", "Defer", "Ask"]
    assert [one.actor for one in events(house, Verb.UNDO)] == [alice.id]
    assert "taken back within minutes by @alice" in " ".join(
        erin.dm_text("is settled: approved by @alice")
    )
    alice.rejects(card)
    assert len(erin.dm_text("is settled: rejected by @alice")) == 1
    verified(house)


@pytest.mark.any_database
def test_after_five_minutes_it_is_not_offered_and_not_taken(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    assert "Undo (within five minutes)" in menu(card)
    house.later(minutes=5, seconds=1)
    assert menu(card) == ["Reopen", "Supersede"]
    alice.presses_stale(card, "second_thoughts.undo", str(house.decision().id))
    assert (
        "#1 was decided more than five minutes ago. Reopen it, with the reason." in alice.was_told()
    )
    assert house.decision().outcome is Outcome.APPROVED


def test_undone_takes_the_move_back(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Wait for the bank", to="2026-12-17")
    alice.approves_move(card)
    alice.presses(card, "Undo (within five minutes)")
    assert promised(house) == (date(2026, 12, 12), [(1, 5, False), (1, -5, True)])
    assert "The ground has moved" not in house.text(card)


# ---- decided before --------------------------------------------------------------------------------------------------


def test_what_was_decided_before_is_offered_and_reopened(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout without account", kind="requirements")
    alice.rejects(card)
    house.later(days=40)
    bob.types("/tradeoff Guest checkout", checkout)
    assert (
        bob.submits(
            kind="requirements", why_now="Asked again", option1_name="Yes", option2_name="No"
        )
        == {}
    )
    assert "#1 Guest checkout without account: rejected on Mon 23 Nov 2026." in bob.form_words()
    assert bob.form.values["why_now"]["why_now"]["value"] == "Asked again"
    bob.reopens(bob.form, because="More ask for it")
    assert bob.form is None
    assert (house.decision().state, house.decision().round) == (State.AWAITING_DECISION, 2)
    assert len(house.decisions()) == 1


@pytest.mark.any_database
def test_who_may_not_reopen_still_has_what_they_typed(
    house: House, alice: Actor, erin: Actor, checkout: Channel
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
    erin.presses(erin.form, "Reopen")
    assert "Only @alice or @bob can reopen or supersede #1" in erin.form_words()
    house.run(erin.member.closes())
    erin.twice()
    assert [one.title for one in house.decisions()] == [
        "Guest checkout without account",
        "Guest checkout",
    ]
    assert house.decision(2).why_now == "Asked again"
    verified(house)


def test_what_is_older_than_a_year_or_elsewhere_or_open_is_not_offered(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    alice.rejects(erin.raises("Guest checkout without account", kind="requirements", in_=search))
    erin.raises("Guest checkout without account", kind="requirements")
    erin.raises("Guest checkout", kind="requirements")
    alice.rejects(erin.card(checkout))
    house.later(days=366)
    erin.raises("Guest checkout", kind="requirements")
    assert len(house.decisions()) == 4
