"""Documents: what they name exists, what code cites exists, and the README stays short."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings
from handlers.subcommands import SUBCOMMANDS
from models.rules import DEFAULT_RIGHTS, Decider, Kind, Right
from models.words import USUAL

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
MOST_WORDS = 650
FEWEST_ROWS = 16
CITED = re.compile(r"\bdocs/[\w./-]*\w")
# A citation with a heading: `docs/reference/slack.md, Rate limits and sending`.
HEADING = re.compile(r"(docs/reference/(?:behaviour|slack)\.md), ([A-Z][a-z-]*(?: [a-z]+)*)")


def tracked(*patterns: str) -> list[Path]:
    """Return the files of the repository that match, also those that are not committed yet."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [ROOT / line for line in told.stdout.splitlines()]
    return [path for path in found if path.exists()]


def without_code(markdown: str) -> str:
    """Leave out fenced blocks."""
    return re.sub(r"^```.*?^```$", "", markdown, flags=re.DOTALL | re.MULTILINE)


def prose(markdown: str) -> str:
    """Leave out code, tables, pictures and the addresses of links."""
    lines = without_code(markdown).splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith(("|", "<img", "![")))
    return re.sub(r"\]\([^)]*\)", "]", text)


def anchors(markdown: str) -> set[str]:
    """Return the headings as GitHub makes links of them: `Not verified` → `not-verified`."""
    headings = re.findall(r"^#+ (.*)$", without_code(markdown), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def links() -> Iterator[tuple[Path, str]]:
    """Yield each link of each document that leads to a file or a heading of ours."""
    for path in tracked("*.md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", without_code(path.read_text())):
            if "://" not in target and not target.startswith("mailto:"):
                yield path, target


def is_broken(path: Path, target: str) -> bool:
    """Return True if this link of this document leads nowhere."""
    name, _, anchor = target.partition("#")
    found = (path.parent / name).resolve() if name else path
    if not found.exists():
        return True
    return bool(anchor) and anchor not in anchors(found.read_text())


def test_every_link_leads_somewhere() -> None:
    found = list(links())
    assert len(found) > 30
    broken = [f"{path.relative_to(ROOT)}: {target}" for path, target in found]
    assert [place for place, link in zip(broken, found, strict=True) if is_broken(*link)] == []


def cited() -> Iterator[tuple[Path, str]]:
    """Yield each file that names a document in `docs/`, with that name."""
    for path in tracked("*.py", "Makefile", "Dockerfile", "*.toml", "*.yaml"):
        for name in CITED.findall(path.read_text()):
            yield path, name


def test_every_document_that_code_cites_exists() -> None:
    """A decision record may be cited by its number: `docs/explanation/decisions/0003`."""
    found = list(cited())
    assert len(found) > 30
    missing = [(path, name) for path, name in found if not list(ROOT.glob(f"{name}*"))]
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in missing] == []


def test_no_document_is_cited_that_is_not_ours() -> None:
    outside = re.compile(r"(?<![\w/-])(product|slack|style|architecture)\.md\b")
    code = [path for path in tracked("*.py", "Makefile", "*.toml") if path != Path(__file__)]
    assert [path.name for path in code if outside.search(path.read_text())] == []


def test_every_heading_that_code_cites_exists() -> None:
    found = 0
    for path in tracked("*.py"):
        # A citation may be broken over two lines of a docstring or a comment.
        text = re.sub(r"\n\s*#?\s*", " ", path.read_text())
        for document, words in HEADING.findall(text):
            found += 1
            known = anchors((ROOT / document).read_text())
            heading = words.lower().replace(" ", "-")
            assert any(heading.startswith(anchor) for anchor in known), (
                f"{path}: {document}, {words}"
            )
    assert found > 30


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


def commands() -> set[str]:
    """Return the lines of every `sh` block and the inline code of every document."""
    shown = set()
    for path in tracked("*.md"):
        text = path.read_text()
        blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        lines = [line for block in blocks for line in block.splitlines()]
        shown |= {*lines, *re.findall(r"`([^`\n]+)`", without_code(text))}
    return {line.removeprefix(".venv/bin/") for line in shown}


def test_every_command_that_a_document_shows_exists() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    found = commands()
    targets = {match[1] for line in found if (match := re.match(r"make ([a-z-]+)", line))}
    assert {"demo", "install", "test"} <= targets <= set(phony.split())
    ours = {match[1] for line in found if (match := re.match(r"tradeoff ([a-z]+)", line))}
    assert {"manifest", "doctor", "serve"} <= ours <= set(main.commands)


def test_the_reference_of_commands_has_the_subcommands_and_no_others() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    told = set(re.findall(r"`/tradeoff ([a-z]+)", page))
    assert told == set(SUBCOMMANDS)


def test_every_setting_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    told = set(re.findall(r"^\| `(TRADEOFF_\w+)`", page, re.MULTILINE))
    assert told == {f"TRADEOFF_{name.upper()}" for name in Settings.model_fields}


def test_the_default_rights_are_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "behaviour.md").read_text()
    told = re.findall(
        r"^\| ([a-z ]+) \| ([a-z ,?]+) \| ([a-z ,]+) \| ([a-z ]+) \|$", page, re.MULTILINE
    )
    expected = [
        (USUAL.kind(kind), kind.meaning, WHO[right.decides], who_states_impact(right))
        for kind, right in DEFAULT_RIGHTS.items()
    ]
    assert [row for row in told if row[0] in {USUAL.kind(kind) for kind in Kind}] == expected


WHO = {
    Decider.PRODUCT_OWNER: "product owner",
    Decider.PROJECT_MANAGER: "project manager",
    Decider.JOINT: "both, each signs",
}


def who_states_impact(right: Right) -> str:
    """Return the name of the role that states impact first, or "nobody"."""
    return USUAL.role(right.decides.asked_for_impact) if right.impact_first else "nobody"


def test_every_decision_record_has_the_same_parts() -> None:
    records = tracked("docs/explanation/decisions/0*.md")
    assert len(records) >= 17
    for path in records:
        text = path.read_text()
        assert text.startswith(f"# {path.name[:4]}. "), path.name
        assert re.search(r"^- Status: (accepted|superseded by \[?\d{4})", text, re.MULTILINE), path
        assert re.search(r"^- Date: \d{1,2} [A-Z][a-z]+ \d{4}$", text, re.MULTILINE), path.name
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        missing = {"Context", "Decision", "Alternatives", "Consequences"} - set(headings)
        assert missing == set(), path.name


def test_the_tests_that_the_attacks_name_exist() -> None:
    """`docs/explanation/security.md` shortens their names: `a_form_…_who_has_left`."""
    page = (ROOT / "docs/explanation/security.md").read_text()
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    cited = {name for row in rows for name in re.findall(r"`([a-z_…]+_[a-z_…]+)`", row[-1])}
    names = {
        name
        for path in tracked("tests/*.py")
        for name in re.findall(r"def (\w+)", path.read_text())
    }
    missing = {
        name
        for name in cited
        if not any(re.match(f"(test_)?{name.replace('…', '.*')}", test) for test in names)
    }
    assert len(cited) > 50
    assert missing == set()
