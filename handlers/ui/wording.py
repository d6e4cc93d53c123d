"""Sentences about a decision: title, state, outcome, reason, facts. Typed text is escaped here."""

from __future__ import annotations

from datetime import date

from handlers.ui.blocks import cut
from models.mrkdwn import ago, day, escaped, number, when, where, who
from models.reads.waiting import Waiting
from models.rules import Decider, Impact, Outcome, State, Verb
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import Signature, letter

# chat.update refuses a `text` of more than 4,000 characters (docs/reference/slack.md, Limits).
TEXT_LIMIT = 3900

SINCE = {
    Verb.REOPEN: "reopened",
    Verb.UNDO: "taken back within minutes",
    Verb.RESUBMIT: "submitted again",
    Verb.RETURN: "back for a decision",
    Verb.SUPERSEDE: "superseded",
}


def title(decision: Decision) -> str:
    return f"#{decision.number} {escaped(decision.title)}"


def title_then(decision: Decision, settlement: Settlement) -> str:
    """Return the title that the decision had when this round was settled."""
    return f"#{decision.number} {escaped(settlement.title or decision.title)}"


def channel(decision: Decision) -> str:
    return where(decision.channel.slack_id)


# ---- where it stands -----------------------------------------------------------------------------


def state_words(decision: Decision) -> str:
    """Say where the decision stands and who must act, in a sentence or two."""
    if decision.state.settled:
        return settled_words(decision)
    return " ".join([open_words(decision), *_late(decision)])


def open_words(decision: Decision) -> str:
    """Say whose turn it is while the decision is open."""
    people = " and ".join(
        acting(decision, person) for person in dict.fromkeys(decision.still_to_sign.values())
    )
    if decision.state is State.AWAITING_IMPACT:
        assert decision.impact_due_at
        return (
            f"Waiting for the impact from {acting(decision, decision.counterpart)}, until "
            f"{when(decision.impact_due_at)}."
        )
    if decision.state is State.AWAITING_SIGNATURE and decision.is_after_the_fact:
        return (
            f"{made(decision)} Acknowledged by {signers(decision)}; waiting for {people} "
            "to acknowledge or dispute it."
        )
    if decision.state is State.AWAITING_SIGNATURE:
        return f"Signed by {signers(decision)}; waiting for the second signature, from {people}."
    if decision.state is State.AWAITING_ANSWER and (question := decision.open_question):
        return (
            f"{who(question.asked_by)} has a question; waiting for "
            f"{who(question.asked_of)} to answer."
        )
    if decision.is_after_the_fact:
        return f"{made(decision)} Waiting for {people} to acknowledge or dispute it."
    if decision.decides is Decider.JOINT:
        verb = f"the signatures of {people}" if not decision.same_person else f"{people} to sign"
        return f"Waiting for {verb}."
    if decision.is_acceptance:
        return (
            f"Done but not accepted, claimed {ago(decision.claims[-1].at)}. Waiting for "
            f"{people} to give the verdict."
        )
    return f"Waiting for {people} to decide."


def acting(decision: Decision, person: str) -> str:
    """Say who acts, for whom and why: `@dora (for @alice, who is away until Tue 1 Dec 2026)`."""
    because = decision.because(person)
    instead = decision.role_holder(person)
    if instead:
        return f"{who(person)} (for {who(instead)}{f', {because}' if because else ''})"
    return f"{who(person)} ({because})" if because else who(person)


def made(decision: Decision) -> str:
    """Say who made the decision that was recorded after the fact, and when."""
    assert decision.made_by
    assert decision.made_on
    return (
        f"Decided on {day(decision.made_on)} by {who(decision.made_by)}, recorded after the fact."
    )


def _late(decision: Decision) -> list[str]:
    words = (
        [f"Overdue: it was to be decided by {day(decision.due_on)}."]
        if decision.overdue_at and decision.due_on
        else []
    )
    return [*words, *sponsor_may_decide(decision)]


def sponsor_may_decide(decision: Decision) -> list[str]:
    """Say in a sentence that the sponsor may decide too; no sentence while they may not."""
    if not decision.escalated_to or decision.state is State.AWAITING_IMPACT:
        return []
    return [f"{who(decision.escalated_to)} (sponsor) may decide too, by escalation."]


# ---- what became of it ---------------------------------------------------------------------------


