"""Socket Mode: everything arrives through the WebSocket that the bot opened, also under faults."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.demo.slack.delivery import PATIENCE, Socket
from bot.demo.slack.workspace import Channel
from models.rules import Outcome
from support.harness import GENEROUS, Actor, Harness


@pytest.fixture
def harness(database_url: str) -> Iterator[Harness]:
    harness = Harness(database_url, socket_mode=True)
    harness.start()
    connected(harness)
    yield harness
    bad = list(harness.workspace.bad_requests)
    harness.stop()
    assert bad == []


def connected(harness: Harness, other_than: Socket | None = None) -> None:
    """Wait until the bot has an open WebSocket, other than `other_than`."""

    async def wait() -> None:
        async with asyncio.timeout(GENEROUS):
            while not [
                socket for socket in harness.slack.delivery.sockets if socket is not other_than
            ]:
                await asyncio.sleep(0.01)

    harness.run(wait())


def surfaces(harness: Harness) -> set[tuple[str, int]]:
    return {(delivery.surface, delivery.status) for delivery in harness.slack.delivery.delivered}


def test_a_whole_story_works_through_the_socket(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    assert harness.slack.delivery.bot_url == ""
    card = erin.raises("Add Apple Pay to Sprint 14")
    bob.presses(card, "State impact")
    assert "Give whole days" in bob.submits(days="soon", confidence="high")["Days of slip"]
    assert bob.submits(days=5) == {}
    bob.presses(card, "Approve")
    assert "Only @alice (product owner) decides priority here" in bob.was_told()
    harness.run(bob.member.renames(checkout, "payments"))
    alice.approves(alice.dm()[-1], because="Wallets are 40% of drop-offs")
    assert harness.decision().outcome is Outcome.APPROVED
    assert "#1 Add Apple Pay to Sprint 14: approved by @alice" in harness.plain(
        erin.member.sees(checkout)[-1]
    )
    erin.types("/tradeoff help", checkout)
    assert "Make a tradeoff visible" in erin.was_told()
    assert surfaces(harness) == {("slash_commands", 200), ("interactive", 200), ("events_api", 200)}


@pytest.mark.both_databases
def test_fifty_people_press_at_once_through_one_socket(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    crowd = [harness.person(f"dev{number:02d}") for number in range(49)]

    async def everyone() -> None:
        await asyncio.gather(
            *(person.member.presses(card, "Approve") for person in [*crowd, alice])
        )

    harness.run(everyone())
    assert [person for person in crowd if "Only @alice" not in person.was_told()] == []
    assert alice.submits(option="A. Add it now", reason="Yes") == {}
    assert surfaces(harness) == {("slash_commands", 200), ("interactive", 200)}


def test_slack_closes_the_socket_and_the_bot_opens_another(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    (old,) = harness.slack.delivery.sockets
    harness.run(old.refresh())
    connected(harness, other_than=old)
    # A click, or its acknowledgement, is lost with a socket that closes: Slack waits in vain, and
    # whoever sees no form presses again. On a busy machine, the SDK may open a third socket.
    harness.slack.delivery.patience = 5 * PATIENCE
    for _ in range(3):
        if alice.form is None:
            alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="Yes") == {}
    assert harness.decision().outcome is Outcome.APPROVED


def test_closing_waits_for_what_runs(harness: Harness, erin: Actor, checkout: Channel) -> None:
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    harness.breaks("conversations.info", "timeout_before")

    async def story() -> int:
        asking = asyncio.create_task(erin.member.types(checkout, "/tradeoff rights"))
        async with asyncio.timeout(GENEROUS):
            while not harness.workspace.faults.used_up:
                await asyncio.sleep(0.01)
        await harness.stop_bot()
        answer = await asking
        return answer.status if answer else 0

    assert harness.run(story()) == 200
    assert "@alice" in erin.was_told()
    assert harness.slack.delivery.sockets == []


def test_a_large_form_does_not_come_in_the_acknowledgement(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.rejects(erin.raises("Guest checkout without account", kind="requirements"))
    bob.types("/tradeoff Guest checkout", checkout)
    typed = {"kind": "requirements", "option1_name": "Yes", "option2_name": "No"}
    assert bob.submits(why_now="なぜ今なのか。" * 400, **typed) == {}

    async def the_whole_form() -> None:
        async with asyncio.timeout(GENEROUS):
            while "#1 Guest checkout without account: rejected" not in bob.form_words():
                await asyncio.sleep(0.01)

    harness.run(the_whole_form())
    assert bob.form.values["why_now"]["why_now"]["value"] == "なぜ今なのか。" * 400
    bob.presses(bob.form, "Reopen")
    assert bob.submits(reason="More ask for it") == {}
    # Over an open connection, the first try can come before Slack has taken the acknowledgement.
    too_soon = ("views.update", "not_found", "")
    asked = harness.workspace.bad_requests
    harness.workspace.bad_requests = [bad for bad in asked if bad != too_soon]
