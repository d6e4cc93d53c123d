"""Stories of the list with nothing typed: this channel, the most urgent first, filters to press."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import found, listed, numbers


@pytest.fixture
def mixed(
    harness: Harness, checkout: Channel, search: Channel, alice: Actor, bob: Actor, erin: Actor
) -> Channel:
    """Raise five decisions: #1 is decided, #2 overdue, #3 and #4 have dates, #5 is in #search."""
    alice.sets_up(search)
    alice.approves(erin.raises("Guest checkout", kind="requirements"))
    erin.raises("Gift cards", kind="requirements", due_on="2026-11-24")
    bob.raises("Load tests", kind="risk", due_on="2026-12-08")
    erin.raises("Vouchers", kind="requirements", due_on="2026-12-01")
    erin.raises("Synonyms", kind="requirements", in_=search)
    harness.later(days=2)
    return checkout


def test_with_nothing_typed_this_channel_comes_first_the_most_urgent_first(
    mixed: Channel, erin: Actor
) -> None:
    shown = listed(erin, "", mixed)
    assert numbers(shown) == [2, 4, 3]
    assert "Waiting for @alice to decide, due Tue 24 Nov 2026; overdue · raised by @erin on" in (
        shown.replace("*", "")
    )
    assert "*#2 Gift cards*" in shown
    assert "The most urgent first, from #checkout." in shown


@pytest.mark.both_databases
def test_filters_are_pressed_and_the_others_stay(mixed: Channel, bob: Actor, erin: Actor) -> None:
    def after(action: str, choice: str) -> list[int]:
        erin.chooses(action, choice)
        return numbers(erin.form_words())

    listed(erin, "", mixed)
    assert after("finding.state", "Any state") == [4, 3, 2, 1]
    assert after("finding.state", "Overdue") == [2]
    assert after("finding.state", "Decided") == [1]
    assert after("finding.state", "Open") == [2, 4, 3]
    assert after("finding.kind", "Risk") == [3]
    assert after("finding.kind", "Resources") == []
    nothing = "Nothing found in #checkout that is open and of the kind “resources”."
    assert nothing in erin.form_words()
    assert after("finding.kind", "Any kind") == [2, 4, 3]
    assert after("finding.whose", "Raised by me") == [2, 4]
    assert after("finding.place", "All channels") == [5, 4, 2]
    assert after("finding.whose", "Mine to decide") == []
    assert "Nothing found that is open and yours to decide." in erin.form_words()
    assert "Looked through public channels" in erin.form_words()
    state, *_ = erin.form.view["blocks"][0]["elements"]
    assert state["options"][0]["text"]["text"] == "Any state"
    listed(bob, "", mixed)
    bob.chooses("finding.whose", "Mine to decide")
    assert numbers(bob.form_words()) == [3]
    assert found(erin, "kind:risk", mixed) == [3]
    assert after("finding.kind", "Any kind") == [5, 4, 3, 2, 1]
    assert after("finding.place", "This channel") == [4, 3, 2, 1]


def test_a_typed_filter_that_a_menu_has_replaced_is_not_shown_as_looked_for(
    mixed: Channel, erin: Actor
) -> None:
    assert found(erin, "kind:risk", mixed) == [3]
    assert "Looking for: \nkind:risk" in erin.form_words()
    erin.chooses("finding.kind", "Any kind")
    assert "Looking for" not in erin.form_words()
    assert found(erin, "status:decided since:30d by:me", mixed) == [1]
    erin.chooses("finding.state", "Overdue")
    assert "Looking for: \nsince:30d by:me" in erin.form_words()
    erin.chooses("finding.whose", "Everyone's")
    assert "Looking for: \nsince:30d\n" in erin.form_words()
    assert numbers(erin.form_words()) == [2]


@pytest.mark.both_databases
def test_urgent_pages_go_forth_and_back(harness: Harness, checkout: Channel, erin: Actor) -> None:
    for number in range(1, 26):
        erin.raises_quietly(f"Question {number}", checkout)
    erin.raises("Soon", kind="requirements", due_on="2026-11-30")
    first = [26, *range(1, 10)]
    assert found(erin, "", checkout) == first
    assert "Previous" not in buttons(erin.form)
    erin.presses(erin.form, "Next")
    assert numbers(erin.form_words()) == list(range(10, 20))
    erin.presses(erin.form, "Next")
    assert numbers(erin.form_words()) == list(range(20, 26))
    assert "Next" not in buttons(erin.form)
    erin.presses(erin.form, "Previous")
    assert numbers(erin.form_words()) == list(range(10, 20))
    erin.presses(erin.form, "Previous")
    assert numbers(erin.form_words()) == first


def test_the_name_of_a_state_or_kind_alone_is_answered_with_its_filter(
    mixed: Channel, erin: Actor
) -> None:
    assert found(erin, "deferred", mixed) == []
    assert "If you meant the state, type `/tradeoff list state:deferred`." in erin.form_words()
    assert found(erin, "scope control", mixed) == []
    assert "If you meant the kind, type `/tradeoff list kind:scope-control`." in erin.form_words()


def test_any_leaves_nothing_out_as_in_the_menus(
    checkout: Channel, alice: Actor, erin: Actor
) -> None:
    alice.rejects(erin.raises("Guest checkout", kind="requirements"))
    erin.raises("Fewer fields", kind="feature")
    for asked in ("state:any", "kind:any", "status:Any kind:any"):
        assert found(erin, asked, checkout) == [2, 1], asked
    assert "approved, rejected" in listed(erin, "state:maybe", checkout)
    assert "any" in listed(erin, "kind:banana", checkout)


def test_a_number_that_is_looked_for_as_a_word_is_told_how_to_open_the_decision(
    alice: Actor, checkout: Channel
) -> None:
    alice.raises_quietly("Guest checkout", checkout)
    for typed in ("1", "#1"):
        alice.types(f"/tradeoff list {typed}", checkout)
        said = "If you meant the number of a decision, type `/tradeoff show 1`."
        assert said in alice.form_words()
