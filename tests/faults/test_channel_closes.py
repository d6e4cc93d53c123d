"""Channels that close to the bot, or change their name, while a decision is open."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome
from models.tables.post import PostState
from support.harness import Actor, Harness

CANNOT_POST = "are recorded, but I cannot post there"


def outcomes(harness: Harness, channel: Channel) -> list[Message]:
    return [
        message
        for message in harness.workspace.messages[channel.id]
        if message.bot_id and "approved by" in message.text
    ]


def notices(who: Actor) -> int:
    return len([message for message in who.dm() if CANNOT_POST in message.text])


def test_removed_from_the_channel_the_decision_counts_and_is_shown_on_return(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.run(bob.member.removes_bot(checkout))
    bob.states_impact(bob.dm()[-1])
    alice.approves(alice.dm()[-1])
    harness.refused("not_in_channel")
    assert harness.decision().outcome is Outcome.APPROVED
    assert (notices(alice), notices(bob), notices(erin)) == (1, 0, 0)
    assert "approved by @alice" in harness.plain(erin.dm()[-1])
    assert outcomes(harness, checkout) == []
    harness.run(bob.member.invites_bot(checkout))
    harness.settle()
    assert len(outcomes(harness, checkout)) == 1
    assert outcomes(harness, checkout)[0].thread_ts == card.ts
    assert "Approved by @alice" in harness.text(card)


def test_what_is_missing_is_posted_though_slack_loses_the_event_of_the_return(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The notice says that an invitation is enough. The bot checks every 50 minutes."""
    erin.raises("Guest checkout", kind="requirements")
    harness.run(bob.member.removes_bot(checkout))
    alice.approves(alice.dm()[-1])
    harness.later(hours=1)
    harness.refused("not_in_channel")
    assert outcomes(harness, checkout) == []
    checkout.members.add(harness.workspace.bot.id)
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    harness.later(hours=1)
    assert len(outcomes(harness, checkout)) == 1
    harness.later(hours=1)
    assert len(outcomes(harness, checkout)) == 1
    assert len(alice.dm_text("I am in #checkout again, and I post there what was missing.")) == 1


def test_removed_before_the_card_was_posted(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.clock.advance(seconds=5)
    erin.raises_quietly("Guest checkout", checkout)
    harness.run(erin.member.removes_bot(checkout))
    harness.settle()
    harness.refused("not_in_channel")
    assert notices(erin) == 1
    alice.approves(alice.dm()[-1], option="A. Yes")
    harness.refused("not_in_channel")
    harness.run(erin.member.invites_bot(checkout))
    harness.settle()
    card, outcome = (
        message
        for message in harness.workspace.messages[checkout.id]
        if "Guest checkout" in message.text
    )
    assert "Approved by @alice" in harness.text(card)
    assert outcome.thread_ts == card.ts


def test_a_decision_counts_though_its_channel_was_archived(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.run(bob.member.archives(checkout))
    alice.approves(alice.dm()[-1])
    harness.refused("is_archived", "is_inactive")
    assert harness.decision().outcome is Outcome.APPROVED
    assert notices(alice) == 1
    assert "approved by @alice" in harness.text(alice.dm()[0])
    harness.run(bob.member.archives(checkout, undo=True))
    harness.settle()
    assert "Approved by @alice" in harness.text(card)
    assert len(outcomes(harness, checkout)) == 1
    assert {post.state for post in harness.posts()} == {PostState.OWED}


def test_nothing_new_is_raised_in_an_archived_channel(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    harness.run(bob.member.archives(checkout))
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
    assert harness.decisions() == []


def test_a_new_name_changes_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    harness.run(bob.member.renames(checkout, "payments"))
    bob.states_impact(card)
    alice.approves(card)
    assert len(outcomes(harness, checkout)) == 1
    erin.raises("Search filters", in_=harness.workspace.channel("payments"))
    assert [decision.number for decision in harness.decisions()] == [1, 2]


def test_removed_twice_and_told_each_time(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    first, second = (
        erin.raises("Add Apple Pay", "risk"),
        erin.raises("Guest checkout", "requirements"),
    )
    for card, holder in ((first, bob), (second, alice)):
        harness.run(bob.member.removes_bot(checkout))
        holder.approves(holder.dm()[-1])
        harness.refused("not_in_channel")
        assert notices(holder) == 1
        harness.run(bob.member.invites_bot(checkout))
        harness.settle()
        assert f"Approved by @{holder.member.person.name}" in harness.text(card)
    assert len(outcomes(harness, checkout)) == 2


def closed(bob: Actor, channel: Channel, how: str) -> None:
    """Close the channel to the bot: `how` is "removed" or "archived"."""
    closing = bob.member.removes_bot if how == "removed" else bob.member.archives
    bob.harness.run(closing(channel))


def open_again(bob: Actor, channel: Channel, how: str, *, loses: bool) -> None:
    """Open the channel to the bot again. If Slack `loses` the event, only the check finds out."""
    harness = bob.harness
    if loses and how == "removed":
        channel.members.add(harness.workspace.bot.id)
    elif loses:
        channel.is_archived = False
    elif how == "removed":
        harness.run(bob.member.invites_bot(channel))
    else:
        harness.run(bob.member.archives(channel, undo=True))
    harness.bot.people.forget_place(harness.workspace.team_id, channel.id)
    harness.later(hours=1)


OVER = {"removed": "I am in #checkout again", "archived": "#checkout is not archived any more"}


@pytest.mark.parametrize("loses", [False, True], ids=["told", "lost"])
@pytest.mark.parametrize("how", OVER)
def test_what_is_missing_of_one_decision_is_told_each_time_and_the_notice_ends(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, how: str, loses: bool
) -> None:
    """The second time, nobody was told: the notice of the first time still stood there."""
    card = bob.raises("Guest checkout", kind="requirements")
    for time in (1, 2):
        closed(bob, checkout, how)
        alice.rejects(card)
        assert notices(alice) == 1
        open_again(bob, checkout, how, loses=loses)
        assert notices(alice) == 0
        assert len(alice.dm_text(f"{OVER[how]}, and I post there what was missing.")) == time
        said = map(harness.plain, harness.workspace.messages[checkout.id])
        assert len([text for text in said if "rejected by @alice" in text]) == time
        if time == 1:
            alice.reopens(card)
    harness.workspace.bad_requests.clear()
