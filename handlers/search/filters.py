"""Filters of `/tradeoff list`: words, and facts such as `kind:priority` or `by:@erin`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import time, timedelta

from handlers.requests import Request
from handlers.ui import fields, typed_days
from models.mrkdwn import day, escaped
from models.reads.search import STATES, Wanted
from models.rules import Kind
from models.tables.search_index import words_in
from models.words import Words
from models.working_time import local_day, moment

# The text has three sorts of parts. The first is `since:` or `until:` with a day of one or more
# words. The second is a name, a colon and a value; the value is quoted, marked by Slack, or ends at
# the next blank. The third is a word, or several words in quotation marks.
_VALUE = rf"[{fields.DOUBLE_QUOTES}][^{fields.DOUBLE_QUOTES}]*[{fields.DOUBLE_QUOTES}]|<[^<>]*>"
_PART = re.compile(
    rf"(?P<bound>since|until): ?(?P<day>{typed_days.FORM})(?!\S)"
    rf"|(?P<name>[a-z]+):(?!//) ?(?P<value>{_VALUE}|\S*)|(?P<word>{_VALUE}|\S+)",
    re.IGNORECASE,
)
_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
# Syntax of other programs that is not understood here: `-kind:`, which leaves out a kind, and
# several people after `by:`.
_WITHOUT = re.compile(r"(?:^|\s)([-\u2013\u2014!])([A-Za-z]+):")
_SEVERAL = re.compile(r"\b(by|holder):\s*(?:<@[^<>]*>|me)\s*,", re.IGNORECASE)

# An example of each filter. That of `kind:` is filled with the workspace's own name of a kind.
EXAMPLES = {
    "kind": "`kind:{kind}`",
    "state": "`state:open` (or overdue, reopened, approved and so on)",
    "by": "`by:@someone` (who raised it)",
    "holder": "`holder:@someone` (who decides)",
    "commitment": "`commitment:Beta`",
    "ref": "`ref:SHOP-123`",
    "since": "`since:2026-11-01` (or `since:30d`, `since:6w`)",
    "until": "`until:2026-11-30`",
}
NAMES = tuple(EXAMPLES)
# Value of `kind:` and `state:` that leaves nothing out, as "Any kind" in the menu does.
ANY = "any"
WHO = "Name a person with @, chosen from the list that Slack offers, or say `me`."
WHEN = "Give a day, such as `2026-11-01`, `1 Nov` or `Friday`, or how long ago: `30d` or `6w`."


def describe(words_here: Words, taken: Collection[str] = NAMES) -> str:
    """Say, with an example of each, which filters can be used: those in `taken`."""
    kind = _hyphened(words_here.kind(Kind.PRIORITY))
    *others, last = (EXAMPLES[name].format(kind=kind) for name in NAMES if name in taken)
    return (
        f"Filters are {', '.join(others)} and {last}. Put a word with a colon of its own in "
        "quotation marks."
    )


def meant(words_here: Words, text: str) -> str:
    """Return the filter that finds what `text` names, such as `state:deferred` for "deferred".

    Empty if `text` is not the name of a state or of a kind.
    """
    names = {"state": list(STATES), "kind": [words_here.kind(kind) for kind in Kind]}
    return next(
        (
            f"{filter}:{_hyphened(name)}"
            for filter, values in names.items()
            for name in values
            if _plainly(name) == _plainly(text)
        ),
        "",
    )


def read(
    request: Request, words_here: Words, text: str, taken: Collection[str] = NAMES
) -> Wanted | str:
    """Return the search terms, or a sentence that says what is wrong and how to put it right.

    `text` is as Slack escaped it. `words_here` are the workspace's names of kinds, which `kind:`
    understands too. The sentence offers only the filters in `taken`; the others are read as well.
    """
    wanted, words = Wanted(), list[str]()
    help = describe(words_here, taken)
    parts = list(_PART.finditer(" ".join(text.split())))
    if refused := _untaken(text, help) or _twice(parts):
        return refused
    for part in parts:
        name, value = part["bound"] or part["name"], part["day"] or part["value"]
        if not name:
            words.append(part["word"])
            continue
        typed = fields.as_typed(request, value).strip(fields.DOUBLE_QUOTES).strip()
        if name.lower() == "kind" and typed:
            found = _read_kind(wanted, words_here, typed)
        else:
            found = _read_one(request, wanted, name.lower(), typed, value, help)
        if isinstance(found, str):
            return found
        wanted = found
    searched = words_in(fields.as_typed(request, " ".join(words)))
    if words and not searched:
        return "I look for words of letters and digits, and found none."
    return replace(wanted, words=tuple(dict.fromkeys(searched)))


def without(text: str, names: Collection[str]) -> str:
    """Leave the filters with these names out of a typed text; `status:` is named "state"."""
    if not names:
        return text
    kept = [
        part[0]
        for part in _PART.finditer(" ".join(text.split()))
        if (part["name"] or "").lower().replace("status", "state") not in names
    ]
    return " ".join(kept)


def _untaken(text: str, help: str) -> str:
    """Say which typed part looks like a filter but is not one; empty if all is well."""
    without, several = _WITHOUT.search(text), _SEVERAL.search(text)
    if without and without[2].lower() in NAMES:
        return f"`{without[1]}{without[2]}:` is not a filter: I cannot leave things out. {help}"
    if several:
        return f"`{several[1]}:` takes one person. Search for each of them. {help}"
    return ""


def _twice(parts: Iterable[re.Match[str]]) -> str:
    """Say which filter is typed more than once, because only one of its values could hold."""
    named = [(part["bound"] or part["name"] or "").lower() for part in parts]
    filters = ["state" if name == "status" else name for name in named]
    again = next((name for name in NAMES if filters.count(name) > 1), "")
    return f"`{again}:` can be there only once. Search for each value by itself." if again else ""


def _read_one(
    request: Request, wanted: Wanted, name: str, value: str, raw: str, help: str
) -> Wanted | str:
    name = "state" if name == "status" else name
    if name not in NAMES:
        return f"There is no filter `{name}:`. {help}"
    if not value:
        return f"Say what `{name}:` should be. {help}"
    if name in ("by", "holder"):
        person = _person(request, value, raw)
        if person is None:
            return f"`{name}:` names nobody that I know. {WHO}"
        return replace(wanted, by=person) if name == "by" else replace(wanted, holder=person)
    if name in ("since", "until"):
        return _read_day(request, wanted, name, value)
    if name == "commitment":
        return replace(wanted, commitment=value)
    if name == "ref":
        return replace(wanted, reference=value)
    chosen = _one_of({state: state for state in STATES}, value)
    if chosen or _plainly(value) == ANY:
        return replace(wanted, state=chosen)
    return _none_of("state", value, STATES)


def _read_kind(wanted: Wanted, words: Words, value: str) -> Wanted | str:
    """Read a kind by the name that the workspace gives it, or else by the product's own name."""
    ours = {words.kind(kind): kind.value for kind in Kind}
    found = _one_of(ours, value) or _one_of({kind.value: kind.value for kind in Kind}, value)
    if found or _plainly(value) == ANY:
        return replace(wanted, kind=Kind(found) if found else None)
    return _none_of("kind", value, ours)


