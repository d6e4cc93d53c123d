"""Situations in which two rules, or a rule and a fault, meet.

For example, a sponsor undoes, an owner is away when work comes back, or an event is not recorded.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands import verify
from bot.demo.slack.workspace import Channel
from models.rules import Outcome, State
from support.command_line import tradeoff
from support.harness import GENEROUS, Actor, Harness
from support.home_visitor import home, leaves, opens_home, presses
from support.replica import Replica
from support.story_helpers import acting, secret_of, until

# ---- the sponsor ---------------------------------------------------------------------------------


def test_a_sponsor_who_undoes_may_decide_again(
    harness: Harness, sam: Actor, erin: Actor, alice: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    sam.approves(card, because="Slip of the finger")
    sam.undoes()
    assert harness.decision().state is State.AWAITING_DECISION
    assert "Overdue" in harness.text(card)
    sam.rejects(card, because="No")
    assert harness.decision().outcome is Outcome.REJECTED
    assert harness.decision_whole().settlement.by_escalation


def test_grace_that_ends_within_the_minutes_of_an_undo_is_not_forgotten(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 29, "23:58")
    assert harness.decision().escalated_to is None
    alice.approves(card)
    until(harness, 30, "00:01")
    alice.undoes()
    until(harness, 30, "00:10")
    assert harness.decision().escalated_to == sam.id


def test_a_sponsor_who_stood_in_when_grace_ended_is_asked_after_standing_in(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    assert alice.goes_away("sam", until="2026-12-02") == {}
    until(harness, 1, "12:00", month=12)
    assert (acting(harness)[0], harness.decision().escalated_to) == ("sam", None)
    until(harness, 3, "12:00", month=12)
    assert (acting(harness)[0], harness.decision().escalated_to) == ("alice", sam.id)


def test_a_new_sponsor_is_asked_if_the_last_one_held_the_decision(
    harness: Harness, alice: Actor, sam: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    assert alice.delegates(card, "sam") == {}
    until(harness, 1, "12:00", month=12)
    assert harness.decision().escalated_to is None
    alice.sets_up_again(checkout, sponsor="dora", reason="Sam decides this one")
    until(harness, 1, "12:05", month=12)
    assert harness.decision().escalated_to == dora.id


# ---- away ----------------------------------------------------------------------------------------


def test_what_comes_back_to_someone_away_goes_to_their_delegate(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, sam: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    card = alice.card(checkout)
    assert alice.delegates(card, "erin") == {}
    assert alice.goes_away("dora") == {}
    assert acting(harness)[0] == "erin"
    erin.presses(card, "Delegate")
    assert erin.submits() == {}
    assert acting(harness)[:2] == ("dora", "alice")
    dora.approves(card)


def test_what_is_signed_stays_signed_when_the_signer_goes_on_leave(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move the date", kind="commitment")
    bob.states_impact(card)
    alice.approves(card)
    alice.presses(card, "Delegate")
    assert "You have already signed #1" in alice.was_told()
    assert alice.goes_away("dora") == {}
    assert acting(harness)[0] == "alice"
    assert dora.dm_text("waits for your") == []
    bob.presses(card, "Approve")
    assert bob.submits(reason="Fine") == {}
    assert harness.decision().outcome is Outcome.APPROVED


def test_the_last_signature_sets_the_day_of_review(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move the date", kind="commitment")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    assert "whether the forecast held" not in alice.form_words()
    assert alice.submits(option="A. Add it now", reason="It pays") == {}
    bob.presses(card, "Approve")
    assert bob.submits(reason="Fine", review_on="2026-12-05") == {}
    assert str(harness.decision_whole().settlement.review_on) == "2026-12-05"


# ---- the record ----------------------------------------------------------------------------------


def test_an_impact_window_that_ended_in_silence_stays_counted(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    silence = "Impact windows that ended without a statement: 1."
    card = erin.raises("Guest checkout")
    harness.later(days=3)
    alice.approves(card)
    alice.types("/tradeoff digest", checkout)
    assert silence in harness.text(alice.member.sees(checkout)[-1])
    harness.later(minutes=6)
    alice.reopens(card)
    alice.types("/tradeoff digest", checkout)
    assert silence in harness.text(alice.member.sees(checkout)[-1])


def test_a_decision_is_found_by_the_reason_of_its_reopening(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    bob.reopens(card, because="Regulators telephoned")
    alice.types("/tradeoff list regulators", checkout)
    assert "#1 Guest checkout" in alice.form_words()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE settlement SET outcome = 'rejected', reason = 'No'; UPDATE decision "
        "SET outcome = 'rejected', settled_reason = 'No'",
        "UPDATE decision SET title = 'Give Erin a rise'",
        "UPDATE decision SET holder = raised_by",
    ],
)
def test_an_outcome_changed_behind_its_history_is_seen_in_slack_too(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, change: str
) -> None:
    alice.approves(erin.raises("Guest checkout", kind="requirements"))
    assert verify.walk(harness.bot.database, lambda count: None).faults == 0
    for statement in change.split(";"):
        harness.query(lambda session, statement=statement: session.execute(text(statement)))
    assert verify.walk(harness.bot.database, lambda count: None).faults == 1
    alice.shows(1)
    assert "The record does not verify: " in alice.form_words()
    assert "is not what its history says" in alice.form_words()


# ---- Slack and the machine -----------------------------------------------------------------------


@pytest.mark.as_in_life
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_event_that_was_not_recorded_is_told_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Another program holds the database for too long when Slack says that Alice has left."""
    erin.raises("Guest checkout", kind="requirements")
    path = harness.url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    free = threading.Timer(6, lambda: other.execute("ROLLBACK"))
    free.start()
    harness.run(alice.member.is_deactivated())
    free.join()
    other.close()
    harness.settle()
    assert acting(harness)[0] == "sam"


