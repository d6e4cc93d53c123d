"""Stories of many decisions that change hands at once.

One direct message per person, and every card in its thread, redrawn as its decision changes.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness

TITLES = ("Guest checkout", "Search filters", "Dark mode")


@pytest.fixture
def waiting(harness: Harness, erin: Actor, alice: Actor, checkout: Channel) -> tuple[str, ...]:
    """Raise three that wait for Alice."""
    for title in TITLES:
        erin.raises(title, kind="requirements", due_on="2026-12-01")
    return TITLES


def thread(harness: Harness, message: Message, person: Actor) -> list[Message]:
    """Return the messages below this one."""
    return harness.workspace.conversation(message.channel, person.id, message.ts)[1:]


def test_a_leave_is_one_message_to_the_delegate_with_the_cards_below(
    harness: Harness, waiting: tuple[str, ...], alice: Actor, dora: Actor, checkout: Channel
) -> None:
    before = len(alice.dm())
    assert alice.goes_away("dora") == {}
    (told,) = dora.dm()
    assert "@alice is away until Tue 1 Dec 2026, and you act for them" in harness.plain(told)
    assert (
        "3 decisions moved; the card of each is in this thread. #1 Guest checkout in #checkout, due"
        in harness.plain(told)
    )
    assert "#3 Dark mode in #checkout, due Tue 1 Dec 2026." in harness.text(told)
    cards = thread(harness, told, dora)
    assert [harness.plain(one).split(" in #")[0] for one in cards] == [
        "#1 Guest checkout",
        "#2 Search filters",
        "#3 Dark mode",
    ]
    # Alice has just been told in the form that she sent, and needs no message.
    assert "3 open decisions moved" in alice.form_words()
    assert len(alice.dm()) == before
    # Each card decides, and stays true; so does the list's button.
    dora.presses(cards[0], "Approve")
    assert dora.submits(option="A. Add it now", reason="It pays") == {}
    assert "approved by @dora for @alice" in harness.text(thread(harness, told, dora)[0]).lower()
    assert (
        "#1 Guest checkout in #checkout: approved. #2 Search filters in #checkout, due"
        in harness.plain(told)
    )
    dora.presses(told, "Open")
    assert "Guest checkout" in dora.form_words()
    assert len(dora.dm()) == 1


def test_everyone_is_told_the_same_number(
    harness: Harness,
    waiting: tuple[str, ...],
    alice: Actor,
    erin: Actor,
    dora: Actor,
    checkout: Channel,
) -> None:
    """The fourth waits for Bob's impact first, so Dora has no card of it yet."""
    erin.raises("Apple Pay", kind="priority")
    assert alice.goes_away("dora") == {}
    assert "4 open decisions moved" in alice.form_words()
    (told,) = dora.dm()
    assert "4 decisions moved; the cards of 3 are in this thread." in harness.plain(told)
    alice.is_back()
    assert "4 open decisions came back to you" in alice.was_told()
    assert "4 decisions moved" in harness.plain(dora.dm()[-1])


def test_coming_back_is_one_message_to_each(
    harness: Harness, waiting: tuple[str, ...], alice: Actor, dora: Actor
) -> None:
    alice.goes_away("dora")
    here, there = len(alice.dm()), len(dora.dm())
    harness.later(days=8)
    (back,) = [one for one in alice.dm()[here:] if "moved" in one.text]
    assert {"is with you again" in harness.plain(one) for one in thread(harness, back, alice)} == {
        True
    }
    assert len(thread(harness, back, alice)) == 3
    (over,) = [one for one in dora.dm()[there:] if "is back" in one.text]
    assert "3 decisions moved" in harness.plain(over)
    assert all(
        "is not with you any more" in harness.plain(one) for one in thread(harness, over, dora)
    )


@pytest.mark.usefixtures("waiting")
def test_an_empty_seat_is_one_message_to_the_sponsor_and_one_to_who_follows(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, sam: Actor, checkout: Channel
) -> None:
    harness.run(alice.member.is_deactivated())
    harness.settle()
    (told,) = [one for one in sam.dm() if "moved" in one.text]
    assert len(thread(harness, told, sam)) == 3
    bob.presses(
        next(one for one in bob.member.sees(checkout) if "is empty" in one.text), "Fill the seat"
    )
    assert bob.submits(product_owner="dora", reason="Alice has left us") == {}
    (told,) = [one for one in dora.dm() if "moved" in one.text]
    cards = thread(harness, told, dora)
    dora.presses(cards[2], "Approve")
    assert dora.submits(option="A. Add it now", reason="It pays") == {}
    assert harness.decision(3).settled_by == dora.id


def test_what_does_not_fit_is_counted(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    for number in range(43):
        erin.raises_quietly(f"Wish {number}", checkout)
    alice.goes_away("dora")
    told = dora.dm()[0]
    assert "and 3 more." in harness.text(told)
    assert len(told.blocks) <= 50
    assert len(thread(harness, told, dora)) == 43
