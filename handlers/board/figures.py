"""Figures of a board and its small charts.

They have the numbers of models/reads/figures.py in words, and as positions in the charts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handlers.ui import phrases
from models.mrkdwn import day, number
from models.reads import figures as record
from models.reads.figures import Figures, NotAccepted, Share
from models.reads.movements import Movement, movements
from models.reads.trend import Trend, trend_of
from models.rules import Kind, Role
from models.tables.commitment import Commitment
from models.tables.rights import RightsVersion
from models.words import Words
from models.working_time import local_day

FOUR_WEEKS = timedelta(days=28)
SPAN, BEFORE = "in the last four weeks", "four weeks before"
MOST_BARS = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a small chart: its label, its number in words, and its length out of 100."""

    label: str
    words: str
    length: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its label, a note, and a chart if there is something to compare."""

    label: str
    value: str
    note: str
    bars: list[Bar]


@dataclass(frozen=True, slots=True)
class Column:
    """One week: how many were decided in it, and how many waited at its end; heights out of 100."""

    label: str
    decided: int
    waiting: int
    decided_height: float
    waiting_height: float


@dataclass(frozen=True, slots=True)
class Weeks:
    columns: list[Column]
    words: str


@dataclass(frozen=True, slots=True)
class ChartStep:
    """Change of a promised date, as a point from 0 to 100 in both directions.

    Later days are to the right, later promised dates further up.
    """

    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Chart of how a promised date moved, from the baseline until now.

    Between two points the date stayed the same.
    """

    first: str
    last: str
    start_y: float
    end_y: float
    steps: list[ChartStep]
    words: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Numbers of the last four weeks and of the four weeks before, and the trend by week."""

    now: Figures
    before: Figures
    attempts: Mapping[Kind, int]
    movements: list[Movement]
    not_accepted: NotAccepted
    trend: Trend
    words: Words
    time_zone: str


def measured(session: Session, rights: RightsVersion, at: datetime) -> Measured:
    channel_id, since = rights.channel_id, at - FOUR_WEEKS
    return Measured(
        record.figures(session, channel_id, since, at),
        record.figures(session, channel_id, since - FOUR_WEEKS, since),
        record.attempts(session, channel_id, since, at),
        movements(session, channel_id, since, at),
        record.not_accepted(session, channel_id),
        trend_of(session, channel_id, at, rights.time_zone),
        rights.words,
        rights.time_zone,
    )


# ---- figures -------------------------------------------------------------------------------------


def all_figures(numbers: Measured, at: datetime) -> list[Figure]:
    """Return each figure of docs/reference/figures.md that a board shows, even without data."""
    now, before = numbers.now, numbers.before
    return [
        _times(now, before),
        _share(
            "Decided in time",
            now.in_time,
            before.in_time,
            "of those decided that had a date; open ones not counted",
        ),
        _share(
            "Decided without impact",
            now.without_impact,
            before.without_impact,
            "the time to state it ran out",
        ),
        _moved(numbers.movements),
        _rounds(now, before),
        _waiting(numbers, at),
        _forecasts(now),
        _share(
            "Recorded after the fact",
            now.after_the_fact,
            before.after_the_fact,
            "decided elsewhere, kept here",
        ),
        _share(
            "Same person in both roles",
            now.same_person,
            before.same_person,
            numbers.words.roles(Role),
        ),
        _attempts(numbers.attempts, numbers.words),
    ]


def _times(now: Figures, before: Figures) -> Figure:
    spans = [("Last four weeks", now.median_hours), (phrases.capital(BEFORE), before.median_hours)]
    measured_spans = [(label, hours) for label, hours in spans if hours is not None]
    value = phrases.hours(now.median_hours) if now.median_hours is not None else "–"
    note = (
        f"median; nine of ten within {phrases.hours(now.p90_hours)}"
        if now.p90_hours is not None
        else "nothing was decided"
    )
    return Figure(
        "Time to decide",
        value,
        note,
        _bars([(label, phrases.hours(hours), hours) for label, hours in measured_spans]),
    )


def _share(label: str, now: Share, before: Share, note: str) -> Figure:
    spans = [("Last four weeks", now), (phrases.capital(BEFORE), before)]
    bars = [
        Bar(name, f"{share.part} of {share.whole}", share.percent)
        for name, share in spans
        if share.percent is not None
    ]
    return Figure(label, f"{now.part} of {now.whole}" if now.whole else "–", note, bars)


def _moved(movements: list[Movement]) -> Figure:
    net = sum(movement.days for movement in movements)
    moves = [
        (movement.commitment.name, phrases.signed_days(movement.days), float(abs(movement.days)))
        for movement in movements
    ]
    note = "net, over all commitments" if movements else "no decision moved a commitment"
    return Figure("Promised dates moved", phrases.signed_days(net), note, _bars(moves[:MOST_BARS]))


def _rounds(now: Figures, before: Figures) -> Figure:
    value = f"{now.acceptance_rounds:.1f}" if now.acceptance_rounds is not None else "–"
    earlier = (
        f"; {before.acceptance_rounds:.1f} in the {BEFORE}"
        if before.acceptance_rounds is not None
        else ""
    )
    note = (
        f"until accepted, over {number(now.accepted_items, 'item')}"
        if now.accepted_items
        else "nothing was accepted"
    )
    return Figure("Acceptance rounds", value, f"{note}{earlier}", [])


def _waiting(numbers: Measured, at: datetime) -> Figure:
    not_accepted = numbers.not_accepted
    if not not_accepted.oldest_at:
        return Figure("Done, not accepted", "0", "nothing that is done waits for its verdict", [])
    age = f"the oldest for {phrases.elapsed(at - not_accepted.oldest_at)}"
    return Figure("Done, not accepted", str(not_accepted.count), age, [])


def _forecasts(now: Figures) -> Figure:
    if not now.reviewed:
        return Figure("Forecast and fact", "–", "no forecast was reviewed", [])
    sums = [("Forecast", now.forecast_days), ("In fact", now.actual_days)]
    bars = _bars([(label, phrases.slip(days), float(max(days, 0))) for label, days in sums])
    return Figure(
        "Forecast and fact",
        phrases.signed_days(now.actual_days - now.forecast_days),
        f"in fact, against {number(now.reviewed, 'forecast')}",
        bars,
    )


def _attempts(tried: Mapping[Kind, int], words: Words) -> Figure:
    counts = [
        (phrases.capital(words.kind(kind)), str(count), float(count))
        for kind, count in tried.items()
    ]
    note = "someone without the right tried to decide; counted per kind, never by name"
    return Figure("Attempts outside the right", str(sum(tried.values())), note, _bars(counts))


def _bars(values: Sequence[tuple[str, str, float]]) -> list[Bar]:
    """Scale the bars so that the largest value is 100."""
    most = max((size for _, _, size in values), default=0) or 1
    return [Bar(label, words, round(100 * size / most, 1)) for label, words, size in values]


# ---- charts --------------------------------------------------------------------------------------


def weeks(trend: Trend) -> Weeks:
    most = max(1, *trend.decided, *trend.waiting)
    columns = [
        Column(
            phrases.short_day(end),
            decided,
            waiting,
            round(100 * decided / most, 1),
            round(100 * waiting / most, 1),
        )
        for end, decided, waiting in zip(trend.days, trend.decided, trend.waiting, strict=True)
    ]
    listed = "; ".join(
        f"{column.label}: {column.decided} and {column.waiting}" for column in columns
    )
    return Weeks(
        columns, f"Decided in the week that ends on each day, and waiting at its end. {listed}."
    )


def steps(commitment: Commitment, today: date, time_zone: str) -> Steps:
    """Build the chart of a commitment whose date was moved at least once."""
    moves = [move for move in commitment.moves if move.days]
    moved_on = [local_day(move.at, time_zone) for move in moves]
    begin, end = local_day(commitment.made_at, time_zone), max(today, *moved_on)
    dates = [commitment.baseline_on, *(move.to_on for move in moves)]
    low, high = min(dates), max(dates)

    def x(on: date) -> float:
        return round(100 * (on - begin).days / max((end - begin).days, 1), 1)

    def y(on: date) -> float:
        return round(100 * (on - low).days / max((high - low).days, 1), 1)

    moves_in_words = "; ".join(
        f"#{move.decision_number} {phrases.signed_days(move.days)}" for move in moves
    )
    return Steps(
        first=phrases.short_day(commitment.baseline_on),
        last=phrases.short_day(commitment.promised_on),
        start_y=y(commitment.baseline_on),
        end_y=y(commitment.promised_on),
        steps=[
            ChartStep(x(on), y(move.to_on), f"#{move.decision_number}")
            for move, on in zip(moves, moved_on, strict=True)
        ],
        words=f"First promised for {day(commitment.baseline_on)}, now for "
        f"{day(commitment.promised_on)}. {moves_in_words}.",
    )
