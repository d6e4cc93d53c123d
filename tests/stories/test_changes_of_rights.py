"""Stories of changes that take a right from somebody: each waits until it is confirmed."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import opens_home, presses, reads
from support.rights_helpers import announced, states, version

# ---- confirmed, declined, withdrawn --------------------------------------------------------------


def test_whoever_loses_a_right_confirms_it_first(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, "We share it", priority="joint:impact")
    assert "so it is not made yet. It waits for @alice (product owner)" in bob.form_words()
    assert version(harness).number == 1
    asked = alice.dm()[-1]
    assert "It takes something from you, the product owner. Do you agree?" in harness.plain(asked)
    assert "Until you confirm, v1 holds. Without your answer by 2026-" in harness.text(asked)
    assert "It waits for" not in harness.text(asked)
    assert (
        "Priority: the product owner's decision, after the project manager's impact; wanted: both "
        "sign, after the project manager's impact." in harness.plain(asked)
    )
    assert "Why: We share it" in harness.plain(asked)
    assert buttons(asked) == ["Confirm", "Decline"]
    post = announced(alice, checkout)
    assert "Until it is confirmed, v1 holds." in harness.plain(post)
    assert buttons(post) == ["Confirm", "Decline", "Withdraw"]
    alice.presses(asked, "Confirm")
    assert "You have confirmed it: the rights are v2 now." in alice.was_told()
    assert version(harness).author == bob.id
    told = alice.member.sees(checkout)[-1]
    assert "@bob changed who decides here: rights v2." in harness.plain(told)
    assert "Confirmed by @alice: rights v2" in harness.text(told)
    assert buttons(announced(alice, checkout)) == buttons(alice.dm()[-1]) == []
    alice.presses_stale(asked, "rights.confirm", "1:1:1795428000")
    assert "Nothing was changed by this click. Confirmed by @alice: rights v2" in alice.was_told()
    assert version(harness).number == 2


@pytest.mark.both_databases
def test_a_change_that_takes_nothing_from_the_other_role_holds_at_once(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.asks_for_table(checkout, "Bob knows best", priority="project_manager:impact")
    assert version(harness).number == 2
    assert states(harness) == []


def test_a_change_is_declined_and_its_author_is_told(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.sets_up_quietly(checkout, product_owner="bob", reason="I know the users")
    assert version(harness).product_owner == alice.id
    alice.presses(alice.dm()[-1], "Decline")
    assert "Product owner: @alice; wanted: @bob." in alice.form_words()
    assert "I know the users" in alice.form_words()
    assert alice.submits(reason=" ") != {}
    assert states(harness) == ["pending"]
    assert alice.submits(reason="I know them <!channel>") == {}
    assert states(harness) == ["declined"]
    told = bob.dm()[-1]
    assert "Your change of who decides in #checkout was not made." in harness.plain(told)
    assert "Product owner: @alice; wanted: @bob." in harness.plain(told), "it is still Alice"
    assert "Declined by @alice" in harness.plain(told)
    for message in (told, announced(bob, checkout)):
        assert "I know them <!channel>" in harness.text(message)
        assert "Why not: I know them &lt;!channel&gt;" in message.text
    assert version(harness).number == 1


def test_only_its_author_withdraws_a_change_and_only_who_is_asked_answers(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    # The change takes something from Bob's own role, too.
    bob.asks_for_table(checkout, priority="project_manager", risk="joint")
    post = announced(erin, checkout)
    for button in ("Confirm", "Decline"):
        erin.presses(post, button)
        assert "you cannot answer for it. It waits for @alice." in erin.was_told()
        bob.presses(post, button)
        asked = "You asked for this change, so your own answer is not needed. It waits for @alice."
        assert asked in bob.was_told()
    alice.presses(post, "Withdraw")
    assert "Only @bob, who asked for this change, can withdraw it." in alice.was_told()
    bob.presses(post, "Withdraw")
    assert states(harness) == ["withdrawn"]
    assert "Withdrawn by @bob" in harness.plain(announced(erin, checkout))
    assert buttons(alice.dm()[-1]) == []


def test_one_change_waits_at_a_time_and_rights_show_it(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="project_manager")
    alice.types("/tradeoff rights", checkout)
    shown = alice.member.sees(checkout)[-1]
    assert "A change waits. @bob wants to change who decides in #checkout" in harness.plain(
        shown
    ).replace("*", "")
    sam.types("/tradeoff rights", checkout)
    sam.presses(sam.member.sees(checkout)[-1], "Change who decides")
    assert sam.submits(right_risk="product_owner", reason="Users first") == {}
    assert "A change of the rights by @bob waits here to be confirmed" in sam.form_words()
    alice.presses(shown, "Confirm")
    assert states(harness) == ["made"]


def test_a_refusal_says_that_a_decision_was_routed_before_the_change(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Old gateway off", kind="risk")
    kept = erin.raises("Freeze releases", kind="communication")
    alice.changes_table(checkout, risk="product_owner")
    alice.presses(card, "Approve")
    only = "Only @bob (project manager) decides"
    assert (
        f"{only} this now: it was routed under rights v1, and today's (v2) do not move it. You can"
    ) in alice.was_told()
    assert f"{only} risk here" not in alice.was_told()
    alice.presses(kept, "Approve")
    assert f"{only} communication here (rights v1). You can" in alice.was_told()


def test_rights_show_each_person_the_buttons_that_they_can_press(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    changes = ["Change people or window", "Change who decides", "Change reminders and digest"]
    bob.asks_for_table(checkout, priority="project_manager")
    said = {
        alice: (["Confirm", "Decline", *changes], "It waits for @alice", "@bob can withdraw it."),
        bob: (["Withdraw", *changes], "It waits for @alice", "lapses."),
        erin: ([], "It waits for @alice", "@alice, @bob or @sam can change this."),
    }
    for person, (shown, *words) in said.items():
        person.types("/tradeoff rights", checkout)
        answer = person.member.sees(checkout)[-1]
        assert buttons(answer) == shown
        for phrase in words:
            assert phrase in harness.text(answer)


def test_the_sponsor_takes_from_both_and_both_confirm(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    sam.asks_for_table(checkout, priority="project_manager", risk="product_owner")
    alice.presses(alice.dm()[-1], "Confirm")
    assert "You have confirmed it. It waits for @bob (project manager)" in alice.was_told()
    alice.presses(announced(alice, checkout), "Confirm")
    assert "You have confirmed this change already. It still waits for @bob." in alice.was_told()
    assert version(harness).number == 1
    bob.presses(bob.dm()[-1], "Confirm")
    assert version(harness).number == 2
    post = harness.text(announced(alice, checkout))
    assert "Confirmed by @alice and @bob" in post


def test_less_time_takes_something(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """A shorter window hurts whoever states impact. A shorter grace period hurts both roles."""
    alice.sets_up_quietly(checkout, impact_days=1, reason="Quick")
    assert "waits for @bob (project manager)" in harness.plain(announced(alice, checkout))
    bob.presses(announced(bob, checkout), "Confirm")
    sam.types("/tradeoff rights", checkout)
    sam.presses(sam.member.sees(checkout)[-1], "Change reminders and digest")
    assert "such as a right or time, waits until that role confirms it" in sam.form_words()
    assert sam.submits(grace_days="1", reason="Quick") == {}
    assert "waits for @alice (product owner) and @bob" in harness.plain(announced(sam, checkout))
    sam.presses(announced(sam, checkout), "Withdraw")
    assert (version(harness).number, states(harness)) == (2, ["made", "withdrawn"])


def test_more_time_for_impact_takes_something_from_whoever_waits_for_it(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.sets_up_quietly(checkout, impact_days=20, reason="No hurry")
    assert "waits for @alice (product owner)" in harness.plain(announced(bob, checkout))
    alice.presses(alice.dm()[-1], "Decline")
    assert alice.submits(reason="I cannot wait a month") == {}
    alice.changes_table(
        checkout,
        schedule="project_manager",
        scope_control="project_manager",
        resources="project_manager",
        commitment="joint",
    )
    alice.sets_up_quietly(checkout, impact_days=4, reason="Only I wait now")
    assert (version(harness).number, version(harness).impact_days) == (3, 4)
    assert states(harness) == ["declined"]


@pytest.mark.both_databases
def test_home_lists_a_change_that_waits_for_somebody(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="project_manager", reason="I know it")
    assert "Nothing waits for you" in opens_home(bob)
    assert "Nothing waits for you" in opens_home(sam)
    assert (
        "Waiting for you: 1\nChange of who decides · #checkout\n@bob asks for it. Waits for you to "
        "confirm, until" in opens_home(alice)
    )
    presses(alice, "Confirm", "Change of who decides")
    assert "Priority: the product owner's decision" in alice.form_words()
    alice.presses(alice.form, "Decline")
    assert alice.submits(reason="I know it better") == {}
    assert alice.form is None
    assert "Nothing waits for you" in reads(alice)
    bob.asks_for_table(checkout, priority="project_manager", reason="Bob has left that team")
    opens_home(alice)
    presses(alice, "Confirm", "Change of who decides")
    assert alice.submits() == {}
    assert "You have confirmed it: the rights are v2 now." in alice.form_words()
    assert "Nothing waits for you" in reads(alice)
    assert states(harness) == ["declined", "made"]


# ---- nobody is asked, or somebody else -----------------------------------------------------------


def test_one_person_in_both_roles_asks_nobody(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.sets_up_again(checkout, project_manager="alice", reason="Bob moves on")
    assert states(harness) == ["made"]
    alice.asks_for_table(checkout, priority="joint", risk="product_owner")
    assert version(harness).number == 3


def test_the_sponsor_is_asked_for_somebody_away_until_they_are_back(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    assert alice.goes_away("dora") == {}
    bob.asks_for_table(checkout, priority="project_manager")
    asked = sam.dm()[-1]
    assert "from @alice, the product owner, who cannot answer now. You are the sponsor" in (
        harness.plain(asked)
    )
    alice.presses(alice.card(checkout), "Confirm")
    said = alice.was_told()
    assert "You are away, so you cannot answer for the product owner now." in said
    assert "`/tradeoff back` ends your leave" in said
    assert "It waits for @sam (sponsor, for the product owner) to confirm" in said
    assert "takes nothing from a role of yours" not in said
    alice.is_back()
    assert "Nothing waits for you here." in harness.plain(sam.dm()[-1])
    sam.presses_stale(asked, "rights.confirm", "1:1:1795428000")
    assert version(harness).number == 1
    alice.presses(alice.dm()[-1], "Confirm")
    assert version(harness).number == 2


def test_forms_promise_no_confirmation_where_the_rule_is_off(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    def forms() -> list[str]:
        bob.types("/tradeoff setup", checkout)
        found = [bob.form_words()]
        for button in ("Change who decides", "Change reminders and digest"):
            harness.run(bob.member.closes())
            bob.types("/tradeoff rights", checkout)
            bob.presses(bob.member.sees(checkout)[-1], button)
            found.append(bob.form_words())
        harness.run(bob.member.closes())
        return found

    promised = "waits until that role confirms it."
    assert all(promised in words for words in forms())
    bob.changes_table(checkout, "We trust each other", confirms="no")
    assert not any(promised in words for words in forms())


def test_a_change_that_nobody_can_confirm_holds_after_a_working_day(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    bob.sets_up_again(checkout, sponsor=None, reason="Sam moves on")
    assert alice.goes_away("dora") == {}
    bob.asks_for_table(checkout, priority="project_manager")
    post = announced(bob, checkout)
    assert "Nobody is there who can confirm it for the product owner, so it takes effect 2" in (
        harness.plain(post)
    )
    assert "Until it takes effect, v2 holds." in harness.plain(post)
    assert buttons(post) == ["Withdraw"]
    harness.later(hours=23)
    assert version(harness).number == 2
    harness.later(hours=2)
    assert version(harness).number == 3
    assert "Nobody was there who could confirm it: rights v3" in harness.text(
        announced(bob, checkout)
    )


def test_somebody_who_leaves_slack_answers_no_more(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    bob.asks_for_table(checkout, priority="project_manager")
    harness.run(alice.member.is_deactivated())
    harness.settle()
    sam.presses(sam.dm()[-1], "Confirm")
    assert version(harness).number == 2


def test_whoever_fills_the_seat_of_somebody_who_has_left_asks_nobody(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.run(alice.member.is_deactivated())
    harness.settle()
    bob.sets_up_quietly(checkout, product_owner="erin", reason="Alice has left")
    assert version(harness).product_owner == erin.id
    assert states(harness) == []


def test_a_sponsor_who_takes_the_seat_of_somebody_away_does_not_confirm_it(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    """Sam would decide what Bob leaves undecided, so Bob confirms. Nobody confirms for Alice."""
    assert alice.goes_away("dora") == {}
    sam.sets_up_quietly(checkout, product_owner="sam", reason="Alice is away")
    bob.presses(announced(sam, checkout), "Confirm")
    assert buttons(announced(sam, checkout)) == ["Withdraw"]
    assert version(harness).number == 1


def test_a_change_is_made_when_the_holder_who_would_have_lost_leaves_slack(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    sam.sets_up_quietly(checkout, product_owner="erin", reason="Erin takes over")
    assert version(harness).number == 1
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert version(harness).product_owner == erin.id


def test_a_reminder_counts_a_change_that_waits_to_be_confirmed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="risk", due_on="2026-11-24")
    alice.asks_for_table(checkout, risk="joint")
    harness.later(days=2)
    harness.later(days=1)
    reminder = bob.dm()[-1]
    change = "A change of who decides in #checkout waits for you to confirm, until "
    assert "2 things wait for you." in harness.plain(reminder)
    assert change in harness.plain(reminder)
    bob.presses(reminder, "rights.open")
    assert "Risk: the project manager's decision; wanted: both sign." in bob.form_words()
