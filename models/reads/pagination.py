"""Keyset pages: a page begins after a row's key, so new and deleted rows do not shift pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

# Sort key of a row: numbers and texts, so that a page can be remembered as JSON.
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Place in a list where a page begins: after this key or, if `back` is True, before it.

    Without a key, the page is the first one.
    """

    key: Key | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list.

    `previous` and `next` are the keys of the pages before and after it; None if there is none.
    """

    rows: list[T]
    previous: Key | None = None
    next: Key | None = None


# Function that returns at most this many rows beyond the cut, the nearest first.
Fetch = Callable[[Cut, int], Sequence[T]]


def page(fetch: Fetch[T], key: Callable[[T], Key], cut: Cut, size: int) -> Page[T]:
    """Return the page at this cut.

    Return the first page if the rows at the cut are gone, so that no page but the last is short.
    """
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
    """Return the page at this cut of a whole list, which is in the order of its keys."""

    def fetch(at: Cut, most: int) -> Sequence[T]:
        if at.key is None:
            return rows[:most]
        beyond = [row for row in rows if (key(row) < at.key if at.back else key(row) > at.key)]
        return beyond[::-1][:most] if at.back else beyond[:most]

    return page(fetch, key, cut, size)
