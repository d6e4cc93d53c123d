"""Stories of questions: the holder asks one person before deciding; Details shows the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.reads.figures import figures
from models.rules import Outcome, State
from support.harness import Actor, Harness
from support.reading import is_in_order
from support.story_helpers import both_decide


def test_a_question_is_asked_and_answered(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-26")
    erin.presses(card, "Ask")
    assert "Only @alice (product owner) decides requirements here" in erin.was_told()
    alice.presses(card, "Ask")
    assert alice.form.values["person"]["person"]["selected_user"] == erin.id
    assert "may read the decision can read this in Details. The date" in alice.form_words()
    assert alice.submits_twice(person="sam", question="Do partners need this?").startswith(
        "@sam has not answered the question on #1 yet."
    )
    assert "@alice has a question; waiting for @sam to answer." in harness.whole(card)
    assert "Decide by Thu 26 Nov 2026" in harness.whole(card)
    assert buttons(card) == ["Approve", "Reject", "Defer", "Ask"]
    asked = sam.dm()[-1]
    said = "@alice asks you about #1 Guest checkout in #checkout: Do partners need this?"
    assert harness.plain(asked) == said
    assert f"Why now: \n{harness.decision().why_now}\n" in harness.text(asked)
    assert buttons(asked) == ["Answer", "Details"]
    erin.presses_stale(asked, "questions.answer", f"{harness.decision().id}:1")
    assert "This was asked of @sam." in erin.was_told()
    sam.presses(asked, "Answer")
    assert "Do partners need this?" in sam.form_words()
    assert sam.submits_twice(answer="Two of them do").startswith(
        "That question on #1 is no longer open."
    )
    assert "@sam answered" in (words := harness.whole(card))
    assert "Two of them do" in words
    assert "Waiting for @alice to decide." in harness.text(card)
    assert harness.plain(asked) == "You answered @alice about #1 Guest checkout in #checkout."
    assert buttons(asked) == []
    told = alice.dm()[-1]
    answered = "@sam answered your question about #1 Guest checkout: Two of them do"
    assert harness.plain(told) == answered
    assert "Decide by Thu 26 Nov 2026" in harness.whole(card)
    alice.approves(told)
    assert "Two of them do" in harness.whole(card)
    assert "It was to be decided by Thu 26 Nov 2026." in harness.whole(card)


def test_forms_speak_of_the_date_to_decide_by_only_if_there_is_one(
    alice: Actor, erin: Actor, checkout: Channel
) -> None:
    dated = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-26")
    undated = erin.raises("Search filters", kind="requirements")
    for button in ("Ask", "Delegate"):
        alice.presses(dated, button)
        assert "The date to decide by stays as it is" in alice.form_words()
        alice.presses(undated, button)
        assert "date to decide by" not in alice.form_words()


def test_the_answer_offers_a_decision_only_to_the_person_who_has_it(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "sam", "Do partners need this?")
    sam.presses(sam.dm()[-1], "Answer")
    assert sam.submits(answer="Two of them do") == {}
    told = alice.dm()[-1]
    assert buttons(told) == ["Approve", "Reject", "Defer", "Ask"]
    assert alice.delegates(card, "erin") == {}
    assert buttons(told) == ["Details"]


def test_details_offers_the_answer_to_the_person_who_is_asked(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.asks(erin.raises("Guest checkout", kind="requirements"), "sam", "Do partners need this?")
    erin.types("/tradeoff answer 1", checkout)
    assert "waits for your answer" not in erin.form_words()
    sam.types("/tradeoff answer 1", checkout)
    assert "@alice waits for your answer." in sam.form_words()
    sam.presses(sam.form, "Answer")
    assert "Everyone who may read the decision can read this in Details." in sam.form_words()
    assert sam.submits(answer="Two of them do") == {}
    assert harness.decision().state is State.AWAITING_DECISION


def test_a_question_does_not_move_the_date(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    alice.asks(card, "erin", "How many?")
    harness.later(days=2)
    assert "Overdue: it was due on 24 Nov." in harness.text(card)
    assert "waiting for @erin to answer" in harness.whole(card)


def test_a_decision_need_not_wait_for_the_answer(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "erin", "How many?")
    asked = erin.dm()[-1]
    erin.presses(asked, "Answer")
    alice.approves(card)
    assert harness.decision().outcome is Outcome.APPROVED
    assert erin.submits(answer="Forty a day") == {}
    assert "#1 is already approved by @alice" in erin.form_words()
    assert "Forty a day" in erin.form_words()
    assert "The question needs no answer any more." in harness.plain(asked)
    assert buttons(asked) == []
    assert "How many?" in harness.whole(card)


def test_a_question_of_an_earlier_round_is_told_from_the_one_that_is_open(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "bob", "How many?")
    first = bob.dm()[-1]
    erin.presses(card, "Edit")
    assert erin.submits(why_now="Because") == {}
    assert "The question needs no answer any more." in harness.plain(first)
    alice.asks(card, "bob", "And at night?")
    assert (
        "waiting for @bob to answer. The earlier question needs no answer any more."
        in harness.plain(first)
    )


def test_only_other_people_who_can_see_the_card_can_be_asked(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.person("gil", guest=True)
    harness.person("robot", bot=True)
    checkout.members.add(harness.workspace.person("robot").id)
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Ask")
    asked = {
        name: alice.submits(person=name, question="Why?") for name in ("gil", "robot", "alice")
    }
    assert asked == {
        "gil": {
            "Whom do you ask?": "This person is not in #checkout. Invite them first, or choose "
            "somebody else."
        },
        "robot": {"Whom do you ask?": "This person is a bot. Choose someone who can answer."},
        "alice": {"Whom do you ask?": "That is you. Choose somebody else."},
    }
    assert harness.decision().state is State.AWAITING_DECISION
    assert alice.submits(person="olga") == {}
    assert "waiting for @olga to answer" in harness.whole(card)


def test_a_full_member_outside_a_public_channel_can_be_asked_and_answers(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    nora = harness.person("nora")
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "nora", "How many guests come back?")
    assert "waiting for @nora to answer" in harness.whole(card)
    nora.answers("A third.")
    assert "@nora answered your question" in harness.plain(alice.dm()[-1])


def test_one_question_is_open_at_a_time(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "erin", "How many?")
    alice.presses(card, "Ask")
    assert (
        "@erin has not answered the question on #1 yet. You can decide without "
        "the answer, or wait." in alice.was_told()
    )
    erin.answers("Forty a day")
    alice.asks(card, "bob", "Can we?")
    assert "waiting for @bob to answer" in harness.whole(card)
    assert "Forty a day" in harness.whole(card)


def test_older_questions_are_counted(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    for number in range(1, 6):
        alice.asks(card, "erin", f"Question {number}?")
        erin.answers(f"Answer {number}")
    assert "2 earlier questions in the record." in harness.whole(card)
    assert "Question 2?" not in harness.text(card)
    assert "Answer 5" in harness.whole(card)


def test_a_question_can_be_asked_between_two_signatures(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    bob.approves(card)
    alice.asks(card, "bob", "Is the week enough?")
    assert "Signed by @bob; waiting for the second signature, from @alice." in harness.whole(card)
    assert "@alice asked @bob" in harness.whole(card)
    bob.answers("It is")
    assert harness.decision().state is State.AWAITING_SIGNATURE
    alice.presses(card, "Approve")
    assert "Is the week enough?" in alice.form_words()
    assert "It is" in alice.form_words()
    assert alice.submits(reason="A week is enough") == {}
    assert harness.decision().outcome is Outcome.APPROVED


def test_the_second_signer_sees_the_state_of_an_earlier_question(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """A question that is open at the first signature stays open, and can be answered."""
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    alice.asks(card, "erin", "Why a week?")
    bob.approves(card)
    erin.answers("Five working days")
    assert harness.decision().state is State.AWAITING_SIGNATURE
    assert "Five working days" in harness.whole(card)


@pytest.mark.both_databases
def test_the_question_of_an_old_round_is_closed(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    alice.asks(card, "sam", "Do partners need this?")
    erin.presses(card, "Edit")
    assert erin.submits(why_now="Partners ask for it") == {}
    asked = sam.dm()[-1]
    assert "has gone on to round 2." in harness.plain(asked)
    assert buttons(asked) == []


def test_the_sponsor_decides_anew_by_escalation(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    """One person has signed, the other has not. The sponsor may choose another option.

    The sponsor's form quotes the signer. The signer's reason is no reason for the sponsor's option:
    of what is shown afterwards, only Details quotes it, beside option A.
    """
    card = sam.raises("Move Beta", kind="commitment", due_on="2026-11-24")
    bob.states_impact(card)
    bob.approves(card, because="A week is enough")
    harness.later(days=2)
    harness.later(days=6)
    sam.presses(card, "Approve")
    assert "@bob has signed A. Add it now*\nA week is enough" in sam.form_words()
    assert "You choose anew, by escalation; your choice counts instead." in sam.form_words()
    assert sam.submits(option="B. Next quarter", reason="The promise stands") == {}
    outcome = harness.workspace.messages[checkout.id][-1]
    assert "approved by @sam (sponsor, by escalation; commitment): B. Next quarter." in (
        harness.plain(outcome)
    )
    for shown in (outcome, card):
        assert "The promise stands" in harness.text(shown)
        assert "ecided on their own question" in harness.text(shown)
        assert "A week is enough" not in harness.text(shown)
    channel_id, now, day = harness.decision().channel_id, harness.clock.now, timedelta(days=1)
    found = harness.query(lambda session: figures(session, channel_id, now - day, now + day))
    assert found.own.part == 1
    signed = "*Signed by @bob (project manager) for A. Add it now*\nA week is enough"
    assert signed in erin.shows(1)


def test_a_question_about_a_half_signed_decision_is_on_its_card_and_in_the_digest(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, "We own risk together", risk="joint")
    card = erin.raises("Who pays the bank", kind="risk")
    alice.approves(card)
    bob.asks(card, "sam", "Does the bank agree?")
    open_question = (
        "Signed by @alice; waiting for the second signature, from @bob. @bob has a question for "
        "@sam."
    )
    assert open_question in harness.whole(card)
    erin.types("/tradeoff digest", checkout)
    assert open_question.rstrip(".")[1:] in harness.text(erin.member.sees(checkout)[-1])
    sam.presses(sam.dm()[-1], "Answer")
    assert sam.submits(answer="It does") == {}
    assert "has a question" not in harness.whole(card)


def test_the_form_to_sign_shows_a_question_that_is_still_open(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    alice.approves(card)
    bob.asks(card, "erin", "Do the partners know?")
    bob.presses(card, "Approve")
    open_question = "@bob asked @erin, who has not answered yet:\nDo the partners know?"
    assert open_question in bob.form_words()


@pytest.mark.usefixtures("checkout")
def test_the_reason_of_a_withdrawal_is_read_beside_the_withdrawal_and_not_as_an_answer(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor
) -> None:
    answered = erin.raises("Guest checkout", kind="requirements")
    alice.asks(answered, "dora", "Is it drawn?")
    dora.answers("Nearly")
    unanswered = erin.raises("Gift cards", kind="requirements")
    alice.asks(unanswered, "dora", "Who sells them?")
    for card in (answered, unanswered):
        erin.presses(card, "Withdraw")
        assert erin.submits(reason="The shop closes") == {}
    (told,) = [told for told in alice.dm() if "answered your question" in harness.plain(told)]
    for read in (harness.plain(told), harness.text(told)):
        assert is_in_order(read, "Nearly", "Withdrawn by @erin", "The shop closes")
    (asked,) = [asked for asked in dora.dm() if "Gift cards" in harness.plain(asked)]
    for read in (harness.plain(asked), harness.text(asked)):
        assert is_in_order(read, "withdrawn by @erin", "The shop closes")
