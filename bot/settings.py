"""Settings, from the environment and `.env`.

Apart from this file, only `bot/proxies.py` reads the environment. The names are our own, so that
Bolt reads none of them.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class BadSetting(Exception):
    """Refusal of a missing or malformed setting, in a sentence that names the setting or `.env`."""

    def with_place(self) -> str:
        """Return the sentence, followed by the places where settings belong."""
        return f"{str(self).rstrip('.')} — in .env or in the environment, see .env.example"


class Settings(BaseSettings):
    """Settings of the process; `.env.example` says what each is for."""

    model_config = SettingsConfigDict(
        env_prefix="TRADEOFF_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field(default="sqlite:///tradeoff.db", repr=False)
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    host: str = "127.0.0.1"
    port: int = 3000
    public_url: str = ""

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            raise ValueError(
                "is not a database URL: use sqlite:///file.db or postgresql://…"
            ) from None
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername not in ("postgresql+psycopg", "sqlite"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if url.drivername == "sqlite" and (not url.database or url.database == ":memory:"):
            raise ValueError("must name a file: sqlite:///tradeoff.db")
        return url.render_as_string(hide_password=False)

    @field_validator("slack_bot_token", "slack_signing_secret", "slack_app_token")
    @classmethod
    def _one_word(cls, value: SecretStr) -> SecretStr:
        bare = value.get_secret_value().strip()
        if not bare.isascii() or not bare.isprintable() or " " in bare:
            raise ValueError(
                "must be one word of plain letters, digits and dashes, as Slack shows it"
            )
        return SecretStr(bare)

    @field_validator("slack_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        return _address(value) + "/"

    @field_validator("public_url")
    @classmethod
    def _web_address_if_any(cls, value: str) -> str:
        if re.search(r"[\s<>|?#]", value):
            raise ValueError(
                "must be an address alone: https://, a host, perhaps a port and a path"
            )
        return _address(value) if value else ""

    @field_validator("host")
    @classmethod
    def _some_host(cls, value: str) -> str:
        if not value:
            raise ValueError(
                "must not be empty: 127.0.0.1 for this machine, 0.0.0.0 for all its addresses"
            )
        return value

    @field_validator("port")
    @classmethod
    def _port_number(cls, value: int) -> int:
        if not 0 <= value <= 65535:
            raise ValueError("must be a port from 0 to 65535")
        return value

    @property
    def socket_mode(self) -> bool:
        """Return True if there is an app-level token, which means Socket Mode."""
        return bool(self.slack_app_token.get_secret_value())

    def check_slack(self) -> None:
        """Raise BadSetting if a token or secret that `serve` needs is missing or misplaced."""
        bot_token, app_token = (
            self.slack_bot_token.get_secret_value(),
            self.slack_app_token.get_secret_value(),
        )
        if not bot_token:
            raise BadSetting(
                "TRADEOFF_SLACK_BOT_TOKEN is missing: paste the Bot User OAuth Token "
                "of your Slack app (xoxb-…)."
            )
        if bot_token.startswith("xapp-"):
            raise BadSetting(
                "TRADEOFF_SLACK_BOT_TOKEN holds an app-level token: paste the Bot User "
                "OAuth Token (xoxb-…)."
            )
        if app_token.startswith(("xoxb-", "xoxp-")):
            raise BadSetting(
                "TRADEOFF_SLACK_APP_TOKEN holds another sort of token: paste an "
                "app-level token (xapp-…)."
            )
        if not self.socket_mode and not self.slack_signing_secret.get_secret_value():
            raise BadSetting(
                "TRADEOFF_SLACK_SIGNING_SECRET is missing: paste the Signing Secret of "
                "your Slack app, or set TRADEOFF_SLACK_APP_TOKEN to use Socket Mode."
            )


def _address(value: str) -> str:
    """Return this web address without a slash at its end.

    Raise ValueError if it does not begin with https://, or with http:// for this machine.
    """
    try:
        address = urlsplit(value)
    except ValueError:
        raise ValueError("is not a web address") from None
    here = address.hostname in ("127.0.0.1", "localhost", "::1")
    if not address.hostname or not (
        address.scheme == "https" or (address.scheme == "http" and here)
    ):
        raise ValueError("must begin with https:// (http:// only for this machine)")
    return value.rstrip("/")


def load(**overrides: str | int) -> Settings:
    """Read the settings from the environment and `.env`.

    Raise BadSetting if a setting is malformed, or if `.env` is not UTF-8.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "TRADEOFF_" + str(first["loc"][0]).upper()
        fault = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise BadSetting(f"{name} {fault}.") from None
    except UnicodeDecodeError:
        raise BadSetting("The file .env is not UTF-8 text.") from None
