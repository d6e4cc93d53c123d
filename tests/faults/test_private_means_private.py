"""Private channels: outsiders get the same answer as for something that does not exist."""

from __future__ import annotations

import pytest

from bot.demo.slack.changes import make_private
from bot.demo.slack.workspace import Channel
from handlers import subcommands
from handlers.requests import Command, LookedUp, NotYetKnown
from support.board_visitor import OVER, follow, link
from support.hand_made import presses_by_hand
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves
from support.story_helpers import secret_of, until


def told_last(actor: Actor) -> str:
    return actor.was_told().strip().splitlines()[-1]


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["delegate", "away"])
def test_nobody_outside_a_private_channel_is_handed_its_decisions(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, how: str
) -> None:
    secret = secret_of(harness, alice)
    card = erin.raises("Lay off contractors", kind="requirements", in_=secret)
    errors = alice.delegates(card, "dora") if how == "delegate" else alice.goes_away("dora")
    assert any("not in #secret. Invite them first" in error for error in errors.values())
    assert harness.decision().holder == alice.id


@pytest.mark.both_databases
def test_no_role_in_a_private_channel_for_who_is_not_in_it(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = harness.workspace.add_channel("secret", ["alice", "erin"], private=True)
    alice.types("/tradeoff setup", secret)
    errors = alice.submits(product_owner="alice", project_manager="bob")
    assert "not in #secret. Invite them first" in errors["Project manager"]


BUTTONS = (
    "decide.approve",
    "decide.reject",
    "decide.defer",
    "decide.withdraw",
    "impact.state",
    "questions.ask",
    "delegation.delegate",
    "impact.ask_revision",
    "accept.accept",
    "accept.follow_ups",
    "accept.send_back",
    "accept.resubmit",
    "accept.edit",
    "tradeoff.edit",
    "records.open",
    "records.acknowledge",
    "records.dispute",
    "second_thoughts.reopen",
    "second_thoughts.supersede",
    "second_thoughts.undo",
)


def test_buttons_of_a_decision_answer_outsiders_as_if_there_were_none(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = erin.claims("Severance letters", in_=secret)
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="not_met", criterion2="met", reason="No") == {}
    for button in BUTTONS:
        presses_by_hand(dora, button, str(harness.decision().id))
        assert dora.form is None, button
        here = told_last(dora)
        presses_by_hand(dora, button, "999999")
        assert here == told_last(dora), button
        assert "I cannot show you that decision now" in here


@pytest.mark.parametrize("button", ["rights.edit", "rights.edit_table", "commitments.add"])
def test_the_buttons_of_a_channel_open_nothing_for_outsiders(
    harness: Harness, alice: Actor, dora: Actor, button: str
) -> None:
    secret = secret_of(harness, alice)
    unknown = harness.workspace.add_channel("new", ["alice"], private=True)
    for channel in (secret, unknown):
        presses_by_hand(dora, button, channel.id)
        assert dora.form is None
        assert "I cannot show you that channel now" in dora.was_told()


def test_a_private_decision_gives_the_same_answer_whatever_the_reason(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="requirements", in_=secret)
    answers = []
    for number in (1, 7, 1):
        dora.shows(number, in_=checkout)
        answers.append(told_last(dora).replace("#7", "#1"))
        harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
        harness.breaks("conversations.members", "server_error", channel=secret.id, times=9)
    assert len(set(answers)) == 1


def test_buttons_of_old_messages_do_nothing_for_who_has_left(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = erin.raises("Lay off contractors", kind="requirements", in_=secret)
    leaves(erin, secret)
    erin.presses(card, "Withdraw")
    assert erin.form is None
    assert "I cannot show you that decision now" in erin.was_told()


# ---- what people were told before ----------------------------------------------------------------


def read(actor: Actor) -> str:
    harness = actor.harness
    return "\n".join(
        part for told in actor.dm() for part in (harness.text(told), harness.plain(told))
    )


@pytest.mark.both_databases
def test_who_has_left_is_not_told_the_outcome_and_old_messages_shrink(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    first = erin.raises("Severance pay", kind="requirements", in_=secret)
    alice.approves(first, because="It is the law")
    card = erin.raises("Lay off contractors", kind="requirements", in_=secret)
    assert "It is the law" in read(erin)
    leaves(erin, secret)
    harness.settle()
    assert "Severance" not in read(erin)
    assert "This message was about a channel in which I cannot see you any more." in read(erin)
    told = len(erin.dm())
    alice.approves(card, because="The lawyers agree")
    assert len(erin.dm()) == told
    assert "The lawyers agree" not in read(erin)


def test_who_comes_back_reads_it_again(harness: Harness, alice: Actor, erin: Actor) -> None:
    secret = secret_of(harness, alice)
    alice.approves(erin.raises("Severance pay", kind="requirements", in_=secret), because="Law")
    leaves(erin, secret)
    harness.settle()
    joins(erin, secret)
    assert "Severance pay" in read(erin)


def test_a_missed_event_is_made_good_within_the_hour(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    alice.approves(erin.raises("Severance pay", kind="requirements", in_=secret), because="Law")
    secret.members.discard(erin.id)
    harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
    assert "Severance pay" in read(erin)
    harness.later(minutes=59)
    assert "Severance" not in read(erin)


@pytest.mark.both_databases
def test_who_may_read_is_not_known_so_nothing_is_sent_yet(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = erin.raises("Severance pay", kind="requirements", in_=secret)
    harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
    harness.run(alice.member.presses(card, "Approve"))
    harness.run(alice.member.submits({"option": "A. Add it now", "reason": "It is the law"}))
    harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
    harness.breaks("conversations.members", "server_error", channel=secret.id, times=1)
    harness.sends()
    assert "It is the law" not in read(erin)
    harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
    harness.later(seconds=16)
    assert "It is the law" in read(erin)


@pytest.mark.both_databases
@pytest.mark.parametrize("how", ["the other replica's outbox", "a command"])
def test_another_replica_heard_that_somebody_left(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, how: str
) -> None:
    """One replica gets the event. The other asked Slack a moment before, and keeps the answer."""
    secret = secret_of(harness, alice)
    alice.approves(erin.raises("Severance pay", kind="requirements", in_=secret), because="Law")
    other, tenant = harness.new_bot(), harness.workspace.team_id
    ask = NotYetKnown(places=[secret.id], rooms=[secret.id])
    harness.run(other.people.look_up(tenant, ask, LookedUp()))
    leaves(erin, secret)
    if how == "a command":
        asked, deadline = command(harness, erin, checkout), harness.timeouts.deadline()
        answer = harness.run(other.dispatch._answer(subcommands.command, asked, deadline))
        assert "I cannot show you #1 now" in str(answer)
    else:
        harness.run(other.outbox.send_due())
        harness.clock.advance(seconds=5)
        harness.run(other.outbox.send_due())
        assert "Severance" not in read(erin)


def command(harness: Harness, actor: Actor, channel: Channel) -> Command:
    return Command(
        workspace=harness.workspace.team_id,
        bot_user=harness.workspace.bot.id,
        at=harness.clock.now,
        user=actor.id,
        channel=channel.id,
        name="/tradeoff",
        text="show 1",
    )


def test_a_reminder_lists_only_what_its_reader_may_read(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="requirements", in_=secret, due_on="2026-11-24")
    erin.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    leaves(alice, secret)
    until(harness, 25)
    reminded = [harness.text(told) for told in alice.dm() if "waits for you" in harness.text(told)]
    assert any("Guest checkout" in told for told in reminded)
    assert not any("Lay off" in told for told in reminded)


def test_nobody_is_reminded_again_and_again_of_nothing(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    """All that waits is in a channel that the person has left."""
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="requirements", in_=secret, due_on="2026-11-24")
    leaves(alice, secret)
    told = len(alice.dm())
    until(harness, 27)
    assert len(alice.dm()) == told
    assert harness.decision().overdue_at


def test_a_notice_of_what_was_not_sent_names_no_decision_to_who_has_left(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    for gone in (sam, alice):
        harness.run(gone.member.is_deactivated())
    harness.settle()
    erin.raises("Lay off contractors", kind="requirements", in_=secret)
    harness.refused("user_disabled")
    assert "I could not tell @alice about #1" in read(erin)
    leaves(erin, secret)
    harness.settle()
    assert "#1" not in read(erin)


def test_a_delegate_who_is_not_in_the_channel_stands_in_for_nobody_there(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    assert alice.goes_away("dora") == {}
    secret = secret_of(harness, alice)
    erin.raises("Lay off contractors", kind="requirements", in_=secret)
    assert harness.decision().holder == alice.id
    assert "Lay off" not in read(dora)


def test_a_link_to_the_board_of_a_public_channel_ends_when_it_becomes_private(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Lay off contractors", kind="requirements")
    url = link(erin, checkout)
    assert "Lay off contractors" in follow(harness, url).words
    make_private(harness.slack.delivery, checkout)
    assert OVER in follow(harness, url).words
    assert "Lay off contractors" in follow(harness, link(erin, checkout)).words


def test_who_may_read_is_not_known_so_what_may_have_gone_out_is_still_looked_for(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    """Slack posted the message, its answer was lost, and then it does not say who may read."""
    secret, tenant = secret_of(harness, alice), harness.workspace.team_id
    card = erin.raises("Severance pay", kind="requirements", in_=secret)
    harness.run(alice.member.presses(card, "Approve"))
    harness.run(alice.member.submits({"option": "A. Add it now", "reason": "It is the law"}))
    harness.breaks("chat.postMessage", "broken_after", channel=erin.id)
    harness.sends()
    assert len(erin.dm_text("It is the law")) == 1
    harness.breaks("conversations.members", "server_error", channel=secret.id, times=1)
    harness.bot.people.forget_place(tenant, secret.id)
    harness.clock.advance(seconds=5)
    harness.sends()
    # From now on, the bot asks Slack again at each turn.
    harness.timeouts.unknown_kept = 0
    harness.bot.people.forget_place(tenant, secret.id)
    for _ in range(3):
        harness.later(seconds=20)
    assert len(erin.dm_text("It is the law")) == 1
