"""Stories of the impact: the window, its half-way reminder and its lapse.

Also stories of late statements and of revisions.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.demo.slack import readable
from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel
from models.rules import Impact, State
from support.harness import Actor, Harness
from support.home_visitor import home, opens_home

FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)


def test_nobody_decides_while_the_impact_is_awaited(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    assert (buttons(card), menu(card)) == (
        ["State impact"],
        ["Details", "Delegate", "Edit", "Withdraw"],
    )
    assert "Waiting for the impact from @bob, until 2026-11-25 10:00 UTC." in harness.text(card)
    assert "@erin asks: what would Add Apple Pay (#1) in #checkout cost?" in harness.plain(
        bob.dm()[-1]
    )
    alice.presses_stale(card, "decide.approve", str(harness.decision().id))
    assert (
        "@bob (project manager) states the impact first. I have asked. If nothing "
        "comes, the decision can be made without it from" in (alice.was_told())
    )
    assert alice.dm() == []
    alice.presses(card, "State impact")
    assert "The impact comes from @bob (project manager)." in alice.was_told()


def test_the_form_says_which_option_it_is_about(bob: Actor, erin: Actor, checkout: Channel) -> None:
    card = erin.raises("Add Apple Pay")
    bob.presses(card, "State impact")
    assert "with the option that costs most" in bob.form_words()
    assert "what the other options would cost" in bob.form_words()


def test_the_counterpart_is_reminded_half_way_in_their_own_morning(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The window is Monday to Wednesday.

    The reminder comes on Tuesday at 09:30 in Berlin, which is 08:30 UTC.
    """
    erin.raises("Add Apple Pay")
    harness.later(hours=22, minutes=20)  # Tuesday 08:20 UTC
    assert not [message for message in bob.dm() if "waits for you" in message.text]
    harness.later(minutes=20)
    reminder = bob.dm()[-1]
    assert harness.plain(reminder).startswith(
        "1 thing waits for you. #1 Add Apple Pay in #checkout waits for your impact"
    )
    assert "statement, until 2026-11-25 10:00 UTC." in harness.plain(reminder)
    bob.presses(reminder, "Open")
    bob.states_impact(bob.form)
    assert harness.decision().impact is Impact.STATED
    harness.later(days=3)
    assert sum("waits for you" in message.text for message in bob.dm()) == 1


