"""`tradeoff doctor`: checks of what a running bot needs, a line for each.

Each fault comes with what to do about it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Engine, String, select, type_coerce
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot import migrate, timers
from bot import settings as settings_of
from bot.app import utc_now
from bot.database import Database
from bot.manifest import SCOPES
from bot.outbox import claims
from bot.proxies import proxy_for, web_client
from bot.settings import BadSetting, Settings
from bot.slack_client import MISSHAPEN, UNREACHABLE, error_name
from handlers import not_posted
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Post, PostState

# True if all is well, and a sentence: what was found and, for a fault, what to do.
Finding = tuple[bool, str]

# Seconds. A larger difference is reported long before it does harm: requests are refused when the
# two clocks are five minutes apart (docs/reference/slack.md, Signature).
CLOCKS_MAY_DIFFER = 60

# Errors of a call that Slack refuses, or does not answer.
FAILED = (*UNREACHABLE, *MISSHAPEN)
# Errors with which Slack says that a message is gone. Such a message is posted as a new one.
DELETED = {"message_not_found"}
# While a bot runs, a message or timer that is due normally waits for seconds only.
LATE = timedelta(minutes=1)


def run(tell: Callable[[str], None]) -> int:
    """Tell every finding and return the exit code: 1 if anything is wrong."""
    well = True
    for fine, words in _findings():
        tell(f"{'ok' if fine else 'fault'}: {words}")
        well = well and fine
    return 0 if well else 1


def _findings() -> Iterator[Finding]:
    try:
        settings = settings_of.load()
    except BadSetting as bad:
        yield False, f"settings: {bad.with_place()}"
        return
    yield _complete(settings)
    yield from _database(settings)
    yield from asyncio.run(_slack(settings))


def _complete(settings: Settings) -> Finding:
    try:
        settings.check_slack()
    except BadSetting as bad:
        return False, f"settings: {bad.with_place()}"
    return True, f"settings: complete, {'Socket Mode' if settings.socket_mode else 'HTTP'}"


# ---- the database --------------------------------------------------------------------------------


def _database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").exists():
        folder = Path(url.database or "").parent
        if folder.is_dir():
            yield True, f"database: {url.database} does not exist yet; `tradeoff serve` makes it"
        else:
            yield (
                False,
                f"database: the folder of {url.database} does not exist — make it, or "
                "set TRADEOFF_DATABASE_URL",
            )
        return
    with closing(Database(settings.database_url)) as database:
        try:
            has = migrate.current(database.engine)
            yield True, f"database: {url.get_backend_name()} answers"
            schema = _schema(database.engine, has)
            yield schema
            if schema[0]:
                yield from database.read_here(_stuck)
                yield from database.read_here(lambda session: list(_late(session, utc_now())))
        except DatabaseError as error:
            answer = str(error.orig).strip().splitlines()
            yield (
                False,
                f"database: {answer[0] if answer else 'no answer'} — check "
                "TRADEOFF_DATABASE_URL and the server",
            )


def _schema(engine: Engine, has: str | None) -> Finding:
    if has == migrate.newest():
        return True, f"schema: at revision {has}"
    if migrate.is_newer(engine):
        return False, f"schema: revision {has} is of a newer release — run that release"
    needs = f"revision {has}, this release needs {migrate.newest()}" if has else "empty"
    return False, f"schema: {needs} — run `tradeoff migrate`"


def _stuck(session: Session) -> list[Finding]:
    """List the messages that need a person: refused for good, or perhaps posted."""
    found = session.execute(
        select(
            Post.id,
            type_coerce(Post.drawing, String).label("drawing"),
            Post.person,
            Post.state,
            Post.last_error,
            Channel.slack_id,
            Decision.number,
        )
        .join(Post.channel)
        .outerjoin(Decision, Decision.id == Post.decision_id)
        .where(Post.state != PostState.OWED)
        .order_by(Post.id)
    ).all()
    return [(False, _what_to_do(row)) for row in found] or [
        (True, "messages: none is stuck in any workspace")
    ]


def _what_to_do(row: Any) -> str:
    of = f" of #{row.number}" if row.number else ""
    where = f"to {row.person}" if row.person else f"in {row.slack_id}"
    message = f"message {row.id} ({row.drawing}{of}, {where})"
    again = f"`tradeoff doctor --post-again {row.id}`"
    if row.state is PostState.UNKNOWN:
        return (
            f"{message} may have been posted or not ({row.last_error}) — look there; if it "
            f"is missing, run {again}"
        )
    first = not_posted.cause_of(row.last_error or "").operator
    return f"{message} was refused ({row.last_error}) — {first}, then run {again}"


def _late(session: Session, now: datetime) -> Iterator[Finding]:
    """Say how long the oldest message and the oldest timer have waited, if that is too long.

    One process may serve many workspaces, so those of all workspaces count, and the line says so.

    A message that Slack's pace holds back does not count.
    """
    oldest = {"message": claims.oldest_overdue(session, now), "timer": timers.next_due(session)}
    for waiting, since in oldest.items():
        age = now - since if since else timedelta()
        if age > LATE:
            oldest_one = f"{waiting}s: the oldest overdue one in all workspaces"
            words = f"{oldest_one} has waited {round(age.total_seconds())} s"
            yield False, f"{words} — check that `tradeoff serve` runs, and its log"
        else:
            yield True, f"{waiting}s: none is overdue in any workspace"


def post_again(database: Database, post_id: int) -> str | None:
    """Owe this message once more, and return None; if it needs nobody, return why, in words."""
    return database.run_here(partial(_owe_again, post_id=post_id, now=utc_now()))


def _owe_again(session: Session, post_id: int, now: datetime) -> str | None:
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        return f"There is no message {post_id}; `tradeoff doctor` lists those that need you."
    if post.state is PostState.OWED:
        return f"Message {post_id} does not need you: the bot sees to it by itself."
    if post.last_error in DELETED:
        post.ts = None
        post.fingerprint = None
    post.state = PostState.OWED
    post.sending = False
    post.claimed_until = None
    post.claimed_by = None
    post.attempts = 0
    post.due_at = now
    post.last_error = None
    return None


# ---- Slack ---------------------------------------------------------------------------------------


async def _slack(settings: Settings) -> list[Finding]:
    findings: list[Finding] = []
    if settings.slack_bot_token.get_secret_value():
        findings += await _bot_token(settings)
    if settings.socket_mode:
        findings.append(await _app_token(settings))
    return findings


def _client(settings: Settings) -> AsyncWebClient:
    token = settings.slack_bot_token.get_secret_value()
    return web_client(settings.slack_api_url, token, timeout=10, retry_handlers=[])


async def _bot_token(settings: Settings) -> list[Finding]:
    try:
        answer = await _client(settings).auth_test()
    except FAILED as error:
        refusal = _refusal(error)
        if refusal is None:
            return [_unreachable(settings, error)]
        to_do = (
            "paste the Bot User OAuth Token again into TRADEOFF_SLACK_BOT_TOKEN, or "
            "reinstall the app"
        )
        return [
            (False, f"token: Slack refuses it ({error_name(refusal)}) — {to_do}"),
            _clock(refusal.response.headers),
        ]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return [
        (True, f"token: {answer['user']} in {answer['team']}"),
        *_scopes(headers),
        _clock(headers),
    ]


async def _app_token(settings: Settings) -> Finding:
    try:
        await _client(settings).apps_connections_open(
            app_token=settings.slack_app_token.get_secret_value()
        )
    except FAILED as error:
        refusal = _refusal(error)
        if refusal is None:
            return _unreachable(settings, error)
        to_do = (
            "paste an app-level token with connections:write into "
            "TRADEOFF_SLACK_APP_TOKEN, and switch Socket Mode on"
        )
        return False, f"app token: Slack refuses it ({error_name(refusal)}) — {to_do}"
    return True, "app token: Socket Mode connects"


def _refusal(error: Exception) -> SlackApiError | None:
    """Return the error if it is a refusal by Slack; None if Slack gave no answer.

    slack-sdk raises SlackApiError also if a proxy answers in Slack's place.
    """
    if isinstance(error, SlackApiError) and error_name(error) != "unknown":
        return error
    return None


def _unreachable(settings: Settings, error: Exception) -> Finding:
    """Say that no answer came, or one that is not Slack's, and which proxy is in between."""
    proxy = proxy_for(settings.slack_api_url)
    way = f"through the proxy {urlsplit(proxy).hostname}" if proxy else "without a proxy"
    return (
        False,
        f"Slack: {settings.slack_api_url} did not answer as Slack would ({way}; "
        f"{type(error).__name__}) — check the network, and HTTPS_PROXY and NO_PROXY",
    )


