"""Stories of stand-ins: on leave and back, and a single decision handed over."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.rules import Outcome, State, Verb
from models.tables.history import payload_of
from support.harness import Actor, Harness
from support.story_helpers import acting, events, verified

# ---- on leave ------------------------------------------------------------------------------------


def test_open_work_moves_to_the_delegate_and_both_names_are_recorded(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    erin.raises("Who pays the bank", kind="risk")
    alice.types("/tradeoff away @dora until 2026-12-01", checkout)
    assert "1 open decision would move now; no date changes" in alice.form_words()
    assert "also single decisions that you handed to them." in alice.form_words()
    assert alice.submits() == {}
    assert "@dora acts for you until Tue 1 Dec 2026" in alice.form_words()
    assert acting(harness) == ("dora", "alice", "bob", None)
    assert acting(harness, 2)[0] == "bob"
    assert (
        "Waiting for @dora (for @alice, who is away until Tue 1 Dec 2026) to decide"
        in harness.whole(card)
    )
    assert (
        len(
            dora.dm_text(
                "Guest checkout in #checkout waits for your decision. You decide for "
                "@alice, who is away until"
            )
        )
        == 1
    )
    assert len(dora.dm_text("@alice is away until Tue 1 Dec 2026")) == 1
    assert alice.dm_text("acts for you on") == []
    moved = events(harness, Verb.DELEGATE)
    assert moved
    assert all({alice.id, dora.id} <= set(payload_of(event).as_json().values()) for event in moved)
    alice.presses(card, "Approve")
    assert "You handed #1 to @dora" in alice.was_told()
    dora.presses(card, "Approve")
    assert "You decide for @alice; the record has both names" in dora.form_words()
    assert dora.submits(option="A. Add it now", reason="It pays") == {}
    outcome = harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "approved by @dora for @alice (product owner, requirements)" in outcome
    assert "approved by @dora for @alice" in harness.whole(card).lower()
    assert harness.decision().outcome is Outcome.APPROVED
    verified(harness)


def test_the_clock_does_not_restart(
    harness: Harness, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay", due_on="2026-11-27")
    before = harness.decision()
    harness.later(hours=20)
    assert bob.goes_away("dora") == {}
    after = harness.decision()
    assert acting(harness) == ("alice", None, "dora", "bob")
    assert (after.impact_due_at, after.due_on) == (before.impact_due_at, before.due_on)
    assert len(dora.dm_text("what would Add Apple Pay (#1) in #checkout cost?")) == 1
    assert (
        "Waiting for the impact from @dora (for @bob, who is away until Tue 1 Dec 2026), until"
        in harness.whole(card)
    )
    bob.presses(card, "State impact")
    assert "You handed #1 to @dora" in bob.was_told()
    dora.presses(card, "State impact")
    assert "You state it for @bob; the record has both names." in dora.form_words()
    dora.states_impact(card)
    assert "stated by @dora" in harness.whole(card)


def test_a_decision_raised_during_a_leave_goes_to_the_delegate(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    assert alice.goes_away("dora") == {}
    card = erin.raises("Guest checkout", kind="requirements")
    assert acting(harness) == ("dora", "alice", "bob", None)
    assert (
        "Routed to @dora for @alice, who is away until Tue 1 Dec 2026, because requirements is"
        in harness.whole(card)
    )
    assert alice.dm_text("Guest checkout") == []
    claim, record = erin.claims("Refund by e-mail"), erin.records("No vouchers")
    for card, button in ((claim, "Accept"), (record, "Dispute")):
        dora.presses(card, button)
        assert "You decide for @alice; the record has both names." in dora.form_words()
        harness.run(dora.member.closes())


def test_a_leave_ends_early(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    erin.raises("Search filters", kind="requirements")
    alice.goes_away("dora")
    dora.rejects(erin.card(checkout))
    alice.is_back()
    assert (
        "Welcome back. @dora no longer decides for you. Meanwhile they decided or signed in your "
        "place: #2. 1 open decision came back to you." in alice.was_told()
    )
    assert acting(harness) == ("alice", None, "bob", None)
    assert len(alice.dm_text("#1 Guest checkout in #checkout is with you again")) == 1
    assert len(dora.dm_text("@alice is back. You no longer decide for them.")) == 1
    assert ": @alice took it over from @dora\n" in alice.shows(1)
    sent = harness.workspace.messages[harness.workspace.direct(dora.id).id]
    assert not [message for message in sent if message.thread_ts]
    dora.presses(card, "Approve")
    assert "Only @alice (product owner) decides requirements here" in dora.was_told()
    alice.is_back()
    assert "You are not away, as far as I know" in alice.was_told()
    erin.raises("Dark mode", kind="requirements")
    assert acting(harness, 3)[:2] == ("alice", None)
    verified(harness)


def test_a_leave_ends_at_nine_on_the_day_of_return(
    harness: Harness, bob: Actor, erin: Actor, dora: Actor
) -> None:
    erin.raises("Who pays the bank", kind="risk")
    bob.goes_away("dora", until="2026-11-25")
    harness.later(days=1, hours=21, minutes=50)  # Wednesday 08:50 in Berlin
    assert acting(harness)[0] == "dora"
    harness.later(minutes=11)
    assert acting(harness)[:2] == ("bob", None)
    assert len(bob.dm_text("#1 Who pays the bank in #checkout is with you again")) == 1
    assert len(dora.dm_text("@bob is back. You no longer decide for them.")) == 1
    assert [event.actor for event in events(harness, Verb.DELEGATE)] == [bob.id, None]


@pytest.mark.both_databases
def test_a_leave_submitted_twice_is_one(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    alice.types("/tradeoff away @dora until yesterday", checkout)
    said = "“yesterday” is Sun 22 Nov 2026. Choose a day after today, within a year."
    assert said in alice.form_words()
    assert alice.form.values["until"]["until"].get("value") is None
    alice.types("/tradeoff away @dora until 1 Dec", checkout)
    alice.twice()
    assert len(events(harness, Verb.DELEGATE)) == 1
    assert len(dora.dm_text("@alice is away until")) == 1
    alice.types("/tradeoff away @erin until 2026-12-03", checkout)
    assert "You are away already. Run /tradeoff back first" in alice.was_told().replace("`", "")


def test_only_members_are_delegates_and_until_a_day_within_a_year(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, gus: Actor, checkout: Channel
) -> None:
    harness.person("robot", bot=True)
    harness.person("zoe", deactivated=True)
    for person, words in (
        ("gus", "a guest"),
        ("olga", "from another company"),
        ("robot", "a bot"),
        ("zoe", "deactivated"),
    ):
        errors = alice.goes_away(person)
        assert words in errors["Who decides for you"]
        harness.run(alice.member.closes())
    assert "That is you" in alice.goes_away("alice")["Who decides for you"]
    assert (
        "a day after today" in alice.submits(delegate="erin", until="2026-11-23")["You are back on"]
    )
    assert "a year" in alice.submits(delegate="erin", until="2028-11-23")["You are back on"]
    harness.run(alice.member.closes())
    gus.types("/tradeoff away @erin until 2026-12-01", checkout)
    assert "You are a guest" in gus.was_told()


def test_work_that_was_handed_over_is_not_handed_on(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.goes_away("dora")
    bob.goes_away("alice")
    assert "@alice is away too" in bob.form_words()
    harness.run(bob.member.closes())
    dora.presses(card, "Delegate")
    assert (
        "#1 was handed to you by @alice, and decisions are handed on once only" in dora.was_told()
    )
    assert acting(harness) == ("dora", "alice", "bob", None)


def test_one_person_gets_both_roles_only_with_the_tick(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    errors = alice.goes_away("bob")
    assert (
        "They would hold both roles in one of your channels"
        in errors["If your stand-in holds the other role already"]
    )
    assert acting(harness)[0] == "alice"
    assert alice.submits(both=["both"]) == {}
    assert acting(harness) == ("bob", "alice", "bob", None)
    bob.states_impact(card)
    bob.approves(card)
    assert (
        "same person in both roles"
        in harness.text(harness.workspace.messages[checkout.id][-1]).lower()
    )
    erin.raises("Dark mode")
    harness.run(alice.member.closes())
    alice.is_back()
    assert acting(harness, 2) == ("alice", None, "bob", None)


def test_the_delegate_of_the_other_role_needs_the_tick_too(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move Beta", kind="commitment")
    bob.goes_away("dora")
    errors = alice.goes_away("dora")
    assert "They would hold both roles" in errors["If your stand-in holds the other role already"]
    assert alice.submits(both=["both"]) == {}
    harness.run(alice.member.closes())
    assert acting(harness) == ("dora", "alice", "dora", "bob")
    bob.is_back()
    assert acting(harness) == ("dora", "alice", "bob", None)
    bob.states_impact(card)
    dora.approves(card)
    assert "Signed by @dora for @alice (product owner)" in harness.whole(card)
    assert harness.decision().state is State.AWAITING_SIGNATURE


def test_a_delegate_of_what_waits_for_an_impact_is_told_at_once(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor
) -> None:
    card = erin.raises("Add Apple Pay")
    assert alice.delegates(card, "dora") == {}
    words = "#1 Add Apple Pay in #checkout is with you now. Waiting for the impact from @bob"
    assert len(dora.dm_text(words)) == 1


# ---- one decision --------------------------------------------------------------------------------


def test_one_decision_is_delegated_and_taken_back(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-27")
    erin.presses(card, "Delegate")
    assert "Only @alice (product owner) decides requirements here" in erin.was_told()
    assert alice.delegates(card, "dora") == {}
    assert acting(harness) == ("dora", "alice", "bob", None)
    assert str(harness.decision().due_on) == "2026-11-27"
    assert (
        len(dora.dm_text("waits for your decision. You decide for @alice, who delegated this one."))
        == 1
    )
    erin.presses(card, "Reject")
    assert "Only @dora (for @alice, product owner) decides this now (rights v1)" in erin.was_told()
    alice.presses(card, "Delegate")
    assert "@dora decides this for you. Choose yourself to take it back" in alice.form_words()
    assert alice.submits() == {}
    assert acting(harness) == ("alice", None, "bob", None)
    assert (
        len(
            dora.dm_text(
                "#1 Guest checkout in #checkout is not with you any more. Waiting for "
                "@alice to decide."
            )
        )
        == 1
    )
    alice.approves(card)
    assert "approved by @alice (product owner, requirements)" in harness.whole(card).lower()
    verified(harness)


@pytest.mark.both_databases
def test_a_delegation_submitted_twice_is_one(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Delegate")
    alice.twice(delegate="dora")
    assert len(events(harness, Verb.DELEGATE)) == 1
    assert dora.dm_text("with you again") == []


def test_a_decision_goes_to_members_who_are_there(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, gus: Actor
) -> None:
    here = harness.workspace.channel("checkout")
    alice.sets_up_again(here, sponsor="dora", reason="Dora follows")
    card = erin.raises("Guest checkout", kind="requirements")
    assert "a guest" in alice.delegates(card, "gus")["Who decides this"]
    assert "That is you" in alice.submits(delegate="alice")["Who decides this"]
    dora.goes_away("erin")
    assert (
        "This person is away, and has a delegate"
        in alice.submits(delegate="dora")["Who decides this"]
    )
    assert (
        "Tick that they may act in both roles"
        in alice.submits(delegate="bob")["If your stand-in holds the other role already"]
    )
    assert alice.submits(delegate="bob", both=["both"]) == {}
    assert acting(harness) == ("bob", "alice", "bob", None)
    assert alice.delegates(card, "alice") == {}
    assert acting(harness) == ("alice", None, "bob", None)


def test_a_decision_that_was_handed_over_can_be_given_back(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.delegates(card, "dora")
    dora.presses(card, "Delegate")
    assert "@alice decides it again, and is told" in dora.form_words()
    assert dora.submits() == {}
    assert acting(harness) == ("alice", None, "bob", None)
    again = "#1 Guest checkout in #checkout is with you again. Waiting for you to decide."
    assert len(alice.dm_text(again)) == 1
    assert buttons(alice.dm()[-1]) == ["Approve", "Reject", "Defer", "Ask"]
    verified(harness)


# ---- stand-ins -----------------------------------------------------------------------------------


def test_only_role_holders_name_a_stand_in(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff away @bob until 2027-11-01", checkout)
    assert erin.form is None
    assert "you hold none in any channel. A decision that you kept" in erin.was_told()
    assert bob.goes_away("erin") == {}
    assert sam.goes_away("erin") == {}


@pytest.mark.both_databases
def test_a_stand_in_is_told_at_once_and_can_decline(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    assert alice.goes_away("dora") == {}
    words = "@alice is away until Tue 1 Dec 2026, and you act for them"
    (told,) = [message for message in dora.dm() if words in harness.plain(message)]
    dora.presses(told, "Decline")
    assert "You no longer act for @alice" in dora.was_told()
    assert "You declined to act for @alice, 2026-" in harness.plain(told)
    assert acting(harness) == ("alice", None, "bob", None)
    notice = "@dora declined to act for you, so you are no longer away: what is open is yours again"
    assert len(alice.dm_text(notice)) == 1
    erin.raises("Search filters", kind="requirements")
    assert acting(harness, 2)[:2] == ("alice", None)
    dora.presses_stale(told, "delegation.decline", "1")
    assert "You do not stand in there any more" in dora.was_told()
    verified(harness)


def test_a_delegate_of_both_roles_gets_one_message_about_a_decision(
    harness: Harness, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    mobile = harness.workspace.add_channel("mobile", ["bob", "erin", "dora"])
    bob.sets_up(mobile, po="bob", pm="bob", sponsor=None)
    erin.raises("Make the app smaller", kind="schedule", in_=mobile)
    assert bob.goes_away("dora") == {}
    (asked,) = [told for told in dora.dm() if "Make the app smaller" in harness.plain(told)]
    assert "State impact" in buttons(asked)


def test_nobody_declines_for_another(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert alice.goes_away("dora") == {}
    erin.presses_stale(card, "delegation.decline", "1")
    assert "You do not stand in there any more" in erin.was_told()
    assert acting(harness)[:2] == ("dora", "alice")


@pytest.mark.both_databases
def test_being_a_stand_in_keeps_nobody_from_going_on_leave(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    assert alice.goes_away("bob", both=["both"]) == {}
    assert acting(harness) == ("bob", "alice", "bob", None)
    assert bob.goes_away("dora") == {}
    assert "1 decision went back to the person who handed it to you" in bob.form_words()
    assert acting(harness) == ("alice", None, "dora", "bob")
    assert len(alice.dm_text("@bob goes on leave too, so you are no longer away")) == 1
    verified(harness)
