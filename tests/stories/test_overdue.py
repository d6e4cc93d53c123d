"""Stories of silence: overdue, reminded, snoozed, escalated.

Silence is never taken for an answer.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.rules import Impact, Outcome, State, Verb
from models.tables.history import payload_of
from models.tables.history_payloads import Settled
from support.harness import Actor, Harness
from support.story_helpers import events, reminders, until, verified


def rhythm(actor: Actor, channel: Channel, **fields: object) -> None:
    actor.types("/tradeoff rights", channel)
    actor.presses(actor.member.sees(channel)[-1], "Change reminders and digest")
    assert actor.submits(reason="We talk every morning", **fields) == {}


# ---- overdue -------------------------------------------------------------------------------------


def test_overdue_is_the_day_after_where_the_channel_is(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    alice.types("/tradeoff setup", search)
    assert (
        alice.submits(
            product_owner="alice",
            project_manager="bob",
            sponsor="sam",
            time_zone="America/New_York",
        )
        == {}
    )
    card = erin.raises("Guest checkout", kind="requirements", in_=search, due_on="2026-11-24")
    until(harness, 25, "04:59")
    assert harness.decision().overdue_at is None
    assert "Overdue" not in harness.text(card)
    until(harness, 25, "05:00")
    assert "Overdue: it was due on 24 Nov" in harness.text(card)
    assert "Overdue" in harness.text(
        next(
            message for message in alice.dm() if "waits for your decision" in harness.plain(message)
        )
    )
    assert harness.decision().state is State.AWAITING_DECISION
    assert harness.decision().outcome is None
    verified(harness)


def test_an_edit_that_brings_another_time_zone_leaves_a_decision_that_becomes_overdue(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    alice.types("/tradeoff setup", search)
    people = {"product_owner": "alice", "project_manager": "bob", "sponsor": "sam"}
    assert alice.submits(**people, time_zone="Asia/Tokyo") == {}
    card = erin.raises("Guest checkout", kind="requirements", in_=search, due_on="2026-11-24")
    alice.sets_up_again(search, time_zone="America/New_York", reason="It was the wrong one")
    erin.presses(card, "Edit")
    assert erin.submits(title="Guest checkout for all") == {}
    until(harness, 25, "04:59")
    assert harness.decision().overdue_at is None
    until(harness, 25, "05:00")
    assert "Overdue: it was due on 24 Nov" in harness.text(card)


def test_decided_in_time_is_never_overdue(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    alice.rejects(card)
    until(harness, 30)
    assert "Overdue" not in harness.text(card)
    assert reminders(alice) == []


def test_a_later_date_ends_being_overdue(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 25)
    erin.presses(card, "Edit")
    passed = "That day has passed. Choose today or a later day."
    assert erin.submits(due_on="2026-11-23") == {"Decide by": passed}
    assert erin.submits(due_on="2026-11-24", why_now="Guests leave") == {}, "it is as it was"
    assert "Overdue: it was due on 24 Nov" in harness.text(card)
    erin.presses(card, "Edit")
    assert erin.submits(due_on="2026-11-26") == {}
    assert "Overdue" not in harness.text(card)
    until(harness, 26)
    assert reminders(alice) == ["Wed 25 09:30"]
    until(harness, 27)
    assert "Overdue: it was due on 26 Nov" in harness.text(card)
    assert reminders(alice) == ["Wed 25 09:30", "Fri 27 09:30"]


# ---- reminders -----------------------------------------------------------------------------------


def test_people_are_reminded_on_working_days_at_half_past_nine_of_their_own_clock(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    rhythm(alice, checkout, grace_days=20)
    erin.raises("Who pays the bank", kind="risk", due_on="2026-11-26")
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-26")
    until(harness, 30, "23:00")
    assert reminders(bob) == ["Fri 27 08:30", "Mon 30 08:30"]
    assert reminders(alice) == ["Fri 27 09:30", "Mon 30 09:30"]
    assert (
        len(
            bob.dm_text(
                "1 thing waits for you. #1 Who pays the bank in #checkout waits for your decision"
            )
        )
        == 1
    )
    assert "due Thu 26 Nov 2026; overdue" in bob.dm_text("1 thing waits for you")[0]


def test_a_record_that_nobody_acknowledges_is_urgent_after_two_days(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """It has no date, so it never becomes overdue."""
    card = erin.records("Guest checkout", kind="requirements", by="sam")
    until(harness, 26, "12:00")
    assert reminders(alice) == ["Thu 26 09:30"]
    assert alice.dm_text("1 thing waits for you. #1 Guest checkout in #checkout waits for you to")
    assert "Overdue" not in harness.text(card)
    alice.presses(card, "Acknowledge")
    assert alice.submits() == {}
    until(harness, 27, "12:00")
    assert reminders(alice) == ["Thu 26 09:30"]


def test_one_message_bundles_all_that_waits(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    erin.raises("Search filters", kind="requirements", in_=search, due_on="2026-11-23")
    erin.raises("Dark mode", kind="requirements")
    bob.raises("Freeze", kind="schedule")
    until(harness, 24, "12:00")
    assert reminders(alice) == ["Tue 24 09:30"]
    (message,) = [
        message for message in alice.dm() if "things wait for you" in harness.plain(message)
    ]
    words = harness.plain(message)
    assert words.startswith(
        "4 things wait for you. #1 Guest checkout in #checkout waits for your decision"
    )
    assert (
        "#2 Search filters in #search waits for your decision, due Mon 23 Nov 2026; overdue."
        in words
    )
    assert "#3 Dark mode in #checkout waits for your decision." in words
    assert "#4 Freeze in #checkout waits for your impact statement" in words
    alice.presses(message, "Open")
    assert "Guest checkout" in alice.form_words()


def test_reminders_end_when_the_decision_is_made(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    until(harness, 24)
    alice.rejects(card)
    until(harness, 27)
    assert reminders(alice) == ["Tue 24 09:30"]


def test_the_off_switch_holds_for_what_is_open_already(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    rhythm(alice, search, grace_days=20)
    rhythm(alice, checkout, grace_days=20)
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    until(harness, 24)
    rhythm(bob, checkout, reminds="no")
    assert "While they are off, nobody is reminded." in harness.text(erin.member.sees(checkout)[-1])
    until(harness, 26)
    assert reminders(alice) == ["Tue 24 09:30"]
    erin.raises("Search filters", kind="requirements", in_=search, due_on="2026-11-26")
    until(harness, 27)
    assert reminders(alice) == ["Tue 24 09:30", "Fri 27 09:30"]
    assert "Guest checkout" not in alice.dm_text("1 thing waits for you. #2 Search filters")[0]
    rhythm(bob, checkout, reminds="yes")
    told = harness.text(erin.member.sees(checkout)[-1])
    assert "Reminders: was no; now yes." in told
    assert "nobody is reminded" not in told
    until(harness, 30)
    assert reminders(alice) == ["Tue 24 09:30", "Fri 27 09:30", "Mon 30 09:30"]
    assert len(alice.dm_text("2 things wait for you")) == 1


@pytest.mark.both_databases
def test_reminders_are_snoozed_for_a_day_three_or_a_week(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    rhythm(alice, checkout, grace_days=20)
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    until(harness, 24)
    for choice, told, day, month in (
        ("1 day", "No reminders before 2026-11-26 09:30", 26, 11),
        ("3 days", "No reminders before 2026-11-30 09:30", 30, 11),
        ("A week", "No reminders before 2026-12-08 09:30", 8, 12),
    ):
        before = len(reminders(alice))
        alice.snoozes(choice)
        assert told in alice.was_told()
        until(harness, day, "09:29", month)
        assert len(reminders(alice)) == before
        until(harness, day, "09:31", month)
        assert len(reminders(alice)) == before + 1
    alice.snoozes("A week")
    assert [block["type"] for block in alice.dm()[-1].blocks or ()] == ["section", "actions"]
    alice.presses(alice.dm()[-1], "Remind me again")
    assert "You get reminders again, from 2026-12-09 09:30" in alice.was_told()
    until(harness, 9, "09:31", 12)
    assert len(reminders(alice)) == before + 2
    alice.rejects(card)
    alice.raises("Gift cards", kind="requirements")
    alice.snoozes("A week")
    alice.presses(alice.dm()[-1], "Remind me again")
    assert "You get reminders again. Nothing needs one now." in alice.was_told()


def test_new_requests_reach_a_person_who_snoozes(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-23")
    until(harness, 24)
    alice.snoozes("A week")
    erin.raises("Search filters", kind="requirements")
    assert len(alice.dm_text("#2 Search filters in #checkout waits for your decision")) == 1


# ---- escalation ----------------------------------------------------------------------------------


def test_the_sponsor_may_decide_only_after_the_grace_period(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    sam.presses(card, "Approve")
    assert "Only @alice (product owner) decides requirements here" in sam.was_told()
    until(harness, 26)  # overdue, within the three working days
    before = sam.was_told()
    sam.presses(card, "Approve")
    assert sam.was_told() != before
    assert harness.decision().escalated_to is None
    until(harness, 30, "12:00")
    assert harness.decision().escalated_to == sam.id
    told = (
        "should have been decided by Tue 24 Nov 2026, and is still open. It waits for @alice; from "
        "now on you may"
    )
    assert len(sam.dm_text(told)) == 1
    assert "@sam (sponsor) may decide too" in harness.whole(card)
    sam.presses(card, "Delegate")
    assert "You may decide #1 by escalation, but not hand it on" in sam.was_told()
    sam.presses(
        next(message for message in sam.dm() if "from now on you may" in harness.plain(message)),
        "Approve",
    )
    assert "You decide as sponsor, by escalation; the record says so" in sam.form_words()
    sam.twice(option="A. Add it now", reason="It cannot wait")
    assert harness.decision().outcome is Outcome.APPROVED
    outcome = harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "approved by @sam (sponsor, by escalation; requirements): A. Add it now" in outcome
    assert "by escalation" in harness.whole(card)
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert "#1 is already approved by @sam" in alice.was_told()
    verified(harness)

    verbs = (Verb.RAISE, Verb.OVERDUE, Verb.ESCALATE, Verb.DECIDE)
    assert [len(events(harness, verb)) for verb in verbs] == [1, 1, 1, 1]
    settled = payload_of(events(harness, Verb.DECIDE)[0])
    assert isinstance(settled, Settled)
    assert settled.by_escalation


@pytest.mark.parametrize("acted", [False, True])
def test_a_later_date_takes_no_escalation_from_the_sponsor(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel, acted: bool
) -> None:
    """Whoever raises a decision could move its date on for ever, and so keep the sponsor out."""
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    if acted:
        alice.asks(card, "erin", "Which guests?")
    erin.presses(card, "Edit")
    assert erin.submits(why_now="Guests leave", due_on="2026-11-24") == {}
    assert "Overdue: it was due on 24 Nov" in harness.text(card)
    assert harness.decision().escalated_to == sam.id
    erin.presses(card, "Edit")
    assert erin.submits(due_on="2026-12-24") == {}
    decision = harness.decision()
    assert (decision.round, decision.overdue_at) == (3 if acted else 1, None)
    assert "Overdue" not in harness.text(card)
    assert "@sam (sponsor) may decide too" in harness.whole(card)
    (told,) = [message for message in sam.dm() if "from now on you may" in harness.plain(message)]
    assert "was overdue before an edit, and is still open." in harness.plain(told)
    sam.presses(told, "Approve")
    assert sam.submits(option="A. Add it now", reason="It cannot wait") == {}
    assert harness.decision().outcome is Outcome.APPROVED
    assert "approved by @sam (sponsor, by escalation; requirements)" in harness.plain(
        harness.workspace.messages[checkout.id][-1]
    )
    verified(harness)


def test_a_new_sponsor_takes_over_what_is_escalated_and_has_a_later_date(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    erin.presses(card, "Edit")
    assert erin.submits(due_on="2026-12-24") == {}
    sam.types("/tradeoff setup", checkout)
    assert sam.submits(sponsor="dora", reason="Dora answers for it now") == {}
    harness.settle()
    assert harness.decision().escalated_to == dora.id


def test_an_edit_that_makes_the_sponsor_the_holder_ends_the_escalation(
    harness: Harness, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob has left Slack, so the sponsor decides in his place, and not by escalation."""
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    harness.run(bob.member.is_deactivated())
    harness.settle()
    erin.presses(card, "Edit")
    assert erin.submits(kind="risk", due_on="2026-12-24") == {}
    decision = harness.decision()
    assert (decision.round, decision.holder, decision.escalated_to) == (1, sam.id, None)
    assert "Waiting for @sam (for @bob, who has left Slack) to decide." in harness.text(card)
    assert "may decide too" not in harness.text(card)
    assert not any("from now on you may" in text for text in sam.dm_text())
    verified(harness)


