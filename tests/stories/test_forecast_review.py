"""Stories of the review: on its day, the author of a forecast says whether the forecast held.

The answer is shown with the author's next forecast.
"""

from __future__ import annotations

from datetime import datetime

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel, Message
from models.rules import Held
from support.harness import Actor, Harness
from support.home_visitor import opens_home, presses
from support.reading import is_in_order
from support.story_helpers import until, verified


def approved(
    alice: Actor, bob: Actor, erin: Actor, title: str = "Add Apple Pay", **more: object
) -> Message:
    """Raise a decision; Bob forecasts five days of slip, and Alice approves."""
    card = erin.raises(title)
    bob.states_impact(card)
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays", **more) == {}
    return card


def asked(bob: Actor) -> list[str]:
    return bob.dm_text("Did it hold?")


def says(bob: Actor, held: str, days: int, note: str = "") -> None:
    bob.presses(
        next(message for message in reversed(bob.dm()) if "Say how it went" in buttons(message)),
        "Say how it went",
    )
    assert bob.submits(held=held, days=days, note=note) == {}


def test_a_forecast_is_reviewed_after_four_weeks_and_shown_with_the_next(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    field = "Ask on this day whether the forecast held"
    assert alice.form.values["review_on"]["review_on"]["selected_date"] == "2026-12-21"
    assert (
        alice.submits(option="A. Add it now", reason="x", review_on="2026-11-23")[field]
        == "Choose a later day, or none."
    )
    assert alice.submits(review_on="2026-12-21") == {}
    until(harness, 21, "09:29", 12)
    assert asked(bob) == []
    until(harness, 21, "09:31", 12)
    assert len(asked(bob)) == 1
    assert asked(bob)[0].startswith(
        "You forecast 5 working days of slip for #1 Add Apple Pay, decided 2026-11-23"
    )
    alice.presses_stale(card, "review.say", f"{harness.decision().id}:1")
    assert "It is for @bob to say whether the forecast of #1 held." in alice.was_told()
    _says_worse(harness, bob, card)
    later = erin.raises("Dark mode")
    bob.presses(later, "State impact")
    assert (
        "Your last forecasts, in working days of slip. #1: you said 5, it was 8."
        in bob.form_words()
    )
    verified(harness)


def _says_worse(harness: Harness, bob: Actor, card: Message) -> None:
    bob.presses(bob.dm()[-1], "Say how it went")
    assert "You forecast 5 working days of slip, with medium confidence" in bob.form_words()
    for held, days in (("worse", 5), ("better", 8)):
        assert bob.submits(held=held, days=days) == {
            "Days it really slipped": "The forecast was 5 working days of slip, so this is not "
            f"{held}. Correct the days, or the answer above."
        }
    bob.twice(held="worse", days=8, note="The bank was slow")
    settlement = harness.decision_whole().settlements[0]
    assert (
        settlement.held,
        settlement.actual_days,
        settlement.review_note,
        settlement.reviewed_by,
    ) == (
        Held.WORSE,
        8,
        "The bank was slow",
        bob.id,
    )
    assert "How it went, says @bob: worse than forecast, 8 working days of slip" in harness.whole(
        card
    ).replace("*", "")
    assert "The bank was slow" in harness.whole(card)
    told = next(
        message
        for message in bob.dm()
        if "you said how it went: worse than forecast, 8 working days" in harness.plain(message)
    )
    assert buttons(told) == []


def test_the_date_of_the_commitment_is_the_day_to_ask(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Wait for the bank", to="2026-12-17", kind="priority")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    assert alice.form.values["review_on"]["review_on"]["selected_date"] == "2026-12-17"


def test_the_day_to_ask_is_a_working_day(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Wait for the bank", to="2026-12-19", kind="priority")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    assert "Sat 19 Dec 2026" in alice.form_words()
    monday = alice.form.values["review_on"]["review_on"]["selected_date"]
    assert monday == "2026-12-21"


def test_the_day_to_ask_is_no_date_of_a_closed_commitment(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta", "2026-12-11")
    card = erin.raises_move("Wait for the bank", to="2026-12-17", kind="priority")
    bob.states_impact(card)
    alice.closes_commitment(promise, "withdrawn", "Nobody needs it")
    alice.presses(card, "Approve")
    in_four_weeks = alice.form.values["review_on"]["review_on"]["selected_date"]
    assert in_four_weeks == "2026-12-21"


def test_the_day_of_the_review_is_not_that_of_a_move_that_was_signed_away(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta", on="2026-12-11")
    card = erin.raises_move("Move Beta", to="2026-12-17", kind="commitment")
    bob.states_impact(card)
    alice.approves_move(card, moves="no")
    bob.presses(card, "Approve")
    assert bob.form.values["review_on"]["review_on"]["selected_date"] == "2026-12-11"


def test_without_a_review_date_nobody_is_asked(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    approved(alice, bob, erin, review_on=None)
    until(harness, 31, month=12)
    assert asked(bob) == []


def test_without_a_forecast_nothing_is_asked(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    assert "reason" in alice.form.values
    assert "review_on" not in alice.form.values


def test_a_reopened_decision_is_not_asked_about(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = approved(alice, bob, erin, review_on="2026-12-01")
    until(harness, 1, month=12)
    alice.reopens(card)
    told = next(
        message for message in bob.dm() if "the decision no longer stands" in harness.plain(message)
    )
    assert buttons(told) == []
    for read in (harness.plain(told), harness.text(told)):
        assert is_in_order(
            read, "Nothing waits for you here.", "Since then: reopened by @alice.", "numbers have"
        )
    bob.presses_stale(told, "review.say", f"{harness.decision().id}:1")
    assert "#1 was decided anew since then" in bob.was_told()
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="Still", review_on="2026-12-15") == {}
    until(harness, 14, month=12)
    assert asked(bob) == []
    until(harness, 15, month=12)
    assert len(asked(bob)) == 1


def test_the_day_of_the_first_round_asks_nothing_of_the_second(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = approved(alice, bob, erin, review_on="2026-12-01")
    alice.undoes()
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="Still", review_on="2026-12-15") == {}
    until(harness, 2, month=12)
    assert asked(bob) == []
    until(harness, 15, month=12)
    assert len(asked(bob)) == 1


def test_answered_reopened_and_changed_the_answer_stays_readable(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = approved(alice, bob, erin, review_on="2026-12-01")
    until(harness, 1, month=12)
    says(bob, "better", 2)
    alice.reopens(card)
    erin.presses(card, "Edit")
    assert erin.submits(title="Add Apple Pay and one more") == {}
    assert (
        len(bob.dm_text("you said how it went: better than forecast, 2 working days of slip")) == 1
    )
    verified(harness)


def test_the_author_of_the_forecast_is_asked_not_a_later_stand_in(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    bob.goes_away("dora", until="2026-11-30")
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays", review_on="2026-12-01") == {}
    until(harness, 1, month=12)
    assert len(asked(bob)) == 1
    assert asked(dora) == []


def test_only_whoever_is_asked_can_answer_and_not_before_the_day(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Dora acts for Bob, who forecast; she presses the button of a hand-made payload."""
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    bob.goes_away("dora", until="2026-11-30")
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays", review_on="2026-12-01") == {}
    value = f"{harness.decision().id}:1"
    bob.presses_stale(card, "review.say", value)
    assert "I ask on Tue 1 Dec 2026 whether the forecast of #1 held." in bob.was_told()
    until(harness, 1, month=12)
    dora.presses_stale(card, "review.say", value)
    assert "It is for @bob to say whether the forecast of #1 held." in dora.was_told()
    says(bob, "held", 5)


def test_a_question_that_is_not_answered_is_in_the_reminder(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = approved(alice, bob, erin, review_on="2026-12-01")
    bob.raises("Who pays the bank", kind="risk", due_on="2026-12-01")
    until(harness, 2, month=12)
    assert any(
        "waits for your word on whether the forecast held" in text
        for text in bob.dm_text("2 things wait for you")
    )
    newer = alice.supersedes(card, "Add every wallet")
    bob.states_impact(newer)
    alice.approves(newer)
    (question,) = asked(bob)
    assert "Since then: superseded by #3. Did it hold?" in question
    bob.presses_stale(card, "review.say", f"{harness.decision().id}:1")
    assert "with medium confidence. Since then: superseded by #3." in bob.form_words()


def test_the_last_three_are_shown_the_newest_first(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    for position, title in enumerate(("Apple Pay", "Dark mode", "Vouchers", "Gift wrap"), start=1):
        approved(alice, bob, erin, title, review_on=f"2026-12-0{position}")
        until(harness, position, "12:00", 12)
        says(bob, "held" if position == 1 else "worse", 4 + position)
    assert harness.clock.now > datetime.fromisoformat("2026-12-04T00:00Z")
    bob.presses(erin.raises("Search"), "State impact")
    assert (
        "#4: you said 5, it was 8; #3: you said 5, it was 7; #2: you said 5, it was 6."
        in bob.form_words()
    )
    assert "#1:" not in bob.form_words()


def test_the_successor_is_asked_if_whoever_forecast_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = approved(alice, bob, erin, review_on="2026-12-21")
    harness.run(bob.member.is_deactivated())
    harness.settle()
    alice.sets_up_again(checkout, project_manager="erin", reason="Bob has left")
    until(harness, 21, "09:31", 12)
    asked_of_erin = "@bob, who has left Slack, forecast 5 working days of slip for #1 Add Apple Pay"
    assert len(erin.dm_text(asked_of_erin)) == 1
    alice.presses_stale(card, "review.say", f"{harness.decision().id}:1")
    assert "It is for @erin to say whether the forecast of #1 held." in alice.was_told()
    assert "Did the forecast of @bob hold?" in erin.shows(1)
    erin.presses(erin.dm()[-1], "Say how it went")
    assert "@bob forecast 5 working days of slip" in erin.form_words()
    assert erin.submits(held="worse", days=8) == {}
    settlement = harness.decision_whole().settlements[0]
    assert (settlement.held, settlement.reviewed_by) == (Held.WORSE, erin.id)
    assert "you said how it went" in harness.text(erin.dm()[-1])
    verified(harness)


def test_the_successor_of_whoever_forecast_finds_the_question_in_home_and_reminder(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Dora has stated the impact in Bob's place, and left; Erin has his role now."""
    assert bob.goes_away("dora", until="2026-11-25") == {}
    card = erin.raises("Add Apple Pay")
    dora.states_impact(card)
    bob.is_back()
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays", review_on="2026-12-01") == {}
    harness.run(dora.member.is_deactivated())
    harness.settle()
    alice.sets_up_again(checkout, project_manager="erin", reason="Bob moves on")
    erin.raises("Who pays the bank", kind="risk", due_on="2026-12-01")
    until(harness, 30)
    question = "aits for your word on whether the forecast held"
    assert question not in opens_home(erin)
    until(harness, 2, month=12)
    assert question not in opens_home(bob)
    assert question in opens_home(erin)
    assert any(question in text for text in erin.dm_text("2 things wait for you"))
    presses(erin, "Say how it went", "Add Apple Pay")
    assert erin.submits(held="worse", days=8) == {}
    assert question not in opens_home(erin)
    verified(harness)
