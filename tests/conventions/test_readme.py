"""README: it stays short, and its table leads to files."""

from __future__ import annotations

import re

import pytest

from support.documents import ROOT, prose

README = ROOT / "README.md"
MOST_WORDS = 650
FEWEST_ROWS = 16


def rows() -> list[tuple[str, list[str]]]:
    """Return the rows of the table "I want to change … → open …": the change and the files."""
    _, _, table = README.read_text().partition("| I want to change")
    body = table.partition("\n\n")[0].splitlines()[2:]
    cells = [line.strip("| ").split(" | ") for line in body]
    return [(change, re.findall(r"`([^`]+)`", files)) for change, files in cells]


def test_the_table_of_the_readme_has_enough_rows() -> None:
    assert len(rows()) >= FEWEST_ROWS


@pytest.mark.parametrize(("what", "files"), rows(), ids=[change for change, _ in rows()])
def test_a_row_of_the_readme_names_one_or_two_files(what: str, files: list[str]) -> None:
    assert 1 <= len(files) <= 2
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_the_readme_is_short() -> None:
    words = re.findall(r"[\w'`/@.-]*\w[\w'`/@.-]*", prose(README.read_text()))
    assert len(words) <= MOST_WORDS, f"{len(words)} words"
