"""Stories after the fact: what a meeting decided is recorded, acknowledged or disputed.

Also stories of looking at one decision.
"""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel, Message
from models.rules import Impact, Outcome, State
from support.harness import Actor, Harness
from support.home_visitor import opens_home
from support.story_helpers import files, verified


def last(harness: Harness, channel: Channel) -> str:
    return harness.plain(harness.workspace.messages[channel.id][-1])


def test_what_a_meeting_decided_is_acknowledged(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Guest checkout", kind="priority", by="sam")
    said = harness.whole(card)
    assert (
        "Decided on Fri 20 Nov 2026 by @sam, recorded after the fact. Waiting for "
        "@alice to acknowledge" in said
    )
    assert "Guests may order" in said
    assert "Recorded by @erin" in said
    assert harness.decision().impact is Impact.NOT_ASKED
    assert (buttons(card), menu(card)) == (
        ["Acknowledge", "Dispute", "Ask"],
        ["Details", "Delegate", "Withdraw"],
    )
    asked = (
        "@erin recorded #1 Guest checkout in #checkout, decided on Fri 20 Nov 2026 by @sam: "
        "please acknowledge or dispute it"
    )
    assert len(alice.dm_text(asked)) == 1
    assert bob.dm_text("Guest checkout") == []
    assert "Waits for you to acknowledge or dispute it." in opens_home(alice)
    bob.presses(card, "Acknowledge")
    assert "Only @alice (product owner) decides priority here" in bob.was_told()
    alice.presses(alice.dm()[-1], "Acknowledge")
    assert "Decided by @sam. You say that this was, and stays, the decision" in alice.form_words()
    alice.twice()
    assert harness.decision().outcome is Outcome.ACKNOWLEDGED
    assert (
        "#1 Guest checkout: acknowledged by @alice (product owner, priority): Guests may order"
        in last(harness, checkout)
    )
    assert "Recorded after the fact" in harness.whole(card)
    settled = (
        "What you recorded in #checkout, #1 Guest checkout, is settled: acknowledged by @alice"
    )
    assert len(erin.dm_text(settled)) == 1
    assert buttons(card) == []
    verified(harness)


def test_a_message_names_nobody_twice_who_recorded_or_reads_a_decision_of_their_own(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Guest checkout", by="erin")
    of_the_recorder = (
        "@erin recorded #1 Guest checkout in #checkout, which they decided on Fri 20 Nov 2026: "
        "please acknowledge or dispute it"
    )
    assert len(alice.dm_text(of_the_recorder)) == 1
    assert ": @erin recorded what they had decided on Fri 20 Nov 2026" in erin.shows(1)
    erin.records("Express checkout", by="alice")
    of_the_reader = "#2 Express checkout in #checkout, which you decided on Fri 20 Nov 2026: please"
    assert len(alice.dm_text(of_the_reader)) == 1
    assert alice.delegates(card, "erin") == {}
    assert erin.dm_text("You recorded #1 Guest checkout in #checkout, which you decided on Fri")
    verified(harness)


def test_the_holder_who_records_needs_no_acknowledgement(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    card = alice.records("Guest checkout")
    assert harness.decision().outcome is Outcome.ACKNOWLEDGED
    assert "acknowledged by @alice (product owner, requirements)" in harness.whole(card).lower()
    assert "acknowledged by @alice" in last(harness, checkout)
    assert alice.dm() == []
    verified(harness)


def test_of_two_signatures_the_recorder_gives_one(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = alice.records("Move Beta", kind="commitment")
    assert harness.decision().state is State.AWAITING_SIGNATURE
    words = harness.text(card)
    assert "by @alice, recorded after the fact. Acknowledged by @alice; waiting for @bob" in words
    assert words.count("recorded after the fact") == 1
    assert alice.dm() == []
    bob.presses(bob.dm()[-1], "Acknowledge")
    assert bob.submits(note="So we said") == {}
    assert harness.decision().outcome is Outcome.ACKNOWLEDGED
    assert "acknowledged by @alice and @bob (commitment): Guests may order" in last(
        harness, checkout
    )
    said = bob.shows(1)
    assert "Acknowledged by @alice (product owner)" in said
    assert ": @alice acknowledged it" in said
    assert ": @bob acknowledged it" in said
    assert "signed" not in said.lower()
    verified(harness)


def test_a_settled_record_says_who_made_the_decision_and_when(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Guest checkout", by="sam")
    assert erin.shows(1).count("Decided on Fri 20 Nov 2026 by @sam") == 1
    alice.presses(card, "Acknowledge")
    assert alice.submits() == {}
    said = erin.shows(1)
    assert said.count("Decided on Fri 20 Nov 2026 by @sam") == 1
    assert ": @erin recorded what @sam decided on Fri 20 Nov 2026" in said
    assert said.lower().count("rights v1") == 1
    verified(harness)


def test_a_future_day_is_refused_and_a_second_click_records_nothing_more(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff record Guest checkout", checkout)
    assert erin.form.values["title"]["title"]["value"] == "Guest checkout"
    shown = str(erin.form.view["blocks"])
    assert "The product owner acknowledges it" in shown
    assert "A record moves no commitment" in shown
    assert "'s impact" not in shown
    fields = {"kind": "requirements", "decided": "Yes", "made_by": "sam", "reason": "Agreed"}
    assert erin.submits(**fields, made_on="2026-11-24") == {
        "On which day?": "Choose the day on which it was decided: today or earlier."
    }
    erin.twice(made_on="2026-11-23")
    assert len(harness.decisions()) == 1


def test_a_dispute_opens_a_normal_tradeoff(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Guest checkout", kind="priority")
    alice.presses(card, "Dispute")
    first_field = alice.form_words().index("What should hold instead?")
    assert "This raises a normal tradeoff" in alice.form_words()[:first_field]
    assert (
        "becomes the other option"
        in alice.submits(instead="guests may order", reason="x")["What should hold instead?"]
    )
    alice.twice(instead="Only members order", reason="I was not asked")
    first, second = harness.decisions()
    assert (first.outcome, first.disputed_in, second.disputes) == (Outcome.DISPUTED, 2, 1)
    assert "Disputed by @alice (product owner, priority). It went on as #2." in harness.whole(card)
    assert (buttons(card), menu(card)) == (["Details"], [])
    newer = alice.card(checkout)
    assert "Disputes what #1 recorded" in harness.whole(newer)
    assert "A. Guests may order" in harness.whole(newer)
    assert "B. Only members order" in harness.whole(newer)
    assert "I was not asked" in harness.whole(newer)
    assert "Waiting for the impact from @bob" in harness.text(newer)
    told = erin.dm_text(
        "What you recorded in #checkout, #1 Guest checkout, is settled: disputed by @alice"
    )
    assert len(told) == 1
    assert "It went on as #2." in told[0]
    erin.types("/tradeoff acknowledge 1", checkout)
    assert "here now: it was disputed, and went on as #2." in erin.form_words()
    bob.states_impact(newer)
    alice.approves(newer, option="B. Only members order")
    assert harness.decision(2).outcome is Outcome.APPROVED
    alice.presses_stale(card, "second_thoughts.undo", str(first.id))
    assert "withdraw #2; if it is decided, reopen it." in alice.was_told()
    verified(harness)


def test_a_disputed_record_is_no_decision_that_was_made(
    alice: Actor, erin: Actor, harness: Harness, checkout: Channel
) -> None:
    for title in ("Guest checkout", "Express checkout"):
        card = erin.records(title)
        alice.presses(card, "Dispute")
        assert alice.submits(instead="Only members order", reason="I was not asked") == {}
    alice.types("/tradeoff digest", checkout)
    words = harness.text(alice.member.sees(checkout)[-1])
    assert "Nothing was decided, 2 records were disputed; 2 decisions wait." in words
    alice.records("Dark mode")
    alice.types("/tradeoff digest", checkout)
    words = harness.text(alice.member.sees(checkout)[-1])
    assert "1 decision was made, 2 records were disputed; 2 decisions wait." in words


def test_a_record_is_acknowledged_taken_back_and_disputed_after_all(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Guest checkout", kind="priority")
    alice.presses(card, "Acknowledge")
    assert alice.submits() == {}
    alice.undoes()
    assert harness.decision().impact is Impact.NOT_ASKED
    assert harness.decision().state is State.AWAITING_DECISION
    alice.presses(card, "Dispute")
    assert alice.submits(instead="Only members order", reason="Read again") == {}
    assert harness.decision().outcome is Outcome.DISPUTED


def disputed(harness: Harness, alice: Actor, erin: Actor) -> tuple[Message, str]:
    """Let Alice dispute what Erin has recorded; return its card and its id."""
    card = erin.records("Guest checkout")
    record = str(harness.decision().id)
    alice.presses(card, "Dispute")
    assert alice.submits(instead="Only members order", reason="I was not asked") == {}
    return card, record


@pytest.mark.both_databases
def test_a_record_is_reopened_after_the_tradeoff_in_its_place_is_withdrawn(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Otherwise whoever disputes a record could take the matter away: nobody could decide it."""
    card, record = disputed(harness, alice, erin)
    bob.presses_stale(card, "second_thoughts.reopen", record)
    assert "#1 cannot be reopened. #2 has taken its place: use that one." in bob.was_told()
    newer = alice.card(checkout)
    alice.presses(newer, "Withdraw")
    assert alice.submits(reason="It is not worth it") == {}
    assert "It went on as #2, which was withdrawn." in harness.whole(card)
    alice.presses_stale(card, "second_thoughts.undo", record)
    assert "there is nothing to undo now" in alice.was_told()
    bob.presses_stale(card, "second_thoughts.supersede", record)
    assert "In place of #1. That one was disputed." in bob.form_words().replace("*", "")
    harness.run(bob.member.closes())
    bob.reopens(card, "Somebody has to decide it")
    assert harness.decision().state is State.AWAITING_DECISION
    alice.presses(card, "Acknowledge")
    assert alice.submits() == {}
    assert harness.decision().outcome is Outcome.ACKNOWLEDGED
    assert "on as #2" not in harness.whole(card)
    assert "Disputed in #2" in erin.shows(1)
    verified(harness)


def test_a_withdrawn_record_names_no_withdrawn_tradeoff_to_use_instead(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card, record = disputed(harness, alice, erin)
    alice.presses(alice.card(checkout), "Withdraw")
    assert alice.submits(reason="It is not worth it") == {}
    erin.types("/tradeoff export markdown", checkout)
    with zipfile.ZipFile(io.BytesIO(files(erin)[-1].data or b"")) as archive:
        exported = "".join(archive.read(name).decode() for name in archive.namelist())
    assert r"It went on as \#2, which was withdrawn." in exported
    assert r"Disputes what \#1 recorded." in exported
    assert "Goes on as" not in exported
    alice.reopens(card)
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Nobody wants it") == {}
    said = [harness.plain(message) for message in harness.workspace.messages[checkout.id]]
    assert any("reopened by @alice" in words and "withdrawn after that" in words for words in said)
    bob.presses_stale(card, "second_thoughts.reopen", record)
    assert "#1 cannot be reopened" in bob.was_told()
    assert "#2" not in bob.was_told()


@pytest.mark.both_databases
def test_the_second_of_two_disputes_a_record(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = alice.records("Move Beta", kind="commitment")
    bob.presses(card, "Acknowledge")
    assert "@alice has acknowledged it" in bob.form_words()
    harness.run(bob.member.closes())
    bob.presses(card, "Dispute")
    assert "@alice has acknowledged it" in bob.form_words()
    assert bob.submits(instead="Beta stays", reason="I never agreed") == {}
    assert harness.decision().outcome is Outcome.DISPUTED
    assert harness.decision(2).state is State.AWAITING_IMPACT


def test_a_record_is_withdrawn_by_whoever_recorded_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.records("Guest checkout")
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="It was only talked about") == {}
    assert "Withdrawn by @erin; it was not acknowledged" in harness.whole(card)
    alice.presses_stale(card, "records.acknowledge", str(harness.decision().id))
    assert "#1 is already withdrawn by @erin" in alice.was_told()


# ---- look at one ---------------------------------------------------------------------------------


def test_a_decision_that_is_shown_can_be_decided_in_the_form(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    assert "Waiting for the impact from @bob" in bob.shows(1)
    assert "A. Add it now" in bob.form_words()
    bob.presses(bob.form, "State impact")
    assert bob.form.view["title"]["text"] == "State impact"
    assert bob.submits(days=5, confidence="high") == {}
    assert bob.form is None
    alice.shows(1)
    alice.presses(alice.form, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays") == {}
    assert alice.form is None
    assert "approved by @alice" in alice.shows(1).lower()
    alice.presses(alice.form, "Undo")
    assert "Waiting for @alice to decide" in alice.form_words()
    assert "Waiting for @alice to decide" in harness.text(card)
    alice.presses(alice.form, "Reject")
    assert alice.submits(reason="Not now") == {}
    assert alice.form is None
    assert harness.decision().outcome is Outcome.REJECTED


def test_a_refusal_opens_above_the_form(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    bob.shows(1)
    bob.presses(bob.form, "Approve")
    assert "Only @alice (product owner) decides requirements here" in bob.form_words()
    harness.run(bob.member.closes())
    assert "Waiting for @alice to decide" in bob.form_words()


def test_show_takes_a_number(harness: Harness, erin: Actor, checkout: Channel) -> None:
    erin.raises("Guest checkout", kind="requirements")
    erin.types("/tradeoff show #1", checkout)
    assert "Guest checkout" in erin.form_words()
    harness.run(erin.member.closes())
    erin.types("/tradeoff show 99", checkout)
    assert "I cannot show you #99 now. Either it does not exist" in erin.was_told()
    erin.types("/tradeoff show", checkout)
    assert "Say which one by its number" in erin.was_told()


def test_a_private_channel_stays_private(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, gus: Actor, checkout: Channel
) -> None:
    secret = harness.workspace.add_channel("secret", ["alice", "bob"], private=True)
    alice.sets_up(secret, sponsor=None)
    card = bob.raises("Sell the company", kind="requirements", in_=secret)
    erin.types("/tradeoff show 1", checkout)
    assert erin.form is None
    assert "I cannot show you #1 now" in erin.was_told()
    assert "Sell" not in erin.was_told()
    erin.presses_stale(card, "records.open", str(harness.decision().id))
    assert erin.form is None
    assert "Sell the company" in bob.shows(1, checkout)


def test_a_guest_sees_only_decisions_of_their_channels(
    harness: Harness, alice: Actor, erin: Actor, gus: Actor, checkout: Channel
) -> None:
    other = harness.workspace.add_channel("other", ["alice", "erin"])
    alice.sets_up(other)
    erin.raises("Open to members", kind="requirements", in_=other)
    erin.raises("Guest checkout", kind="requirements")
    gus.types("/tradeoff show 1", checkout)
    assert "I cannot show you #1 now" in gus.was_told()
    assert "Guest checkout" in gus.shows(2)
