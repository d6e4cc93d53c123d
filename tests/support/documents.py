"""Documents of the repository, and what is in their Markdown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
