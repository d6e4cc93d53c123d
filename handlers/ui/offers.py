"""Offers of forms: what each input accepts, and the check of the values that are submitted.

The offer is made from the form when it is drawn, and travels with the form, signed
(`handlers/ui/seals.py`). So a feature need not check again the limits that its form shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers.answers import Answer, View
from handlers.requests import Form, FormState
from models.mrkdwn import number
from models.refusals.refused import FieldsInvalid
from models.visible_text import cleaned

# By block id of each input: its type and what it takes. An offer is short, because it travels in
# the form's metadata, which holds 3,000 characters.
Offer = Mapping[str, list[Any]]

Save = Callable[[Form, Session], Answer]

_PERSON = re.compile(r"[UW][A-Z0-9]{1,31}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,31}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>|\"]+")
EARLIEST = date(1970, 1, 1)
FURTHEST = timedelta(days=3653)
LONGEST_LINK = 3000
# Type of a select with too many options to carry in the offer: the form's handler checks its value.
GROUPED = "grouped_select"
LONGEST_VALUE = 75


class _Unfit(Exception):
    """Raised for a value that the form did not offer; its text is a sentence for the person."""


def offered_by(view: View) -> Offer:
    """Return what the inputs of this form take."""
    return {
        block["block_id"]: _taken_by(block["element"])
        for block in view["blocks"]
        if block["type"] == "input"
    }


def _taken_by(element: Mapping[str, Any]) -> list[Any]:
    kind = element["type"]
    match kind:
        case "plain_text_input":
            return [kind, element["max_length"]]
        case "number_input":
            return [kind, int(element["min_value"]), int(element["max_value"])]
        case "static_select" if "option_groups" in element:
            return [GROUPED]
        case "static_select" | "radio_buttons" | "checkboxes":
            return [kind, *(option["value"] for option in element["options"])]
        case "multi_users_select":
            return [kind, element["max_selected_items"]]
    return [kind]


def check(state: FormState, offer: Offer, at: datetime) -> tuple[FormState, dict[str, str]]:
    """Return the values that fit the offer, and by field name a sentence for each other value.

    Texts are cleaned. A field that was not offered is dropped. A field that was offered is in the
    result even if its value does not fit; then it is empty.
    """
    fitting: dict[str, dict[str, Any]] = {}
    errors: dict[str, str] = {}
    for name, (kind, *taken) in offer.items():
        fitting[name] = {name: {}}
        try:
            fitting[name][name] = _READERS[kind](_held(state, name), taken, at.date())
        except _Unfit as misfit:
            errors[name] = str(misfit)
    return fitting, errors


def refusing(handler: Save, misfits: Mapping[str, str]) -> Save:
    """Return a handler that refuses these fields, together with those that `handler` refuses.

    What `handler` writes is rolled back, because the refusal is raised.
    """

    def refuse(form: Form, session: Session) -> Answer:
        try:
            handler(form, session)
        except FieldsInvalid as invalid:
            raise FieldsInvalid({**invalid.errors, **misfits}) from None
        raise FieldsInvalid(misfits)

    return refuse


def _held(state: FormState, name: str) -> Mapping[str, Any]:
    held = (state.get(name) or {}).get(name) or {}
    return held if isinstance(held, Mapping) else {}


def _text_or_empty(value: Any) -> str:
    """Return the value if it is a text, else the empty text."""
    return value if isinstance(value, str) else ""


def _text(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    text, (limit,) = cleaned(_text_or_empty(held.get("value"))), taken
    if len(text) > limit:
        raise _Unfit(f"This has {len(text):,} characters; up to {limit:,} fit. Shorten it.")
    return {"value": text}


def _link(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    link = cleaned(_text_or_empty(held.get("value")))
    if link and not (_LINK.fullmatch(link) and len(link) <= LONGEST_LINK):
        raise _Unfit("A link begins with https:// or http://, and has up to 3,000 characters.")
    return {"value": link}


def _number(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    value, (least, most) = _text_or_empty(held.get("value")).strip(), taken
    if value and not (
        re.fullmatch(r"[+-]?\d{1,6}", value, re.ASCII) and least <= int(value) <= most
    ):
        raise _Unfit(f"Give whole days from {least} to {most}.")
    return {"value": value}


def _choice(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    option = held.get("selected_option")
    if not option:
        return {}
    if not isinstance(option, Mapping) or option.get("value") not in taken:
        raise _Unfit("Choose one of the entries that the form offers.")
    return {"selected_option": {"value": option["value"]}}


def _choices(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    options = _each(held.get("selected_options"))
    values = [option.get("value") if isinstance(option, Mapping) else None for option in options]
    if any(value not in taken for value in values):
        raise _Unfit("Choose one of the entries that the form offers.")
    return {"selected_options": [{"value": value} for value in values]}


def _one_of_many(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    option = held.get("selected_option")
    value = _text_or_empty(option.get("value")) if isinstance(option, Mapping) else ""
    if len(value) > LONGEST_VALUE:
        raise _Unfit("Choose one of the entries that the form offers.")
    return {"selected_option": {"value": cleaned(value)}} if value else {}


def _person(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    person = held.get("selected_user")
    if not person:
        return {}
    return {"selected_user": _person_id(person)}


def _people(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    people, (most,) = [_person_id(person) for person in _each(held.get("selected_users"))], taken
    people = list(dict.fromkeys(people))
    if len(people) > most:
        raise _Unfit(f"Choose up to {number(most, 'person').replace('persons', 'people')}.")
    return {"selected_users": people}


def person_id(value: Any) -> str | None:
    """Return this value if it has the form of a person's Slack id; None if not."""
    return value if isinstance(value, str) and _PERSON.fullmatch(value) else None


def _person_id(value: Any) -> str:
    person = person_id(value)
    if person is None:
        raise _Unfit("Choose a person from the list.")
    return person


def _channel(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    channel = held.get("selected_conversation")
    if not channel:
        return {}
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        raise _Unfit("Choose a channel from the list.")
    return {"selected_conversation": channel}


def _day(held: Mapping[str, Any], taken: list[Any], today: date) -> dict[str, Any]:
    picked = held.get("selected_date")
    if not picked:
        return {}
    try:
        day = date.fromisoformat(picked) if _DAY.fullmatch(picked) else None
    except (TypeError, ValueError):
        day = None
    if day is None or day < EARLIEST:
        raise _Unfit("Choose a day from the calendar.")
    if day > today + FURTHEST:
        raise _Unfit("That is more than ten years away. Choose an earlier day.")
    return {"selected_date": picked}


def _each(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []


_READERS: Mapping[str, Callable[[Mapping[str, Any], list[Any], date], dict[str, Any]]] = {
    "plain_text_input": _text,
    "url_text_input": _link,
    "number_input": _number,
    "static_select": _choice,
    GROUPED: _one_of_many,
    "radio_buttons": _choice,
    "checkboxes": _choices,
    "users_select": _person,
    "multi_users_select": _people,
    "conversations_select": _channel,
    "datepicker": _day,
}
