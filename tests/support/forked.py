"""Processes of `tradeoff`, forked from one that has imported the product, to save seconds."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import cache
from itertools import count
from pathlib import Path

# Program that reads one command per line. For each command it forks a keeper. The keeper forks the
# command, prints its process id, waits for its end, and writes its exit code.
_FORKS = """
import json, os, signal, sys
import alembic.command, bot.app, bot.cli, bot.migrate, sqlalchemy.dialects.sqlite
import bot.commands.digest, bot.commands.doctor, bot.commands.verify, uvicorn, uvloop
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    if os.fork():
        continue
    asked = json.loads(line)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        os.chdir(asked["folder"])
        os.environ.clear()
        os.environ.update(asked["environment"])
        for path, stream in ((os.devnull, 0), (asked["out"], 1), (asked["err"], 2)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), stream)
        sys.argv = ["tradeoff", *asked["arguments"]]
        bot.cli.main()
    print(child, flush=True)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with open(asked["code"] + ".new", "w") as file:
        file.write(str(code))
    os.replace(asked["code"] + ".new", asked["code"])
    os._exit(0)
"""
_asking = threading.Lock()
_numbers = count(1)


@cache
def _forking() -> tuple[subprocess.Popen[str], Path]:
    """Start the process from which the others are forked; `stop` ends it.

    Return that process, and a folder for the output of the others.
    """
    forking = subprocess.Popen(
        [sys.executable, "-c", _FORKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = Path(tempfile.mkdtemp(prefix="tradeoff-forked-"))
    atexit.register(stop)
    return forking, folder


def stop() -> None:
    """End the process from which the others are forked, if it was started."""
    if not _forking.cache_info().currsize:
        return
    forking, folder = _forking()
    _forking.cache_clear()
    assert forking.stdin
    assert forking.stdout
    forking.stdin.close()
    forking.wait()
    forking.stdout.close()
    shutil.rmtree(folder)


class Forked:
    """Running `tradeoff`, with a folder to work in and nothing but this environment."""

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *arguments: str,
        log: Path | None = None,
    ) -> None:
        """Start the process. Both of its streams are appended to `log`, if there is one."""
        forking, files = _forking()
        assert forking.stdin
        assert forking.stdout
        number = next(_numbers)
        self._out = log or files / f"{number}.out"
        self._err = log or files / f"{number}.err"
        self._code = files / f"{number}.code"
        asked = {
            "folder": str(folder),
            "environment": dict(environment),
            "arguments": arguments,
            "out": str(self._out),
            "err": str(self._err),
            "code": str(self._code),
        }
        with _asking:
            print(json.dumps(asked), file=forking.stdin, flush=True)
            self.pid = int(forking.stdout.readline())

    @property
    def returncode(self) -> int | None:
        """Return the exit code, or None while the process runs.

        If a signal ended the process, the code is the negative number of that signal.
        """
        try:
            return int(self._code.read_text())
        except FileNotFoundError:
            return None

    def send_signal(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Return the exit code as soon as the process has ended."""
        while (code := self.returncode) is None:
            await asyncio.sleep(0.02)
        return code

    def completed(self, within: float) -> subprocess.CompletedProcess[str]:
        """Return the exit code and both streams, once the process has ended.

        Kill it and raise TimeoutError if that takes more than `within` seconds.
        """
        late = time.monotonic() + within
        while (code := self.returncode) is None:
            if time.monotonic() > late:
                self.kill()
                raise TimeoutError
            time.sleep(0.01)
        return subprocess.CompletedProcess("tradeoff", code, *self.said())

    def said(self) -> tuple[str, str]:
        """Return what the files of the two streams hold so far. With `log`, both are that file."""
        return self._out.read_text(), self._err.read_text()
