"""The digest as a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from handlers.answers import Block, Message
from handlers.card.buttons import details_button
from handlers.digest.changes import commitment_lines, rights_lines
from handlers.ui import blocks, cutting, outcomes, phrases, wording
from handlers.ui.phrases import WEEKDAYS, hours
from models.mrkdwn import number, where, who
from models.reads.figures import Figures, Share
from models.reads.week import Week, waited_since
from models.rules import Outcome
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.tables.settlement import Settlement
from models.working_time import local_day

# The most decisions that have a button in the digest.
MOST_BUTTONS = 3
# The most versions of the rights whose changes the digest lists.
MOST_VERSIONS = 3
# Characters of one part, so that all parts together stay under what a message may hold.
PART_LIMIT = 1900
# Without a filter, this list shows only what is open.
LIST = "/tradeoff list"


def digest_message(week: Week) -> Message:
    """Build the digest: changes of commitments, what was decided, what waits, and the figures.

    The message's `text` says the same in short, without the figures.
    """
    zone = week.rights.time_zone
    first_day, last_day = (
        local_day(week.since, zone),
        local_day(week.until - timedelta(minutes=1), zone),
    )
    title = (
        f"{phrases.short_day(first_day)} – {phrases.short_day(last_day)} in "
        f"{where(week.rights.channel.slack_id)}"
    )
    summary = _summary(week)
    if week.is_empty:
        line = f"{title}: {summary[:1].lower()}{summary[1:]}"
        return Message(line, [blocks.section(line)])
    shown: list[Block] = [
        blocks.header(
            "The week in decisions"
            if (week.until - week.since).days <= 7
            else "The weeks in decisions"
        ),
        blocks.section(f"{title}. {summary}"),
        *_commitments(week),
        *_decided(week),
        *_who_decides(week),
        *_open(week),
        *_how_it_went(week),
        blocks.context(_footer(week.rights)),
    ]
    return Message(
        phrases.limited(f"{title}. {summary} {' '.join(commitment_lines(week, 3))}".strip()), shown
    )


def _summary(week: Week) -> str:
    disputed, waiting = week.figures.disputed, week.waiting.count + week.not_accepted.count
    decided, outcomes_of_them = week.figures.decisions_made, week.figures.made
    made = "Nothing was decided"
    if decided:
        made = f"{number(decided, 'decision')} {'was' if decided == 1 else 'were'} made"
    if outcomes_of_them > decided:
        made += f" ({number(outcomes_of_them, 'outcome')})"
    if disputed:
        made += f", {number(disputed, 'record')} {'was' if disputed == 1 else 'were'} disputed"
    late = f", {week.overdue.count} overdue" if week.overdue.count else ""
    waits = "nothing waits"
    if waiting:
        waits = f"{number(waiting, 'decision')} {'waits' if waiting == 1 else 'wait'}{late}"
    if week.is_past:
        waits = f"{number(waiting, 'decision') if waiting else 'nothing'} waited at its end{late}"
    return f"{made}; {waits}."


def _part(title: str, lines: list[str], count: int, rest: str = LIST) -> list[Block]:
    """Build one block for this part; none if it has no lines.

    If not all of its `count` items are in `lines`, the last line says how many are missing, and
    which command shows them.
    """
    if not lines:
        return []
    head = [f"*{title}*"] if title else []
    more = [f"…and {count - len(lines)} more: `{rest}`."] if count > len(lines) else []
    return [
        blocks.section(
            cutting.cut("\n".join([*head, *(f"• {line}" for line in lines), *more]), PART_LIMIT)
        )
    ]


def _commitments(week: Week) -> list[Block]:
    lines = commitment_lines(week, 8)
    count = len(week.movements) + len(week.scope_changes) + len(week.closed)
    return _part("Commitments", lines, count, rest="/tradeoff commitments")


def _who_decides(week: Week) -> list[Block]:
    lines = rights_lines(week, MOST_VERSIONS)
    return _part("Who decides", lines, len(week.rights_changes), rest="/tradeoff rights")


def _decided(week: Week) -> list[Block]:
    """List each decision that was decided, once: its newest outcome, then its earlier outcomes.

    Records whose newest outcome is a dispute have a part of their own, because a dispute decides
    nothing. A decision that the parts below list as waiting is left out.
    """
    outcomes_of = dict[Decision, list[Settlement]]()
    for decision, settlement in week.decided:
        outcomes_of.setdefault(decision, []).append(settlement)
    lists = (week.waiting, week.not_accepted, week.overdue)
    waits = {decision.id for listed in lists for decision in listed.shown}
    decided, disputed = list[str](), list[str]()
    for decision, settled in outcomes_of.items():
        if decision.id not in waits:
            is_dispute = settled[-1].outcome is Outcome.DISPUTED
            lines = disputed if is_dispute else decided
            lines.append(_decided_line(decision, settled, week))
    # The figures count disputes, not the records that were disputed: few are disputed twice.
    found = [settlement.outcome for _, settlement in week.decided]
    more_disputed = week.figures.disputed - found.count(Outcome.DISPUTED)
    more_decided = max(0, week.decided_count - len(outcomes_of) - more_disputed)
    return [
        *_part("Decided", decided, len(decided) + more_decided, f"{LIST} state:decided"),
        *_part("Disputed", disputed, len(disputed) + more_disputed, f"{LIST} state:disputed"),
    ]


def _decided_line(decision: Decision, settled: Sequence[Settlement], week: Week) -> str:
    *earlier, settlement = settled
    was_in_force = week.is_past and settlement.since_at and settlement.since_at > week.until
    later = ""
    if settlement.since and not was_in_force:
        later = outcomes.since(decision, settlement, why=False)
    said = f"{settlement.words} {outcomes.by_whom(decision, settlement)}"
    brief = outcomes.in_force_briefly(settlement)
    more = f" {phrases.capital(brief)}." if brief else ""
    if earlier:
        before = ", ".join(
            f"{older.words} {outcomes.by_whom(decision, older)}" for older in earlier
        )
        more += f" Before that: {before}."
    return (
        f"{wording.title(decision)}: {said}{outcomes.until(settlement)}"
        f"{outcomes.chosen(decision, settlement)}.{more}{f' {later}' if later else ''}"
    )


# ---- what is open --------------------------------------------------------------------------------


def _open(week: Week) -> list[Block]:
    """List what waits, the most urgent first, with a button on the first few."""
    late = week.overdue.shown
    parts = (
        ("Waiting", week.waiting, [decision for decision in late if not decision.is_acceptance]),
        (
            "Done, not accepted",
            week.not_accepted,
            [decision for decision in late if decision.is_acceptance],
        ),
    )
    shown: list[Block] = []
    buttons_left = MOST_BUTTONS
    for title, listed, overdue in parts:
        first = sorted({*listed.shown, *overdue}, key=_urgency)[: len(listed.shown)]
        pressed = first[:buttons_left]
        buttons_left -= len(pressed)
        lines = [_open_line(decision, week) for decision in first[len(pressed) :]]
        shown += [blocks.section(f"*{title}*")] if pressed else []
        shown += [
            blocks.section_with(f"• {_open_line(decision, week)}", details_button(decision))
            for decision in pressed
        ]
        shown += _part("" if pressed else title, lines, listed.count - len(pressed))
    return shown


def _urgency(decision: Decision) -> tuple[bool, date, datetime]:
    """Return what sorts the most urgent first: overdue, then by date, then by age."""
    return decision.overdue_at is None, decision.due_on or date.max, decision.begun_at


def _open_line(decision: Decision, week: Week) -> str:
    """Say how long the decision has waited, who must act, and by when.

    For a past week, or if the decision was settled since the week ended, say only how long it had
    waited by then. If it was decided in the week, and waits again, the line ends with that.
    """
    title, begun = wording.title(decision), waited_since(decision, week.until)
    due = f", due {phrases.short_day(decision.due_on)}" if decision.due_on else ""
    if week.is_past or decision.state.settled:
        words = f"{title}: had waited {phrases.elapsed(week.until - begun)} by then"
    else:
        turn = wording.open_words(decision, is_under_heading=True).rstrip(".")
        so_far = phrases.elapsed(week.now - begun)
        words = f"{title} ({so_far} so far): {turn[:1].lower()}{turn[1:]}"
    again = "".join(_decided_before(decision, week))
    if week.is_past:
        return f"{words}{'; overdue' if decision in week.overdue.shown else due}.{again}"
    late = " ".join(wording.late(decision))
    return f"{words}. {late}{again}" if late else f"{words}{due}.{again}"


def _decided_before(decision: Decision, week: Week) -> Iterator[str]:
    """Yield each outcome that this decision had in the week, and why it does not hold any more.

    The first sentence of the digest counts such a decision, and no other line names it.
    """
    for decided, settlement in week.decided:
        if decided is decision:
            said = f"{settlement.words} {outcomes.by_whom(decision, settlement)}"
            since = outcomes.since(decision, settlement, why=False)
            yield f" {phrases.capital(said)}{outcomes.until(settlement)}. {since}".rstrip()


def _how_it_went(week: Week) -> list[Block]:
    lines = [
        *_pace(week.figures, week.median_before),
        *_shares(week.figures, week.lapsed),
        *_forecasts(week.figures),
    ]
    return (
        [blocks.section("\n".join(["*How it went*", *(f"• {line}" for line in lines)]))]
        if lines
        else []
    )


def _pace(now: Figures, median_before: float | None) -> list[str]:
    if now.median_hours is None:
        return []
    earlier = (
        f" ({hours(median_before)} in the four weeks before)" if median_before is not None else ""
    )
    in_time = (
        f" In time, of those decided that had a date: {_of(now.in_time)}."
        if now.in_time.whole
        else ""
    )
    return [f"Time to decide, median: {hours(now.median_hours)}{earlier}.{in_time}"]


def _shares(now: Figures, lapsed: int) -> list[str]:
    lines = [f"Impact windows that ended without a statement: {lapsed}."] if lapsed else []
    shares = [
        (now.without_impact, "decided without impact"),
        (now.after_the_fact, "recorded after the fact"),
        (now.same_person, "decided by one person in both roles"),
        (now.own, "decided by whoever had raised or claimed it"),
    ]
    return lines + [
        f"{phrases.capital(words)}: {_of(share)}." for share, words in shares if share.part
    ]


def _of(share: Share) -> str:
    return f"{share.part} of {share.whole}"


def _forecasts(now: Figures) -> list[str]:
    if not now.reviewed:
        return []
    counted = number(now.reviewed, "forecast")
    return [
        f"{counted} reviewed: {phrases.slip(now.forecast_days)} forecast, "
        f"{phrases.slip(now.actual_days)} in fact."
    ]


def _footer(current: RightsVersion) -> str:
    if current.digest_weekday is None:
        return (
            "No digest is posted here. A role holder can change that: `/tradeoff rights`, "
            "then “Change reminders and digest”."
        )
    when = (
        f"{WEEKDAYS[current.digest_weekday]}s at {current.digest_hour:02d}:00 ({current.time_zone})"
    )
    return (
        f"Posted here on {when}, under rights v{current.number}, made by "
        f"{who(current.author)}. People of this workspace see it at any time with "
        "`/tradeoff digest`."
    )