@pytest.mark.both_databases
def test_another_replica_finds_out_who_was_removed(
    harness: Harness, alice: Actor, erin: Actor, people: dict[str, Actor]
) -> None:
    """Slack sends the event to the first replica only; the second must ask Slack again."""
    secret = secret_of(harness, alice)
    lobby = harness.workspace.add_channel("lobby", ["alice", "bob", "sam", "erin"])
    alice.raises("Lay off contractors", kind="requirements", in_=secret)
    harness.timeouts.room_kept = 1.0
    second = Replica(harness)
    there = second.sees(erin)
    assert "Lay off" in there.shows(1, in_=lobby)
    leaves(erin, secret)
    until = time.monotonic() + GENEROUS
    while "belongs to a channel that you or I are not in" not in there.was_told():
        assert time.monotonic() < until
        there.types("/tradeoff show 1", lobby)
    second.stop()


def test_a_long_reason_from_a_home_of_many_pages_is_kept(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """A form carries the metadata of its Home in 3,000 characters, so Home keeps no typed text."""
    for number in range(12):
        card = erin.claims(f"Item {number}", criteria="Works")
        alice.presses(card, "Accept with follow-ups")
        assert alice.submits(criterion1="not_met", reason="Fine") == {}
        task = '&"' * 150
        assert (
            alice.submits(
                follow_up1_what=task, follow_up1_owner="alice", follow_up1_due="2026-12-01"
            )
            == {}
        )
    for number in range(11):
        erin.claims(f"Thing {number}", criteria="Works")
    opens_home(alice)
    remembered = len(home(alice).view["private_metadata"])
    presses(alice, "Next", "Next: Follow-ups you own")
    assert remembered < len(home(alice).view["private_metadata"]) < len(task)
    presses(alice, "Give verdict", "Thing 3")
    alice.presses(alice.form, "Accept with follow-ups")
    harness.workspace.bad_requests.clear()
    reason = '"\n' * 499 + "ok"
    assert alice.submits(criterion1="not_met", reason=reason) == {}
    assert (
        alice.submits(follow_up1_what="It", follow_up1_owner="alice", follow_up1_due="2026-12-01")
        == {}
    )
    assert harness.decision(16).settled_reason == reason
    # Home was redrawn while the form was open, so Slack refused the form's older hash of Home.
    harness.workspace.bad_requests.clear()


@pytest.mark.both_databases
def test_an_export_into_a_pipe_leaves_the_pipe_there(
    harness: Harness, erin: Actor, checkout: Channel, tmp_path: Path
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    pipe, heard = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()))
    reader.start()
    url = harness.url.replace("+psycopg", "")
    result = tradeoff(tmp_path, "export", "--format", "csv", "--output", "pipe", database_url=url)
    reader.join(10)
    assert result.returncode == 0, result.stderr
    assert pipe.is_fifo()
    assert b"Guest checkout" in heard[0]
