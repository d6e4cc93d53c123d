"""Which earlier decisions are about the same thing, by the words of their titles (product.md §3). Standard library only."""

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


class Titled(Protocol):
    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=Titled)


def words_of(title: str) -> frozenset[str]:
    """The words that count, without their endings."""
    words = re.findall(r"\w+", title.casefold())
    return frozenset(_stem(word) for word in words if word not in IDLE and not word.isdigit())


def _stem(word: str) -> str:
    word = re.sub(r"(?<=\w{3})ies?$", "y", word)
    for ending in ("ing", "es", "ed", "e", *(["s"] if not word.endswith("ss") else [])):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def close_matches(title: str, earlier: Iterable[T], most: int = 3) -> list[T]:
    """Those that share most of the words: at least two, and 60 % of the shorter title's; the closest first."""
    wanted = words_of(title)
    scored = []
    for one in earlier:
        theirs = words_of(one.title)
        shared = len(wanted & theirs)
        shorter = min(len(wanted), len(theirs))
        if shared and shared / shorter >= CLOSE_ENOUGH and (shared >= 2 or wanted == theirs):
            scored.append((shared / len(wanted | theirs), one))
    scored.sort(key=lambda pair: -pair[0])
    return [one for _, one in scored[:most]]
