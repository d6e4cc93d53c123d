"""Changes of rights that take something from somebody who is away, and who answers instead."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.rights_helpers import announced, states, version
from support.story_helpers import until


@pytest.mark.usefixtures("dora")
def test_nobody_chooses_who_agrees_to_their_own_change(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob makes a friend sponsor, and asks for a change when Alice is away."""
    bob.sets_up_quietly(checkout, sponsor="erin", reason="Sam moves on")
    assert version(harness).sponsor == erin.id
    assert alice.goes_away("dora") == {}
    bob.asks_for_table(checkout, priority="project_manager")
    assert buttons(announced(bob, checkout)) == ["Withdraw"]
    assert version(harness).number == 2
    alice.types("/tradeoff back", checkout)
    assert buttons(announced(bob, checkout)) == ["Confirm", "Decline", "Withdraw"]


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize("successor", ["erin", None])
def test_nobody_removes_the_sponsor_who_answers_for_somebody_away(
    harness: Harness, people: dict[str, Actor], checkout: Channel, successor: str | None
) -> None:
    """Sam answers for Alice. Bob wants no sponsor, or a friend as sponsor, and Sam is asked."""
    alice, bob, sam = people["alice"], people["bob"], people["sam"]
    assert alice.goes_away("dora") == {}
    bob.asks_for_table(checkout, priority="project_manager")
    bob.sets_up_quietly(checkout, sponsor=successor, reason="Sam moves on")
    assert "A change of the rights by @bob waits here to be confirmed" in bob.form_words()
    sam.presses(sam.dm()[-1], "Decline")
    assert sam.submits(reason="Ask her") == {}
    bob.sets_up_quietly(checkout, sponsor=successor, reason="Sam moves on")
    assert "It waits for @sam (sponsor, for the product owner)" in bob.form_words()
    harness.later(days=2)
    assert version(harness).number == 1
    sam.presses(sam.dm()[-1], "Confirm")
    assert version(harness).sponsor == (people[successor].id if successor else None)


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize("why", ["passes it on", "has left"])
def test_a_sponsor_who_passes_the_seat_on_or_has_left_is_asked_nothing(
    harness: Harness, people: dict[str, Actor], checkout: Channel, why: str
) -> None:
    """Alice is away. Sam names his successor, or has left Slack and Bob names one."""
    sam = people["sam"]
    assert people["alice"].goes_away("dora") == {}
    if why == "has left":
        harness.run(sam.member.is_deactivated())
        harness.settle()
    author = people["bob"] if why == "has left" else sam
    author.sets_up_quietly(checkout, sponsor="erin", reason="Sam moves on")
    assert version(harness).sponsor == people["erin"].id
    assert states(harness) == []


@pytest.mark.both_databases
@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize("friends", [1, 2])
def test_friends_do_not_choose_who_agrees_for_somebody_else(
    harness: Harness, people: dict[str, Actor], checkout: Channel, friends: int
) -> None:
    """Alice becomes sponsor and makes a friend product owner, or a friend passes the seat on."""
    alice, bob, erin, sam = (people[name] for name in ("alice", "bob", "erin", "sam"))
    if friends == 1:
        assert bob.goes_away("dora") == {}
        alice.sets_up_quietly(checkout, sponsor="alice", product_owner="erin", reason="We share")
        sam.presses(sam.dm()[-1], "Confirm")
        erin.asks_for_table(checkout, risk="product_owner")
    else:
        alice.sets_up_quietly(checkout, sponsor="erin", reason="Sam moves on")
        erin.sets_up_quietly(checkout, sponsor="sam", reason="Sam is back")
        assert bob.goes_away("dora") == {}
        alice.asks_for_table(checkout, risk="product_owner")
    assert buttons(announced(alice, checkout)) == ["Withdraw"]
    assert states(harness)[-1] == "pending"


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize("giver", ["bob", "sam"])
def test_a_sponsor_named_by_the_absent_person_or_by_the_last_sponsor_confirms(
    harness: Harness, people: dict[str, Actor], checkout: Channel, giver: str
) -> None:
    people[giver].sets_up_quietly(checkout, sponsor="erin", reason="She follows")
    assert people["bob"].goes_away("dora") == {}
    people["alice"].asks_for_table(checkout, risk="product_owner")
    people["erin"].presses(people["erin"].dm()[-1], "Confirm")
    assert states(harness) == ["made"]


@pytest.mark.usefixtures("dora")
def test_whoever_is_asked_reads_what_becomes_of_a_change_before_they_go_on_leave(
    harness: Harness, people: dict[str, Actor], checkout: Channel
) -> None:
    """Alice is asked, then Sam in her place. Before that, neither form mentions a change."""
    alice, sam, waits = people["alice"], people["sam"], "A change of who decides waits for your"
    for person in (alice, sam):
        person.types("/tradeoff away @dora until 2026-12-01", checkout)
        assert waits not in person.form_words()
        harness.run(person.member.closes())
    people["bob"].asks_for_table(checkout, priority="project_manager")
    for person in (alice, sam):
        person.types("/tradeoff away @dora until 2026-12-01", checkout)
        assert f"{waits} answer." in person.form_words()
        assert "if nobody can, the change takes effect after a working day" in person.form_words()
        assert person.submits() == {}
    assert buttons(announced(alice, checkout)) == ["Withdraw"]


@pytest.mark.usefixtures("dora")
@pytest.mark.parametrize("answer", ["Confirm", "Decline", "none"])
def test_whoever_is_back_before_a_change_takes_effect_can_answer_until_then(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, answer: str
) -> None:
    """Bob goes on leave an hour before the five days are over, and is back an hour after that.

    His answer was refused: the change had lapsed. But it waited on, and could take effect later.
    """
    alice.sets_up_quietly(checkout, sponsor="", reason="Sam moves on")
    alice.asks_for_table(checkout, risk="product_owner")
    until(harness, 30, "09:00")
    assert bob.goes_away("dora", until="2026-12-20") == {}
    until(harness, 30, "11:00")
    bob.types("/tradeoff back", checkout)
    request = [message for message in bob.dm() if "Confirm" in buttons(message)][-1]
    assert "Without your answer by 2026-12-01 09:00 UTC it lapses." in harness.plain(request)
    if answer == "Decline":
        bob.presses(request, answer)
        assert bob.submits(reason="Ask me first") == {}
    elif answer == "Confirm":
        bob.presses(request, answer)
    until(harness, 2, "09:00", 12)
    ended = {"Confirm": "made", "Decline": "declined", "none": "lapsed"}
    assert states(harness)[-1] == ended[answer]
