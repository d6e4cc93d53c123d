"""Similarity of earlier decisions, by the words of their titles. Standard library only.

See docs/reference/behaviour.md, What people do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol, TypeVar

# Words that say nothing of what a decision is about.
IDLE = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "before",
        "between",
        "by",
        "do",
        "does",
        "for",
        "from",
        "how",
        "in",
        "into",
        "is",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "over",
        "shall",
        "should",
        "the",
        "their",
        "this",
        "to",
        "until",
        "up",
        "we",
        "what",
        "when",
        "whether",
        "which",
        "who",
        "why",
        "will",
        "with",
        "add",
        "change",
        "move",
        "next",
        "sprint",
    ]
)
CLOSE_ENOUGH = 0.6
ENDINGS = ("ing", "es", "ed", "s")


class Titled(Protocol):
    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=Titled)


def words_of(title: str) -> frozenset[str]:
    """Return the words of a title that count, without their endings; numbers do not count."""
    words = re.findall(r"\w+", title.casefold())
    return frozenset(stem(word) for word in words if word not in IDLE and not word.isdigit())


def stem(word: str) -> str:
    """Return a word without its ending.

    `prices` and `pricing` become `pric`, `deliveries` becomes `deliveri`. An ending stays if fewer
    than four letters would be left. In words of four letters or more, a final `e` is then removed,
    a final `y` becomes `i`, and a final double letter becomes single.
    """
    ending = next(
        (suffix for suffix in ENDINGS if word.endswith(suffix) and len(word) - len(suffix) >= 4), ""
    )
    root = word.removesuffix(ending)
    if len(root) < 4:
        return root
    root = root.removesuffix("e")
    if root[-1] == "y":
        return f"{root[:-1]}i"
    return root[:-1] if root[-1] == root[-2] and not root[-1].isdigit() else root


def close_matches(title: str, earlier: Iterable[T], most: int = 3) -> list[T]:
    """Return the decisions whose titles are similar, the closest first, at most `most`.

    Similar titles share at least 60 % of the words of the shorter title. They also share at least
    two words, or both have the same single word.
    """
    words = words_of(title)
    scored = []
    for candidate in earlier:
        earlier_words = words_of(candidate.title)
        shared = len(words & earlier_words)
        shorter = min(len(words), len(earlier_words))
        if shared and shared / shorter >= CLOSE_ENOUGH and (shared >= 2 or words == earlier_words):
            scored.append((shared / len(words | earlier_words), candidate))
    scored.sort(key=lambda pair: -pair[0])
    return [match for _, match in scored[:most]]
