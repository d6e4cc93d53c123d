"""Access that ends on every replica: the event comes to one, the others remember the person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.demo.slack.workspace import Channel
from handlers.requests import LookedUp, NotYetKnown
from models.tables.workspace import Workspace
from support.board_visitor import OVER, follow, link
from support.harness import Actor, Harness
from support.home_visitor import opens_home, reads
from support.replica import Replica

pytestmark = pytest.mark.both_databases


@pytest.fixture
def second(harness: Harness) -> Iterator[Replica]:
    replica = Replica(harness)
    yield replica
    replica.stop()


def remembers(replica: Replica, actor: Actor) -> None:
    """Let this replica ask Slack who the person is, and keep the answer."""
    tenant, ask = replica.harness.workspace.team_id, NotYetKnown(people=[actor.id])
    replica.harness.run(replica.bot.people.look_up(tenant, ask, LookedUp()))


def becomes_guest(actor: Actor, checkout: Channel) -> None:
    """Make this person a guest outside the channel; the first replica gets the event."""
    checkout.members.discard(actor.id)
    actor.harness.run(actor.member.becomes_guest())


@pytest.mark.parametrize("door", ["show", "list", "home", "press"])
def test_a_new_guest_is_a_guest_on_every_replica_at_once(
    harness: Harness, erin: Actor, checkout: Channel, second: Replica, door: str
) -> None:
    lobby = harness.workspace.add_channel("lobby", ["erin"])
    card = erin.raises("Severance pay", kind="requirements")
    there = second.sees(erin)
    remembers(second, erin)
    becomes_guest(erin, checkout)
    if door == "show":
        there.shows(1, in_=lobby)
        assert there.form is None
        assert "I cannot show you #1 now" in there.was_told()
    elif door == "list":
        there.types("/tradeoff list state:open", lobby)
        assert "Severance" not in there.form_words()
    elif door == "home":
        assert "Severance" not in opens_home(there)
    else:
        there.presses(card, "Withdraw")
        assert there.form is None
        assert "I cannot show you that decision now" in there.was_told()


def test_old_messages_to_a_guest_shrink_and_home_is_shown_anew(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, second: Replica
) -> None:
    alice.approves(erin.raises("Severance pay", kind="requirements"), because="It is the law")
    assert "Severance pay" in opens_home(erin)
    assert "It is the law" in told(erin)
    remembers(second, erin)
    becomes_guest(erin, checkout)
    assert "Severance" not in reads(erin)
    harness.run(second.bot.outbox.send_due())
    harness.clock.advance(seconds=5)
    harness.run(second.bot.outbox.send_due())
    assert "Severance" not in told(erin)
    harness.run(erin.member.becomes_member())
    harness.settle()
    assert "It is the law" in told(erin)
    assert "Severance pay" in reads(erin)


def told(actor: Actor) -> str:
    return "\n".join(map(actor.harness.text, actor.dm()))


def test_a_board_of_somebody_who_left_slack_ends_on_every_replica(
    harness: Harness, erin: Actor, checkout: Channel, second: Replica
) -> None:
    erin.raises("Severance pay", kind="requirements")
    url = link(erin, checkout).replace(harness.bot_url, second.delivery.bot_url)
    assert "Severance pay" in follow(harness, url).words
    harness.run(erin.member.is_deactivated())
    assert OVER in follow(harness, url).words


def test_a_status_writes_nothing(harness: Harness, erin: Actor, checkout: Channel) -> None:
    """Slack sends the event for each change of status, often for a whole company at once."""
    becomes_guest(erin, checkout)
    versions = [access_version(harness)]
    for _ in range(2):
        harness.run(erin.member.becomes_guest())
        versions.append(access_version(harness))
    assert len(set(versions)) == 1


def access_version(harness: Harness) -> int:
    return harness.query(lambda session: session.scalars(select(Workspace.access_version)).one())
