"""Content of a board in plain words: people by name, moments in the channel's time zone.

bot/pages/board.html draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.board import figures as board_figures
from handlers.board.figures import Figure, Steps, Weeks
from handlers.board.links import shown_links
from handlers.requests import Asking, NotYetKnown
from handlers.ui import blocks, fields, outcomes, phrases, reasons, wording
from models.mrkdwn import MOMENT, day, escaped, isolated, number, plain, who, without_links
from models.reads import board as record
from models.reads.figures import Figures
from models.reads.references import References
from models.references import Link
from models.rules import Role
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.tables.settlement import Settlement
from models.working_time import local_day, zone_named

# The most rows of each list that are shown; the rest is counted.
MOST_OPEN = 50
MOST_DECIDED = 50
MOST_COMMITMENTS = 12
MOST_CLOSED = 6
MOST_MOVES = 12
LONGEST_WHY = 280


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of a ledger. If only the scope changed, `change` says so and `days` is “0 days”."""

    on: str
    number: int
    card: str | None
    title: str
    change: str
    days: str
    note: str


@dataclass(frozen=True, slots=True)
class CommitmentRow:
    """Commitment with its ledger; `earlier` sums up the moves that are not shown."""

    name: str
    promised_to: str
    promised_on: str
    slip: str
    closed: str
    scope: str
    baseline: str
    earlier: str
    moves: list[Move]
    total: str
    steps: Steps | None
    references: Sequence[Link]


