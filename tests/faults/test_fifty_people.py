"""Fifty people or forms at once, on the card and its copy: one decides, the others are refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.demo.slack.member import Member
from bot.demo.slack.workspace import Channel, Message, View
from bot.dispatch import OUTDATED_FORM
from models.rules import Outcome, State
from models.tables.attempt import attempts_outside_rights
from models.tables.history import HistoryEvent
from models.words import USUAL
from support.harness import Actor, Harness

pytestmark = pytest.mark.both_databases

MANY, HALF = 50, 25


def crowd(harness: Harness, channel: Channel, count: int) -> list[Member]:
    """Add `count` people to this channel."""
    found = [harness.person(f"dev{number:02d}").member for number in range(count)]
    channel.members.update(member.id for member in found)
    return found


def at_once(harness: Harness, *acts: Any) -> list[Any]:
    async def together() -> list[Any]:
        return await asyncio.gather(*acts)

    answers = harness.run(together())
    harness.settle()
    return answers


def outcomes(harness: Harness, channel: Channel, card: Message) -> list[Message]:
    return [
        message
        for message in harness.workspace.messages[channel.id]
        if message.thread_ts == card.ts and message.bot_id
    ]


def words(harness: Harness, view: View) -> str:
    return str([block.get("text", {}).get("text", "") for block in view.view["blocks"]])


def attempts(harness: Harness) -> dict[str, int]:
    """Count the attempts of the last 20 days, per kind."""
    since = harness.clock.now - timedelta(days=20)
    counted = harness.query(
        lambda session: attempts_outside_rights(session, harness.decision().channel_id, since)
    )
    return {USUAL.kind(kind): count for _, _, kind, count in counted}


def open_forms(
    who: Actor, copies: list[Message], button: str, count: int = MANY, **typed: str
) -> list[View]:
    """Open and fill in a form from each copy of the card in turn; all of them stay open."""
    found = []
    for number in range(count):
        who.harness.run(who.member.presses(copies[number % len(copies)], button))
        for name, value in typed.items():
            who.member.fills(name, value.format(number=number))
        assert who.form
        found.append(who.form)
    return found


def test_fifty_open_forms_of_the_holder_make_one_outcome(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    forms = open_forms(
        alice, [card, alice.dm()[-1]], "Approve", option="A. Add it now", reason="Reason {number}"
    )
    at_once(harness, *(alice.member.submit_view(view) for view in forms))
    told = [form for form in forms if "#1> is already approved by" in words(harness, form)]
    assert len(told) == MANY - 1
    assert all("What you typed" in str(form.view) and "Reason " in str(form.view) for form in told)
    assert harness.decision().outcome is Outcome.APPROVED
    assert len(outcomes(harness, checkout, card)) == 1
    assert len(erin.dm()) == 1
    assert attempts(harness) == {}


def test_approve_and_reject_at_once_make_one_outcome(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    yes = open_forms(alice, [card], "Approve", HALF, option="A. Add it now", reason="Yes")
    no = open_forms(alice, [alice.dm()[-1]], "Reject", HALF, reason="No")
    both = [form for pair in zip(no, yes, strict=True) for form in pair]
    at_once(harness, *(alice.member.submit_view(view) for view in both))
    decision = harness.decision()
    assert decision.settled_reason == ("Yes" if decision.outcome is Outcome.APPROVED else "No")
    said = f"#1> is already {decision.outcome_word} by"
    told = [form for form in both if said in words(harness, form)]
    assert len(told) == MANY - 1
    assert len(outcomes(harness, checkout, card)) == 1
    assert harness.query(lambda session: session.query(HistoryEvent).count()) == 2


def test_of_fifty_who_press_only_the_holder_gets_the_form(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    others = crowd(harness, checkout, MANY - 1)
    answers = at_once(
        harness,
        *(actor.presses(card, "Approve") for actor in others),
        alice.member.presses(alice.dm()[-1], "Approve"),
    )
    assert [answer.status for answer in answers] == [200] * MANY
    assert [
        actor
        for actor in others
        if actor.modal or actor.was_told().count("Only @alice (product owner)") != 1
    ] == []
    assert attempts(harness) == {"requirements": MANY - 1}
    assert alice.submits(option="A. Add it now", reason="Yes") == {}
    assert len(outcomes(harness, checkout, card)) == 1


def test_of_fifty_who_submit_the_holders_form_only_the_holder_decides(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    alice.fills(option="A. Add it now", reason="Mine")
    assert alice.form
    everyone = [*crowd(harness, checkout, MANY - 1), alice.member]
    for actor in everyone[:-1]:
        harness.workspace.open_view(actor.id, alice.form.view)
        actor.fills("option", "B. Next quarter")
        actor.fills("reason", f"By {actor.person.name}")
    at_once(harness, *(actor.submits() for actor in everyone))
    decision = harness.decision()
    assert (decision.settled_by, decision.settled_reason, decision.option_position) == (
        alice.id,
        "Mine",
        1,
    )
    refused = [
        actor
        for actor in everyone[:-1]
        if actor.modal and f"By {actor.person.name}" in str(actor.modal.view)
    ]
    assert len(refused) == MANY - 1
    # The form was made for the holder. If anybody else sends it, it is not read at all.
    told = [words(harness, actor.modal) for actor in refused if actor.modal]
    assert [sentence for sentence in told if OUTDATED_FORM not in sentence] == []
    assert attempts(harness) == {}
    assert len(outcomes(harness, checkout, card)) == 1


@pytest.mark.parametrize("second", ["Approve", "Reject"])
def test_both_roles_settle_a_joint_decision_at_once_with_one_outcome(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, second: str
) -> None:
    card = erin.raises("Move Beta to 17 Dec", kind="commitment")
    bob.states_impact(card)
    bobs = open_forms(bob, [card], "Approve", HALF, option="A. Add it now", reason="Bob {number}")
    typed = {"option": "A. Add it now"} if second == "Approve" else {}
    alices = open_forms(alice, [alice.dm()[-1]], second, HALF, reason="Alice {number}", **typed)
    at_once(
        harness,
        *(bob.member.submit_view(view) for view in bobs),
        *(alice.member.submit_view(view) for view in alices),
    )
    if harness.decision().state is State.AWAITING_SIGNATURE:
        # The second is shown what the first signature chose, and signs the same.
        at_once(
            harness,
            *(
                member.submit_view(view)
                for member, views in ((alice.member, alices), (bob.member, bobs))
                for view in views
            ),
        )
    decision = harness.decision()
    assert decision.state is State.DECIDED
    assert decision.outcome is (Outcome.APPROVED if second == "Approve" else Outcome.REJECTED)
    assert len(outcomes(harness, checkout, card)) == 1
    assert attempts(harness) == {}


def test_fifty_raises_at_once_are_numbered_without_a_gap(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    people = crowd(harness, checkout, MANY)
    harness.workspace.faults.one_post_a_second = True
    harness.clock.advance(seconds=5)
    for actor in people:
        harness.run(actor.types(checkout, f"/tradeoff Wish of {actor.person.name}"))
    typed = {
        "kind": "requirements",
        "why_now": "Asked for",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    typed |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    assert at_once(harness, *(actor.submits(typed) for actor in people)) == [{}] * MANY
    assert [decision.number for decision in harness.decisions()] == list(range(1, MANY + 1))
    cards = [
        harness.plain(message)
        for message in harness.workspace.messages[checkout.id]
        if "Wish of" in message.text
    ]
    assert sorted(text.split(".")[0] for text in cards) == sorted(
        f"#{decision.number} {decision.title}" for decision in harness.decisions()
    )
    assert len(alice.dm()) == MANY


def test_the_same_form_sent_fifty_times_raises_once(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    typed = {
        "kind": "requirements",
        "why_now": "Asked for",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    typed |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    for name, value in typed.items():
        erin.member.fills(name, value)
    form = erin.form
    assert at_once(harness, *(erin.member.submit_view(form) for _ in range(MANY))) == [{}] * MANY
    assert [decision.number for decision in harness.decisions()] == [1]
    assert (
        len(
            [
                message
                for message in harness.workspace.messages[checkout.id]
                if "Guest checkout" in message.text
            ]
        )
        == 1
    )
