"""Stories of many decisions that change hands at once.

Each person gets one direct message of one line, with a button that shows the list.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness

TITLES = ("Guest checkout", "Search filters", "Dark mode")


@pytest.fixture
def waiting(harness: Harness, erin: Actor, alice: Actor, checkout: Channel) -> tuple[str, ...]:
    """Raise three decisions that wait for Alice; return their titles."""
    for title in TITLES:
        erin.raises(title, kind="requirements", due_on="2026-12-01")
    return TITLES


def listed(person: Actor, message: Message) -> str:
    """Press the message's button; return what the list shows."""
    person.presses(message, "Show the list")
    words = person.form_words()
    person.harness.run(person.member.closes())
    return words


def test_a_leave_is_one_line_to_the_delegate_and_the_way_to_the_list(
    harness: Harness, waiting: tuple[str, ...], alice: Actor, dora: Actor, checkout: Channel
) -> None:
    before = len(alice.dm())
    assert alice.goes_away("dora") == {}
    (told,) = dora.dm()
    assert "@alice is away until Tue 1 Dec 2026, and you act for them" in harness.plain(told)
    assert "3 decisions moved." in harness.plain(told)
    assert harness.workspace.conversation(told.channel, dora.id, told.ts)[1:] == []
    # Alice has just been told in the form that she sent, and needs no message.
    assert "3 open decisions moved" in alice.form_words()
    assert len(alice.dm()) == before
    # Each row opens the decision, with its buttons.
    assert all(f"#{number} {title}" in listed(dora, told) for number, title in numbered(waiting))
    dora.presses(told, "Show the list")
    dora.presses(dora.form, "Details")
    dora.presses(dora.form, "Approve")
    assert dora.submits(option="A. Add it now", reason="It pays") == {}
    assert harness.decision(3).settled_by == dora.id
    assert "Approved by @dora" in listed(dora, told)
    assert len(dora.dm()) == 1


def numbered(titles: tuple[str, ...]) -> list[tuple[int, str]]:
    return list(enumerate(titles, 1))


@pytest.mark.usefixtures("waiting")
def test_the_list_is_for_its_reader_alone(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor
) -> None:
    assert alice.goes_away("dora") == {}
    (told,) = dora.dm()
    button = next(block for block in told.blocks if block["type"] == "actions")["elements"][0]
    harness.run(bob.member.press_element(told, "list", button, button["value"]))
    assert bob.form is None
    assert "I cannot show you that list now" in bob.was_told()


def test_everyone_is_told_the_same_number_and_finds_as_many_in_the_list(
    harness: Harness,
    waiting: tuple[str, ...],
    alice: Actor,
    erin: Actor,
    dora: Actor,
    checkout: Channel,
) -> None:
    """The fourth waits for Bob's impact first, so it asks nothing of Dora yet."""
    erin.raises("Apple Pay", kind="priority")
    four = [*waiting, "Apple Pay"]
    assert alice.goes_away("dora") == {}
    assert "4 open decisions moved" in alice.form_words()
    (told,) = dora.dm()
    assert "4 decisions moved." in harness.plain(told)
    assert all(title in listed(dora, told) for title in four)
    read_by_alice = len(alice.dm())
    alice.is_back()
    assert "4 open decisions came back to you" in alice.was_told()
    for person, message in ((dora, dora.dm()[-1]), (alice, alice.dm()[read_by_alice])):
        assert "4 decisions moved." in harness.plain(message)
        assert all(title in listed(person, message) for title in four)


