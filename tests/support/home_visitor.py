"""Steps of stories about Home: open it, read it, press in it."""

from __future__ import annotations

from bot.demo.slack import limits, readable
from bot.demo.slack.workspace import Channel, View
from support.harness import Actor


def home(actor: Actor) -> View:
    """Return the view in their Home tab."""
    view = actor.harness.workspace.home(actor.id)
    assert view
    limits.check_view(view.view)
    return view


def opens_home(actor: Actor) -> str:
    """Open the Home tab; return its text."""
    actor.harness.run(actor.member.opens_home())
    return reads(actor)


def reads(actor: Actor) -> str:
    """Return the text of their Home, without the marks of bold."""
    return readable.words(home(actor), actor.harness.workspace).replace("*", "")


def presses(actor: Actor, label: str, row: str, view: View | None = None) -> None:
    """Press the button `label` in the block that has the words `row`.

    `view` may be an older drawing of their Home.
    """
    shown = view or home(actor)
    for block in shown.view["blocks"]:
        elements = [block.get("accessory"), *block.get("elements", [])]
        words = readable.words(
            View("", "", {**shown.view, "blocks": [block]}, ""), actor.harness.workspace
        )
        for element in elements:
            named = element and element.get("type") == "button" and element["text"]["text"] == label
            if named and row in f"{words} {element.get('accessibility_label', '')}":
                value = element["value"]
                actor.harness.run(
                    actor.member.press_element(shown, block["block_id"], element, value)
                )
                actor.harness.settle()
                return
    raise AssertionError(f"no {label!r} beside {row!r} in: {reads(actor)}")


def joins(actor: Actor, channel: Channel) -> None:
    channel.members.add(actor.id)
    event = {"type": "member_joined_channel", "user": actor.id, "channel": channel.id}
    actor.harness.run(actor.member.delivery.event(event))
    actor.harness.settle()


def leaves(actor: Actor, channel: Channel) -> None:
    channel.members.discard(actor.id)
    event = {
        "type": "member_left_channel",
        "user": actor.id,
        "channel": channel.id,
        "event_ts": "1.1",
    }
    actor.harness.run(actor.member.delivery.event(event))


def accepted_with_follow_up(alice: Actor, erin: Actor, in_: Channel | None = None) -> None:
    card = erin.claims("One-page checkout", in_=in_)
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Good enough") == {}
    follow_up = {
        "follow_up1_what": "Bring it under 2 s",
        "follow_up1_owner": "erin",
        "follow_up1_due": "2026-12-01",
    }
    assert alice.submits(**follow_up) == {}
