"""Rights of those who raise, state impact, decide and withdraw.

A person is checked at the click, whatever they were when the decision was routed (see
docs/reference/behaviour.md, Rules).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.slack.workspace import Channel
from models.rules import Impact, Outcome, State
from models.tables.attempt import attempts_outside_rights
from models.words import USUAL
from support.harness import Actor, Harness

GUEST, EXTERNAL = {"is_restricted": True}, {"team_id": "T0OTHER001"}
DEACTIVATED, BOT = {"deleted": True}, {"is_bot": True}
UNKNOWN: dict[str, Any] = {}

# People who can do nothing, even in a role that they hold; and the words they read.
GONE = {
    "deactivated": (DEACTIVATED, "You are deactivated in Slack, and can act on nothing here"),
    "bot": (BOT, "You are a bot, and can act on nothing here"),
    "unknown": (UNKNOWN, "Slack did not tell me who you are just now"),
}
OUTSIDE = {"guest": GUEST, "external": EXTERNAL, "bot": BOT, "deactivated": DEACTIVATED}


def becomes(harness: Harness, actor: Actor, facts: dict[str, Any]) -> None:
    """Let Slack report these facts of the person; if there are none, Slack does not answer."""
    for name, value in facts.items():
        setattr(actor.member.person, name, value)
    if not facts:
        harness.workspace.faults.add("users.info", "server_error", times=9)
    harness.run(
        actor.member.delivery.event(
            {"type": "user_change", "user": {"id": actor.id}, "event_ts": "1.1"}
        )
    )


def attempts(harness: Harness) -> dict[str, int]:
    """Count the attempts of the last 20 days, per kind."""
    since = harness.clock.now - timedelta(days=20)
    counted = harness.query(
        lambda session: attempts_outside_rights(session, harness.decision().channel_id, since)
    )
    return {USUAL.kind(kind): count for _, _, kind, count in counted}


def public(harness: Harness) -> list[tuple[str, str]]:
    """Return everything that more than one person can see."""
    every = [message for messages in harness.workspace.messages.values() for message in messages]
    return [(message.ts, harness.text(message)) for message in every if not message.ephemeral_to]


@pytest.mark.parametrize("gone", GONE)
def test_a_holder_who_is_gone_cannot_decide(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, gone: str
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    before = public(harness)
    becomes(harness, alice, GONE[gone][0])
    for button in ("Approve", "Reject"):
        alice.presses(card, button)
    assert alice.form is None
    assert alice.was_told().count(GONE[gone][1]) == 2
    assert harness.decision().state is State.AWAITING_DECISION
    assert attempts(harness) == ({} if gone == "unknown" else {"requirements": 1})
    assert public(harness) == before


@pytest.mark.parametrize("gone", GONE)
def test_a_form_that_was_open_before_does_not_decide_either(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, gone: str
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Reject")
    becomes(harness, alice, GONE[gone][0])
    assert alice.submits(reason="As my last act") == {}
    assert GONE[gone][1] in alice.form_words()
    assert "As my last act" in alice.form_words()
    assert harness.decision().state is State.AWAITING_DECISION


@pytest.mark.parametrize("gone", GONE)
def test_a_product_owner_who_is_gone_cannot_accept(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, gone: str
) -> None:
    card = erin.claims("Refund by e-mail")
    becomes(harness, alice, GONE[gone][0])
    alice.presses(card, "Accept")
    assert GONE[gone][1] in alice.was_told()
    assert harness.decision().state is State.AWAITING_DECISION


@pytest.mark.parametrize("facts", [GUEST, EXTERNAL], ids=["guest", "external"])
def test_a_named_holder_decides_also_as_a_guest(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, facts: dict[str, Any]
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    becomes(harness, alice, facts)
    alice.approves(card)
    assert harness.decision().outcome is Outcome.APPROVED
    assert attempts(harness) == {}


@pytest.mark.parametrize("gone", GONE)
def test_a_counterpart_who_is_gone_states_no_impact(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel, gone: str
) -> None:
    card = erin.raises("Add Apple Pay")
    becomes(harness, bob, GONE[gone][0])
    bob.presses(card, "State impact")
    assert GONE[gone][1] in bob.was_told()
    assert harness.decision().impact is Impact.AWAITED
    assert attempts(harness) == {}


@pytest.mark.parametrize("gone", GONE)
def test_a_raiser_who_is_gone_withdraws_nothing(
    harness: Harness, erin: Actor, checkout: Channel, gone: str
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    becomes(harness, erin, GONE[gone][0])
    erin.presses(card, "Withdraw")
    assert GONE[gone][1] in erin.was_told()
    assert harness.decision().state is State.AWAITING_DECISION


@pytest.mark.parametrize("gone", GONE)
def test_an_editor_who_is_gone_changes_no_rights(
    harness: Harness, alice: Actor, checkout: Channel, gone: str
) -> None:
    becomes(harness, alice, GONE[gone][0])
    alice.types("/tradeoff setup", checkout)
    assert alice.form is None
    assert GONE[gone][1] in alice.was_told()


def test_a_person_whom_slack_does_not_name_in_time_can_try_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    becomes(harness, alice, UNKNOWN)
    alice.presses(card, "Approve")
    assert "Please try again in a moment" in alice.was_told()
    harness.workspace.faults.planned.clear()
    becomes(harness, alice, {"deleted": False})
    alice.approves(card)
    assert harness.decision().outcome is Outcome.APPROVED


def test_a_guest_who_wants_to_go_on_leave_is_told_what_to_do(gus: Actor, checkout: Channel) -> None:
    gus.types("/tradeoff away @erin until 24 Dec", checkout)
    assert "only full members name a delegate. If you hold a role, ask someone" in gus.was_told()


@pytest.mark.parametrize("what", OUTSIDE)
def test_a_person_without_a_role_is_told_privately_what_to_do(
    harness: Harness, erin: Actor, gus: Actor, checkout: Channel, what: str
) -> None:
    becomes(harness, gus, {"is_restricted": False, **OUTSIDE[what]})
    card = erin.raises("Add Apple Pay", kind="requirements")
    other = erin.raises("Add Google Pay")
    before = public(harness)
    for button in ("Approve", "Reject"):
        gus.presses(card, button)
    told = "and cannot decide here; @alice can. Say what matters to you in the card's thread."
    assert told in gus.was_told()
    gus.presses(other, "State impact")
    assert "Tell them what you know in the card's thread" in gus.was_told()
    gus.presses(card, "Withdraw")
    assert "Ask them in the card's thread" in gus.was_told()
    assert gus.form is None
    assert attempts(harness) == {"requirements": 1}
    assert public(harness) == before


@pytest.mark.parametrize("form", ["/tradeoff", "/accept"])
@pytest.mark.parametrize("what", ["external", *GONE])
def test_a_person_who_cannot_raise_is_told_and_keeps_the_typed_text(
    harness: Harness, erin: Actor, checkout: Channel, what: str, form: str
) -> None:
    erin.types(f"{form} Guest checkout", checkout)
    becomes(harness, erin, EXTERNAL if what == "external" else GONE[what][0])
    tradeoff = {"kind": "risk", "why_now": "They ask", "option1_name": "Yes", "option2_name": "No"}
    claim = {"evidence": "They ask", "criteria": "Works"}
    assert erin.submits(**(tradeoff if form == "/tradeoff" else claim)) == {}
    assert "They ask" in erin.form_words()
    assert any(
        step in erin.form_words()
        for step in ("Ask someone in the team to raise it", "try again in a moment")
    )
    assert harness.decisions() == []


@pytest.mark.parametrize("facts", [{}, GUEST], ids=["member", "guest"])
def test_members_and_guests_raise_and_withdraw(
    harness: Harness, alice: Actor, gus: Actor, checkout: Channel, facts: dict[str, Any]
) -> None:
    gus.member.person.is_restricted = bool(facts)
    card = gus.raises("Guest checkout", kind="requirements")
    gus.presses(card, "Withdraw")
    assert gus.submits(reason="Asked twice") == {}
    assert harness.decision().state is State.WITHDRAWN
