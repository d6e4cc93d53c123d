"""Readers of what people typed: the text after a command, and the fields of a form."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from handlers.requests import FormState, Place, Request, RequestInPlace
from models import mrkdwn
from models.visible_text import cleaned

# The most names that are looked up for one text. A text may mention hundreds of people.
MOST_NAMES = 30
# Quotation marks of many languages: the double ones and the single ones.
DOUBLE_QUOTES, SINGLE_QUOTES = '"“”„‟«»〝〞〟＂「」『』《》', "'‘’‚‛‹›〈〉"
# `42`, `#42`, `42 @bob`, `42 until Friday`, `#42 because it pays`; but `3 new vendors` is a title.
_DECISION = re.compile(r"#([0-9]{1,9})\b.*|([0-9]{1,9})(?: (?:to )?<?@.*| until .*)?", re.DOTALL)
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def as_typed(request: Request, marked: str) -> str:
    """Return what people read in a text that Slack has marked, with people and channels by name.

    The name of a private channel is for its members, so it is left out, unless the request was made
    in that channel.
    """
    named = mrkdwn.unnamed(marked)[:MOST_NAMES]
    people = [id for id in named if id.startswith(("U", "W"))]
    channels = [id for id in named if id not in people]
    request.prepare(places=channels, people=people)
    names = {person.id: f"@{person.mention or 'someone'}" for person in request.look_up(*people)}
    for id, place in request.look_at_all(channels).items():
        names[id] = f"#{place.name}" if _is_for_all(request, place) else "a private channel"
    return cleaned(mrkdwn.plain(marked, lambda id: names.get(id, "someone")))


def _is_for_all(request: Request, place: Place) -> bool:
    here = isinstance(request, RequestInPlace) and request.channel == place.id
    return bool(place.name) and (here or (place.is_known and not place.is_private))


def one_line(text: str) -> str:
    """Join the text into one line with single spaces; cut invisible characters at both ends."""
    return " ".join(text.split()).strip("\u200b\u200e\u200f\ufeff ")


def first_word(text: str) -> tuple[str, str]:
    """Return the first word and the rest. Blanks of any sort separate them, such as pasted ones."""
    word, *rest = text.split(maxsplit=1) or [""]
    return word, rest[0].rstrip() if rest else ""


def unquoted(text: str) -> str:
    """Return the text without the pair of quotation marks around it, if there is one."""
    begin, inside, end = text[:1], text[1:-1], text[-1:]
    pair = any(begin in marks and end in marks for marks in (DOUBLE_QUOTES, SINGLE_QUOTES))
    # In `"Fast" or "cheap"`, the first mark and the last mark are not a pair.
    return inside.strip() if inside and pair and not {begin, end} & set(inside) else text


def decision_number(text: str) -> int | None:
    """Return the decision's number with which these words begin; None if they read as a title."""
    # Japanese keyboards type wide digits.
    found = _DECISION.fullmatch(one_line(unicodedata.normalize("NFKC", text)))
    return int(found[1] or found[2]) if found else None


def mentioned(text: str) -> tuple[str, str]:
    """Return the id of the first mentioned person, and the text after it; both empty if none is."""
    found = _PERSON.search(text)
    return (found[1], text[found.end() :].strip()) if found else ("", "")


def element(state: FormState, name: str) -> dict[str, Any]:
    """Return what Slack sends for this field; empty if the form has no field of that name."""
    return dict(state.get(name, {}).get(name, {}))


def text(state: FormState, name: str) -> str:
    """Return the text of a field, which `offers.py` has cleaned; empty if nothing was typed."""
    return str(element(state, name).get("value") or "").strip()


def chosen(state: FormState, name: str) -> str:
    """Return the value of the chosen option; empty if nothing is chosen."""
    return str((element(state, name).get("selected_option") or {}).get("value", ""))


def person(state: FormState, name: str) -> str:
    return element(state, name).get("selected_user") or ""


def people(state: FormState, name: str) -> list[str]:
    return list(element(state, name).get("selected_users") or [])


def channel(state: FormState, name: str) -> str:
    return element(state, name).get("selected_conversation") or ""


def chosen_day(state: FormState, name: str) -> date | None:
    """Return the picked date; None if none was picked."""
    picked = element(state, name).get("selected_date")
    return date.fromisoformat(picked) if picked else None


def whole_number(state: FormState, name: str) -> int | None:
    """Return the typed whole number; None if the field is empty or holds something else."""
    value = (element(state, name).get("value") or "").strip()
    return int(value) if re.fullmatch(r"[+-]?\d{1,6}", value, re.ASCII) else None


def ticked(state: FormState, name: str) -> bool:
    """Return True if any box of this field is ticked."""
    return bool(element(state, name).get("selected_options"))
