"""The Slack app manifest. Its commands, shortcuts and events come from the table of routes.

Shape and limits: Slack's manifest reference; https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from handlers import routes

PATH = "/slack/events"
NAME = "tradeoffs"
DESCRIPTION = (
    "Makes tradeoff decisions visible: who may decide, what it costs, and what was decided."
)
LONG_DESCRIPTION = (
    "Raise a tradeoff with /tradeoff: the other side says what it costs, and then the "
    "person who holds the right to decide is asked. The channel sees what was decided, "
    "by whom, by what right and why, and the record keeps it for good. Finished work "
    "is accepted the same way, criterion by criterion, with /accept."
)
COLOR = "#1f2937"


@dataclass(frozen=True, slots=True)
class Scope:
    """Permission that Slack gives us, and why we ask for it.

    An optional scope may be refused at installation; everything else still works.
    """

    name: str
    why: str
    optional: bool = False


LOOK_UP = (
    "Find out whether a message {where} was posted, if the connection broke meanwhile. "
    "Used for nothing else; without it, such a message is left for a person to look at "
    "(`tradeoff doctor`)."
)

SCOPES = (
    Scope("commands", "Offer the slash commands and the buttons of message menus."),
    Scope(
        "chat:write", "Post the cards, ask people by direct message, and redraw what was posted."
    ),
    Scope(
        "users:read",
        "Check at each click that the person is a full member, and know their time zone.",
    ),
    Scope(
        "channels:read",
        "Know who is in a channel, whether the bot is too, and whether it is archived or shared.",
    ),
    Scope(
        "im:write",
        "Find the direct messages with a person, in which an interrupted message may be.",
    ),
    Scope(
        "groups:read",
        "The same as channels:read for private channels; without it the bot works in public ones.",
        True,
    ),
    Scope(
        "app_mentions:read",
        "Answer a mention that names a decision, such as `@tradeoffs #42`, in its thread.",
        True,
    ),
    Scope(
        "files:write",
        "Send exports, and the picture in the digest; without it the digest has its "
        "numbers as text.",
        True,
    ),
    Scope(
        "files:read",
        "Know when Slack has processed the digest's picture, so that it can be shown.",
        True,
    ),
    Scope("channels:history", LOOK_UP.format(where="in a public channel"), True),
    Scope("groups:history", LOOK_UP.format(where="in a private channel"), True),
    Scope("im:history", LOOK_UP.format(where="to a person"), True),
)

# The highest number of characters of each text (docs/reference/slack.md, Limits).
LIMITS = {
    "name": 35,
    "description": 140,
    "long_description": 4000,
    "command": 32,
    "usage_hint": 1000,
    "shortcut": 24,
    "shortcut description": 150,
    "display_name": 80,
}
LONG_DESCRIPTION_AT_LEAST = 175
MOST_COMMANDS, MOST_SHORTCUTS, MOST_EVENTS = 50, 10, 100


def manifest(url: str | None) -> dict[str, Any]:
    """Build the manifest for HTTP at this address, or for Socket Mode if there is none.

    Raise ValueError for an address that Slack would refuse.
    """
    events_url = _events_url(url) if url else None
    made: dict[str, Any] = {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": COLOR,
        },
        "features": _features(events_url),
        "oauth_config": {
            "scopes": {"bot": _scopes(optional=False), "bot_optional": _scopes(optional=True)}
        },
        "settings": {
            "event_subscriptions": _with_url(events_url, bot_events=sorted(routes.events_heard)),
            "interactivity": _with_url(events_url, is_enabled=True),
            "org_deploy_enabled": False,
            "socket_mode_enabled": events_url is None,
            # The token is pasted into the settings by hand, so it must not expire after 12 hours.
            "token_rotation_enabled": False,
        },
    }
    _check(made)
    return made


def _events_url(url: str) -> str:
    address = urlsplit(url)
    if address.scheme != "https" or not address.hostname:
        raise ValueError("Slack asks for an address that begins with https://")
    return f"https://{address.netloc}{address.path.rstrip('/').removesuffix(PATH)}{PATH}"


def _with_url(url: str | None, **rest: Any) -> dict[str, Any]:
    return {"request_url": url, **rest} if url else rest


def _scopes(optional: bool) -> list[str]:
    return [scope.name for scope in SCOPES if scope.optional is optional]


def _features(url: str | None) -> dict[str, Any]:
    features: dict[str, Any] = {
        "app_home": {
            # If the bot showed nothing in its Home tab, Slack would say that it is being built.
            "home_tab_enabled": "app_home_opened" in routes.events_heard,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "tradeoffs", "always_online": True},
        "slash_commands": [
            {
                "command": name,
                **({"url": url} if url else {}),
                "description": route.description,
                "usage_hint": route.usage_hint,
                "should_escape": True,
            }
            for name, route in routes.commands.items()
        ],
    }
    if routes.shortcuts:
        features["shortcuts"] = [
            {
                "name": route.name,
                "type": "message",
                "callback_id": callback,
                "description": route.description,
            }
            for callback, route in routes.shortcuts.items()
        ]
    return features


def _check(made: dict[str, Any]) -> None:
    """Raise ValueError if a text is too long or too short for Slack, or a list is too long."""
    shown, features = made["display_information"], made["features"]
    texts = [(part, shown[part]) for part in ("name", "description", "long_description")]
    texts.append(("display_name", features["bot_user"]["display_name"]))
    for command in features["slash_commands"]:
        texts += [(part, command[part]) for part in ("command", "description", "usage_hint")]
    for shortcut in features.get("shortcuts", []):
        texts += [("shortcut", shortcut["name"]), ("shortcut description", shortcut["description"])]
    for part, text in texts:
        if not 1 <= len(text) <= LIMITS[part]:
            raise ValueError(
                f"{part} must have 1 to {LIMITS[part]} characters, not {len(text)}: {text[:40]}"
            )
    if len(shown["long_description"]) < LONG_DESCRIPTION_AT_LEAST:
        raise ValueError(
            f"long_description must have at least {LONG_DESCRIPTION_AT_LEAST} characters"
        )
    counts = [
        ("commands", len(features["slash_commands"]), MOST_COMMANDS),
        ("shortcuts", len(features.get("shortcuts", [])), MOST_SHORTCUTS),
        ("events", len(made["settings"]["event_subscriptions"]["bot_events"]), MOST_EVENTS),
    ]
    for listed, count, most in counts:
        if count > most:
            raise ValueError(f"Slack takes at most {most} {listed}, not {count}")