def settled_words(decision: Decision) -> str:
    """Say what became of the decision, by whom and by what right."""
    settlement = decision.settlement
    assert settlement
    newer = (
        f" Superseded by #{decision.superseded_by}." if decision.state is State.SUPERSEDED else ""
    )
    return f"{outcome_words(decision, settlement)}{newer}"


def outcome_words(decision: Decision, settlement: Settlement) -> str:
    """Say the outcome of one round.

    As in `approved by @alice (product owner, priority): A, Add it now. Beta moves …`.
    """
    if settlement.outcome is None:
        return f"withdrawn by {who(settlement.by)}; it was not decided."
    until = f" until {day(settlement.deferred_until)}" if settlement.deferred_until else ""
    opened = (
        f" It goes on as #{decision.disputed_in}." if settlement.outcome is Outcome.DISPUTED else ""
    )
    return (
        f"{settlement.words}{_by(decision, settlement)}{until}{_chosen(decision, settlement)}."
        f"{moved_words(decision, settlement)}{opened}"
    )


def _by(decision: Decision, settlement: Settlement) -> str:
    """Say who settled the round, with kind and role as they were then.

    Rounds that an earlier release settled have no kind and role of their own.
    """
    kind, role = (
        settlement.kind or decision.kind.label,
        settlement.role or decision.decides.roles[0].label,
    )
    instead = f" for {who(settlement.on_behalf_of)}" if settlement.on_behalf_of else ""
    if settlement.by_escalation:
        return f" by {who(settlement.by)} (sponsor, by escalation; {kind})"
    signed = signers(decision, settlement.round)
    if signed and settlement.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED):
        return f", signed by {signed} ({kind})"
    return f" by {who(settlement.by)}{instead} ({role}, {kind})"


def _chosen(decision: Decision, settlement: Settlement) -> str:
    option = next(
        (option for option in decision.options if option.position == settlement.option_position),
        None,
    )
    if not settlement.option_position:
        return ""
    name = escaped(settlement.option_name or (option.name if option else ""))
    return (
        f": {name}"
        if decision.is_after_the_fact
        else f": {letter(settlement.option_position)}, {name}"
    )


def moved_words(decision: Decision, settlement: Settlement) -> str:
    """Say how the commitment moves: ` Beta moves 12 Dec → 17 Dec.`, with the space before it.

    Empty if the round touched no commitment.
    """
    if not settlement.moved_from or not settlement.moved_to:
        return ""
    name = escaped(
        settlement.commitment_name
        or (decision.commitment.name if decision.commitment else "The commitment")
    )
    if settlement.moved_from == settlement.moved_to:
        return (
            f" The scope of {name} changes."
            if settlement.moves
            else f" The scope of {name} is as it was before."
        )
    return (
        f" {name} moves {short_day(settlement.moved_from)} → "
        f"{short_day(settlement.moved_to)} "
        f"({days(settlement.moved_to, settlement.moved_from)})."
    )


def short_day(value: date) -> str:
    """Write a day as `12 Dec`."""
    return f"{value.day} {value:%b}"


def days(later: date, earlier: date) -> str:
    """Write the difference between two days as `+5 days` or `-1 day`."""
    return signed_days((later - earlier).days)


def signed_days(count: int) -> str:
    return f"{count:+d} day{'' if abs(count) == 1 else 's'}" if count else "0 days"


def since(decision: Decision, settlement: Settlement, *, why: bool = True) -> str:
    """Say what ended this round's outcome later, and why; empty while the outcome holds."""
    if not settlement.since:
        return ""
    by = f" by {who(settlement.since_by)}" if settlement.since_by else ""
    if settlement.since is Verb.SUPERSEDE:
        by = f" by #{decision.superseded_by}"
    reason = f" Why: {escaped(settlement.since_reason)}" if settlement.since_reason and why else ""
    return f"Since then: {SINCE[settlement.since]}{by}.{reason}"


def signers(decision: Decision, round: int | None = None) -> str:
    """Name the people who signed in this round, or in the current round if none is given."""
    names = [
        signer(signature)
        for signature in decision.signatures
        if signature.round == (round or decision.round)
    ]
    return " and ".join(dict.fromkeys(names))


def signer(signature: Signature) -> str:
    """Name a signer, and the person they sign for: `@dora for @alice`."""
    instead = f" for {who(signature.on_behalf_of)}" if signature.on_behalf_of else ""
    return f"{who(signature.person)}{instead}"


