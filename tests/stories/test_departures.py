"""Stories of empty seats: somebody has left Slack, and others take over what waited for them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel, Message
from models.tables.timer import Timer, TimerKind
from support.harness import Actor, Harness
from support.story_helpers import acting, escalated_to, until, verified


def of_the_empty_seat(harness: Harness, reader: Actor, channel: Channel) -> list[Message]:
    return [
        message
        for message in reader.member.sees(channel)
        if "The seat of product owner" in harness.plain(message)
    ]


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
    told = of_the_empty_seat(harness, erin, checkout)
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
    assert "The seat of product owner was empty here" in harness.text(told[0])
    assert buttons(told[0]) == []
    verified(harness)


def test_the_message_about_an_empty_seat_offers_it_while_the_rights_name_the_same_people(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.run(alice.member.is_deactivated())
    harness.settle()
    bob.changes_table(checkout, communication="joint")
    harness.later(days=2)
    (told,) = of_the_empty_seat(harness, erin, checkout)
    bob.presses(told, "Fill the seat")
    assert bob.submits(product_owner="erin", reason="Alice has left us") == {}
    (told,) = of_the_empty_seat(harness, erin, checkout)
    assert buttons(told) == []


def test_the_channel_is_told_that_the_sponsor_who_takes_an_empty_seat_is_away(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    sam.types("/tradeoff away @erin until 2026-12-09", checkout)
    assert sam.submits() == {}
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness)[:2] == ("erin", "alice")
    told = (
        "What was waiting for them went to @sam (sponsor) or, because @sam is away, to @erin. So "
        "does new work."
    )
    assert told in harness.plain(erin.member.sees(checkout)[-1])


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


def test_the_channel_is_told_that_its_sponsor_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    of_alice = erin.member.sees(checkout)[-1]
    harness.run(sam.member.is_deactivated())
    harness.settle()
    of_sam = erin.member.sees(checkout)[-1]
    assert harness.plain(of_sam) == (
        "The seat of sponsor is empty here: @sam has left Slack. Until it is filled, nobody can "
        "step in when a decision is overdue. Say in a short form who takes it over."
    )
    assert "The sponsor has left too, so what was waiting for them waits" in harness.text(of_alice)
    bob.presses(of_sam, "Fill the seat")
    for seat in ("product owner", "sponsor"):
        assert str(bob.member.modal).count(f"The last {seat} has left Slack.") == 1
    harness.run(sam.member.is_reactivated())
    harness.settle()
    assert harness.plain(of_sam) == "@sam, sponsor here, is back in Slack."
    assert "What was waiting for them went to @sam (sponsor)" in harness.text(of_alice)
    assert acting(harness) == ("sam", "alice", "bob", None)
    verified(harness)


def test_a_sponsor_who_has_a_role_too_has_one_message_about_both(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor="alice")
    erin.raises("Guest checkout", kind="requirements", in_=search)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    told = [post for post in erin.member.sees(search) if "seat of" in harness.plain(post)]
    assert [harness.plain(post) for post in told] == [
        "The seat of product owner and sponsor is empty here: @alice has left Slack. What was "
        "waiting for them waits until the seat is filled. Say in a short form who takes it over."
    ]


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "lost"])
def test_whoever_comes_back_is_asked_for_what_was_raised_in_their_absence(
    harness: Harness, alice: Actor, erin: Actor, search: Channel, is_told: bool
) -> None:
    """There is no sponsor, so it has waited for Alice, to whom Slack took no message."""
    alice.sets_up(search, sponsor=None)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    harness.later(hours=2)
    erin.raises("Guest checkout", kind="requirements", in_=search)
    settled = erin.raises("Search filters", kind="requirements", in_=search)
    erin.presses(settled, "Withdraw")
    assert erin.submits(reason="No longer") == {}
    harness.refused("user_disabled")
    if is_told:
        harness.run(alice.member.is_reactivated())
        harness.settle()
    else:
        alice.member.person.deleted = False
        harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
        harness.later(hours=25)
    asked = "#1 Guest checkout in #search waits for your decision."
    assert [message for message in alice.dm_text() if message == asked] == [asked]
    assert alice.dm_text("Search filters") == []


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


def test_a_sponsor_who_comes_back_takes_nothing_from_somebody_who_came_back_earlier(
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
