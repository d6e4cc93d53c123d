"""Stories of one decision: shown in full, with its record verified.

Also stories of mentions with a decision's number, which are answered in the thread.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text

from bot.demo.slack.limits import check_view
from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness


def tamper(harness: Harness, statement: str) -> None:
    harness.query(lambda session: session.execute(text(statement)))


# ---- show ----------------------------------------------------------------------------------------


def test_show_tells_the_whole_story(
    harness: Harness, checkout: Channel, alice: Actor, bob: Actor, erin: Actor, sam: Actor
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Five days? Really?") == {}
    bob.presses(bob.dm()[-1], "State impact")
    assert bob.submits(days=3, displaces="Nothing", risk="None", confidence="high") == {}
    alice.presses(card, "Ask")
    assert alice.submits(person="erin", question="Who <!here> asked for it?") == {}
    erin.presses(erin.dm()[-1], "Answer")
    assert erin.submits(answer="Merchants") == {}
    alice.approves(card, because="It pays")
    assert harness.decision(1).settled_hash
    harness.later(minutes=6)
    alice.reopens(card)
    alice.rejects(card, because="It does not")
    shown = sam.shows(1)
    for part in (
        " · value: ",
        "Rejected by @alice",
        "Round 1: approved by @alice",
        "Since then: reopened by @alice.",
        "It pays",
        "Earlier impact, by @bob (project manager), round 1: 5 working days of slip",
        "1. 2026-11-23 10:00 UTC: @erin raised it",
        "@bob stated the impact: 5 working days of slip",
        "@alice asked to revise the impact: “Five days? Really?”",
        "@alice asked @erin: “Who <!here> asked for it?”",
        "@erin answered: “Merchants”",
        "@alice approved option A: “It pays”",
        "@alice reopened it, round 2: “The numbers have changed”",
        "@alice rejected it: “It does not”",
    ):
        assert part in shown.replace("*", ""), part
    settled = harness.decision(1).settled_hash or ""
    assert harness.decision(1).head_hash == settled
    assert f"9 events, head {settled[:12]}, as on the outcome post" in shown
    assert f"record {settled[:12]}" in harness.text(checkout_outcomes(sam, checkout)[-1])


def test_the_history_says_who_did_what_in_one_verb(
    alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    erin.presses(card, "Edit")
    assert erin.submits(references="https://shop.atlassian.net/browse/SHOP-1") == {}
    assert alice.delegates(card, to="sam") == {}
    sam.defers(card, until="2026-12-01")
    sam.undoes()
    shown = alice.shows(1).replace("*", "")
    for part in (
        "@erin changed the references",
        "@alice handed it to @sam",
        "@sam deferred it until Tue 1 Dec 2026: “Too early”",
        "@sam took the decision back, round 2",
    ):
        assert part in shown, part
    assert "decided:" not in shown


def checkout_outcomes(person: Actor, channel: Channel) -> list[Message]:
    return [
        message for message in person.member.sees(channel) if message.thread_ts and message.bot_id
    ]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE history_event SET actor = 'U0BOB00000' WHERE sequence = 1", "event 1 was changed"),
        ("UPDATE history_event SET changes = 'gone' WHERE sequence = 1", "event 1 was changed"),
        ("UPDATE history_event SET changes = '[]' WHERE sequence = 2", "event 2 was changed"),
        ("DELETE FROM history_event WHERE sequence = 1", "event 1 is missing"),
        ("DELETE FROM history_event WHERE sequence = 2", "the newest events are missing"),
        (
            "UPDATE settlement SET hash = 'ffff'",
            "the hash of its outcome, ffff, is not in its history",
        ),
    ],
)
def test_show_says_what_is_wrong_with_the_record(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor, statement: str, said: str
) -> None:
    alice.rejects(erin.raises("Add Apple Pay", kind="requirements"))
    assert "Record verified: 2 events" in erin.shows(1).replace("*", "")
    tamper(harness, statement)
    shown = erin.shows(1)
    assert f"does not verify: {said}" in shown
    assert "Record verified" not in shown


def test_a_long_history_is_counted_and_fits(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    card = erin.raises("Add Apple Pay", kind="requirements")
    for _ in range(6):
        alice.presses(card, "Ask")
        assert alice.submits(person="erin", question="&" * 1000) == {}
        erin.presses(erin.dm()[-1], "Answer")
        assert erin.submits(answer="<" * 1000) == {}
    alice.approves(card, option="A. Add it now", because=">" * 1000)
    for _ in range(4):
        harness.later(minutes=6)
        alice.reopens(card, because="&" * 1000)
        alice.approves(card, because="<!here> " * 125)
    shown = erin.shows(1)
    sent = "before these: `/tradeoff export markdown` in #checkout sends all of them."
    assert f"2 earlier events {sent}" in shown
    assert "\n3. 2026" in shown
    assert "\n2. 2026" not in shown
    assert f"1 more earlier round {sent}" in shown
    check_view(erin.form.view)
    assert len(erin.form.view["blocks"]) < 80


def test_earlier_claims_and_verdicts_are_shown(
    checkout: Channel, alice: Actor, erin: Actor
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ten seconds a mail") == {}
    erin.presses(erin.card(checkout), "Submit again")
    assert erin.submits(evidence="Measured again") == {}
    shown = erin.shows(1)
    assert "Claimed in round 1 by @erin" in shown
    assert "2. not met: " in shown
    assert "Before: sent back by @alice" in shown
    assert "submitted it again, round 2: “Measured again”" in shown


def test_linked_decisions_are_a_press_away(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    old = erin.raises("Add Apple Pay", kind="requirements")
    alice.approves(old)
    harness.later(minutes=6)
    new = alice.supersedes(old, "Add Google Pay")
    alice.approves(new)
    erin.shows(1)
    for opened in (
        "#2 Add Google Pay",
        "#1 Add Apple Pay",
        "#2 Add Google Pay",
        "#1 Add Apple Pay",
    ):
        erin.presses(
            erin.form, next(label for label in buttons_beside(erin) if label.startswith("Open #"))
        )
        assert opened in erin.form_words()
    assert len(harness.workspace.modals(erin.id)) == 1


def buttons_beside(person: Actor) -> list[str]:
    beside = [block["accessory"] for block in person.form.view["blocks"] if "accessory" in block]
    return [button["text"]["text"] for button in beside]


# ---- mentions ------------------------------------------------------------------------------------


def says(person: Actor, channel: Channel, words: str, thread_ts: str | None = None) -> Message:
    said = person.harness.run(person.member.says(channel, words, thread_ts))
    person.harness.settle()
    return said


def answers(harness: Harness, to: Message) -> list[Message]:
    """Return the bot's messages in the thread of this message; check that the channel sees none."""
    thread = to.thread_ts or to.ts
    found = [
        message
        for message in harness.workspace.messages[to.channel]
        if message.thread_ts == thread and message.bot_id
    ]
    assert not [message for message in found if message.reply_broadcast]
    return found