def test_nobody_is_reminded_of_an_impact_that_is_stated(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    harness.later(days=2)
    assert not [message for message in bob.dm() if "waits for you" in message.text]


def test_the_window_counts_working_days_in_the_counterparts_time_zone(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Friday 16:00 UTC is Saturday 01:00 in Tokyo.

    Two working days from Monday 09:00 there end on Wednesday 09:00.
    """
    harness.person("kenji", time_zone="Asia/Tokyo")
    alice.sets_up_again(checkout, project_manager="kenji", reason="Kenji joins")
    harness.clock.now = FRIDAY
    card = erin.raises("Add Apple Pay")
    assert harness.decision().impact_due_at == datetime(2026, 12, 2, 0, 0, tzinfo=UTC)
    assert "until 2026-12-02 00:00 UTC" in harness.whole(card)
    harness.later(days=4, hours=7)
    assert harness.decision().state is State.AWAITING_IMPACT
    harness.later(hours=2)
    assert harness.decision().impact is Impact.LAPSED


def test_a_weekend_does_not_count(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.clock.now = FRIDAY  # 17:00 in Berlin
    erin.raises("Add Apple Pay")
    assert harness.decision().impact_due_at == datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
    harness.later(days=2)
    assert not [message for message in bob.dm() if "waits for you" in message.text]


def test_a_lapse_is_not_blamed_on_whoever_gets_the_seat_later(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor
) -> None:
    erin.raises("Add Apple Pay")
    harness.later(days=2, minutes=1)
    assert bob.goes_away("dora", until="2026-12-09") == {}
    shown = alice.shows(1).replace("*", "")
    assert "The project manager's impact was not stated in the time the channel gives." in shown
    assert "stated by @dora" not in shown
    assert "@bob handed their part to @dora" in shown
    bob.is_back()
    shown = alice.shows(1).replace("*", "")
    assert "@bob took over the project manager's part from @dora" in shown


def test_the_card_of_a_lapsed_impact_has_no_column_in_which_nobody_typed(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    costs = {"option1_cost": "", "option2_cost": ""}
    values = {"option1_value": "", "option2_value": ""}
    cards = [erin.raises("Add Apple Pay", **costs), erin.raises("Gift cards", **costs, **values)]
    cards.append(erin.raises("Guest checkout"))
    harness.later(days=3)
    tables = [
        block["rows"] for card in cards for block in card.blocks if block.get("type") == "table"
    ]
    without_cost, without_both, with_both = tables
    assert [len(table[0]) for table in tables] == [2, 1, 3]
    assert "Impact (project manager): not stated in time" in str(without_cost[-1][0])
    assert "Impact (project manager): not stated in time" in str(without_both[-1][0])
    assert "Not stated in time" in str(with_both[-1][-1])


def test_a_lapse_is_told_to_both_and_marked(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=2, minutes=1)
    said = "The project manager's impact was not stated in the time the channel gives."
    assert said in harness.whole(card).replace("*", "")
    assert (buttons(card), menu(card)) == (
        ["Approve", "Reject", "Defer", "Ask"],
        ["Details", "State impact", "Delegate", "Edit", "Withdraw"],
    )
    assert (
        "The time to state the impact of Add Apple Pay (#1) in #checkout has passed. You still can"
        in (harness.plain(bob.dm()[0]))
    )
    assert "#1 Add Apple Pay in #checkout waits for your decision." in harness.plain(alice.dm()[-1])
    alice.presses(card, "Approve")
    assert (
        "No impact was stated. The record will say “decided without impact”." in alice.form_words()
    )
    assert alice.submits(option="A. Add it now", reason="Cannot wait") == {}
    for message in (card, erin.dm()[-1], harness.workspace.messages[checkout.id][-1]):
        assert "decided without impact" in harness.whole(message).lower()


def test_a_late_statement_is_recorded_as_late(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    bob.states_impact(bob.dm()[0])
    assert "stated by @bob (project manager, late)" in harness.whole(card)
    alice.approves(card)
    posted = harness.text(harness.workspace.messages[checkout.id][-1])
    assert "Impact stated late" in posted
    assert "without impact" not in posted
    bob.presses_stale(card, "impact.state", str(harness.decision().id))
    assert "#1 is already approved by @alice" in bob.was_told()


def test_a_holder_whose_form_is_open_is_shown_a_late_statement(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob states the impact while Alice's form says that there is none.

    She is shown it before her approval counts.
    """
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    alice.presses(card, "Approve")
    bob.states_impact(card, days=40)
    assert alice.submits(option="A. Add it now", reason="Cannot wait") == {}
    assert "This happened while your form was open: the impact was stated." in alice.form_words()
    assert "40 working days of slip" in alice.form_words()
    assert alice.submits() == {}
    assert harness.decision().state is State.DECIDED


@pytest.mark.both_databases
def test_an_impact_that_is_submitted_twice_is_stated_once(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.presses(card, "State impact")
    assert "The impact of #1 was already stated by @bob" in bob.submits_twice(
        days=5, confidence="high"
    )
    assert len(harness.decision_whole().impacts) == 1


def test_days_earlier_are_typed_with_a_minus(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.presses(card, "State impact")
    errors = bob.submits(days="many", confidence="high")
    assert errors == {"Days of slip": "Give whole days from -365 to 999."}
    assert bob.submits(days=-3) == {}
    assert "3 working days earlier, high confidence" in harness.whole(card)


def test_details_of_a_settled_decision_says_that_a_revision_was_asked_for(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card, days=5)
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Does this count the load test?") == {}
    alice.approves(card)
    assert "@bob was asked to revise this:" in harness.whole(card)


def test_a_revision_is_asked_and_given(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card, days=5)
    bob.presses(card, "Ask to revise the impact")
    assert "Only @alice (product owner) decides priority here" in bob.was_told()
    alice.presses(card, "Ask to revise the impact")
    assert "5 working days of slip" in alice.form_words()
    assert alice.submits(reason="Does this count the load test?") == {}
    assert "@bob is asked to revise this:" in harness.whole(card)
    assert "Does this count the load test?" in harness.whole(card)
    asked = bob.dm()[-1]
    assert (
        "#1 Add Apple Pay: you are asked to revise the impact you stated. @alice asks: “Does this "
        "count the load test?”" in (harness.plain(asked))
    )
    assert "Waits for you to revise the impact." in opens_home(bob)
    assert "Revise impact" in readable.buttons(home(bob))
    bob.presses(asked, "State impact")
    assert bob.form.values["days"]["days"]["value"] == "5"
    assert bob.form.view["title"]["text"] == "Revise impact"
    assert bob.form.view["submit"]["text"] == "Revise impact"
    assert "You are asked to revise the impact." in bob.form_words()
    assert "Does this count the load test?" in bob.form_words()
    assert "is over" not in bob.form_words()
    assert bob.submits(days=8) == {}
    revised = "#1 Add Apple Pay: you have revised the impact. Waiting for @alice to decide."
    assert harness.plain(asked) == revised
    assert "stated by @bob (project manager, revised)" in harness.whole(card)
    assert "8 working days of slip" in harness.whole(card)
    assert "asked to revise" not in harness.text(card)
    assert harness.plain(alice.dm()[-1]) == (
        "#1 Add Apple Pay in #checkout waits for your decision. The impact was "
        "revised: 8 working days of slip."
    )
    alice.approves(alice.dm()[-1])
    assert "late" not in harness.text(card)
    alice.reopens(card)
    assert "waits for your decision. Reopened by you." in harness.plain(alice.dm()[-1])


def test_a_revision_is_not_waited_for(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Too low?") == {}
    alice.presses(card, "Approve")
    assert "@bob is asked to revise this:\nToo low?" in alice.form_words()
    harness.run(alice.member.closes())
    alice.approves(card)
    told = harness.plain(bob.dm()[-1])
    assert "revise the impact you stated. @alice asked: “Too low?”\nNo revision" in told
    assert "No revision is asked of you any more. Approved by @alice" in told
    bob.presses_stale(card, "impact.state", str(harness.decision().id))
    assert "#1 is already approved by @alice" in bob.was_told()


def test_a_late_statement_stays_late_when_revised(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.later(days=3)
    bob.presses(card, "State impact")
    late = "The time to state it is over. The record will say that it came late."
    assert late in bob.form_words()
    assert bob.submits(days=5, confidence="high") == {}
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Too low?") == {}
    assert "impact stated late" in harness.text(card)
    alice.approves(card)
    assert "Impact stated late" in harness.text(card), "the revision did not come"
    alice.undoes()
    assert "impact stated late" in harness.text(card)
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Too low?") == {}
    bob.presses(card, "State impact")
    assert bob.submits(days=9) == {}
    assert "(project manager, late, revised)" in harness.whole(card)
    alice.approves(card)
    assert "Impact stated late" in harness.whole(card)
    told = [harness.plain(message) for message in bob.dm()]
    revised = "#1 Add Apple Pay: you have revised the impact. Approved by @alice"
    assert [text for text in told if text.startswith(revised)]


def test_nobody_can_ask_for_a_revision_of_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert menu(card) == ["Details", "Delegate", "Edit", "Withdraw"]
    alice.presses_stale(card, "impact.ask_revision", str(harness.decision().id))
    assert "There is no impact statement on #1 yet that could be revised." in alice.was_told()
    alice.presses_stale(card, "impact.state", str(harness.decision().id))
    assert "#1 needs no impact statement." in alice.was_told()


@pytest.mark.usefixtures("checkout")
def test_somebody_who_is_asked_about_their_own_question_reads_you(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    bob.raises("Add Apple Pay", kind="priority")
    assert harness.plain(bob.dm()[-1]).startswith(
        "You raised Add Apple Pay (#1) in #checkout. What would it cost?"
    )
    alice.claims("Refund by e-mail")
    assert "You say Refund by e-mail (#2) is finished." in harness.plain(alice.dm()[-1])


def test_a_request_for_impact_names_whoever_has_stated_it(
    harness: Harness, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """Leaves and returns move the seat, not the statement: nobody is said to state it again."""
    bob.states_impact(erin.raises("Add Apple Pay"))
    waiting = erin.raises("Add five wallets")
    assert bob.goes_away("dora") == {}
    assert "#1 Add Apple Pay: you have stated the impact." in harness.plain(bob.dm()[0])
    assert "#2 Add five wallets: @dora states the impact now." in harness.plain(bob.dm()[1])
    dora.states_impact(waiting)
    bob.types("/tradeoff back", checkout)
    assert "#2 Add five wallets: @dora has stated the impact. Waiting for @alice to decide." in (
        harness.plain(bob.dm()[1])
    )
    assert len(dora.dm_text("#2 Add five wallets: you have stated the impact.")) == 1
