"""Sentences about a decision: title, state, origin, and what waits. Typed text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from handlers.ui.cutting import fitted
from handlers.ui.outcomes import half_signed, settled_words
from handlers.ui.phrases import capital, limited, short_day, slip
from handlers.ui.reasons import labelled_reasons
from handlers.ui.relations import relations
from models.acts import Seat
from models.mrkdwn import ago, day, escaped, number, when, where, who, with_link
from models.reads.waiting import Waiting
from models.refusals.refused import seated
from models.rules import RAISED, Decider, State
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.working_time import local_day

# A message's `text` repeats each typed text up to this many columns, a reason up to twice as many.
SAID = 120


def reference(decision: Decision) -> str:
    """Return the number, as a link to the card."""
    return with_link(f"#{decision.number}", decision.card_link)


def title(decision: Decision) -> str:
    return f"{reference(decision)} {escaped(decision.title)}"


def title_then(decision: Decision, settlement: Settlement) -> str:
    """Return the title that the decision had when this round was settled."""
    return f"{reference(decision)} {escaped(settlement.title or decision.title)}"


def channel(decision: Decision) -> str:
    return where(decision.channel.slack_id)


def exported(decision: Decision) -> str:
    """Say, at the end of a sentence, which command sends what is not shown here."""
    return f": `/tradeoff export markdown` in {channel(decision)} sends all of them."


# ---- where it stands -----------------------------------------------------------------------------


def state_words(decision: Decision, *, to_signer: bool = False, reader: str | None = None) -> str:
    """Say what became of the decision; if it is open, say who must act and if it is overdue.

    If `to_signer` is True, the reader has signed, and is not told again who has. If it waits for
    the `reader`, that person is called "you"; None if many people read it.
    """
    if decision.state.settled:
        return settled_words(decision)
    words = open_words(decision, to_signer=to_signer, reader=reader)
    return " ".join([words, *late(decision)])


def day_of(decision: Decision, at: datetime) -> str:
    """Return the day of a moment in the channel's calendar, in words."""
    return day(local_day(at, decision.rights_version.time_zone))


def days_off_before(decision: Decision, due_at: datetime) -> str:
    """Say which days from Monday to Friday do not count in the impact window; empty if none.

    Example: ` (2 working days; Fri 25 Dec is off here)`.
    """
    version = decision.rights_version
    first, last = (local_day(at, version.time_zone) for at in (decision.begun_at, due_at))
    off = version.calendar.unusual_days_off(first, last)
    if not off:
        return ""
    days = ", ".join(day(holiday) for holiday in off)
    are = "is" if len(off) == 1 else "are"
    return f" ({number(version.impact_days, 'working day')}; {days} {are} off here)"


def open_words(
    decision: Decision,
    *,
    is_under_heading: bool = False,
    to_signer: bool = False,
    reader: str | None = None,
) -> str:
    """Say whose turn it is while the decision is open.

    `is_under_heading` is True if a heading above says that the work is done but not accepted. For
    `to_signer` and `reader`, see `state_words`.
    """
    act = partial(acting, decision, reader=reader)
    people = " and ".join(map(act, dict.fromkeys(decision.still_to_sign.values())))
    if decision.state is State.AWAITING_IMPACT:
        assert decision.impact_due_at
        asked = " and ".join(map(act, decision.asked_to_act))
        until = f"{when(decision.impact_due_at)}{days_off_before(decision, decision.impact_due_at)}"
        return f"Waiting for the impact from {asked}, until {until}."
    recorded = f"{made(decision)}, recorded after the fact. " if decision.is_after_the_fact else ""
    if decision.state is State.AWAITING_SIGNATURE:
        signed = half_signed(decision, people, to_signer=to_signer)
        if question := decision.open_question:
            signed += f" {who(question.asked_by)} has a question for {who(question.asked_of)}."
        return signed if to_signer else f"{recorded}{signed}"
    if decision.state is State.AWAITING_ANSWER and (question := decision.open_question):
        asker = who(question.asked_by)
        return f"{asker} has a question; waiting for {who(question.asked_of)} to answer."
    if recorded:
        return f"{recorded}Waiting for {people} to acknowledge or dispute it."
    if decision.decides is Decider.JOINT:
        verb = f"the signatures of {people}" if not decision.same_person else f"{people} to sign"
        return f"Waiting for {verb}."
    if decision.is_acceptance:
        waiting = f"Waiting for {people} to give the verdict."
        claimed = ago(decision.claims[-1].at)
        return (
            waiting if is_under_heading else f"Done but not accepted, claimed {claimed}. {waiting}"
        )
    return f"Waiting for {people} to decide."


