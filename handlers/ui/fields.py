"""Reading what people typed: after a command, and in the fields of a form."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from handlers.requests import FormState
from models.mrkdwn import unescaped

_ENTITY = re.compile(r"<([@#!])([^>|]*)(?:\|([^>]*))?>")
_LINK = re.compile(r"<((?:https?|mailto):[^>|]*)(?:\|[^>]*)?>")
# Nobody sees them: control characters, halves of a character, and what turns the words after it around.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'"}


def unescape(text: str) -> str:
    """Slack's escaped command text as the person typed it: `<@U1|bob>` → `@bob`, `&lt;` → `<`."""
    text = _UNSEEN.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _ENTITY.sub(lambda found: _name(*found.groups()), text)
    return unescaped(text)


def _name(sign: str, identity: str, name: str | None) -> str:
    return ("@" if sign == "!" else sign) + (name or identity)


def one_line(text: str) -> str:
    """Without line breaks, doubled spaces or invisible characters at either end."""
    return " ".join(text.split()).strip("\u200b\u200e\u200f\ufeff ")


def unquoted(text: str) -> tuple[str, bool]:
    """The text without the quotation marks around it, and whether there were any."""
    if len(text) >= 2 and _QUOTES.get(text[0]) == text[-1]:
        return text[1:-1].strip(), True
    return text, False


def element(state: FormState, name: str) -> dict[str, Any]:
    """What Slack says of this field; empty when the form has none of that name."""
    return dict(state.get(name, {}).get(name, {}))


def text(state: FormState, name: str) -> str:
    """A text field, stripped; empty when nothing was typed."""
    return _UNSEEN.sub("", element(state, name).get("value") or "").strip(
        " \t\r\n\u200b\u200e\u200f\ufeff"
    )


def chosen(state: FormState, name: str) -> str:
    """The value of the chosen option; empty when nothing is chosen."""
    return str((element(state, name).get("selected_option") or {}).get("value", ""))


def person(state: FormState, name: str) -> str:
    return element(state, name).get("selected_user") or ""


def people(state: FormState, name: str) -> list[str]:
    return list(element(state, name).get("selected_users") or [])


def day(state: FormState, name: str) -> date | None:
    """The picked date; None when none was picked."""
    picked = element(state, name).get("selected_date")
    return date.fromisoformat(picked) if picked else None


def whole_number(state: FormState, name: str) -> int | None:
    """The typed whole number; None when it is missing or is none."""
    value = (element(state, name).get("value") or "").strip()
    return int(value) if re.fullmatch(r"[+-]?\d{1,6}", value, re.ASCII) else None


def ticked(state: FormState, name: str) -> bool:
    """Whether any of its boxes is ticked."""
    return bool(element(state, name).get("selected_options"))
