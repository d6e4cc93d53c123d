"""The digest as a message."""

from __future__ import annotations

from datetime import timedelta

from handlers.answers import Block, Message
from handlers.rights.rhythm import WEEKDAYS
from handlers.ui import blocks, outcomes, phrases, wording
from handlers.ui.phrases import hours
from models.mrkdwn import day, escaped, number, where, who
from models.reads.figures import Figures, Share
from models.reads.movements import Movement
from models.reads.week import Listed, Week, waited_since
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.tables.settlement import Settlement
from models.working_time import local_day


def digest_message(week: Week) -> Message:
    """Build the digest: what moved first, then what was decided, what waits, and how it went.

    The text alone carries most of it.
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
    shown: list[Block] = [
        blocks.header(
            "The week in decisions"
            if (week.until - week.since).days <= 7
            else "The weeks in decisions"
        ),
        blocks.section(f"{title}. {summary}"),
        *_part("Commitments", _movement_lines(week), len(week.movements)),
        *_part(
            "Decided",
            [_decided_line(*outcome, week) for outcome in week.decided],
            week.figures.decided,
        ),
        *_part("Waiting", _ages(week.waiting, week), week.waiting.count),
        *_part("Done, not accepted", _ages(week.not_accepted, week), week.not_accepted.count),
        *_part("Overdue", _late(week.overdue, week), week.overdue.count),
        *_how_it_went(week),
        blocks.context(_footer(week.rights)),
    ]
    return Message(
        phrases.limited(f"{title}. {summary} {_net_words(week.movements)}".strip()), shown
    )


def _summary(week: Week) -> str:
    decided, waiting = week.figures.decided, week.waiting.count + week.not_accepted.count
    made = "Nothing was decided"
    if decided:
        made = f"{number(decided, 'decision')} {'was' if decided == 1 else 'were'} made"
    late = f", {week.overdue.count} overdue" if week.overdue.count else ""
    waits = "nothing waits"
    if waiting:
        waits = f"{number(waiting, 'decision')} {'waits' if waiting == 1 else 'wait'}{late}"
    if week.is_past:
        waits = f"{number(waiting, 'decision') if waiting else 'nothing'} waited at its end{late}"
    return f"{made}; {waits}."


def _part(title: str, lines: list[str], count: int) -> list[Block]:
    """Build one block for this part.

    What does not fit is counted, and found with `/tradeoff list`.
    """
    if not lines:
        return []
    more = [f"…and {count - len(lines)} more: `/tradeoff list`."] if count > len(lines) else []
    return [
        blocks.section(
            blocks.cut("\n".join([f"*{title}*", *(f"• {line}" for line in lines), *more]), 3000)
        )
    ]


def _movement_lines(week: Week) -> list[str]:
    return [_movement_words(movement) for movement in week.movements[:8]]


def _net_words(moved: list[Movement]) -> str:
    return " ".join(_movement_words(movement) for movement in moved[:3])


def _movement_words(movement: Movement) -> str:
    """Name the decisions whose moves stand, and apart from them those that were taken back."""
    name = f"*{escaped(movement.commitment.name)}*"
    how_far = f"by {phrases.signed_days(movement.days)}, to {day(movement.to_on)}"
    gone = f"the move of {_numbers(movement.taken_back)} was taken back"
    if not movement.decisions:
        return f"{name} moves {how_far}: {gone}."
    counted = number(len(movement.decisions), "decision")
    verb = "moves" if len(movement.decisions) == 1 else "move"
    rest = f"; {gone}" if movement.taken_back else ""
    return f"{counted} ({_numbers(movement.decisions)}) {verb} {name} {how_far}{rest}."


def _numbers(decisions: list[int]) -> str:
    return ", ".join(f"#{decision}" for decision in decisions[:6])


def _decided_line(decision: Decision, settlement: Settlement, week: Week) -> str:
    held = week.is_past and settlement.since_at and settlement.since_at > week.until
    later = "" if held else outcomes.since(decision, settlement, why=False)
    return (
        f"{wording.title(decision)}: "
        f"{outcomes.outcome_words(decision, settlement)}{f' {later}' if later else ''}"
    )


def _ages(listed: Listed, week: Week) -> list[str]:
    return [
        f"{wording.title(decision)}: {_whose_turn(decision, week)}" for decision in listed.shown
    ]


def _whose_turn(decision: Decision, week: Week) -> str:
    """Say who must act, and for how long it has waited; of a past week only the latter.

    A claim's own words say its age already.
    """
    begun = waited_since(decision, week.until)
    if week.is_past or decision.state.settled:
        return f"waited, {number(max((week.until - begun).days, 0), 'day')} by then"
    words = wording.open_words(decision).rstrip(".")
    words = words[:1].lower() + words[1:] if words.startswith("Waiting") else words
    days = (week.now - begun).days
    return (
        words if days <= 0 or decision.is_acceptance else f"{words}, {number(days, 'day')} so far"
    )


def _late(listed: Listed, week: Week) -> list[str]:
    return [
        f"{wording.title(decision)}: due {day(decision.due_on) if decision.due_on else 'earlier'}"
        + (
            f"; {who(decision.escalated_to)} may decide too, by escalation"
            if decision.escalated_to and not week.is_past
            else ""
        )
        for decision in listed.shown
    ]


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
    lines = [f"Impact windows that ended in silence: {lapsed}."] if lapsed else []
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
        f"{counted} looked back at: {phrases.slip(now.forecast_days)} forecast, "
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
        f"Posted here on {when}, as set in rights v{current.number} by "
        f"{who(current.author)}. `/tradeoff digest` shows it now, to you alone."
    )
