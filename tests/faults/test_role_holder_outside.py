"""Messages to a channel about a role holder who cannot read it, or has left Slack."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo.slack.readable import buttons
from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.story_helpers import secret_of


@pytest.mark.parametrize("loses", [False, True], ids=["told", "lost"])
def test_a_channel_is_told_that_a_role_holder_cannot_read_it_and_can_again(
    harness: Harness, alice: Actor, bob: Actor, loses: bool
) -> None:
    """If Slack loses the events, the check every 50 minutes finds out."""
    secret = secret_of(harness, alice)
    alice.raises("Guest checkout", kind="requirements", in_=secret)

    def seen(change: Callable[[str], None], event: str) -> list[str]:
        change(bob.id)
        if loses:
            harness.bot.people.forget_place(harness.workspace.team_id, secret.id)
        else:
            harness.run(bob.member._event(event, user=bob.id, channel=secret.id))
        for _ in range(2):
            harness.later(minutes=59)
        said = map(harness.plain, harness.workspace.messages[secret.id])
        return [words for words in said if words.startswith("@bob, project manager here, ca")]

    for _ in range(2):
        (words,) = seen(secret.members.remove, "member_left_channel")
        assert "cannot read this channel any more. Invite them back, or say who takes" in words
        assert "Fill the seat" in buttons(harness.workspace.messages[secret.id][-1])
        (words,) = seen(secret.members.add, "member_joined_channel")
        assert "can read this channel again." in words


def test_a_channel_is_told_once_of_a_role_holder_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor
) -> None:
    secret = secret_of(harness, alice)
    harness.run(bob.member.is_deactivated())
    leaves(bob, secret)
    harness.later(minutes=59)
    said = harness.workspace.messages[secret.id]
    (told,) = [message for message in said if "Fill the seat" in buttons(message)]
    assert "@bob has left Slack" in harness.plain(told)
