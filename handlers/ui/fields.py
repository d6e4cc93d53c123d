"""Readers of what people typed: the text after a command, and the fields of a form."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from handlers.requests import FormState
from models.mrkdwn import unescaped

_ENTITY = re.compile(r"<([@#!])([^>|]*)(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto):[^>|]*)(?:\|[^>]*)?>")
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'"}


def unescape(text: str) -> str:
    """Return Slack's escaped command text as it was typed: `<@U1|bob>` → `@bob`, `&lt;` → `<`."""
    text = _LINK.sub(r"\1", text)
    text = _ENTITY.sub(lambda found: _name(*found.groups()), text)
    return unescaped(text)


def _name(sign: str, identity: str, name: str | None) -> str:
    return ("@" if sign == "!" else sign) + (name or identity)


def one_line(text: str) -> str:
    """Join the text into one line, without doubled spaces or invisible characters at either end."""
    return " ".join(text.split()).strip("\u200b\u200e\u200f\ufeff ")


def unquoted(text: str) -> tuple[str, bool]:
    """Return the text without the quotation marks around it, and whether there were any."""
    if len(text) >= 2 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip(), True
    return text, False


def element(state: FormState, name: str) -> dict[str, Any]:
    """Return what Slack sends for this field; empty if the form has no field of that name."""
    return dict(state.get(name, {}).get(name, {}))


def text(state: FormState, name: str) -> str:
    """Return a text field, cleaned when it came in; empty if nothing was typed."""
    return str(element(state, name).get("value") or "").strip()


def chosen(state: FormState, name: str) -> str:
    """Return the value of the chosen option; empty if nothing is chosen."""
    return str((element(state, name).get("selected_option") or {}).get("value", ""))


def person(state: FormState, name: str) -> str:
    return element(state, name).get("selected_user") or ""


def people(state: FormState, name: str) -> list[str]:
    return list(element(state, name).get("selected_users") or [])


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
