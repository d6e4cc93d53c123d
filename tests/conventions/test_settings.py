"""Settings: `.env.example` has all of them, an error names the wrong one, no secret is printed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.settings import BadSetting, Settings, load

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hide this machine's settings: its environment, and the `.env` of the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("TRADEOFF_")]:
        monkeypatch.delenv(name)


def test_the_example_names_every_setting_and_holds_the_defaults() -> None:
    fields = {f"TRADEOFF_{name.upper()}" for name in Settings.model_fields}
    assert set(dotenv_values(EXAMPLE)) == fields
    # `_env_file` is pydantic-settings' own argument.
    loaded = Settings(_env_file=EXAMPLE)  # type: ignore[call-arg]
    assert loaded.model_dump() == Settings().model_dump()


def test_each_setting_in_the_example_has_a_comment() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        assert not line.startswith("TRADEOFF_") or before.startswith("# "), line


def test_the_example_works_as_it_is_but_for_the_token(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text())
    with pytest.raises(BadSetting, match="TRADEOFF_SLACK_BOT_TOKEN is missing"):
        load().check_slack()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "nonsense", "TRADEOFF_DATABASE_URL is not a database URL"),
        (
            "DATABASE_URL",
            "postgresql://bot:hush:hush@host:port/x",
            "TRADEOFF_DATABASE_URL is not a database URL",
        ),
        (
            "DATABASE_URL",
            "mysql://host/x",
            "TRADEOFF_DATABASE_URL must begin with sqlite:/// or postgresql://",
        ),
        ("DATABASE_URL", "sqlite://", "TRADEOFF_DATABASE_URL must name a file"),
        ("SLACK_BOT_TOKEN", "xoxb hush", "TRADEOFF_SLACK_BOT_TOKEN must be one word"),
        ("SLACK_BOT_TOKEN", "xoxb-…hush", "TRADEOFF_SLACK_BOT_TOKEN must be one word"),
        (
            "SLACK_API_URL",
            "http://slack.com/api",
            "TRADEOFF_SLACK_API_URL must begin with https://",
        ),
        (
            "SLACK_API_URL",
            "http://localhost.example/api",
            "TRADEOFF_SLACK_API_URL must begin with https://",
        ),
        ("SLACK_API_URL", "https://", "TRADEOFF_SLACK_API_URL must begin with https://"),
        ("PUBLIC_URL", "http://bot.example.com", "TRADEOFF_PUBLIC_URL must begin with https://"),
        (
            "PUBLIC_URL",
            "https://bot.example.com/?a=b",
            "TRADEOFF_PUBLIC_URL must be an address alone",
        ),
        (
            "PUBLIC_URL",
            "https://bot.example.com|x>",
            "TRADEOFF_PUBLIC_URL must be an address alone",
        ),
        ("HOST", "", "TRADEOFF_HOST must not be empty"),
        ("PORT", "many", "TRADEOFF_PORT should be a valid integer"),
        ("PORT", "70000", "TRADEOFF_PORT must be a port"),
    ],
)
def test_a_malformed_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"TRADEOFF_{name}", value)
    with pytest.raises(BadSetting) as raised:
        load()
    said = str(raised.value)
    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "hush" not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "TRADEOFF_SLACK_BOT_TOKEN is missing"),
        ({"slack_bot_token": "xoxb-1"}, "TRADEOFF_SLACK_SIGNING_SECRET is missing"),
        ({"slack_bot_token": "xapp-1"}, "TRADEOFF_SLACK_BOT_TOKEN holds an app-level token"),
        (
            {"slack_bot_token": "xoxb-1", "slack_app_token": "xoxb-1"},
            "TRADEOFF_SLACK_APP_TOKEN holds another sort",
        ),
    ],
)
def test_serve_names_the_setting_that_it_lacks(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadSetting, match=sentence):
        load(**given).check_slack()


def test_an_app_token_means_socket_mode_and_needs_no_signing_secret() -> None:
    settings = load(slack_bot_token="xoxb-1", slack_app_token="xapp-1")
    settings.check_slack()
    assert settings.socket_mode


def test_secrets_are_never_printed() -> None:
    settings = load(
        slack_bot_token="hush",
        slack_signing_secret="hush",
        slack_app_token="hush",
        database_url="postgresql://bot:hush@host/x",
    )
    assert "hush" not in repr(settings) + str(settings)


def test_postgresql_is_reached_with_psycopg_3() -> None:
    assert (
        load(database_url="postgresql://bot@host/x").database_url
        == "postgresql+psycopg://bot@host/x"
    )
