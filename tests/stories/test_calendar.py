"""Working days belong to the channel: its week, and the public holidays of its country.

Reminders go on from one working morning to the next.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.demo.slack.workspace import Channel
from models.tables.timer import Timer, TimerKind
from support.harness import Actor, Harness
from support.story_helpers import reminders, until

EVE = datetime(2026, 12, 23, 10, tzinfo=UTC)


def works(actor: Actor, channel: Channel, week: str, country: str) -> None:
    """Set the channel's working week and holidays."""
    fields = {"working_week": week, "holidays": country, "reason": "So we work"}
    actor.sets_up_again(channel, **fields)


def test_the_rights_say_which_days_are_working_days(alice: Actor, checkout: Channel) -> None:
    alice.types("/tradeoff rights", checkout)
    assert "Working days are Monday to Friday." in alice.was_told()
    works(alice, checkout, "Sunday to Thursday", "israel")
    alice.types("/tradeoff rights", checkout)
    told = "Working days are Sunday to Thursday, but for the public holidays of Israel."
    assert told in alice.was_told()


def test_a_country_that_nobody_knows_is_refused(alice: Actor, checkout: Channel) -> None:
    alice.types("/tradeoff setup", checkout)
    errors = alice.submits(holidays="Atlantis", reason="So we work")
    refused = errors["Public holidays of"]
    assert "I know no public holidays by that name" in refused
    assert "or a part of one by its code (DE-BY for Bavaria, GB-SCT for Scotland)" in refused


def test_a_date_that_follows_from_a_holiday_says_so(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    works(alice, checkout, "Monday to Friday", "DE")
    harness.clock.now = EVE
    card = erin.raises("Add Apple Pay")
    due = harness.decision().impact_due_at
    assert due
    # The window skips Christmas Day and a weekend.
    assert due == datetime(2026, 12, 28, 10, tzinfo=UTC)
    note = "(2 working days; Fri 25 Dec 2026 is off here)"
    assert note in harness.text(card)
    assert note in harness.text(bob.dm()[-1])


def test_nobody_is_reminded_on_a_day_off(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    works(alice, checkout, "Sunday to Thursday", "DE")
    harness.clock.now = EVE.replace(day=20)
    erin.raises("Guest checkout", kind="requirements", due_on="2026-12-21")
    # Friday and Saturday are off here, and the holidays fall on them; Sunday is a working day.
    until(harness, 28, month=12)
    days = [moment.removesuffix(" 09:30") for moment in reminders(alice)]
    assert days == ["Tue 22", "Wed 23", "Thu 24", "Sun 27", "Mon 28"]


def test_the_sponsor_waits_for_working_days(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    works(alice, checkout, "Monday to Friday", "DE")
    harness.clock.now = EVE.replace(day=21)
    erin.raises("Guest checkout", kind="requirements", due_on="2026-12-22")
    harness.clock.now = EVE.replace(day=23, hour=0)
    harness.settle()
    assert harness.decision().overdue_at
    harness.clock.now = EVE.replace(day=28, hour=23)
    harness.settle()
    assert harness.decision().escalated_to is None
    harness.clock.now = EVE.replace(day=29, hour=1)
    harness.settle()
    assert harness.decision().escalated_to


def test_a_commitment_says_that_its_day_is_a_day_off_until_it_is_moved(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel, harness: Harness
) -> None:
    works(alice, checkout, "Monday to Friday", "DE")
    alice.moves_alone(checkout)
    promise = alice.promises("Beta", "2026-12-25")
    off = "That is not a working day here."
    assert off in harness.plain(promise)
    card = erin.raises_move("Wait for the bank", to="2026-12-28")
    alice.approves_move(card)
    assert "Mon 28 Dec 2026" in harness.plain(promise)
    assert off not in harness.plain(promise)


def test_a_stand_in_west_of_the_channel_is_reminded_every_morning(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """The first reminder comes in the channel's morning, the others in the stand-in's."""
    harness.workspace.person("dora").time_zone = "America/New_York"
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    until(harness, 24, "12:00")
    assert alice.delegates(card, "dora") == {}
    until(harness, 27, "23:00")
    assert reminders(dora) == ["Wed 25 09:30", "Thu 26 14:30", "Fri 27 14:30"]


def test_whoever_travels_west_goes_on_being_reminded_once_a_day(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    until(harness, 24, "12:00")
    harness.workspace.person("alice").time_zone = "America/New_York"
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    until(harness, 26, "23:00")
    assert reminders(alice) == ["Tue 24 09:30", "Wed 25 09:30", "Thu 26 14:30"]


@pytest.mark.both_databases
def test_reminders_that_a_release_before_has_ended_too_early_begin_again(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """It lost the next timer of people west of the channel. Nothing of Bob's waits too long."""
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    erin.raises("Dark mode", kind="risk")
    until(harness, 24, "12:00")

    def lose(session: Session) -> None:
        of_alice = Timer.kind == TimerKind.REMIND, Timer.person == alice.id
        session.execute(delete(Timer).where(*of_alice, Timer.fired_at.is_(None)))

    harness.query(lose)
    until(harness, 24, "23:59")
    harness.later(hours=1)
    until(harness, 26, "12:00")
    assert reminders(alice) == ["Tue 24 09:30", "Wed 25 09:30", "Thu 26 09:30"]
    assert reminders(bob) == []


@pytest.mark.parametrize("how", ["stated", "lapsed"])
def test_whoever_decides_is_reminded_if_the_impact_comes_after_the_date_to_decide_by(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, how: str
) -> None:
    """On the first morning after that date, nothing waits for Alice yet."""
    until(harness, 24, "14:00")
    card = erin.raises("Add Apple Pay", due_on="2026-11-24")
    until(harness, 25, "15:00")
    if how == "stated":
        bob.states_impact(card)
    until(harness, 27, "23:00")
    first = ["Thu 26 09:30"] if how == "stated" else []
    assert reminders(alice) == [*first, "Fri 27 09:30"]


def test_an_undo_leaves_the_reminders_of_what_is_overdue(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 25, "12:00")
    until(harness, 26, "09:28")
    alice.approves(card)
    until(harness, 26, "09:31")
    alice.undoes()
    until(harness, 27, "12:00")
    assert reminders(alice) == ["Wed 25 09:30", "Fri 27 09:30"]
