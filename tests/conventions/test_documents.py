"""Documents: what they name exists, and what code cites exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.cli import main
from support.documents import ROOT, anchors, tracked, without_code

CITED = re.compile(r"\bdocs/[\w./-]*\w")
# A citation with a heading: `docs/reference/slack.md, Rate limits and sending`.
HEADING = re.compile(r"(docs/reference/(?:behaviour|slack)\.md), ([A-Z][a-z-]*(?: [a-z]+)*)")

# A function or a constant, after the name of its module: `departures.follow`.
NAMED = re.compile(r"`([a-z_]+)\.(\w+)`")


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
    places = [f"{path.relative_to(ROOT)}: {target}" for path, target in found]
    assert [place for place, link in zip(places, found, strict=True) if is_broken(*link)] == []


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
    """Documents of ours are cited with their folder: `docs/reference/slack.md`."""
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
            places = anchors((ROOT / document).read_text())
            heading = words.lower().replace(" ", "-")
            assert any(heading.startswith(anchor) for anchor in places), (
                f"{path}: {document}, {words}"
            )
    assert found > 30


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


def test_every_function_that_a_document_names_exists() -> None:
    """Documents name a function after its module: `departures.follow`."""
    modules: dict[str, str] = {}
    for path in tracked("bot/*.py", "handlers/*.py", "models/*.py"):
        modules[path.stem] = modules.get(path.stem, "") + path.read_text()
    named = {
        (module, name)
        for path in tracked("*.md")
        for module, name in NAMED.findall(path.read_text())
        if module in modules and name not in ("py", "md")
    }
    assert len(named) > 50
    assert [
        f"{module}.{name}"
        for module, name in sorted(named)
        if not re.search(rf"^(async )?(def|class) {name}\b|^{name}\b.* = ", modules[module], re.M)
    ] == []


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


def test_every_test_that_the_security_page_names_exists() -> None:
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