def _scopes(headers: Mapping[str, str]) -> Iterator[Finding]:
    if "x-oauth-scopes" not in headers:
        yield (
            False,
            "scopes: Slack did not say which were granted — see OAuth & Permissions of your app",
        )
        return
    granted = {name.strip() for name in headers["x-oauth-scopes"].split(",")}
    missing = [scope for scope in SCOPES if scope.name not in granted]
    needed = ", ".join(scope.name for scope in missing if not scope.optional)
    without = ", ".join(scope.name for scope in missing if scope.optional)
    if needed:
        yield (
            False,
            f"scopes: {needed} missing — update the app from `tradeoff manifest`, then "
            "reinstall it",
        )
    else:
        yield True, "scopes: all granted" + (f" but the optional {without}" if without else "")


def _clock(headers: Any) -> Finding:
    date = {name.lower(): value for name, value in headers.items()}.get("date", "")
    try:
        slack_now = parsedate_to_datetime(date)
    except ValueError:
        return (
            False,
            "clock: Slack's answer has no date — a proxy may remove it; check this "
            "machine's clock by hand",
        )
    off = round((utc_now() - slack_now).total_seconds())
    if abs(off) <= CLOCKS_MAY_DIFFER:
        return True, "clock: agrees with Slack's"
    direction = "ahead of" if off > 0 else "behind"
    return (
        False,
        f"clock: {abs(off)} s {direction} Slack's — set this machine's clock; Slack's "
        "requests would be refused",
    )
