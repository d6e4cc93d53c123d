"""Filters that people choose in menus of the list: state, kind, whose, and which channel."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from handlers.answers import Block, Element
from handlers.requests import Request
from handlers.search.filters import ANY
from handlers.ui import blocks, forms, inputs, phrases
from models.reads.search import OPEN_VALUES, STATES, Wanted
from models.rules import Kind
from models.tables.channel import find_channel
from models.words import Words

TYPED, HERE = "typed", "here"
OFFERED_STATES = {
    "open": "Open",
    "overdue": "Overdue",
    "decided": "Decided",
    "withdrawn": "Withdrawn",
}
WHOSE = {"raised": "Raised by me", "mine": "Mine to decide"}
# Each filter, with the values that are accepted. The menu of states offers only a few of them.
OFFERED = {
    "state": {ANY, *STATES},
    "kind": {ANY, *(kind.value for kind in Kind)},
    "whose": {ANY, TYPED, *WHOSE},
    "place": {ANY, HERE},
}


@dataclass(frozen=True, slots=True)
class Pressed:
    """Filters that were chosen in menus. If one is empty, the typed filter holds.

    `here` is the channel in which the person asked for the list; it is empty if nothing of that
    channel is recorded. `place` says whether only decisions of that channel are listed.
    """

    state: str = ""
    kind: str = ""
    whose: str = ""
    place: str = ""
    here: str = ""


# The longest values of the filters, to measure how much room is left for the typed text.
LONGEST = Pressed(**{name: max(values, key=len) for name, values in OFFERED.items()}, here="C" * 16)


def at_first(session: Session, workspace: str, channel: str, text: str) -> Pressed:
    """Return the filters with which a list opens.

    With nothing typed, it shows what is open in this channel.
    """
    found = find_channel(session, workspace, channel)
    here = found.slack_id if found else ""
    if text.strip():
        return Pressed(here=here)
    return Pressed(state="open", place=HERE, here=here) if here else Pressed(state="open")


def remember(text: str, pressed: Pressed) -> str:
    """Encode what the list remembers: the search as Slack marked it, and what was pressed."""
    kept = {name: value for name, value in asdict(pressed).items() if value}
    return forms.metadata(list=text, pressed=kept)


def remembered(metadata: str) -> tuple[str, Pressed]:
    held = forms.remembered(metadata)
    return held["list"], Pressed(**held.get("pressed", {}))


def press(pressed: Pressed, name: str, value: str) -> Pressed:
    """Return the filters after this choice; a value that is not accepted changes nothing."""
    return replace(pressed, **{name: value}) if value in OFFERED[name] else pressed


def narrowed(request: Request, session: Session, typed: Wanted, pressed: Pressed) -> Wanted:
    """Return the filters that hold: each chosen filter takes the place of the typed one."""
    wanted = typed
    if pressed.state:
        wanted = replace(wanted, state=None if pressed.state == ANY else pressed.state)
    if pressed.kind:
        wanted = replace(wanted, kind=None if pressed.kind == ANY else Kind(pressed.kind))
    if pressed.whose in (ANY, *WHOSE):
        me = request.user
        by, holder = pressed.whose == "raised", pressed.whose == "mine"
        wanted = replace(wanted, by=me if by else None, holder=me if holder else None)
    if pressed.place == HERE:
        here = find_channel(session, request.workspace, pressed.here)
        wanted = replace(wanted, channel=here.id if here else None)
    return wanted


def replaced(pressed: Pressed) -> set[str]:
    """Return the names of the typed filters whose place the chosen ones take."""
    names = {"state"} if pressed.state else set()
    names |= {"kind"} if pressed.kind else set()
    return names | ({"by", "holder"} if pressed.whose in (ANY, *WHOSE) else set())


def in_words(request: Request, words: Words, wanted: Wanted) -> str:
    """Say which decisions the filters leave: "open, of the kind “risk” and raised by you"."""
    said = [wanted.state.replace("_", " ")] if wanted.state else []
    if wanted.kind:
        said.append(f"of the kind “{words.kind(wanted.kind)}”")
    if wanted.by == request.user:
        said.append("raised by you")
    if wanted.holder == request.user:
        said.append("yours to decide")
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def row(request: Request, words: Words, typed: Wanted, wanted: Wanted, pressed: Pressed) -> Block:
    """Build the row of menus, each with the filter that holds now."""
    states, state = {ANY: "Any state"} | OFFERED_STATES, wanted.state or ANY
    states.setdefault(state, state.replace("_", " ").capitalize())
    kinds = {kind.value: phrases.capital(words.kind(kind)) for kind in Kind}
    kind = wanted.kind.value if wanted.kind else ANY
    return blocks.actions(
        _pick(blocks.pick("State", "finding.state", _choices(states)), state),
        _pick(blocks.pick("Kind", "finding.kind", _choices({ANY: "Any kind"} | kinds)), kind),
        *_whose(request, typed, wanted),
        *_where(pressed),
    )


def _whose(request: Request, typed: Wanted, wanted: Wanted) -> list[Element]:
    mine = {
        (request.user, None): "raised",
        (None, request.user): "mine",
        (None, None): ANY,
    }
    as_typed = {TYPED: "As typed"} if typed.by or typed.holder else {}
    choices = _choices({ANY: "Everyone's"} | WHOSE | as_typed)
    chosen = mine.get((wanted.by, wanted.holder), TYPED)
    return [_pick(blocks.pick("Whose", "finding.whose", choices), chosen)]


def _where(pressed: Pressed) -> list[Element]:
    if not pressed.here:
        return []
    choices = _choices({HERE: "This channel", ANY: "All channels"})
    return [_pick(blocks.pick("Where", "finding.place", choices), pressed.place or ANY)]


def _choices(labels: dict[str, str]) -> list[dict[str, Any]]:
    return [inputs.choice(value, label) for value, label in labels.items()]


def _pick(element: Element, value: str) -> Element:
    """Return this menu with the entry of this value chosen."""
    chosen = [choice for choice in element["options"] if choice["value"] == value]
    return Element({**element, "initial_option": chosen[0]}) if chosen else element


def is_most_urgent_first(wanted: Wanted) -> bool:
    """Return True if the list is sorted by urgency.

    It is if it has only open decisions of one channel, and no words were typed.
    """
    return bool(wanted.channel and wanted.state in OPEN_VALUES and not wanted.words)
