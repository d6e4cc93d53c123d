"""People leave Slack or a channel while something waits for their answer or their act."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.demo.slack.workspace import Channel
from models.rules import State
from models.tables.timer import Timer, TimerKind
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves, opens_home
from support.story_helpers import secret_of, until, verified


def forecast_by_bob(alice: Actor, bob: Actor, channel: Channel) -> None:
    """Approve a decision whose impact Bob has stated; the review is on 30 November."""
    card = bob.raises("Add Apple Pay", in_=channel)
    bob.states_impact(card)
    alice.presses(card, "Approve")
    fields = {"option": "A. Add it now", "reason": "It pays", "review_on": "2026-11-30"}
    assert alice.submits(**fields) == {}


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["leaves Slack", "leaves the channel"])
def test_somebody_else_is_asked_if_the_person_who_was_asked_cannot_answer(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, how: str
) -> None:
    secret = secret_of(harness, alice)
    card = bob.raises("Guest checkout", kind="requirements", in_=secret)
    alice.asks(card, "erin", "How long does it take?")
    alice.presses(card, "Ask")
    assert "@erin has not answered the question on #1 yet." in alice.was_told()
    if how == "leaves Slack":
        harness.run(erin.member.is_deactivated())
    leaves(erin, secret)
    alice.asks(card, "bob", "How long does it take?")
    assert "waiting for @bob to answer" in harness.whole(card)
    if how == "leaves Slack":
        harness.run(erin.member.is_reactivated())
    joins(erin, secret)
    assert "@alice has asked somebody else about #1" in harness.plain(erin.dm()[-1])
    assert "Guest checkout" not in opens_home(erin)
    erin.presses_stale(erin.dm()[-1], "questions.answer", f"{harness.decision().id}:1")
    assert "That question on #1 is no longer open." in erin.was_told()
    bob.answers("A week")
    assert harness.decision().state is State.AWAITING_DECISION
    verified(harness)


def test_whoever_was_asked_first_reads_who_has_asked_somebody_else(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    joins(dora, secret)
    card = alice.raises("Move Beta", kind="commitment", in_=secret)
    bob.states_impact(card)
    alice.asks(card, "erin", "How long does it take?")
    leaves(erin, secret)
    bob.asks(card, "dora", "How long does it take?")
    joins(erin, secret)
    assert "@bob has asked somebody else about #1" in harness.plain(erin.dm()[-1])


def test_somebody_else_is_asked_about_the_forecast_of_somebody_outside_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Bob, who forecast the impact and still has his role, has left the channel. Alice is asked."""
    secret = secret_of(harness, alice)
    forecast_by_bob(alice, bob, secret)
    leaves(bob, secret)
    until(harness, 30)
    asked = "@bob, who could not be asked, forecast 5 working days of slip for #1"
    assert len(alice.dm_text(asked)) == 1
    assert bob.dm_text("Did it hold?") == []
    erin.presses_stale(erin.card(secret), "review.say", f"{harness.decision().id}:1")
    assert "It is for @alice to say whether the forecast of #1 held." in erin.was_told()
    alice.presses(alice.dm()[-1], "Say how it went")
    assert alice.submits(held="held", days=5) == {}
    verified(harness)


