"""Stories of rights and time: changes that wait for days, and rights that held for hours only."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.rights_helpers import announced, states, version
from support.story_helpers import acting, verified

# ---- time, and what moves meanwhile --------------------------------------------------------------


def test_without_an_answer_it_lapses(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="project_manager")
    asked = alice.dm()[-1]
    harness.later(days=7, minutes=1)
    assert states(harness) == ["lapsed"]
    assert "Lapsed unconfirmed" in harness.plain(bob.dm()[-1])
    alice.presses_stale(asked, "rights.confirm", "1:1:1795428000")
    assert "Nothing was changed by this click. Lapsed unconfirmed" in alice.was_told()
    assert version(harness).number == 1


def test_nobody_confirms_after_its_time_though_its_timer_is_late(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="project_manager")
    asked = alice.dm()[-1]
    harness.clock.advance(days=7, minutes=1)
    alice.presses(asked, "Confirm")
    assert "Nothing was changed by this click. Lapsed unconfirmed" in alice.was_told()
    assert (version(harness).number, states(harness)) == (1, ["lapsed"])


def test_rights_that_moved_meanwhile_are_read_again_before_one_confirms(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="project_manager")
    asked = alice.dm()[-1]
    alice.sets_up_quietly(checkout, time_zone="Asia/Tokyo", reason="We moved")
    alice.presses_stale(asked, "rights.confirm", "1:1:1795428000")
    assert "The rights here became v2 after this message was drawn" in alice.was_told()
    alice.presses(announced(alice, checkout), "Confirm")
    made = version(harness)
    assert (made.number, made.time_zone) == (3, "Asia/Tokyo")
    assert made.table["priority"].decides == "project_manager"  # type: ignore[index]


def test_a_change_falls_with_its_authors_role(
    harness: Harness, alice: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    sam.asks_for_table(checkout, priority="project_manager")
    alice.sets_up_quietly(checkout, sponsor="dora", reason="Dora follows")
    assert states(harness) == ["lapsed"]


def test_a_successor_who_has_left_is_not_confirmed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.sets_up_quietly(checkout, product_owner="erin", reason="Erin knows the users")
    harness.run(erin.member.is_deactivated())
    harness.settle()
    alice.presses(alice.dm()[-1], "Confirm")
    assert "@erin, who would get a role by this change, cannot hold one any more" in (
        alice.was_told()
    )
    assert version(harness).number == 1


def test_open_decisions_go_along_once_it_is_confirmed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    bob.sets_up_quietly(checkout, product_owner="erin", reason="Alice moves on")
    assert acting(harness)[0] == "alice"
    alice.presses(alice.dm()[-1], "Confirm")
    assert acting(harness)[0] == "erin"
    verified(harness)


def test_switching_confirmation_off_must_be_confirmed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, "We trust each other", confirms="no")
    assert version(harness).confirms
    assert "then needs no confirmation" in harness.text(alice.dm()[-1])
    alice.presses(alice.dm()[-1], "Confirm")
    assert not version(harness).confirms
    bob.asks_for_table(checkout, priority="project_manager")
    assert version(harness).number == 3


# ---- submitted twice -----------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_form_that_is_submitted_twice_is_answered_as_at_first(
    harness: Harness, alice: Actor, bob: Actor, search: Channel, checkout: Channel
) -> None:
    bob.types("/tradeoff setup", checkout)
    assert bob.submits_twice(time_zone="Asia/Tokyo", reason="We moved") == ""
    assert version(harness).number == 2
    bob.types("/tradeoff setup", checkout)
    said = bob.submits_twice(product_owner="bob", reason="I know the users")
    assert states(harness) == ["pending"]
    assert "moved" not in said
    assert "changed the rights" not in said
    alice.types("/tradeoff setup", search)
    assert alice.submits_twice(product_owner="alice", project_manager="bob") == ""


# ---- changed, used, changed back -----------------------------------------------------------------


def test_rights_that_are_changed_used_and_changed_back_show(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, requirements="project_manager")
    card = erin.raises("Guest checkout", kind="requirements")
    bob.approves(card)
    assert "in force for" not in harness.text(card)
    harness.later(minutes=10)
    alice.changes_table(checkout, "As it was", requirements="product_owner")
    words = "Decided under v2, in force for "
    assert words in harness.text(card)
    alice.types("/tradeoff digest", checkout)
    assert words in harness.text(alice.member.sees(checkout)[-1])
    assert words.lower() in alice.shows(1).lower()


def test_a_role_that_is_given_used_and_taken_back_shows(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.sets_up_again(checkout, product_owner="erin", reason="Erin does it today")
    erin.approves(card)
    harness.later(hours=3)
    erin.sets_up_again(checkout, product_owner="alice", reason="Back again")
    assert "Decided under v2, in force for 3 hours" in harness.text(card)


def test_a_role_that_is_given_used_by_a_stand_in_and_taken_back_shows(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    harness.later(days=2)
    card = erin.raises("Guest checkout", kind="requirements")
    alice.sets_up_again(checkout, product_owner="erin", reason="Erin does it today")
    assert erin.delegates(card, "dora") == {}
    dora.approves(card)
    harness.later(hours=3)
    erin.sets_up_again(checkout, product_owner="alice", reason="Back again")
    assert "Decided under v2, in force for 3 hours" in harness.text(card)


def test_what_a_new_sponsors_stand_in_decides_for_somebody_who_has_left_slack_shows(
    harness: Harness,
    alice: Actor,
    sam: Actor,
    erin: Actor,
    dora: Actor,
    checkout: Channel,
) -> None:
    harness.later(days=2)
    card = dora.raises("Guest checkout", kind="requirements")
    sam.sets_up_again(checkout, sponsor="erin", reason="Erin does it today")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert erin.goes_away("dora") == {}
    dora.approves(card)
    assert harness.decision_whole().settlements[-1].on_behalf_of == alice.id
    harness.later(hours=3)
    erin.sets_up_again(checkout, sponsor="sam", product_owner="dora", reason="Back again")
    assert "Decided under v2, in force for 3 hours" in harness.text(card)


def test_a_small_change_in_between_hides_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin is no newcomer of the version under which she decides, but has the role for an hour."""
    harness.later(days=2)
    card = erin.raises("Guest checkout", kind="requirements")
    alice.sets_up_again(checkout, product_owner="erin", reason="Erin does it today")
    erin.sets_up_again(checkout, impact_days=3, reason="Two days are too short")
    erin.approves(card)
    harness.later(hours=1)
    erin.sets_up_again(checkout, product_owner="alice", reason="Back again")
    assert "Decided under v3, in force for 1 hour" in harness.text(card)