def test_work_that_the_stand_in_has_anyway_is_not_counted(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Bob has stated the impact of the fourth decision, so nothing of it moves to Alice."""
    for title in TITLES:
        erin.raises(title)
    bob.states_impact(erin.raises("Apple Pay"))
    read_by_alice = len(alice.dm())
    assert bob.goes_away("alice", both=["both"]) == {}
    assert "3 open decisions moved" in bob.form_words()
    (told,) = alice.dm()[read_by_alice:]
    assert "3 decisions moved." in harness.plain(told)
    assert "Apple Pay" not in listed(alice, told)
    read_by_alice, read_by_bob = len(alice.dm()), len(bob.dm())
    harness.later(days=8)
    (over,) = [told for told in alice.dm()[read_by_alice:] if "is back" in told.text]
    (back,) = [told for told in bob.dm()[read_by_bob:] if "moved" in told.text]
    for person, message in ((alice, over), (bob, back)):
        assert "3 decisions moved." in harness.plain(message)
        assert "Apple Pay" not in listed(person, message)


@pytest.mark.usefixtures("waiting")
def test_what_goes_back_to_somebody_else_is_counted_apart(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor
) -> None:
    risk = erin.raises("Who pays the bank", kind="risk")
    assert bob.delegates(risk, "alice", both=["both"]) == {}
    assert alice.goes_away("dora") == {}
    assert "3 open decisions moved, and 1 decision went back" in alice.form_words()
    assert "3 decisions moved." in harness.plain(dora.dm()[-1])
    assert len(bob.dm_text("Who pays the bank in #checkout is with you again")) == 1


def test_what_goes_back_to_both_role_holders_is_told_to_both_and_counted_once(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, dora: Actor
) -> None:
    """Sam stands in for both, and goes on leave too; Bob was asked for the impacts before that."""
    for title in TITLES:
        erin.raises(title, kind="feature")
    harness.later(minutes=10)
    for absent in (alice, bob):
        assert absent.goes_away("sam", both=["both"]) == {}
        harness.later(minutes=10)
    assert sam.goes_away("dora") == {}
    assert "3 decisions went back" in sam.form_words()
    for person in (alice, bob):
        (over,) = person.dm_text("@sam goes on leave too")
        assert "3 decisions moved." in over
        assert all(title in listed(person, person.dm()[-1]) for title in TITLES)


def test_coming_back_is_one_message_to_each(
    harness: Harness, waiting: tuple[str, ...], alice: Actor, dora: Actor
) -> None:
    alice.goes_away("dora")
    read_by_alice, read_by_dora = len(alice.dm()), len(dora.dm())
    harness.later(days=8)
    (back,) = [told for told in alice.dm()[read_by_alice:] if "moved" in told.text]
    assert harness.plain(back).startswith("Your leave is over. What @dora had for you in #checkout")
    assert all(title in listed(alice, back) for title in waiting)
    (over,) = [told for told in dora.dm()[read_by_dora:] if "is back" in told.text]
    assert "3 decisions moved" in harness.plain(over)
    assert all(title in listed(dora, over) for title in waiting)


@pytest.mark.usefixtures("waiting")
def test_an_empty_seat_is_one_message_to_the_sponsor_and_one_to_who_follows(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, sam: Actor, checkout: Channel
) -> None:
    harness.run(alice.member.is_deactivated())
    harness.settle()
    (told,) = [told for told in sam.dm() if "moved" in told.text]
    assert "Guest checkout" in listed(sam, told)
    bob.presses(
        next(told for told in bob.member.sees(checkout) if "is empty" in told.text), "Fill the seat"
    )
    assert bob.submits(product_owner="dora", reason="Alice has left us") == {}
    (told,) = [told for told in dora.dm() if "moved" in told.text]
    moved = "Several decisions in #checkout have moved to you or away from you;"
    assert harness.plain(told).startswith(moved)
    assert "Guest checkout" in listed(dora, told)


def test_who_takes_over_in_two_channels_is_told_once(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search, po="alice", sponsor="sam")
    for channel in (checkout, checkout, search):
        erin.raises("Guest checkout", kind="requirements", in_=channel)
    before = len(sam.dm())
    harness.run(alice.member.is_deactivated())
    harness.settle()
    (told,) = sam.dm()[before:]
    assert "Several decisions in 2 channels have moved to you" in harness.plain(told)
    assert "3 decisions moved" in harness.plain(told)


@pytest.mark.both_databases
def test_a_long_list_is_in_pages(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    for number in range(12):
        erin.raises_quietly(f"Wish {number}", checkout)
    alice.goes_away("dora")
    (told,) = dora.dm()
    dora.presses(told, "Show the list")
    assert "Wish 11" in dora.form_words()
    dora.presses(dora.form, "Next")
    assert "Wish 0" in dora.form_words()
    assert "Wish 11" not in dora.form_words()


@pytest.mark.usefixtures("waiting")
def test_a_role_holder_who_is_back_and_the_sponsor_are_told_once(
    harness: Harness, alice: Actor, sam: Actor, checkout: Channel
) -> None:
    """Slack says that Alice has left, and later that she is there after all."""
    harness.run(alice.member.is_deactivated())
    harness.settle()
    read_by_alice, read_by_sam = len(alice.dm()), len(sam.dm())
    harness.run(alice.member.is_reactivated())
    harness.settle()
    for person, messages in ((alice, alice.dm()[read_by_alice:]), (sam, sam.dm()[read_by_sam:])):
        (told,) = [told for told in messages if "moved" in told.text]
        assert "3 decisions moved." in harness.plain(told)
        assert all(title in listed(person, told) for title in TITLES)
