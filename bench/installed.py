"""Environment as in production: the wheel, and the locked packages of the product."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# A program that asks uvicorn which loop and parser it takes. An import alone would not prove that
# it takes them.
SERVED_BY = """
from uvicorn import Config
from uvicorn.protocols.http.auto import AutoHTTPProtocol
loop = Config("unused:app").get_loop_factory()()
print(f"{type(loop).__module__.split('.')[0]}, {AutoHTTPProtocol.__module__.split('.')[-1]}")
loop.close()
"""


def make(folder: Path) -> str:
    """Install the wheel into a new environment; return the loop and parser that uvicorn takes."""
    wheels = folder.with_name("wheels")
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", wheels)
    _run(sys.executable, "-m", "venv", folder)
    install: list[str | Path] = [python, "-m", "pip", "--quiet", "install"]
    _run(*install, "--require-hashes", "-r", ROOT / "requirements.lock")
    _run(*install, "--no-deps", *wheels.glob("*.whl"))
    return _run(python, "-c", SERVED_BY).strip()


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
