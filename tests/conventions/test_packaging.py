"""Installation: the lock files, the packages of the product alone, the targets of make."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from uvicorn import Config
from uvicorn.protocols.http.auto import AutoHTTPProtocol

ROOT = Path(__file__).parents[2]
PRODUCT, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


def locked(name: str) -> dict[str, str]:
    """Return the entries of a lock file, with version and hashes, by the name of the package."""
    text = (ROOT / name).read_text()
    entries = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]
    return {entry.split("==")[0]: entry for entry in entries}


@pytest.mark.parametrize("name", [PRODUCT, DEVELOPMENT])
def test_a_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--" not in text.replace("--hash=sha256:", "")
    entries = locked(name)
    assert len(entries) > 30
    assert [package for package, entry in entries.items() if "--hash=sha256:" not in entry] == []


def test_the_two_locks_agree() -> None:
    product, development = locked(PRODUCT), locked(DEVELOPMENT)
    assert {name: development.get(name) for name in product} == product


def test_the_product_alone_brings_no_tools_of_development() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [
        requirement for extra in extras["optional-dependencies"].values() for requirement in extra
    ]
    tools = {re.split(r"[>=\[]", requirement)[0] for requirement in named} - {"tradeoff-bot"}
    assert tools & set(locked(PRODUCT)) == set()
    assert tools <= set(locked(DEVELOPMENT))


def test_production_is_served_by_the_fast_loop_and_parser() -> None:
    """The product needs uvloop and httptools itself; no tool of development has to bring them."""
    assert {"uvloop", "httptools"} <= set(locked(PRODUCT))
    factory = Config("unused:app").get_loop_factory()
    assert factory
    loop = factory()
    loop.close()
    assert type(loop).__module__.split(".")[0] == "uvloop"
    assert AutoHTTPProtocol.__module__ == "uvicorn.protocols.http.httptools_impl"


def test_make_help_has_a_line_for_every_target() -> None:
    text = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = re.findall(r"^make ([a-z-]+) +\S", told.stdout, re.MULTILINE)
    assert sorted(lines) == sorted(phony.split())


def test_the_port_of_the_demo_is_passed_on() -> None:
    command = ["make", "--dry-run", "--old-file=.venv/.ready", "demo", "PORT=8011"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "tradeoff demo --port 8011" in told.stdout
