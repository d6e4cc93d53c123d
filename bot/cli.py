"""The command line: `tradeoff`, or `python -m bot`. Each command calls a few other modules."""

from __future__ import annotations

import gc
import importlib.util
import json
import signal
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from bot import settings as settings_of
from bot.settings import BadSetting, Settings
from bot.timeouts import KEEP_ALIVE

if TYPE_CHECKING:
    from bot.database import Database
    from models.reads.export import ExportScope

log = structlog.get_logger("serve")

# Seconds for one statement of a command, which may take longer than an answer in Slack.
PATIENCE = 60.0

# Seconds that a stop waits for requests under way. Slack does not wait longer for an answer.
ANSWERED_WITHIN = 3


class _OneSentence(click.Group):
    """Group of commands that says what is wrong with the settings in one sentence."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BadSetting as bad:
            raise _WrongSetting(bad.with_place()) from None


class _WrongSetting(click.ClickException):
    exit_code = 2


@click.group(cls=_OneSentence, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tradeoff-bot", message="%(version)s")
def main() -> None:
    """A Slack bot that makes tradeoff decisions visible. Its settings: see .env.example."""


@main.command()
def serve() -> None:
    """Run the bot until it is told to stop."""
    import uvicorn

    from bot import log as logs
    from bot.app import Bot

    # After a signal, uvicorn finishes the requests that are under way, and then raises the signal
    # again. These handlers make the exit code 0, because the stop was asked for.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _stopped)
    settings = settings_of.load()
    settings.check_slack()
    logs.set_up()
    _prepare_schema(settings)
    log.info(
        "serving",
        host=settings.host,
        port=settings.port,
        by="Socket Mode" if settings.socket_mode else "/slack/events",
    )
    uvicorn.run(
        Bot(settings).web(),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=ANSWERED_WITHIN,
        timeout_keep_alive=KEEP_ALIVE,
    )


def _stopped(number: int, frame: object) -> NoReturn:
    sys.exit(0)


def _prepare_schema(settings: Settings) -> None:
    """Migrate SQLite. Refuse to start on a PostgreSQL that is not migrated.

    Other replicas may run on PostgreSQL: there, `tradeoff migrate` is a step of its own.
    """
    from bot import migrate

    has, newer = _revision(settings)
    if newer:
        log.warning("the database was migrated by a newer release", has=has, ours=migrate.newest())
    elif has == migrate.newest():
        return
    elif settings.database_url.startswith("sqlite"):
        migrate.upgrade(settings.database_url)
        log.info("migrated", to=migrate.newest())
    else:
        state = (
            f"is at revision {has}, this release needs {migrate.newest()}" if has else "is empty"
        )
        raise click.ClickException(f"The database {state}: run `tradeoff migrate` first.")


def _revision(settings: Settings) -> tuple[str | None, bool]:
    """Return the revision that the database has, and whether it is newer than this release."""
    from bot import migrate
    from bot.database import make_engine

    engine = make_engine(settings.database_url)
    try:
        return migrate.current(engine), migrate.is_newer(engine)
    except DatabaseError as error:
        answer = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        raise click.ClickException(
            f"The database named by TRADEOFF_DATABASE_URL does not answer: {answer[0]}"
        ) from None
    finally:
        engine.dispose()


@main.command()
@click.option("--empty", is_flag=True, help="Start without the six weeks of decisions.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8010,
    show_default=True,
    help="Where the page is; 0 takes a free port.",
)
def demo(empty: bool, port: int) -> None:
    """Try the bot in your browser: a small Slack of its own, nothing to set up."""
    if not importlib.util.find_spec("nicegui"):
        raise click.ClickException(
            "The demo's page needs NiceGUI: install it with `pip install 'tradeoff-bot[demo]'`."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"Port {port} is taken: `tradeoff demo --port 0` finds a free one."
            ) from None
    # Imported modules stay in memory, so they need not be searched for garbage, now or later.
    gc.disable()
    from bot.demo import page, run  # noqa: F401  # the page is needed a moment later

    gc.freeze()
    gc.enable()
    run.main(empty=empty, port=port)


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this release."""
    from bot import migrate as migrations

    settings = settings_of.load()
    has, newer = _revision(settings)
    if newer:
        raise click.ClickException(
            f"The database is at revision {has}, which this release does not know: use "
            "the newer release."
        )
    try:
        migrations.upgrade(settings.database_url)
    except migrations.Busy:
        raise click.ClickException(
            "A long transaction holds a lock that the migration needs: end it, and run "
            "`tradeoff migrate` again. What is migrated so far stays."
        ) from None
    click.echo(f"The database is at revision {migrations.newest()}.")


