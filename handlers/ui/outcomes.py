"""What became of a decision, in plain sentences. Typed text is escaped here."""

from __future__ import annotations

from handlers.ui.phrases import capital, days, short_day
from models.mrkdwn import day, escaped, who
from models.rules import Impact, Outcome, State, Verb
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import Signature, letter

SINCE = {
    Verb.REOPEN: "reopened",
    Verb.UNDO: "taken back within minutes",
    Verb.RESUBMIT: "submitted again",
    Verb.RETURN: "back for a decision",
    Verb.SUPERSEDE: "superseded",
}


def settled_words(decision: Decision) -> str:
    """What became of it, by whom and by what right."""
    done = decision.settlement
    assert done
    newer = (
        f" Superseded by #{decision.superseded_by}." if decision.state is State.SUPERSEDED else ""
    )
    return f"{outcome_words(decision, done)}{newer}"


def outcome_words(decision: Decision, done: Settlement) -> str:
    """The outcome of one round: `approved by @alice (product owner, priority): A, Add it now. Beta moves …`."""
    if done.outcome is None:
        return f"withdrawn by {who(done.by)}; it was not decided."
    until = f" until {day(done.deferred_until)}" if done.deferred_until else ""
    opened = f" It goes on as #{decision.disputed_in}." if done.outcome is Outcome.DISPUTED else ""
    return f"{done.words}{_by(decision, done)}{until}{_chosen(decision, done)}.{moved(decision, done)}{opened}"


def _by(decision: Decision, done: Settlement) -> str:
    """As it was then. What an earlier release settled has no kind and role of its own."""
    kind, role = done.kind or decision.kind.label, done.role or decision.decides.roles[0].label
    instead = f" for {who(done.on_behalf_of)}" if done.on_behalf_of else ""
    if done.by_escalation:
        return f" by {who(done.by)} (sponsor, by escalation; {kind})"
    signed = signers(decision, done.round)
    if signed and done.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED):
        return f", signed by {signed} ({kind})"
    return f" by {who(done.by)}{instead} ({role}, {kind})"


def _chosen(decision: Decision, done: Settlement) -> str:
    option = next((one for one in decision.options if one.position == done.option_position), None)
    if not done.option_position:
        return ""
    name = escaped(done.option_name or (option.name if option else ""))
    return (
        f": {name}" if decision.is_after_the_fact else f": {letter(done.option_position)}, {name}"
    )


def moved(decision: Decision, done: Settlement) -> str:
    """` Beta moves 12 Dec → 17 Dec.`, with the space before it; empty when no promise was touched."""
    if not done.moved_from or not done.moved_to:
        return ""
    name = escaped(
        done.commitment_name
        or (decision.commitment.name if decision.commitment else "The commitment")
    )
    if done.moved_from == done.moved_to:
        return (
            f" The scope of {name} changes."
            if done.moves
            else f" The scope of {name} is as it was before."
        )
    return f" {name} moves {short_day(done.moved_from)} → {short_day(done.moved_to)} ({days(done.moved_to, done.moved_from)})."


def since(decision: Decision, done: Settlement, *, why: bool = True) -> str:
    """What ended this round's outcome later, and why; empty while it stands."""
    if not done.since:
        return ""
    by = f" by {who(done.since_by)}" if done.since_by else ""
    if done.since is Verb.SUPERSEDE:
        by = f" by #{decision.superseded_by}"
    reason = f" Why: {escaped(done.since_reason)}" if done.since_reason and why else ""
    return f"Since then: {SINCE[done.since]}{by}.{reason}"


def signers(decision: Decision, round: int | None = None) -> str:
    """Who signed in this round, else in the current one."""
    signers = [signer(one) for one in decision.signatures if one.round == (round or decision.round)]
    return " and ".join(dict.fromkeys(signers))


def signer(signature: Signature) -> str:
    """`@dora for @alice`."""
    instead = f" for {who(signature.on_behalf_of)}" if signature.on_behalf_of else ""
    return f"{who(signature.person)}{instead}"


def why(done: Settlement) -> str:
    return f"Why: {escaped(done.reason)}" if done.reason else ""


def facts(decision: Decision, done: Settlement | None) -> str:
    """What the record adds: warnings first, then the version of the rights and the head of the hash chain."""
    facts = warnings(decision, done)
    version = (done and done.rights_number) or decision.rights_version.number
    facts.append(f"rights v{version}")
    if done:
        facts.append(f"record {done.hash[:12]}")
    return capital(" · ".join(facts))


def warnings(decision: Decision, done: Settlement | None) -> list[str]:
    """What was unusual about it, a few words each."""
    facts = []
    impact = done.impact if done else decision.impact
    if done and done.outcome and impact is Impact.LAPSED:
        facts.append("decided without impact")
    if impact is Impact.LATE:
        facts.append("impact stated late")
    if done.same_person if done else decision.same_person:
        facts.append("same person in both roles")
    if decision.is_after_the_fact:
        facts.append("recorded after the fact")
    round = done.round if done else decision.round
    if round > 1:
        facts.append(f"round {round}")
    return facts
