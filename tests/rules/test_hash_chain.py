"""The hash chain of the history: edited, removed, inserted and moved events are found."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as some

from models.rules import Verb
from models.tables.history import (
    GENESIS,
    WHOLE,
    Entry,
    HistoryEvent,
    canonical,
    chained,
    event_hash,
)
from models.tables.history_chain import first_fault

TEAM = "T1#42"
texts = some.dictionaries(some.text(max_size=10), some.text(max_size=20), max_size=3)
happenings = some.lists(
    some.tuples(some.sampled_from(Verb), some.sampled_from(["U1", "U2", None]), texts),
    min_size=1,
    max_size=6,
)


def chain(
    happened: list[tuple[Verb, str | None, dict[str, str]]], decision: str = TEAM
) -> list[HistoryEvent]:
    """Return events with hashes of version 1, a second apart."""
    events: list[HistoryEvent] = []
    for sequence, (verb, actor, changes) in enumerate(happened, start=1):
        at = datetime(2026, 11, 23, 10, tzinfo=UTC) + timedelta(seconds=sequence)
        event = HistoryEvent(
            sequence=sequence,
            verb=verb,
            actor=actor,
            at=at,
            changes=canonical(changes),
            hash_version=WHOLE,
        )
        event.hash = event_hash(events[-1].hash if events else GENESIS, decision, event)
        events.append(event)
    return events


@given(happenings)
def test_a_chain_that_nobody_touched_holds(
    happened: list[tuple[Verb, str | None, dict[str, str]]],
) -> None:
    events = chain(happened)
    assert first_fault(TEAM, events, events[-1].hash) is None
    elsewhere = [event.at.astimezone(ZoneInfo("Asia/Kathmandu")) for event in events]
    for event, at in zip(events, elsewhere, strict=True):
        event.at = at
    assert first_fault(TEAM, events, events[-1].hash) is None


@given(happenings, some.data())
def test_an_edited_event_is_found(
    happened: list[tuple[Verb, str | None, dict[str, str]]], draw: some.DataObject
) -> None:
    events = chain(happened)
    head, event = events[-1].hash, draw.draw(some.sampled_from(events))
    position = event.sequence
    edits = {
        "verb": next(verb for verb in Verb if verb is not event.verb),
        "actor": "U9",
        "at": event.at + timedelta(microseconds=1),
        "changes": event.changes + " ",
        "hash": event.hash[::-1],
    }
    name = draw.draw(some.sampled_from(sorted(edits)))
    assume(getattr(event, name) != edits[name])
    setattr(event, name, edits[name])
    assert first_fault(TEAM, events, head) == f"event {position} was changed"


@given(happenings, some.data())
def test_a_removed_event_is_found(
    happened: list[tuple[Verb, str | None, dict[str, str]]], draw: some.DataObject
) -> None:
    events = chain(happened)
    head, gone = events[-1].hash, draw.draw(some.integers(0, len(events) - 1))
    left = [event for event in events if event.sequence != gone + 1]
    assert first_fault(TEAM, left, head)
    for position, event in enumerate(left, start=1):
        event.sequence = position
    assert first_fault(TEAM, left, head)


@given(happenings, some.data())
def test_an_inserted_event_is_found(
    happened: list[tuple[Verb, str | None, dict[str, str]]], draw: some.DataObject
) -> None:
    events = chain(happened)
    head, place = events[-1].hash, draw.draw(some.integers(0, len(events)))
    before = events[place - 1].hash if place else GENESIS
    at, text = datetime(2026, 11, 23, 10, tzinfo=UTC), canonical({"reason": "I was always here"})
    entry = Entry(place + 1, Verb.DECIDE, "U9", at, text)
    events.insert(place, HistoryEvent(**chained(before, TEAM, entry)._asdict()))
    for position, event in enumerate(events, start=1):
        event.sequence = position
    assert first_fault(TEAM, events, head)


@given(happenings, some.data())
def test_reordered_events_are_found(
    happened: list[tuple[Verb, str | None, dict[str, str]]], draw: some.DataObject
) -> None:
    assume(len(happened) > 1)
    events = chain(happened)
    head, mixed = events[-1].hash, draw.draw(some.permutations(events))
    assume(mixed != events)
    assert first_fault(TEAM, mixed, head)
    for position, event in enumerate(mixed, start=1):
        event.sequence = position
    assert first_fault(TEAM, mixed, head)


def test_a_chain_belongs_to_its_decision() -> None:
    events = chain([(Verb.RAISE, "U1", {"title": "x"})])
    assert first_fault("T1#43", events, events[-1].hash) == "event 1 was changed"
    assert first_fault(TEAM, [], GENESIS) is None
    assert first_fault(TEAM, [], events[-1].hash) == "the newest events are missing"


@given(texts)
def test_canonical_text_has_one_form(changes: dict[str, str]) -> None:
    turned = dict(reversed(changes.items()))
    assert canonical(changes) == canonical(turned)
    assert not re.search(r"[\x00-\x1f]", canonical(changes))
