"""Hostile colleagues, and unlucky moments.

Rights change while a form is open, moves are taken back, private decisions are handed outside.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from bot.demo.slack.workspace import Channel, Message
from models.tables.tradeoff import Signature
from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.story_helpers import digests, promised, reminders, rhythm, secret_of, until


def signatures(harness: Harness) -> list[tuple[str, str, str | None]]:
    """Return each signature as role, signer, and the person signed for."""
    names = {person.id: person.name for person in harness.workspace.people.values()}
    rows = harness.query(
        lambda session: session.scalars(select(Signature).order_by(Signature.role)).all()
    )
    return [
        (signature.role.value, names[signature.person], names.get(signature.on_behalf_of or ""))
        for signature in rows
    ]


def promised_and_moved(alice: Actor, bob: Actor, erin: Actor) -> Message:
    """Return the card of a decision that moved Beta to 17 December, and is too old to be undone."""
    alice.moves_alone(alice.harness.workspace.channel("checkout"))
    bob.promises("Beta")
    card = erin.raises_move("Beta for Apple", to="2026-12-17")
    alice.approves_move(card)
    alice.harness.later(minutes=6)
    return card


# ---- the record ----------------------------------------------------------------------------------


def test_a_decision_that_is_undone_in_details_still_verifies(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.approves(erin.raises("Guest checkout", kind="requirements"))
    alice.shows(1)
    alice.presses(alice.form, "Undo")
    assert "Record verified: 3 events" in alice.form_words().replace("*", "")


@pytest.mark.both_databases
def test_each_signature_names_for_whom_it_was_given(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move the date", kind="commitment")
    bob.states_impact(card)
    assert bob.delegates(card, "alice", both=["both"]) == {}
    alice.approves(card)
    assert signatures(harness) == [
        ("product_owner", "alice", None),
        ("project_manager", "alice", "bob"),
    ]


# ---- the ledger ----------------------------------------------------------------------------------


def test_a_superseding_taken_back_leaves_what_others_moved(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    bob.promises("Beta")
    first = erin.raises_move("Beta for Apple", to="2026-12-17")
    alice.approves_move(first)
    alice.approves_move(erin.raises_move("Refund letters by post", to="2026-12-20"))
    harness.later(minutes=6)
    before = promised(harness)[0]
    alice.presses(first, "Supersede")
    assert (
        alice.submits(
            title="Beta as it was", why_now="I said so", commitment=None, move_to=None, scope=""
        )
        == {}
    )
    new = alice.card(checkout)
    alice.approves(new)
    assert promised(harness)[0] != before
    alice.undoes()
    assert promised(harness)[0] == before


@pytest.mark.both_databases
def test_undo_takes_back_its_own_round_only(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = promised_and_moved(alice, bob, erin)
    alice.reopens(card)
    alice.approves_move(card)
    alice.undoes()
    assert promised(harness)[0] == date(2026, 12, 17)


def test_a_raiser_without_a_role_takes_back_nothing_that_was_decided(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = promised_and_moved(alice, bob, erin)
    bob.reopens(card)
    erin.presses(card, "Withdraw")
    assert "the raiser can neither withdraw #1 nor change" in erin.was_told()
    erin.presses(card, "Edit")
    erin.submits(move_to="2026-12-30")
    assert "has changed Beta, and only a new decision on #1 can take that back" in erin.form_words()
    assert promised(harness)[0] == date(2026, 12, 17)


# ---- rights --------------------------------------------------------------------------------------


def test_whoever_lost_the_role_supersedes_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    bob.presses(card, "Supersede")
    alice.sets_up_again(checkout, project_manager="sam", reason="Bob moves on")
    bob.submits(title="No guest checkout", why_now="Fraud")
    assert "Only @alice or @sam can reopen or supersede #1" in bob.form_words()
    assert len(harness.decisions()) == 1


def test_one_key_does_not_replace_what_both_signed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("How we move dates", kind="commitment")
    bob.states_impact(card)
    alice.approves(card)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Yes") == {}
    harness.later(minutes=6)
    alice.presses(card, "Supersede")
    errors = alice.submits(title="As I like", why_now="I said so", kind="requirements")
    assert "A decision that replaces it must be theirs too" in errors["Kind"]


def test_a_sponsor_who_has_left_is_not_the_one_to_decide(
    harness: Harness, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    harness.run(sam.member.is_deactivated())
    until(harness, 1, "12:00", month=12)
    harness.workspace.bad_requests.clear()
    assert harness.decision().escalated_to is None


@pytest.mark.both_databases
def test_what_is_escalated_follows_the_sponsor_of_today(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 1, "12:00", month=12)
    alice.sets_up_again(checkout, sponsor="dora", reason="Sam moves on")
    sam.presses(card, "Reject")
    assert sam.form is None
    assert len(dora.dm_text("from now on you may decide it too, by escalation")) == 1
    dora.rejects(card)
    assert "rejected by @dora (sponsor, by escalation" in harness.plain(
        harness.workspace.messages[checkout.id][-1]
    )


# ---- what is private -----------------------------------------------------------------------------


def test_who_was_removed_is_offered_nothing_and_raises_nothing(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    harness.run(erin.member.types(secret, "/tradeoff Lay off the payments contractors"))
    leaves(erin, secret)
    alice.approves(alice.raises("Lay off payments contractors", kind="requirements", in_=secret))
    erin.submits(kind="requirements", why_now="Money", option1_name="Yes", option2_name="No")
    assert "#1" not in erin.form_words()
    assert len(harness.decisions()) == 1


def test_nobody_outside_a_private_channel_is_consulted(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, olga: Actor
) -> None:
    secret = secret_of(harness, alice)
    erin.types("/tradeoff Lay off contractors", secret)
    fields = {"kind": "requirements", "why_now": "Money", "consulted": ["dora", "olga"]}
    errors = erin.submits(**fields, option1_name="Yes", option2_name="No")
    assert "not in #secret. Invite them first" in errors["People to consult"]
    assert harness.decisions() == []


def test_a_follow_up_of_a_private_channel_stays_in_it(
    harness: Harness, alice: Actor, erin: Actor, olga: Actor
) -> None:
    card = erin.claims("Severance letters", in_=secret_of(harness, alice))
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Good enough") == {}
    asked = {
        "follow_up1_what": "Send them",
        "follow_up1_owner": "olga",
        "follow_up1_due": "2026-12-01",
    }
    assert any("not in #secret. Invite" in error for error in alice.submits(**asked).values())
    assert olga.dm_text("Severance") == []


def test_a_mention_shows_no_guest_what_they_may_not_see(
    harness: Harness, alice: Actor, erin: Actor, gus: Actor, checkout: Channel
) -> None:
    leaves(gus, checkout)
    lobby = harness.workspace.add_channel("lobby", ["alice", "erin", "gus"])
    erin.raises("Lay off contractors", kind="requirements")
    said = harness.run(alice.member.says(lobby, "What about @tradeoffs #1?"))
    harness.settle()
    (answer,) = [
        harness.text(message)
        for message in harness.workspace.messages[lobby.id]
        if message.thread_ts == said.ts and message.bot_id
    ]
    assert "no decision #1 that I can show in this channel" in answer
    leaves(gus, lobby)
    said = harness.run(alice.member.says(lobby, "And now, @tradeoffs #1?"))
    harness.settle()
    (answer,) = [
        harness.text(message)
        for message in harness.workspace.messages[lobby.id]
        if message.thread_ts == said.ts and message.bot_id
    ]
    assert "Lay off contractors" in answer


def test_a_file_is_not_sent_to_who_has_left_the_private_channel(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    alice.raises("Lay off contractors", kind="requirements", in_=secret)
    harness.run(erin.member.types(secret, "/tradeoff export csv"))
    leaves(erin, secret)
    harness.settle()
    assert not any(message.files for message in erin.dm())
    assert any(
        "Slack does not say that you are in that channel any more" in harness.plain(message)
        for message in erin.dm()
    )


# ---- time ----------------------------------------------------------------------------------------


def test_the_delegate_of_what_is_overdue_is_reminded(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 25, "12:00")
    assert len(reminders(alice)) == 1
    assert alice.delegates(card, "dora") == {}
    until(harness, 27, "12:00")
    assert len(reminders(dora)) == 2


def test_the_digest_comes_at_the_new_hour(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    rhythm(alice, checkout, digest_hour="17:00")
    until(harness, 30, "17:05")
    when = [
        datetime.fromtimestamp(float(message.ts), UTC).strftime("%a %d %H:%M")
        for message in digests(harness, checkout)
    ]
    assert when == ["Mon 23 17:00", "Mon 30 17:00"]