@dataclass(frozen=True, slots=True)
class OpenRow:
    number: int
    card: str | None
    title: str
    kind: str
    waits: str
    age: str
    due: str
    overdue: bool
    raised_by: str
    references: Sequence[Link]


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One outcome: `outcome` is its word, and `what` is the rest of its sentence.

    `since` and `unusual` may be empty.
    """

    on: str
    number: int
    card: str | None
    title: str
    kind: str
    outcome: str
    what: str
    why: list[str]
    since: str
    unusual: str
    references: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Board:
    """Content of the whole page.

    `more_…` says how many rows of a list are not shown. `more_decided` is a text, because it may be
    `at least 950`.
    """

    channel: str
    as_of: str
    made_by: str
    until: str
    roles: list[tuple[str, str]]
    facts: list[tuple[str, str]]
    commitments: list[CommitmentRow]
    more_commitments: int
    more_closed: int
    open: list[OpenRow]
    more_open: int
    decided: list[DecidedRow]
    more_decided: str
    figures: list[Figure]
    weeks: Weeks


def board(asking: Asking, session: Session, rights: RightsVersion, maker: str, until: str) -> Board:
    """Build the page as of now. If names of people are missing, raise NotYetKnown once for all."""
    channel_id, zone = rights.channel_id, rights.time_zone
    promised = record.promised(session, channel_id, MOST_COMMITMENTS, MOST_CLOSED)
    waits = record.waits(session, channel_id, MOST_OPEN)
    settled = record.settled_rounds(session, channel_id, MOST_DECIDED)
    counts = record.counts(session, channel_id)
    links = shown_links(session, promised, waits, settled)
    measured = board_figures.measured(session, rights, asking.at)
    voice = _Voice(asking, zone)
    today = local_day(asking.at, zone)
    page = Board(
        channel=f"#{asking.look_at(rights.channel.slack_id).name}",
        as_of=f"{local_moment(asking.at, zone)} ({zone})",
        made_by=voice.says(who(maker)),
        until=until,
        roles=_roles(rights, voice),
        facts=_facts(counts, measured.now),
        commitments=[
            _commitment_row(commitment, promised.titles, voice, today, links.commitments)
            for commitment in (*promised.open, *promised.closed)
        ],
        more_commitments=counts.promised - len(promised.open),
        more_closed=counts.closed - len(promised.closed),
        open=[
            _open(decision, voice, asking.at, links.decisions[decision.id]) for decision in waits
        ],
        more_open=counts.waiting - len(waits),
        decided=[
            _decided(decision, settlement, voice, links.decisions[decision.id])
            for decision, settlement in settled
        ],
        more_decided=_more_decided(counts.outcomes, len(settled)),
        figures=board_figures.all_figures(measured, asking.at),
        weeks=board_figures.weeks(measured.trend),
    )
    voice.check()
    return page


def _facts(counts: record.Counts, now: Figures) -> list[tuple[str, str]]:
    disputed = f"; {number(now.disputed, 'record')} disputed, which the figures below count too"
    slipped = _slipped(counts.late)
    if counts.closed and not counts.promised:
        slipped = f"{counts.closed} closed"
    return [
        (number(counts.promised, "open commitment"), slipped),
        (
            number(counts.waiting, "open decision"),
            f"{counts.overdue} overdue" if counts.overdue else "none overdue",
        ),
        (f"{now.made} decided", f"{board_figures.SPAN}{disputed if now.disputed else ''}"),
    ]


class _Voice:
    """Translator of our own sentences into plain words.

    `<@U1>` → `Alice`, moments in the channel's time zone, `&lt;` → `<`.
    """

    def __init__(self, asking: Asking, zone: str) -> None:
        self._asking = asking
        self.zone = zone
        self._missing: set[str] = set()

    def says(self, sentence: str) -> str:
        if not sentence:
            return ""
        sentence = MOMENT.sub(lambda found: self._moment(int(found[1]), found[2]), sentence)
        return plain(without_links(sentence), lambda id: isolated(self._name(id)))

    def day(self, at: datetime) -> str:
        return day(local_day(at, self.zone))

    def check(self) -> None:
        """Raise NotYetKnown if somebody was named who has not been looked up yet."""
        if self._missing:
            raise NotYetKnown(people=sorted(self._missing))

    def _name(self, person: str) -> str:
        """Return the name as Slack has it now; the id if Slack does not say."""
        found = self._asking.looked_up.people.get(person) or self._asking.find_person(person)
        if found is None:
            self._missing.add(person)
        return found.name if found and found.name else person

    def _moment(self, seconds: int, pattern: str) -> str:
        at = datetime.fromtimestamp(seconds, self._asking.at.tzinfo)
        return (
            f"{phrases.elapsed(self._asking.at - at)} ago"
            if "{ago}" in pattern
            else local_moment(at, self.zone)
        )


def _more_decided(count: int, shown: int) -> str:
    """Say how many outcomes are not shown: `12`, or `at least 950` if counting stopped."""
    more = count - shown
    if not more:
        return ""
    return f"at least {more:,}" if count == record.MOST_COUNTED else f"{more:,}"


def local_moment(at: datetime, zone: str) -> str:
    """Write a moment as `Tue 1 Dec 2026, 10:00`, in this zone."""
    local = at.astimezone(zone_named(zone))
    return f"{day(local.date())}, {local:%H:%M}"


def _roles(rights: RightsVersion, voice: _Voice) -> list[tuple[str, str]]:
    words = rights.words
    roles = [(words.role(role), rights.holder_of(role)) for role in Role]
    roles += [(words.sponsor, rights.sponsor)] if rights.sponsor else []
    return [(phrases.capital(role), voice.says(who(person))) for role, person in roles]


# ---- commitments ---------------------------------------------------------------------------------


def _slipped(later: int) -> str:
    return f"{later} later than first promised" if later else "none later than first promised"


def _commitment_row(
    commitment: Commitment, titles: dict[int, str], voice: _Voice, today: date, links: References
) -> CommitmentRow:
    shown, older = commitment.moves[-MOST_MOVES:], commitment.moves[:-MOST_MOVES]
    together = (
        f"{number(len(older), 'earlier move')}, together "
        f"{phrases.signed_days(sum(move.days for move in older))}"
    )
    closed = (
        f"{who(commitment.closed_by)} marked it as {commitment.state.value}: "
        f"{escaped(commitment.closed_reason or '')}"
        if commitment.closed_by
        else ""
    )
    return CommitmentRow(
        name=commitment.name,
        promised_to=commitment.promised_to,
        promised_on=day(commitment.promised_on),
        slip=f"{_slip(commitment)}{'; scope changed' if commitment.has_another_scope else ''}",
        closed=voice.says(closed),
        scope=commitment.scope,
        baseline=day(commitment.baseline_on),
        earlier=together if older else "",
        moves=[_move(move, titles, voice) for move in shown],
        total=phrases.signed_days(commitment.slip),
        steps=board_figures.steps(commitment, today, voice.zone)
        if any(move.days for move in commitment.moves)
        else None,
        references=links[commitment.id],
    )


def _slip(commitment: Commitment) -> str:
    if not commitment.slip:
        return (
            "As first promised"
            if not any(move.days for move in commitment.moves)
            else "Back at the date that was first promised"
        )
    return (
        f"{number(abs(commitment.slip), 'day')} "
        f"{'later' if commitment.slip > 0 else 'earlier'} than first promised"
    )


def _move(move: CommitmentMove, titles: dict[int, str], voice: _Voice) -> Move:
    change = (
        f"{phrases.short_day(move.from_on)} → {phrases.short_day(move.to_on)}"
        if move.days
        else "Scope only"
    )
    notes = ["taken back"] if move.undoes else []
    notes += [f"scope: {isolated(move.scope)}"] if move.scope else []
    return Move(
        on=voice.day(move.at),
        number=move.decision_number,
        card=move.card_link,
        title=titles.get(move.decision_number, ""),
        change=change,
        days=phrases.signed_days(move.days),
        note=", ".join(notes),
    )


# ---- decisions -----------------------------------------------------------------------------------


def _open(decision: Decision, voice: _Voice, now: datetime, links: Sequence[Link]) -> OpenRow:
    words = wording.open_words(decision)
    words = " ".join([words, *wording.sponsor_may_decide(decision)])
    return OpenRow(
        number=decision.number,
        card=decision.card_link,
        title=decision.title,
        kind=phrases.capital(decision.words.kind(decision.kind)),
        waits=voice.says(words),
        age=phrases.elapsed(now - decision.begun_at),
        due=day(decision.due_on) if decision.due_on else "No date",
        overdue=decision.overdue_at is not None,
        raised_by=voice.says(wording.raised_by(decision)),
        references=links,
    )


def _decided(
    decision: Decision, settlement: Settlement, voice: _Voice, links: Sequence[Link]
) -> DecidedRow:
    unusual, rest = (
        ", ".join(outcomes.warnings(decision, settlement)),
        outcomes.outcome_words(decision, settlement).removeprefix(settlement.words),
    )
    return DecidedRow(
        on=voice.day(settlement.at),
        number=decision.number,
        card=decision.card_link,
        title=settlement.title or decision.title,
        kind=phrases.capital(settlement.kind or decision.words.kind(decision.kind)),
        outcome=phrases.capital(settlement.words),
        what=voice.says(rest.lstrip(", ")),
        why=_why(decision, settlement, voice),
        since=voice.says(outcomes.since(decision, settlement, why=False)),
        unusual=phrases.capital(unusual),
        references=links,
    )


def _why(decision: Decision, settlement: Settlement, voice: _Voice) -> list[str]:
    """Return the reason; if there are two, each after the name of its author.

    For a record that was acknowledged, the reason of the record comes before the notes on it.
    """
    if reason := reasons.recorded(decision, settlement):
        notes = reasons.labelled_reasons(decision, settlement)
        words = [
            voice.says(
                f"{label}: {escaped(blocks.shorten(fields.one_line(note), LONGEST_WHY // 3))}"
            )
            for label, note in notes
        ]
        return [blocks.shorten(fields.one_line(reason), LONGEST_WHY // 3), *words]
    said = [(by, fields.one_line(reason)) for by, reason in reasons.once(decision, settlement)]
    if len(said) < 2:
        return [blocks.shorten(reason, LONGEST_WHY) for _, reason in said]
    return [
        voice.says(f"{by}: {escaped(blocks.shorten(reason, LONGEST_WHY // 2))}")
        for by, reason in said
    ]
