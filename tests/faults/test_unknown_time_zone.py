"""Time zone that Slack knows and this machine does not: commands work for people in it."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import opens_home

WITH_A_FORM = ("Wish", "list", "list since:2w", "away @dora until 2026-12-01")
WITHOUT = ("export csv since:30d", "digest", "rights", "board")


def test_commands_work_for_somebody_in_an_unknown_time_zone(
    harness: Harness, alice: Actor, checkout: Channel, dora: Actor
) -> None:
    mara = harness.person("mara", time_zone="America/Atlantis")
    checkout.members.add(mara.id)
    alice.sets_up_again(checkout, project_manager="mara", reason="Mara follows")
    for words in WITH_A_FORM:
        mara.types(f"/tradeoff {words}", checkout)
        assert mara.form, words
        harness.run(mara.member.closes())
    for words in WITHOUT:
        mara.types(f"/tradeoff {words}", checkout)
        assert "Something went wrong" not in mara.was_told(), words
    mara.raises("Guest checkout")
    assert "Guest checkout" in opens_home(mara)
    harness.later(days=3)
