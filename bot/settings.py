"""Settings, from the environment and `.env`: the only reader of the environment. Our own names, so that Bolt reads none of them."""

from __future__ import annotations

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class BadSetting(Exception):
    """A setting is missing or malformed; the sentence names it."""


class Settings(BaseSettings):
    """See `.env.example` for what each is for."""

    model_config = SettingsConfigDict(
        env_prefix="TRADEOFF_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    database_url: str = "sqlite:///tradeoff.db"
    slack_bot_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    host: str = "127.0.0.1"
    port: int = 3000

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("is not a database URL: use sqlite:///file.db or postgresql://…") from None
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.drivername not in ("postgresql+psycopg", "sqlite"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url.render_as_string(hide_password=False)

    @field_validator("slack_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise ValueError("must begin with https:// (http:// only for this machine)")
        return value.rstrip("/") + "/"

    @field_validator("port")
    @classmethod
    def _port_number(cls, value: int) -> int:
        if not 0 <= value <= 65535:
            raise ValueError("must be a port from 0 to 65535")
        return value

    @property
    def socket_mode(self) -> bool:
        """An app-level token means Socket Mode."""
        return bool(self.slack_app_token.get_secret_value())

    def check_slack(self) -> None:
        """Raise BadSetting when what `serve` needs to talk to Slack is missing."""
        if not self.slack_bot_token.get_secret_value():
            raise BadSetting(
                "TRADEOFF_SLACK_BOT_TOKEN is missing: paste the Bot User OAuth Token of your Slack app (xoxb-…)."
            )
        if not self.socket_mode and not self.slack_signing_secret.get_secret_value():
            raise BadSetting(
                "TRADEOFF_SLACK_SIGNING_SECRET is missing: paste the Signing Secret of your Slack app, "
                "or set TRADEOFF_SLACK_APP_TOKEN to use Socket Mode."
            )


def load(**overrides: str | int) -> Settings:
    """The settings as the environment and `.env` have them. Raises BadSetting with one sentence that names the setting."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "TRADEOFF_" + str(first["loc"][0]).upper()
        raise BadSetting(f"{name} {first['msg'].removeprefix('Value error, ')}.") from None