def acting(
    decision: Decision, person: str, seat: Seat | None = None, *, reader: str | None = None
) -> str:
    """Say who acts, for whom and why: `@dora (for @alice, who is away until Tue 1 Dec 2026)`.

    `seat` is the person's seat; if it is None, the seats in which the person has to act now. If one
    of two seats is their own, the words say `also for @alice`. The `reader` is called "you".
    """
    seats = [seat or decision.acts_in(person)]
    if seat is None:
        seats = [*decision.seats_to_act_in(person)] or seats
    reasons = list[str]()
    for taken in filter(None, seats):
        instead = f"for {who(taken.on_behalf_of)}" if taken.on_behalf_of else ""
        reasons.append(", ".join(filter(None, (instead, taken.because))))
    why = " and ".join(filter(None, dict.fromkeys(reasons)))
    also = "also " if why and "" in reasons else ""
    named = "you" if person == reader else who(person)
    return f"{named} ({also}{why})" if why else named


def made(decision: Decision) -> str:
    """Write `Decided on Fri 20 Nov 2026 by @sam`, for a record that was made after the fact."""
    assert decision.made_by
    assert decision.made_on
    return f"Decided on {day(decision.made_on)} by {who(decision.made_by)}"


def late(decision: Decision) -> list[str]:
    """Say if the decision is overdue, and if the sponsor or their delegate may decide too."""
    words = (
        [f"Overdue: it was due on {short_day(decision.due_on)}."]
        if decision.overdue_at and decision.due_on
        else []
    )
    return [*words, *sponsor_may_decide(decision)]


def sponsor_may_decide(decision: Decision) -> list[str]:
    """Say that the sponsor, or their delegate, may decide too; return no sentence if not."""
    if not decision.escalated_to or decision.state is State.AWAITING_IMPACT:
        return []
    named = seated(decision.escalated_to, decision.escalated_for, decision.words.sponsor)
    return [f"{named} may decide too."]


# ---- the whole -----------------------------------------------------------------------------------


def summary(decision: Decision) -> str:
    """Write what the card says as plain sentences, for notifications and screen readers.

    Longer typed texts are cut; Details has all of them.
    """
    parts = [f"#{decision.number} {escaped(decision.title)}. {capital(state_words(decision))}"]
    if decision.settlement:
        said = labelled_reasons(decision, decision.settlement, whole=True)
        parts.append("\n".join(short(label, reason) for label, reason in said))
        return limited(" ".join(part for part in parts if part))
    parts += [origin(decision), short("Why now", decision.why_now)]
    if decision.is_after_the_fact:
        parts[-1] = short("Why", decision.why_now)
    else:
        parts += [
            _labelled(
                f"Option {option.letter}: {escaped(option.name)}",
                [("value", option.value), ("cost", option.cost)],
            )
            for option in decision.options
        ]
    if decision.statement:
        parts.append(
            _labelled(
                f"Impact: {slip(decision.statement.days)}", [("risk", decision.statement.risk)]
            )
        )
    parts += [
        f"Criterion {criterion.position}: {escaped(fitted(criterion.text, SAID))}."
        for criterion in decision.criteria
    ]
    return limited(" ".join(part for part in parts if part))


def short(label: str, typed: str) -> str:
    """Write `Why now: …`, cut, with a full stop; empty if nothing was typed."""
    if not typed:
        return ""
    said = f"{label}: {escaped(fitted(typed, 2 * SAID))}"
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _labelled(first: str, typed: Iterable[tuple[str, str]]) -> str:
    """Write `Option A: Add it now; value: …; cost: ….`, without the fields that are empty."""
    said = (f"{label}: {escaped(fitted(text, SAID))}" for label, text in typed if text)
    return "; ".join([first, *said]) + "."


def origin(decision: Decision) -> str:
    by = "It was to be decided by" if decision.state.settled else "Decide by"
    due = f" {by} {day(decision.due_on)}." if decision.due_on else ""
    asked = "".join(f" {capital(words)}." for words in relations(decision))
    return f"{capital(raised_by(decision))}.{due}{asked}"


def raised_by(decision: Decision) -> str:
    """Say who raised it, and of a claim also who submitted it again, if that is somebody else."""
    said = f"{RAISED[decision.sort]} by {who(decision.raised_by)}"
    if decision.is_acceptance and (again := decision.claims[-1].by) != decision.raised_by:
        return f"{said}, submitted again by {who(again)}"
    return said


def waiting_words(task: Waiting) -> str:
    """Say what waits for whom.

    Example: `#12 Add Apple Pay in #checkout waits for your decision, due Tue 1 Dec 2026; overdue.`
    """
    late = "; overdue" if task.overdue and task.due_on else ""
    return f"{title(task.decision)} in {channel(task.decision)} {waits_until(task)}{late}."


def waits_until(task: Waiting) -> str:
    """Say what it waits for, and until when: `waits for your decision, due Tue 1 Dec 2026`."""
    due = f", due {day(task.due_on)}" if task.due_on else ""
    if task.decision.state is State.AWAITING_IMPACT and task.decision.impact_due_at:
        due = f", until {when(task.decision.impact_due_at)}"
    return f"waits for {task.what}{due}"