def _one_of(allowed: Mapping[str, str], value: str) -> str | None:
    """Return the entry with this name, or the only entry whose name begins with it; else None.

    Spaces, hyphens and capitals do not matter.
    """
    value = _plainly(value)
    plain = {_plainly(name): named for name, named in allowed.items()}
    begin = [named for name, named in plain.items() if name.startswith(value)]
    if value in plain:
        return plain[value]
    return begin[0] if len(begin) == 1 else None


def _plainly(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.casefold())


def _hyphened(name: str) -> str:
    return re.sub(r"[\s_]", "-", name)


def _none_of(name: str, value: str, allowed: Iterable[str]) -> str:
    """Say which values the filter takes; if several begin with the typed one, name only these."""
    begin = [entry for entry in allowed if _plainly(entry).startswith(_plainly(value))]
    if len(begin) > 1:
        *fitting, last = (f"`{name}:{_hyphened(entry)}`" for entry in begin)
        several = f"`{name}:{escaped(value[:40])}` fits several"
        return f"{several}: say {', '.join(fitting)} or {last}."
    names = ", ".join([*map(_hyphened, allowed), ANY])
    return f"`{name}:` cannot be “{escaped(value[:40])}”. It is one of: {names}."


def _person(request: Request, value: str, raw: str) -> str | None:
    mention = _PERSON.fullmatch(raw)
    if mention:
        return mention[1]
    return request.person.id if value.lower() == "me" else None


def _read_day(request: Request, wanted: Wanted, name: str, value: str) -> Wanted | str:
    zone = request.person.time_zone
    days = typed_days.readings(value, local_day(request.at, zone), past=True)
    if not days:
        return f"I cannot read the day of `{name}:`. {WHEN}"
    if len(days) > 1:
        return f"`{name}:` can be {typed_days.choices(days)}. Say the one you mean as `{days[0]}`."
    if name == "since":
        return replace(wanted, since=moment(days[0], time(0), zone))
    return replace(wanted, before=moment(days[0] + timedelta(days=1), time(0), zone))


def days_read(wanted: Wanted, time_zone: str) -> str:
    """Say how the days were understood: `raised since Sun 1 Nov 2026`; empty if there are none."""
    bounds = []
    if wanted.since:
        bounds.append(f"since {day(local_day(wanted.since, time_zone))}")
    if wanted.before:
        last = local_day(wanted.before, time_zone) - timedelta(days=1)
        bounds.append(f"until {day(last)}")
    return f"raised {' and '.join(bounds)}" if bounds else ""