def why(settlement: Settlement) -> str:
    return f"Why: {escaped(settlement.reason)}" if settlement.reason else ""


def facts(decision: Decision, settlement: Settlement | None) -> str:
    """Say what the record adds: warnings, the version of the rights, the head of the hash chain."""
    parts = warnings(decision, settlement)
    version = (settlement and settlement.rights_number) or decision.rights_version.number
    parts.append(f"rights v{version}")
    if settlement:
        parts.append(f"record {settlement.hash[:12]}")
    return capital(" · ".join(parts))


def warnings(decision: Decision, settlement: Settlement | None) -> list[str]:
    """Return what was unusual about the decision, a few words each."""
    unusual = []
    impact = settlement.impact if settlement else decision.impact
    if settlement and settlement.outcome and impact is Impact.LAPSED:
        unusual.append("decided without impact")
    if impact is Impact.LATE:
        unusual.append("impact stated late")
    if settlement.same_person if settlement else decision.same_person:
        unusual.append("same person in both roles")
    if decision.is_after_the_fact:
        unusual.append("recorded after the fact")
    round = settlement.round if settlement else decision.round
    if round > 1:
        unusual.append(f"round {round}")
    return unusual


# ---- the whole -----------------------------------------------------------------------------------


def summary(decision: Decision) -> str:
    """Say the whole card in plain sentences, for notifications and screen readers."""
    parts = [
        f"{title(decision)}. {capital(state_words(decision))}",
        decision.routed,
        origin(decision),
    ]
    if decision.settlement:
        parts.append(why(decision.settlement))
    if decision.why_now:
        parts.append(
            f"{'Why' if decision.is_after_the_fact else 'Why now'}: {escaped(decision.why_now)}"
        )
    if not decision.is_after_the_fact:
        parts += [
            f"Option {option.letter}: {escaped(option.name)}; value: "
            f"{escaped(option.value)}; cost: {escaped(option.cost)}."
            for option in decision.options
        ]
    if decision.statement:
        parts.append(
            f"Impact: {slip(decision.statement.days)}; risk: {escaped(decision.statement.risk)}."
        )
    parts += [
        f"Criterion {criterion.position}: {escaped(criterion.text)}."
        for criterion in decision.criteria
    ]
    return limited(" ".join(part for part in parts if part))


def limited(text: str) -> str:
    """Cut a text to what fits into a message's `text`."""
    return cut(text, TEXT_LIMIT)


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def origin(decision: Decision) -> str:
    due = f" Decide by {day(decision.due_on)}." if decision.due_on else ""
    consulted = ", ".join(who(person) for person in decision.consulted)
    asked = f" {consulted}: your view is wanted in the thread." if consulted else ""
    verb = (
        "Claimed"
        if decision.is_acceptance
        else "Recorded"
        if decision.is_after_the_fact
        else "Raised"
    )
    link = f" In place of #{decision.supersedes}." if decision.supersedes else ""
    link += f" Disputes what #{decision.disputes} recorded." if decision.disputes else ""
    return f"{verb} by {who(decision.raised_by)}.{due}{link}{asked}"


def slip(days: int) -> str:
    if days == 0:
        return "no slip"
    return f"{number(days, 'day')} of slip" if days > 0 else f"{number(-days, 'day')} earlier"


def hours(count: float) -> str:
    """Write hours in a fitting unit: `40 minutes`, `5 hours`, `2.5 days`."""
    if count < 1:
        return number(round(count * 60), "minute")
    if count < 48:
        return number(round(count), "hour")
    return f"{count / 24:.1f} days"


def waiting_words(task: Waiting) -> str:
    """Say what waits for whom.

    As in `#12 Add Apple Pay in #checkout waits for your decision, due Tue 1 Dec; overdue.`
    """
    return f"{title(task.decision)} in {channel(task.decision)} {waits_for(task)}."


def waits_for(task: Waiting) -> str:
    """Say only what it waits for: `waits for your decision, due Tue 1 Dec; overdue`."""
    due = f", due {day(task.due_on)}" if task.due_on else ""
    if task.decision.state is State.AWAITING_IMPACT and task.decision.impact_due_at:
        due = f", until {when(task.decision.impact_due_at)}"
    late = "; overdue" if task.decision.overdue_at and task.due_on and not task.follow_up else ""
    return f"waits for {task.what}{due}{late}"
