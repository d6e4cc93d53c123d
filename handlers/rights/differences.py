"""Differences between two versions of the rights, in words: `Risk: was …; now both sign`.

A change that is not made yet, or never was, reads `Risk: …; wanted: both sign`.
"""

from __future__ import annotations

from typing import Any

from handlers.ui.phrases import WEEKDAYS, capital
from models.mrkdwn import number, who
from models.rules import Decider, Kind, Right, Role
from models.tables.rights import RightsVersion
from models.verbs import wanted_rights
from models.verbs.wanted_rights import Wanted
from models.words import Words
from models.working_time import WEEKS, country_name

_NOBODY = "nobody"
# "Reminders: now no" does not say what that means, so one of these sentences follows.
# `/tradeoff rights` shows them too.
WHEN_OFF = {
    "reminds": "While they are off, nobody is reminded.",
    "confirms": "A change that takes a right from a role then needs no confirmation.",
}


def differences(before: RightsVersion, after: RightsVersion) -> list[str]:
    """Return a line for each setting and kind that the later version changes."""
    change = wanted_rights.wanted(before, after, after.table)
    return _lines(before, change, after.words, ("was ", "now"))


def who_decides(before: RightsVersion, after: RightsVersion) -> list[str]:
    """Return a line for each role holder, sponsor and kind that the later version changes."""
    change = wanted_rights.seats_and_rows(before, after)
    return _lines(before, change, after.words, ("was ", "now"))


def lines(before: RightsVersion, change: Wanted, words: Words) -> list[str]:
    """Return a line for each setting and kind that this change would make different."""
    return _lines(before, change, words, ("", "wanted:"))


def _lines(
    before: RightsVersion, change: Wanted, words: Words, tenses: tuple[str, str]
) -> list[str]:
    was, now = tenses
    facts = change.facts
    settings = [
        f"{capital(name)}: {was}{says(getattr(before, column))}; {now} {says(facts[column])}."
        f"{_consequence(column, facts[column])}"
        for column, (name, says) in _settings(words).items()
        if column in facts and facts[column] != getattr(before, column)
    ]
    return settings + [
        f"{capital(words.kind(kind))}: {_kind(kind, before, change, words, tenses)}."
        for kind in Kind
        if change.rows.get(kind, before.table[kind]) != before.table[kind]
        or change.switched.get(kind.value, kind in before.kinds) is not (kind in before.kinds)
    ]


def _kind(
    kind: Kind, before: RightsVersion, change: Wanted, words: Words, tenses: tuple[str, str]
) -> str:
    used = kind in before.kinds
    was, now = tenses
    right = change.rows.get(kind, before.table[kind])
    old, new = f"{was}{_was(before.table[kind], words)}", f"{now} {_now(right, words)}"
    if change.switched.get(kind.value, used):
        return f"{old if used else f'{was}not used here'}; {new}"
    if right == before.table[kind]:
        return f"{old}; {now} not used here"
    return f"not used here; for open decisions: {old}; {new}"


def _consequence(column: str, value: Any) -> str:
    return f" {WHEN_OFF[column]}" if column in WHEN_OFF and not value else ""


def _was(right: Right, words: Words) -> str:
    if right.decides is Decider.JOINT:
        return f"the decision of both{_after(right, words)}"
    return f"the {words.role(right.decides.roles[0])}'s decision{_after(right, words)}"


def _now(right: Right, words: Words) -> str:
    if right.decides is Decider.JOINT:
        return f"both sign{_after(right, words)}"
    return f"the {words.role(right.decides.roles[0])} decides{_after(right, words)}"


def _after(right: Right, words: Words) -> str:
    asked = words.role(right.decides.asked_for_impact)
    return f", after the {asked}'s impact" if right.impact_first else ""


def _person(value: str | None) -> str:
    return who(value) if value else _NOBODY


def _days(value: int) -> str:
    return number(value, "working day")


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _weekday(value: int | None) -> str:
    return "no digest" if value is None else WEEKDAYS[value]


def _holidays(value: str | None) -> str:
    return country_name(value) if value else "none"


def _settings(words: Words) -> dict[str, tuple[str, Any]]:
    """Return, by column, the name of each setting and the function that writes its value."""
    return {
        **{role.value: (words.role(role), _person) for role in Role},
        "sponsor": (words.sponsor, _person),
        "time_zone": ("time zone", str),
        "working_week": ("working week", WEEKS.__getitem__),
        "holidays": ("public holidays", _holidays),
        "impact_days": ("time to state impact", _days),
        "grace_days": (f"past its date, the {words.sponsor} may decide after", _days),
        "reminds": ("reminders", _yes_or_no),
        "digest_weekday": ("digest", _weekday),
        "digest_hour": ("hour of the digest", "{:02d}:00".format),
        "digest_when_empty": ("digest of a week without news", _yes_or_no),
        "confirms": ("whoever loses a right confirms it first", _yes_or_no),
    }