def test_rights_that_hold_for_days_are_not_mentioned(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, requirements="project_manager")
    card = erin.raises("Guest checkout", kind="requirements")
    bob.approves(card)
    harness.later(days=2)
    alice.changes_table(checkout, "As it was", requirements="product_owner")
    assert "in force for" not in harness.text(card)


def changes_the_digest(actor: Actor, channel: Channel) -> None:
    actor.types("/tradeoff rights", channel)
    actor.presses(actor.member.sees(channel)[-1], "Change reminders and digest")
    assert actor.submits(digest_hour="16:00", reason="We meet at four") == {}


def test_rights_that_go_on_after_a_change_of_the_digest_are_not_mentioned(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice decides on the first day, and under its version four days later."""
    cards = [erin.raises(title, kind="requirements") for title in ("Vouchers", "Cookies")]
    alice.approves(cards[0])
    harness.later(minutes=30)
    changes_the_digest(alice, checkout)
    harness.later(days=4)
    alice.approves(cards[1])
    alice.changes_table(checkout, risk="joint")
    for card in cards:
        assert "in force for" not in harness.text(card)


@pytest.mark.both_databases
def test_a_change_of_the_digest_hides_no_role_that_is_given_used_and_taken_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The rights of v2 and v3 are the same. The second decision is made when they are over."""
    harness.later(days=2)
    cards = [erin.raises(title, kind="requirements") for title in ("Vouchers", "Cookies")]
    alice.sets_up_again(checkout, product_owner="erin", reason="Erin does it today")
    erin.approves(cards[0])
    late = erin.raises("Gift cards", kind="requirements")
    harness.later(hours=1)
    changes_the_digest(erin, checkout)
    harness.later(hours=1)
    erin.sets_up_again(checkout, product_owner="alice", reason="Back again", goes_along="no")
    # She had decided it before v3.
    assert "Decided under v2, in force for 2 hours" in harness.text(cards[0])
    erin.approves(late)
    assert "Decided under v2, in force for 2 hours" in harness.text(late)
