"""A small company for the demo: its people, its channels, and five things a newcomer can try."""

from __future__ import annotations

from typing import Any

from bot.demo.slack.workspace import Workspace

# The page shows each hint as a link, and says what to press (bot/demo/page/hints.py).
HINTS: tuple[dict[str, Any], ...] = (
    {
        "label": "Alice: raise a tradeoff",
        "person": "alice",
        "place": "checkout",
        "text": "/tradeoff Add Apple Pay to Sprint 14",
        "form": "Raise a tradeoff",
        "advice": "Press Enter to send the command, then fill in the form and send it.",
    },
    {
        "label": "Bob: state its impact",
        "person": "bob",
        "place": "tradeoffs",
        "press": "State impact",
        "advice": "Press State impact on the newest card, then fill in the form and send it.",
    },
    {
        "label": "Alice: approve it",
        "person": "alice",
        "place": "tradeoffs",
        "press": "Approve",
        "advice": "Press Approve on the newest card, choose an option, say why, and send it.",
    },
    {
        "label": "Erin: claim finished work",
        "person": "erin",
        "place": "checkout",
        "text": "/accept Refund by e-mail",
        "form": "Ask for acceptance",
        "advice": "Press Enter to send the command, then fill in the form and send it.",
    },
    {
        "label": "Erin: decide, be refused",
        "person": "erin",
        "place": "checkout",
        "press": "Accept",
        "opens_form": False,
        "advice": "Press Accept: an answer that only you see says who can decide.",
    },
)


def build_world(workspace: Workspace) -> None:
    """Add people and channels; no messages, and nobody has set the bot up yet."""
    _people(workspace)
    _channels(workspace)


def _people(workspace: Workspace) -> None:
    workspace.add_person("Alice", title="Product owner")
    workspace.add_person("Bob", title="Project manager", time_zone="Europe/Berlin")
    workspace.add_person("Erin", title="Engineer")
    workspace.add_person("Sam", title="Sponsor")
    workspace.add_person("Dana", title="Holds both roles in #mobile")
    workspace.add_person("Gus", title="Guest: an outside designer", guest=True)
    workspace.add_person("Olga", title="From another company", external=True)


def _channels(workspace: Workspace) -> None:
    channels: list[tuple[str, str, list[str], dict[str, Any]]] = [
        ("checkout", "The web shop's checkout", ["Alice", "Bob", "Erin", "Sam", "Gus"], {}),
        ("mobile", "The mobile app", ["Dana", "Erin", "Sam"], {}),
        ("search", "Product search", ["Alice", "Bob", "Erin"], {}),
        ("payments-private", "Payment contracts", ["Alice", "Bob", "Sam"], {"private": True}),
        ("random", "Anything else", ["Alice", "Bob", "Erin", "Sam", "Dana"], {"bot_in": False}),
        ("partners", "With our payment provider", ["Alice", "Bob", "Olga"], {"shared": True}),
    ]
    for name, topic, members, settings in channels:
        workspace.add_channel(name, members, **settings).topic = topic