def test_a_mention_is_answered_in_its_thread_and_stays_true(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    card = erin.raises("Add Apple Pay", kind="requirements")
    asked = says(erin, checkout, "What about @tradeoffs #1? And #1 again")
    (answer,) = answers(harness, asked)
    assert "#1 Add Apple Pay. Waiting for @alice to decide." in harness.plain(answer)
    assert buttons(answer) == ["Details"]
    alice.approves(card, because="It pays")
    (answer,) = answers(harness, asked)
    assert "Approved by @alice" in harness.plain(answer)
    erin.presses(answer, "Details")
    assert "Record verified" in erin.form_words()


@pytest.mark.parametrize(
    "words", ["@tradeoffs 1", "@tradeoffs #1", "#1 @tradeoffs!", "see #1, @tradeoffs: #1"]
)
def test_every_way_to_mention_a_decision_is_answered(
    harness: Harness, checkout: Channel, erin: Actor, words: str
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    assert len(answers(harness, says(erin, checkout, words))) == 1


@pytest.mark.parametrize(
    "words", ["thanks @tradeoffs", "@tradeoffs in 1 day", "@tradeoffs /#1", "#1", "@tradeoffs x#1"]
)
def test_a_mention_without_a_question_is_not_answered(
    harness: Harness, checkout: Channel, erin: Actor, words: str
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    assert answers(harness, says(erin, checkout, words)) == []


def test_an_answer_comes_once_and_in_the_thread_where_it_was_asked(
    harness: Harness, checkout: Channel, erin: Actor
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    root = says(erin, checkout, "Morning")
    asked = says(erin, checkout, "@tradeoffs #1", root.ts)
    assert len(answers(harness, asked)) == 1
    event = {
        "type": "app_mention",
        "user": erin.id,
        "text": asked.text,
        "ts": asked.ts,
        "channel": checkout.id,
        "thread_ts": root.ts,
    }
    harness.run(harness.slack.delivery.event(event))
    harness.settle()
    assert len(answers(harness, asked)) == 1


def test_a_number_that_is_none(harness: Harness, checkout: Channel, erin: Actor) -> None:
    told = answers(harness, says(erin, checkout, "@tradeoffs #7 or #8"))
    for number, answer in zip((7, 8), told, strict=True):
        assert f"I have no decision #{number} that I can show in this" in harness.plain(answer)
        may = f"If there is one that you may read, `/tradeoff show {number}` shows it to you alone"
        assert may in harness.plain(answer)


@pytest.mark.usefixtures("checkout")
def test_no_channel_reads_what_is_not_for_it(
    harness: Harness, search: Channel, alice: Actor, bob: Actor, erin: Actor, gus: Actor
) -> None:
    secret = harness.workspace.add_channel("secret", ["alice", "bob"], private=True)
    board = harness.workspace.add_channel("board", ["alice", "bob", "gus"])
    alice.sets_up(secret, sponsor=None)
    bob.raises("Buy the competitor", in_=secret, kind="requirements")
    card = erin.raises("Add Apple Pay", kind="requirements")
    assert "competitor" in harness.plain(answers(harness, says(alice, secret, "@tradeoffs #1"))[0])
    hidden = [
        says(alice, board, "@tradeoffs #1"),
        says(alice, search, "@tradeoffs #2"),
        says(gus, board, "@tradeoffs #2"),
    ]
    for asked in hidden:
        (answer,) = answers(harness, asked)
        assert "I have no decision #" in harness.plain(answer)
    asked = says(bob, board, "@tradeoffs #2")
    (answer,) = answers(harness, asked)
    assert "Add Apple Pay" in harness.plain(answer)
    assert "as it was when this was posted" in harness.whole(answer)
    alice.approves(card)
    assert "Waiting for @alice" in harness.plain(answers(harness, asked)[0])


def test_a_missing_button_is_explained_by_the_sort_of_the_decision(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Nobody acknowledges a tradeoff, also after its impact; a withdrawn claim is claimed anew."""
    erin.raises("Add Apple Pay")
    alice.types("/tradeoff acknowledge 1", checkout)
    assert "There is no *Acknowledge* here now: it is a tradeoff." in alice.form_words()
    alice.types("/tradeoff approve 1", checkout)
    assert "There is no *Approve* here now: it waits for the impact" in alice.form_words()
    card = erin.claims("Checkout redesign")
    erin.presses(card, "Withdraw")
    assert erin.submits(reason="Not finished") == {}
    alice.types("/tradeoff reopen 2", checkout)
    assert "@erin has withdrawn it. Claim it anew with `/accept`." in alice.form_words()
    alice.presses_stale(card, "second_thoughts.reopen", str(harness.decision(2).id))
    assert "#2 cannot be reopened. Claim it anew with `/accept`." in alice.was_told()
