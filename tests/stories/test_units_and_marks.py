"""Units of days, marks on one's own decisions, and sentences without empty parts."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.story_helpers import outcome

OWN = "decided on their own"


def test_a_card_says_where_slip_and_move_disagree(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = erin.raises_move("Gift cards", to="2026-12-17", kind="priority")
    bob.states_impact(card, days=4)
    assert "4 working days of slip" in harness.text(card)
    assert "if approved, Beta 12 Dec → 17 Dec (+5 days)" in harness.text(card)
    assert "this move" not in harness.text(card)
    other = erin.raises_move("Dark mode", to="2026-12-17", kind="priority")
    bob.states_impact(other, days=5)
    said = "Impact by @bob: 5 working days of slip, this move: 4."
    assert said in harness.text(other)
    earlier = erin.raises_move("Light mode", to="2026-12-07", kind="priority")
    bob.states_impact(earlier, days=-2)
    assert "2 working days earlier, this move: 4 working days earlier." in harness.text(earlier)


def test_an_answer_is_not_continued_by_the_words_of_the_bot(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = erin.raises_move("Dark mode", to="2026-12-17", kind="priority")
    bob.states_impact(card, days=5)
    alice.asks(card, "erin", "Is it worth a week?")
    erin.presses(erin.dm()[-1], "Answer")
    assert erin.submits(answer="No.\nTwo days at most") == {}
    assert "Two days at most\nImpact by @bob: 5 working days of slip" in harness.text(
        alice.dm()[-1]
    )


def test_a_date_that_stays_is_not_compared_with_the_slip(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """#1 has moved Beta by the four working days that Bob stated, and is reopened."""
    alice.promises("Beta")
    card = erin.raises_move("Gift cards", to="2026-12-17", kind="commitment")
    bob.states_impact(card, days=4)
    alice.approves_move(card)
    bob.approves(card, option=None)
    bob.reopens(card)
    assert "if approved, Beta: date stays" in harness.text(card)
    assert "this move" not in harness.text(card)
    assert "this move" not in harness.text(alice.dm()[-1])


def test_for_whom_somebody_acts_is_said_once(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = bob.raises_move("A contractor for the vouchers", to="2026-12-17", kind="resources")
    alice.states_impact(card)
    bob.delegates(card, to="sam")
    assert "Waiting for the impact from @sam" in harness.text(card)
    assert harness.text(card).count("who delegated this one") == 1


def test_who_decides_on_their_own_claim_or_question_is_marked(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    own = alice.raises("Guest checkout", kind="requirements")
    alice.approves(own)
    assert f"{OWN} question" in harness.text(own).lower()
    claim = alice.claims("Refund")
    alice.presses(claim, "Accept")
    assert alice.submits(criterion1="met", criterion2="met", reason="Seen") == {}
    assert f"{OWN} claim" in harness.text(claim).lower()
    assert f"{OWN} claim" in str(harness.workspace.messages[checkout.id][-1].blocks).lower()
    other = erin.raises("Dark mode", kind="requirements")
    alice.approves(other)
    assert OWN not in harness.text(other).lower()
    assert "approved by" in outcome(harness, checkout)
    harness.later(minutes=1)
    erin.types("/tradeoff digest", checkout)
    words = harness.text(erin.member.sees(checkout)[-1])
    assert "Decided by whoever had raised or claimed it: 2 of 3." in words


def test_nothing_is_said_of_empty_fields(harness: Harness, erin: Actor, checkout: Channel) -> None:
    fields = {f"option{at}_{side}": "" for at in (1, 2) for side in ("value", "cost")}
    card = erin.raises("Guest checkout", kind="requirements", **fields)
    assert "Option A: Add it now. Option B: Next quarter." in harness.plain(card)


def test_a_note_on_a_record_is_not_called_its_reason(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The reason of a record is what its author wrote; who acknowledges it may add a note."""
    card = erin.records("Guest checkout")
    alice.presses(card, "Acknowledge")
    assert alice.submits(note="I was there") == {}
    for said in (harness.text(card), outcome(harness, checkout)):
        assert "Why: Agreed\nNote: I was there" in said.replace("\n\n", "\n")
    assert "Why: Agreed.\nNote: I was there." in harness.plain(card)
    assert "Why: I was there" not in harness.whole(card)
    assert "Note: I was there" in harness.plain(erin.dm()[-1])
    assert "Agreed Note: I was there" in follow(harness, link(erin, checkout)).words
    own = alice.records("Search filters")
    assert "Why: Agreed" in harness.text(own)
    assert "Why: Agreed" in outcome(harness, checkout)
