"""Bad days: the channel closes to us, or changes its name, while a decision is under way."""

from __future__ import annotations

import pytest
from house import Actor, House

from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome
from models.tables.post import PostState

pytestmark = pytest.mark.any_database

CANNOT_POST = "are recorded, but I cannot post there"


def outcomes(house: House, channel: Channel) -> list[Message]:
    return [
        one
        for one in house.workspace.messages[channel.id]
        if one.bot_id and "approved by" in one.text
    ]


def notices(who: Actor) -> int:
    return len([one for one in who.dm() if CANNOT_POST in one.text])


def test_removed_from_the_channel_the_decision_counts_and_is_shown_on_return(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    house.run(bob.member.removes_bot(checkout))
    bob.states_impact(bob.dm()[-1])
    alice.approves(alice.dm()[-1])
    house.refused("not_in_channel")
    assert house.decision().outcome is Outcome.APPROVED
    assert (notices(alice), notices(bob), notices(erin)) == (1, 0, 0)
    assert "approved by @alice" in house.plain(erin.dm()[-1])
    assert outcomes(house, checkout) == []
    house.run(bob.member.invites_bot(checkout))
    house.settle()
    assert len(outcomes(house, checkout)) == 1
    assert outcomes(house, checkout)[0].thread_ts == card.ts
    assert "Approved by @alice" in house.text(card)


def test_removed_while_the_form_was_open(
    house: House, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    house.clock.advance(seconds=5)
    erin.raises_quietly("Guest checkout", checkout)
    house.run(erin.member.removes_bot(checkout))
    house.settle()
    house.refused("not_in_channel")
    assert notices(erin) == 1
    alice.approves(alice.dm()[-1], option="A. Yes")
    house.refused("not_in_channel")
    house.run(erin.member.invites_bot(checkout))
    house.settle()
    card, outcome = (
        one for one in house.workspace.messages[checkout.id] if "#1 Guest checkout" in one.text
    )
    assert "Approved by @alice" in house.text(card)
    assert outcome.thread_ts == card.ts


def test_archived_between_raise_and_decision(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    house.run(bob.member.archives(checkout))
    alice.approves(alice.dm()[-1])
    house.refused("is_archived", "is_inactive")
    assert house.decision().outcome is Outcome.APPROVED
    assert notices(alice) == 1
    assert "approved by @alice" in house.text(alice.dm()[0])
    house.run(bob.member.archives(checkout, undo=True))
    house.settle()
    assert "Approved by @alice" in house.text(card)
    assert len(outcomes(house, checkout)) == 1
    assert {post.state for post in house.posts()} == {PostState.OWED}


def test_nothing_new_in_an_archived_channel(
    house: House, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    house.run(bob.member.archives(checkout))
    typed = {
        "kind": "requirements",
        "why_now": "Asked for",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    typed |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    assert erin.submits(**typed) == {}
    assert "is archived, so nothing new can be raised there" in erin.form_words()
    assert "Asked for" in erin.form_words()
    assert house.decisions() == []


def test_a_new_name_changes_nothing(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    house.run(bob.member.renames(checkout, "payments"))
    bob.states_impact(card)
    alice.approves(card)
    assert len(outcomes(house, checkout)) == 1
    erin.raises("Search filters", in_=house.workspace.channel("payments"))
    assert [one.number for one in house.decisions()] == [1, 2]


def test_removed_twice_and_told_each_time(
    house: House, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    first, second = (
        erin.raises("Add Apple Pay", "risk"),
        erin.raises("Guest checkout", "requirements"),
    )
    for card, holder in ((first, bob), (second, alice)):
        house.run(bob.member.removes_bot(checkout))
        holder.approves(holder.dm()[-1])
        house.refused("not_in_channel")
        assert notices(holder) == 1
        house.run(bob.member.invites_bot(checkout))
        house.settle()
        assert f"Approved by @{holder.member.person.name}" in house.text(card)
    assert len(outcomes(house, checkout)) == 2