def test_the_next_role_holder_is_asked_about_the_forecast_of_somebody_outside_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Alice was asked in Bob's place; then Erin gets Bob's role, and Alice may not answer any more.

    Erin's Home does not list the question, because Bob has not left Slack.
    """
    secret = secret_of(harness, alice)
    forecast_by_bob(alice, bob, secret)
    leaves(bob, secret)
    until(harness, 30)
    harness.later(hours=2)
    joins(bob, secret)
    alice.sets_up_again(secret, project_manager="erin", reason="Bob moves on")
    leaves(bob, secret)
    harness.later(hours=1)
    assert len(alice.dm_text("Did it hold?")) == 1
    asked = "@bob, who could not be asked, forecast 5 working days of slip for #1"
    assert len(erin.dm_text(asked)) == 1
    harness.later(hours=3)
    assert len(erin.dm_text(asked)) == 1
    erin.presses(erin.dm()[-1], "Say how it went")
    assert erin.submits(held="held", days=5) == {}
    verified(harness)


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["leaves Slack", "leaves the channel"])
def test_somebody_else_is_asked_about_a_forecast_if_its_author_leaves_without_an_answer(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, how: str
) -> None:
    secret = secret_of(harness, alice)
    forecast_by_bob(alice, bob, secret)
    until(harness, 30)
    assert len(bob.dm_text("Did it hold?")) == 1
    alice.sets_up_again(secret, project_manager="erin", reason="Bob moves on")
    assert erin.dm_text("Did it hold?") == []
    if how == "leaves Slack":
        harness.run(bob.member.is_deactivated())
        harness.settle()
    leaves(bob, secret)
    harness.settle()
    assert len(erin.dm_text("forecast 5 working days of slip for #1")) == 1
    harness.later(hours=3)
    reviews = select(func.count(Timer.id)).where(Timer.kind == TimerKind.REVIEW)
    assert harness.query(lambda session: session.scalar(reviews)) == 2
    erin.presses(erin.dm()[-1], "Say how it went")
    assert erin.submits(held="held", days=5) == {}


def test_a_follow_up_that_is_given_while_its_owner_leaves_slack_is_noticed(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Slack's event arrives before the form; the bot's cached answer says that she is there."""
    card = erin.claims("One-page checkout")
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Good enough") == {}
    event = {"type": "user_change", "user": {"id": erin.id, "deleted": True}}
    harness.run(erin.member.delivery.event(event))
    owed = {"what": "Bring it under 2 s", "owner": "erin", "due": "2026-12-01"}
    assert alice.submits(**{f"follow_up1_{name}": value for name, value in owed.items()}) == {}
    checkout.members.discard(erin.id)
    erin.member.person.deleted = True
    harness.bot.people.forget_person(harness.workspace.team_id, erin.id)
    assert alice.dm_text("@erin has left Slack") == []
    harness.later(minutes=59)
    (told,) = alice.dm_text("@erin has left Slack")
    assert "Their follow-up of #1 is still open." in told


def test_a_role_holder_is_told_in_place_of_a_raiser_who_has_left(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="risk", in_=secret)
    harness.run(erin.member.is_deactivated())
    leaves(bob, secret)
    harness.settle()
    assert len(alice.dm_text("@bob cannot read #secret any more. #1 waits for them there.")) == 1
    assert erin.dm_text("@bob cannot read") == []


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "lost"])
def test_whoever_forecast_is_asked_after_coming_back_into_the_channel(
    harness: Harness, alice: Actor, bob: Actor, is_told: bool
) -> None:
    """Alice was asked in Bob's place. She may not answer any more, and nobody had asked Bob."""
    secret = secret_of(harness, alice)
    forecast_by_bob(alice, bob, secret)
    leaves(bob, secret)
    until(harness, 30)
    assert len(alice.dm_text("Did it hold?")) == 1
    if is_told:
        joins(bob, secret)
    else:
        secret.members.add(bob.id)
        harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
    for _ in range(3):
        harness.later(hours=1)
        assert len(bob.dm_text("You forecast 5 working days of slip for #1")) == 1
    bob.presses(bob.dm()[-1], "Say how it went")
    assert bob.submits(held="held", days=5) == {}


def test_the_next_person_is_asked_if_whoever_was_asked_in_anothers_place_leaves_too(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """Erin, who has Bob's role now, was asked in his place. After her it is Alice's turn."""
    secret = secret_of(harness, alice)
    forecast_by_bob(alice, bob, secret)
    alice.sets_up_again(secret, project_manager="erin", reason="Bob moves on")
    leaves(bob, secret)
    until(harness, 30)
    harness.later(hours=1)
    assert len(erin.dm_text("Did it hold?")) == 1
    leaves(erin, secret)
    harness.later(hours=1)
    asked = "@bob, who could not be asked, forecast 5 working days of slip for #1"
    assert len(alice.dm_text(asked)) == 1
    alice.presses(alice.dm()[-1], "Say how it went")
    assert alice.submits(held="held", days=5) == {}


def test_whoever_forecast_is_asked_after_being_outside_only_on_the_morning_of_the_review(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    """The checks of the evening before, when Bob was there, do not count as having asked him."""
    secret = secret_of(harness, alice)
    forecast_by_bob(alice, bob, secret)
    until(harness, 29, "20:00")
    for _ in range(5):
        harness.later(hours=1)
    assert bob.dm_text("Did it hold?") == []
    leaves(bob, secret)
    until(harness, 30)
    assert len(alice.dm_text("Did it hold?")) == 1
    joins(bob, secret)
    harness.later(hours=1)
    assert len(bob.dm_text("You forecast 5 working days of slip for #1")) == 1