def test_the_holder_may_still_decide_what_is_escalated(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "09:00")
    assert reminders(sam) == []
    until(harness, 1, "12:00", 12)
    assert reminders(sam) == ["Mon 30 09:30", "Tue 01 09:30"]
    erin.presses(card, "Approve")
    assert (
        "@alice (product owner) decides requirements here (rights v1). It is overdue, so @sam "
        "(sponsor) may decide too." in erin.was_told()
    )
    assert "Only @alice" not in erin.was_told()
    erin.presses(card, "Edit")
    assert erin.submits(due_on="2026-12-24") == {}
    erin.presses(card, "Approve")
    assert "It was escalated, so @sam (sponsor) may decide too." in erin.was_told()
    alice.rejects(card)
    assert "rejected by @alice (product owner, requirements)" in harness.plain(
        harness.workspace.messages[checkout.id][-1]
    )
    (told,) = [
        message for message in sam.dm() if "Nothing waits for you here" in harness.plain(message)
    ]
    assert buttons(told) == ["Details"]


def test_without_a_sponsor_nobody_else_may_decide(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    card = erin.raises("Guest checkout", kind="requirements", in_=search, due_on="2026-11-23")
    until(harness, 8, month=12)
    assert harness.decision().escalated_to is None
    assert "Overdue" in harness.text(card)
    erin.presses(card, "Approve")
    assert "Only @alice (product owner) decides requirements here" in erin.was_told()
    assert len(reminders(alice)) == 11


def test_lapsed_rejected_and_withdrawn_are_three_things(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    lapsed, rejected, withdrawn = (
        erin.raises(title) for title in ("Apple Pay", "Guest checkout", "Dark mode")
    )
    erin.presses(withdrawn, "Withdraw")
    assert erin.submits(reason="Asked twice") == {}
    until(harness, 25, "12:00")
    alice.rejects(rejected)
    assert [decision.impact for decision in harness.decisions()] == [
        Impact.LAPSED,
        Impact.LAPSED,
        Impact.AWAITED,
    ]
    assert [decision.state for decision in harness.decisions()] == [
        State.AWAITING_DECISION,
        State.DECIDED,
        State.WITHDRAWN,
    ]
    assert [decision.outcome for decision in harness.decisions()] == [None, Outcome.REJECTED, None]
    assert "The project manager's impact was not stated" in harness.whole(lapsed)
    assert "Waiting for @alice to decide" in harness.text(lapsed)
    assert "Rejected by @alice" in harness.text(rejected)
    assert "Withdrawn by @erin; it was not decided" in harness.whole(withdrawn)
    assert not {"rejected", "withdrawn"} & set(harness.text(lapsed).lower().split())


def test_a_sponsor_reads_why_they_are_told_although_the_impact_comes_first(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, search: Channel
) -> None:
    """The window for the impact is longer than the grace period after the date."""
    people = {"product_owner": "alice", "project_manager": "bob", "sponsor": "sam"}
    alice.types("/tradeoff setup", search)
    assert alice.submits(**people, time_zone="Europe/London", impact_days="10") == {}
    erin.raises("Dark mode", kind="priority", in_=search, due_on="2026-11-24")
    until(harness, 30, "12:00")
    (told,) = [text for text in sam.dm_text("#1 Dark mode") if "thing waits" not in text]
    assert told == (
        "#1 Dark mode in #search should have been decided by Tue 24 Nov 2026, and is still open. "
        "The impact comes first; then you may decide it too, by escalation."
    )
