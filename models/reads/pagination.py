"""Lists cut into pages by key: what is added or taken away in between moves nothing else to another page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# What orders the rows of one list: numbers and texts, so that a page can be remembered as JSON.
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Show what comes after this key, or with `back` what comes before it; without a key, the beginning."""

    key: Key | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list; `previous` and `next` are where to cut for the pages around it, None where there is none."""

    rows: list[T]
    previous: Key | None = None
    next: Key | None = None


# Gives up to so many rows beyond the cut, the nearest first.
Fetch = Callable[[Cut, int], Sequence[T]]


def page(fetch: Fetch[T], key: Callable[[T], Key], cut: Cut, size: int) -> Page[T]:
    """The page at this cut; the first one where what stood there is gone, so that no page is short but the last."""
    found = list(fetch(cut, size + 1))
    more, shown = len(found) > size, found[:size]
    if cut.key is not None and (not shown or (cut.back and not more)):
        return page(fetch, key, Cut(), size)
    if cut.back:
        shown.reverse()
    before = more if cut.back else cut.key is not None
    previous = key(shown[0]) if shown and before else None
    later = key(shown[-1]) if shown and (more or cut.back) else None
    return Page(shown, previous, later)


def page_of(rows: Sequence[T], key: Callable[[T], Key], cut: Cut, size: int) -> Page[T]:
    """The same for a list that is at hand as a whole, in the order of its keys."""

    def fetch(at: Cut, most: int) -> Sequence[T]:
        if at.key is None:
            return rows[:most]
        beyond = [one for one in rows if (key(one) < at.key if at.back else key(one) > at.key)]
        return beyond[::-1][:most] if at.back else beyond[:most]

    return page(fetch, key, cut, size)