@main.command()
@click.option("--url", help="Where Slack reaches the bot, https://…")
@click.option(
    "--socket", "socket_mode", is_flag=True, help="For Socket Mode: Slack needs no address."
)
def manifest(url: str | None, socket_mode: bool) -> None:
    """Print the Slack app manifest (JSON) to create the app from."""
    from bot import manifest as made

    if bool(url) == socket_mode:
        raise click.UsageError(
            "Give --url https://… where Slack can reach the bot, or --socket where it cannot."
        )
    try:
        app = made.manifest(url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None
    click.echo(json.dumps(app, indent=2, ensure_ascii=False))


@main.command()
def verify() -> None:
    """Walk every hash chain and every number of the record, and name the first fault of each
    decision.
    """
    from bot.commands import verify as walking

    began = time.monotonic()
    with (
        closing(_record()) as database,
        click.progressbar(
            length=walking.how_many(database), label="Verifying", file=sys.stderr
        ) as bar,
    ):
        walk = walking.walk(database, bar.update)
    for fault in walk.named:
        click.echo(f"fault: {fault}")
    click.echo(_pace(walk.decisions, began), err=True)
    click.echo(walk.summary)
    sys.exit(1 if walk.faults else 0)


@main.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "csv-semicolon", "json", "markdown"]),
    required=True,
    help="csv-semicolon is for Excel where a semicolon separates lists.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True),
    required=True,
    help="The file to write.",
)
@click.option("--channel", help="Only this one, by its id, such as C0123ABCD.")
@click.option("--tenant", help="Its workspace or company, if several have this channel.")
def export(form: str, output: str, channel: str | None, tenant: str | None) -> None:
    """Write all decisions to a file: CSV, JSON, or a zip with a Markdown page for each.

    docs/how-to/export.md describes them.
    """
    from bot import export_writer
    from bot import log as logs
    from bot.app import utc_now

    if channel == "":
        raise click.BadParameter(
            "is empty: give a channel's id, such as C0123ABCD", param_hint="--channel"
        )
    logs.set_up()
    began = time.monotonic()
    with closing(_record()) as database:
        scope = _scope(database, channel, tenant)
        wanted = export_writer.wanted(form, scope, utc_now())
        ask = export_writer.asking(settings_of.load())
        count = export_writer.how_many(database, wanted)
        if channel and not count:
            raise click.ClickException(f"There is no decision of channel {channel} in this record.")
        try:
            with click.progressbar(length=count, label="Exporting", file=sys.stderr) as bar:
                written = export_writer.write_to(Path(output), database, wanted, bar.update, ask)
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None
    click.echo(_pace(written, began), err=True)
    click.echo(f"{written} decisions are in {output}.")


def _pace(count: int, began: float) -> str:
    return f"{round(count / max(time.monotonic() - began, 0.001)):,} decisions a second"


def _scope(database: Database, channel: str | None, tenant: str | None) -> ExportScope:
    """Return what to export: everything, one tenant's decisions, or one channel's."""
    from bot.commands.tenants import TenantUnclear, tenant_of
    from models.reads.export import ExportScope

    if channel is None:
        return ExportScope(tenant)
    try:
        found = database.read_here(lambda session: tenant_of(session, channel, tenant))
    except TenantUnclear as sentence:
        raise click.ClickException(str(sentence)) from None
    return ExportScope(found, channel)


def _record() -> Database:
    """Return the database that the settings name.

    Raise ClickException if it does not answer or does not have this release's schema.
    """
    from bot import migrate
    from bot.database import Database

    settings = settings_of.load()
    file = (
        make_url(settings.database_url).database
        if settings.database_url.startswith("sqlite")
        else None
    )
    if file and not Path(file).exists():
        raise click.ClickException(f"{file} does not exist yet: `tradeoff serve` makes it.")
    has, _ = _revision(settings)
    if has != migrate.newest():
        state = (
            f"is at revision {has}, this release needs {migrate.newest()}" if has else "is empty"
        )
        raise click.ClickException(f"The database {state}: run `tradeoff migrate` first.")
    return Database(settings.database_url, patience=PATIENCE)


@main.command()
@click.option("--channel", required=True, help="Its id, such as C0123ABCD.")
@click.option("--tenant", help="Its workspace or company, if several have this channel.")
@click.option("--week", help="A week such as 2026-W47; without it, the seven days until now.")
@click.option("--print", "to_screen", is_flag=True, help="Show it here, and post nothing.")
def digest(channel: str, tenant: str | None, week: str | None, to_screen: bool) -> None:
    """Show a channel's weekly digest, or post one that was missed."""
    from bot.app import utc_now
    from bot.commands import digest as digest_command

    work = digest_command.printed if to_screen else digest_command.owed
    asked = digest_command.Asked(channel, tenant, week)
    with closing(_record()) as database:
        try:
            run = database.read_here if to_screen else database.run_here
            click.echo(run(lambda session: work(session, asked, utc_now())))
        except digest_command.NoDigest as sentence:
            raise click.ClickException(str(sentence)) from None


@main.command()
@click.option(
    "--post-again",
    type=click.IntRange(1, 2**31 - 1),
    metavar="ID",
    help="Send this message after all: one that is parked or unknown.",
)
def doctor(post_again: int | None) -> None:
    """Check settings, database, token, scopes, clock and messages, and say what to do about each
    fault.
    """
    from bot.commands import doctor as checks

    if post_again is None:
        sys.exit(checks.run(click.echo))
    with closing(_record()) as database:
        fault = checks.post_again(database, post_again)
    if fault:
        raise click.ClickException(fault)
    click.echo(f"Message {post_again} is owed again; the running bot sends it.")
