"""Real PgBouncer in front of a database, if it is installed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from support.command_line import PATIENCE, free_port

# Debian installs it in /usr/sbin, which is not on everybody's path.
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextlib.contextmanager
def pooled(url: str, mode: str, folder: Path) -> Iterator[str]:
    """Run PgBouncer in this pool mode; yield the URL of the same database behind it."""
    assert PGBOUNCER
    target, port = make_url(url), free_port()
    config = folder / "pgbouncer.ini"
    config.write_text(_config(target, mode, port))
    process = subprocess.Popen(
        [PGBOUNCER, *_as(target), str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    behind = target.set(host="127.0.0.1", port=port, query={}, password=None)
    try:
        _wait(behind, process)
        yield behind.render_as_string(hide_password=False)
    finally:
        process.kill()
        process.wait(PATIENCE)


def _config(target: URL, mode: str, port: int) -> str:
    host = target.host or target.query["host"]
    server = f"host={host} port={target.port or 5432} user={target.username}"
    secret = f" password={target.password}" if target.password else ""
    lines = [
        "[databases]",
        f"{target.database} = {server}{secret}",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = any",
        f"pool_mode = {mode}",
        "default_pool_size = 20",
    ]
    return "\n".join([*lines, ""])


def _as(target: URL) -> list[str]:
    """Return the option that sets PgBouncer's user, if we are root: PgBouncer refuses root.

    The user is the one of the PostgreSQL server.
    """
    sockets = Path(str(target.host or target.query["host"]))
    if os.getuid() != 0:
        return []
    owner = pwd.getpwuid(sockets.stat().st_uid).pw_name if sockets.is_dir() else "nobody"
    return ["-u", owner]


def _wait(behind: URL, process: subprocess.Popen[bytes]) -> None:
    plain = behind.set(drivername="postgresql").render_as_string(hide_password=False)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(plain):
            return
        time.sleep(0.05)
    raise AssertionError("PgBouncer does not answer")
