"""The app's manifest: it offers what the table of routes answers, and keeps Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.manifest import SCOPES, manifest
from handlers import routes
from handlers.routes import ShortcutRoute

# Scope without which Slack does not send an event, by the first word of the event's name.
EVENT_NEEDS = {
    "user": "users:read",
    "channel": "channels:read",
    "group": "groups:read",
    "member": "channels:read",
}


def urls(part: Any) -> list[str]:
    """Return every web address in this part of the manifest."""
    if isinstance(part, dict):
        return [url for value in part.values() for url in urls(value)]
    if isinstance(part, list):
        return [url for value in part for url in urls(value)]
    return [part] if isinstance(part, str) and "://" in part else []


@pytest.fixture(params=["https://bot.example.com", None])
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return manifest(request.param)


def test_the_manifest_offers_every_route(made: dict[str, Any]) -> None:
    commands = made["features"]["slash_commands"]
    assert [command["command"] for command in commands] == list(routes.commands)
    assert all(command["should_escape"] for command in commands)
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) == set(routes.events_heard)
    assert {shortcut["callback_id"] for shortcut in made["features"].get("shortcuts", [])} == set(
        routes.shortcuts
    )
    assert made["features"]["app_home"]["home_tab_enabled"] is (
        "app_home_opened" in routes.events_heard
    )
    assert made["settings"]["interactivity"]["is_enabled"]


def test_every_scope_has_a_reason_and_every_event_its_scope(made: dict[str, Any]) -> None:
    asked = made["oauth_config"]["scopes"]
    assert {*asked["bot"], *asked["bot_optional"]} == {scope.name for scope in SCOPES}
    assert not set(asked["bot"]) & set(asked["bot_optional"])
    assert all(scope.why.endswith(".") for scope in SCOPES)
    assert not [name for name in asked["bot"] if name.endswith(":history")]
    for event in routes.events_heard:
        needs = EVENT_NEEDS.get(event.split("_")[0])
        assert needs is None or needs in {scope.name for scope in SCOPES}, event


@pytest.mark.parametrize(
    "given",
    ["https://bot.example.com", "https://bot.example.com/", "https://bot.example.com/slack/events"],
)
def test_over_http_all_surfaces_come_to_one_address(given: str) -> None:
    made = manifest(given)
    assert set(urls(made)) == {"https://bot.example.com/slack/events"}
    assert len(urls(made)) == len(routes.commands) + 2
    assert made["settings"]["socket_mode_enabled"] is False


def test_socket_mode_has_no_address() -> None:
    made = manifest(None)
    assert urls(made) == []
    assert made["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    "url", ["http://bot.example.com", "bot.example.com", "https://", "https:///slack/events"]
)
def test_an_address_without_https_or_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        manifest(url)


def test_a_manifest_beyond_slacks_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = routes.commands["/tradeoff"]
    with monkeypatch.context() as changed:
        changed.setitem(routes.commands, "/" + "x" * 32, real)
        with pytest.raises(ValueError, match="command must have 1 to 32 characters"):
            manifest(None)
    with monkeypatch.context() as changed:
        changed.setitem(routes.commands, "/other", replace(real, usage_hint="x" * 1001))
        with pytest.raises(ValueError, match="usage_hint must have"):
            manifest(None)
    with monkeypatch.context() as changed:
        changed.setitem(
            routes.shortcuts, "a", ShortcutRoute(lambda shortcut, session: None, "x" * 25, "Fine")
        )  # type: ignore[arg-type,return-value]
        with pytest.raises(ValueError, match="shortcut must have 1 to 24 characters"):
            manifest(None)
    with monkeypatch.context() as changed:
        for number in range(50):
            changed.setitem(routes.commands, f"/c{number}", real)
        with pytest.raises(ValueError, match="at most 50 commands"):
            manifest(None)
