"""Stories of empty seats: somebody has left Slack, and others take over what waited for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.tables.timer import Timer, TimerKind
from support.harness import Actor, Harness
from support.home_visitor import accepted_with_follow_up
from support.story_helpers import acting, escalated_to, until, verified

LEFT = (
    "@alice has left Slack, and nobody acts for them here until somebody gets the seat, with "
    "`/tradeoff setup`."
)


def test_the_sponsor_takes_an_empty_seat_and_the_channel_is_told(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    erin.raises("Who pays the bank", kind="risk")
    harness.run(alice.member.is_deactivated())
    harness.run(alice.member.is_deactivated())  # Slack sends some events twice
    harness.settle()
    assert acting(harness) == ("sam", "alice", "bob", None)
    assert acting(harness, 2)[:3] == ("bob", None, "sam")
    assert "Waiting for @sam (for @alice, who has left Slack) to decide" in harness.whole(card)
    told = [
        message
        for message in erin.member.sees(checkout)
        if "seat of product owner is empty" in harness.plain(message)
    ]
    assert len(told) == 1
    assert "What was waiting for them went to @sam (sponsor), and so does new work" in harness.text(
        told[0]
    )
    assert len(sam.dm_text("You decide for @alice, who has left Slack")) == 1
    later = erin.raises("Search filters", kind="requirements")
    assert "Routed to @sam for @alice, who has left Slack, because requirements" in harness.whole(
        later
    )
    sam.approves(card)
    assert (
        "approved by @sam for @alice (product owner, requirements)" in harness.whole(card).lower()
    )
    bob.presses(told[0], "Fill the seat")
    assert bob.submits(product_owner="erin", reason="Alice has left us") == {}
    assert acting(harness, 3) == ("erin", None, "bob", None)
    assert "Since then the rights of #checkout were changed" in harness.text(told[0])
    assert buttons(told[0]) == []
    verified(harness)


def test_without_a_sponsor_it_waits_until_the_seat_is_filled(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    card = erin.raises("Guest checkout", kind="requirements", in_=search)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    told = erin.member.sees(search)[-1]
    assert (
        "There is no sponsor, so what was waiting for them waits until the seat is filled"
        in harness.text(told)
    )
    assert acting(harness)[0] == "alice"
    bob.presses(told, "Fill the seat")
    assert bob.submits(product_owner="erin", reason="Alice has left us") == {}
    assert acting(harness) == ("erin", None, "bob", None)
    assert len(erin.dm_text("Guest checkout in #search waits for your decision")) == 1
    erin.approves(card)
    verified(harness)


def test_nobody_is_sent_to_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, erin: Actor, gus: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    asked = erin.raises("Guest checkout", kind="requirements", in_=search)
    late = erin.raises("Drop the old gateway", kind="schedule", in_=search)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    for card, button, said in (
        (asked, "Approve", "Only @alice (product owner) decides requirements here (rights v1)."),
        (late, "State impact", "The impact comes from @alice (product owner)."),
    ):
        erin.presses(card, button)
        assert f"{said} {LEFT}" in erin.was_told()
    gus.presses(asked, "Approve")
    assert f"You are a guest, and cannot decide here. {LEFT}" in gus.was_told()
    for person in (erin, gus):
        person.types("/tradeoff setup", search)
        assert "Only @bob can change the rights here." in person.was_told()


def test_whoever_asks_about_a_forecast_is_not_sent_to_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, pm="alice", sponsor=None)
    card = erin.raises("Add Apple Pay", in_=search)
    alice.states_impact(card)
    alice.approves(card)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    erin.presses_stale(card, "review.say", f"{harness.decision().id}:1")
    assert f"The impact comes from @alice (project manager). {LEFT}" in erin.was_told()


def test_who_has_signed_and_left_is_not_missed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, gus: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    alice.changes_table(search, "Both of us", requirements="joint")
    card = erin.raises("Guest checkout", kind="requirements", in_=search)
    alice.approves(card)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    for person, said in ((erin, "You can add what they should know"), (gus, "; @bob can. Say")):
        person.presses(card, "Approve")
        assert said in person.was_told()
        assert "has left Slack" not in person.was_told()


def test_a_sponsor_who_has_left_too_is_no_sponsor(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    harness.run(sam.member.is_deactivated())
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness)[0] == "alice"
    told = erin.member.sees(checkout)[-1]
    assert (
        "The sponsor has left too, so what was waiting for them waits until the seat is filled"
        in harness.text(told)
    )
    erin.raises("Search filters", kind="requirements")
    assert acting(harness, 2)[0] == "alice"
    harness.refused("user_disabled")


def test_the_rights_say_for_whom_nobody_acts(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, "We own risk together", risk="joint")
    changed = bob.member.sees(checkout)[-1]
    for person, left in ((sam, ("@sam",)), (alice, ("@sam", "@alice"))):
        harness.run(person.member.is_deactivated())
        harness.settle()
        for look in (
            lambda: erin.types("/tradeoff rights", checkout),
            lambda: erin.presses(changed, "Show all rights"),
        ):
            look()
            for name in left:
                assert f"{name} has left Slack, and nobody acts for them here" in erin.was_told()


def test_the_form_of_the_seats_proposes_nobody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    for person in (sam, alice):
        harness.run(person.member.is_deactivated())
    harness.settle()
    bob.presses(bob.member.sees(checkout)[-1], "Fill the seat")
    assert bob.submits(product_owner="erin", reason="Alice has left us") == {}
    told = harness.plain(bob.member.sees(checkout)[-1])
    assert "Product owner: was @alice; now @erin. Sponsor: was @sam; now nobody." in told


def test_a_sponsor_who_comes_back_takes_nothing_from_somebody_who_is_back_before(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    for person in (alice, sam):
        harness.run(person.member.is_deactivated())
        harness.settle()
    for person in (alice, sam):
        harness.run(person.member.is_reactivated())
        harness.settle()
    assert acting(harness)[:2] == ("alice", None)


def test_a_delegate_who_leaves_slack_gives_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    risk = erin.raises("Who pays the bank", kind="risk")
    alice.goes_away("dora")
    assert bob.delegates(risk, "dora", both=["both"]) == {}
    harness.run(dora.member.is_deactivated())
    harness.settle()
    assert acting(harness) == ("alice", None, "bob", None)
    assert acting(harness, 2)[:2] == ("bob", None)
    assert len(alice.dm_text("@dora has left Slack, so you are no longer away")) == 1
    assert len(bob.dm_text("#2 Who pays the bank in #checkout is with you again")) == 1
    erin.raises("Search filters", kind="requirements")
    assert acting(harness, 3)[0] == "alice"


def test_work_of_somebody_who_leaves_slack_while_on_leave_goes_to_the_sponsor(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, dora: Actor
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    alice.goes_away("dora")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness) == ("sam", "alice", "bob", None)
    harness.later(days=8, hours=1)
    assert acting(harness) == ("sam", "alice", "bob", None)


def test_a_delegate_is_told_that_the_person_they_act_for_has_left_slack(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    erin.raises("Search filters", kind="requirements")
    alice.goes_away("dora")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness)[:2] == ("sam", "alice")
    told = dora.dm_text("@alice has left Slack. You no longer decide for them.")
    assert len(told) == 1
    assert dora.dm_text("@alice is back") == []


def test_a_departure_that_no_event_told_of_is_noticed_within_a_day(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    alice.member.person.deleted = True
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    harness.later(days=1)
    assert acting(harness)[:2] == ("sam", "alice")
    assert len(sam.dm_text("You decide for @alice, who has left Slack")) == 1
    verified(harness)


def test_new_work_goes_to_a_person_who_is_back_in_slack(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.run(alice.member.is_deactivated())
    alice.member.person.deleted = False
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    harness.later(days=2)
    erin.raises("Guest checkout", kind="requirements")
    assert acting(harness)[:2] == ("alice", None)


@pytest.mark.as_in_life
def test_a_seat_that_is_filled_while_slack_is_silent_takes_its_work_along(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    sam.types("/tradeoff setup", checkout)
    harness.breaks("users.info", "server_error", times=9, channel=alice.id)
    assert sam.submits(product_owner="erin", reason="Erin follows") == {}
    assert acting(harness)[:2] == ("erin", None)


def test_a_decision_is_escalated_to_a_sponsor_who_is_back_in_slack_before_anybody_noticed(
    harness: Harness, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """No event has told of Sam's departure; he is gone only while the grace period ends."""
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 26)
    (ends_at,) = harness.query(
        lambda session: session.scalars(
            select(Timer.due_at).where(Timer.kind == TimerKind.ESCALATES, Timer.fired_at.is_(None))
        ).all()
    )
    harness.later(seconds=(ends_at - harness.clock.now).total_seconds() - 60)
    sam.member.person.deleted = True
    harness.bot.people.forget_person(harness.workspace.team_id, sam.id)
    harness.later(seconds=120)
    assert escalated_to(harness) == (None, None)
    sam.member.person.deleted = False
    harness.bot.people.forget_person(harness.workspace.team_id, sam.id)
    until(harness, 2, "12:00", 12)
    assert escalated_to(harness) == ("sam", None)
    verified(harness)


@pytest.mark.both_databases
def test_whoever_may_reopen_is_told_that_the_owner_of_a_follow_up_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    for _ in range(2):  # Slack sends some events twice
        harness.run(erin.member.is_deactivated())
        harness.settle()
    (told,) = alice.dm_text("@erin has left Slack")
    assert "Their follow-up of #1 is still open. Reopen the decision: the next" in told
    assert bob.dm_text("@erin has left Slack") == []
