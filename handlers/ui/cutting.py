"""Cuts of texts that are too long for where they are shown. A text that was cut ends with …."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

from models.mrkdwn import END_OF_ISOLATE, ISOLATE

_UNFINISHED = re.compile(r"(&[a-z]*|<[^<>]*)$")


def cut(marked: str, limit: int) -> str:
    """Cut mrkdwn as `shorten` does, but split no entity and no mention."""
    return marked if len(marked) <= limit else _ended(marked[: limit - 1 - (ISOLATE in marked)])


def cut_to_bytes(marked: str, limit: int) -> str:
    """Cut mrkdwn to `limit` bytes of UTF-8; split no character, no entity and no mention."""
    encoded = marked.encode()
    ending = f"…{END_OF_ISOLATE}" if ISOLATE in marked else "…"
    if len(encoded) <= limit:
        return marked
    return _ended(encoded[: limit - len(ending.encode())].decode(errors="ignore"))


def _ended(begun: str) -> str:
    kept = _UNFINISHED.sub("", begun).rstrip() + "…"
    is_open = kept.count(ISOLATE) > kept.count(END_OF_ISOLATE)
    return kept + END_OF_ISOLATE if is_open else kept


def fitted(text: str, columns: int) -> str:
    """Join typed text into one line, and cut it to at most this many columns; an added … is extra.

    A wide character, as in Chinese or Japanese, takes two columns. An address is whole or left out.
    """
    text = " ".join(text.split())
    if text.isascii() and len(text) <= columns:
        return text
    width = 0
    for at, character in enumerate(text):
        # No character below U+1100 is wide, and most texts have no other.
        width += 2 if character >= "\u1100" and east_asian_width(character) in ("W", "F") else 1
        if width > columns:
            before, _, last = text[:at].rpartition(" ")
            return (before if "://" in last else text[:at]).rstrip() + "…"
    return text
