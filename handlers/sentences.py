"""What is said of a decision, in plain sentences: title, state, outcome, reason, facts. Typed text is escaped here."""

from __future__ import annotations

from handlers.blocks import cut, escape
from models.decision import Decision
from models.rules import Decider, Impact, Outcome, State
from models.words import day, number, when, where, who

# chat.update refuses a `text` of more than 4,000 characters (slack.md §4).
TEXT_LIMIT = 3900


def title(decision: Decision) -> str:
    return f"#{decision.number} {escape(decision.title)}"


def channel(decision: Decision) -> str:
    return where(decision.channel.slack_id)


def state_words(decision: Decision) -> str:
    """Where it stands and who must act, in one sentence."""
    if decision.state.settled:
        return settled_words(decision)
    if decision.state is State.AWAITING_IMPACT:
        assert decision.impact_due_at
        return f"Waiting for the impact from {who(decision.counterpart)}, until {when(decision.impact_due_at)}."
    people = " and ".join(who(person) for person in dict.fromkeys(decision.still_to_sign.values()))
    if decision.state is State.AWAITING_SIGNATURE:
        return f"Signed by {signers(decision)}; waiting for the second signature, from {people}."
    if decision.decides is Decider.JOINT:
        return (
            f"Waiting for the signatures of {people}." if not decision.same_person else f"Waiting for {people} to sign."
        )
    return f"Waiting for {people} to decide."


def settled_words(decision: Decision) -> str:
    """What became of it, by whom and by what right."""
    assert decision.settled_by
    if decision.state is State.WITHDRAWN:
        return f"withdrawn by {who(decision.settled_by)}; it was not decided."
    right = f"{role_of_decider(decision)}, {decision.kind.label}"
    if decision.outcome is Outcome.APPROVED and decision.decides is Decider.JOINT:
        by = f"approved, signed by {signers(decision)} ({decision.kind.label})"
    else:
        by = f"{decision.outcome_word} by {who(decision.settled_by)} ({right})"
    option = decision.option
    chosen = f": {option.letter}, {escape(option.name)}" if option else ""
    return f"{by}{chosen}."


def role_of_decider(decision: Decision) -> str:
    roles = [role.label for role, person in decision.holders.items() if person == decision.settled_by]
    return " and ".join(roles)


def signers(decision: Decision) -> str:
    signers = [one.person for one in decision.signatures if one.round == decision.round]
    return " and ".join(who(person) for person in dict.fromkeys(signers))


def why(decision: Decision) -> str:
    return f"Why: {escape(decision.settled_reason or '')}"


def facts(decision: Decision) -> str:
    """What the record adds: warnings first, then the version of the rights and the head of the hash chain."""
    facts = []
    if decision.decided_without_impact:
        facts.append("decided without impact")
    if decision.impact is Impact.LATE:
        facts.append("impact stated late")
    if decision.same_person:
        facts.append("same person in both roles")
    facts.append(f"rights v{decision.rights_version.number}")
    if decision.settled_hash:
        facts.append(f"record {decision.settled_hash[:12]}")
    sentence = " · ".join(facts)
    return sentence[0].upper() + sentence[1:]


def summary(decision: Decision) -> str:
    """The whole card in plain sentences, for notifications and screen readers."""
    parts = [f"{title(decision)}. {capital(state_words(decision))}", decision.routed, origin(decision)]
    if decision.state.settled:
        parts.append(why(decision))
    if decision.why_now:
        parts.append(f"Why now: {escape(decision.why_now)}")
    parts += [
        f"Option {one.letter}: {escape(one.name)}; value: {escape(one.value)}; cost: {escape(one.cost)}."
        for one in decision.options
    ]
    if decision.statement:
        parts.append(f"Impact: {slip(decision.statement.days)}; risk: {escape(decision.statement.risk)}.")
    parts += [f"Criterion {one.position}: {escape(one.text)}." for one in decision.criteria]
    return limited(" ".join(parts))


def limited(text: str) -> str:
    """What fits into a message's `text`."""
    return cut(text, TEXT_LIMIT)


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def origin(decision: Decision) -> str:
    due = f" Decide by {day(decision.due_on)}." if decision.due_on else ""
    consulted = ", ".join(who(person) for person in decision.consulted)
    asked = f" {consulted}: your view is wanted in the thread." if consulted else ""
    verb = "Claimed" if decision.is_acceptance else "Raised"
    return f"{verb} by {who(decision.raised_by)}.{due}{asked}"


def slip(days: int) -> str:
    if days == 0:
        return "no slip"
    return f"{number(days, 'day')} of slip" if days > 0 else f"{number(-days, 'day')} earlier"
