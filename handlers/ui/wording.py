"""What is said of a decision, in plain sentences: title, state, outcome, reason, facts. Typed text is escaped here."""

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


def title_then(decision: Decision, done: Settlement) -> str:
    """What it was called when this round was settled."""
    return f"#{decision.number} {escaped(done.title or decision.title)}"


def channel(decision: Decision) -> str:
    return where(decision.channel.slack_id)


# ---- where it stands -------------------------------------------------------------------------------------------------


def state_words(decision: Decision) -> str:
    """Where it stands and who must act, in a sentence or two."""
    if decision.state.settled:
        return settled_words(decision)
    return " ".join([open_words(decision), *_late(decision)])


def open_words(decision: Decision) -> str:
    """Whose turn it is, while it is open."""
    people = " and ".join(
        acting(decision, person) for person in dict.fromkeys(decision.still_to_sign.values())
    )
    if decision.state is State.AWAITING_IMPACT:
        assert decision.impact_due_at
        return f"Waiting for the impact from {acting(decision, decision.counterpart)}, until {when(decision.impact_due_at)}."
    if decision.state is State.AWAITING_SIGNATURE and decision.is_after_the_fact:
        return f"{made(decision)} Acknowledged by {signers(decision)}; waiting for {people} to acknowledge or dispute it."
    if decision.state is State.AWAITING_SIGNATURE:
        return f"Signed by {signers(decision)}; waiting for the second signature, from {people}."
    if decision.state is State.AWAITING_ANSWER and (question := decision.open_question):
        return f"{who(question.asked_by)} has a question; waiting for {who(question.asked_of)} to answer."
    if decision.is_after_the_fact:
        return f"{made(decision)} Waiting for {people} to acknowledge or dispute it."
    if decision.decides is Decider.JOINT:
        verb = f"the signatures of {people}" if not decision.same_person else f"{people} to sign"
        return f"Waiting for {verb}."
    if decision.is_acceptance:
        return f"Done but not accepted, claimed {ago(decision.claims[-1].at)}. Waiting for {people} to give the verdict."
    return f"Waiting for {people} to decide."


def acting(decision: Decision, person: str) -> str:
    """`@dora (for @alice, who is away until Tue 1 Dec 2026)`: who acts, for whom, and why."""
    because = decision.because(person)
    instead = decision.role_holder(person)
    if instead:
        return f"{who(person)} (for {who(instead)}{f', {because}' if because else ''})"
    return f"{who(person)} ({because})" if because else who(person)


def made(decision: Decision) -> str:
    """What a record after the fact says of its origin."""
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


# ---- what became of it -----------------------------------------------------------------------------------------------


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


def short_day(value: date) -> str:
    """`12 Dec`."""
    return f"{value.day} {value:%b}"


def days(later: date, earlier: date) -> str:
    """`+5 days`, `-1 day`."""
    return signed_days((later - earlier).days)


def signed_days(count: int) -> str:
    if count == 0:
        return "0 days"
    return f"{count:+d} {'day' if abs(count) == 1 else 'days'}"


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


# ---- the whole -------------------------------------------------------------------------------------------------------


def summary(decision: Decision) -> str:
    """The whole card in plain sentences, for notifications and screen readers."""
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
            f"Option {one.letter}: {escaped(one.name)}; value: {escaped(one.value)}; cost: {escaped(one.cost)}."
            for one in decision.options
        ]
    if decision.statement:
        parts.append(
            f"Impact: {slip(decision.statement.days)}; risk: {escaped(decision.statement.risk)}."
        )
    parts += [f"Criterion {one.position}: {escaped(one.text)}." for one in decision.criteria]
    return limited(" ".join(part for part in parts if part))


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
    if decision.is_after_the_fact:
        verb = "Recorded"
    link = f" In place of #{decision.supersedes}." if decision.supersedes else ""
    link += f" Disputes what #{decision.disputes} recorded." if decision.disputes else ""
    return f"{verb} by {who(decision.raised_by)}.{due}{link}{asked}"


def slip(days: int) -> str:
    if days == 0:
        return "no slip"
    return f"{number(days, 'day')} of slip" if days > 0 else f"{number(-days, 'day')} earlier"


def hours(count: float) -> str:
    """`40 minutes`, `5 hours`, `2.5 days`."""
    if count < 1:
        return number(round(count * 60), "minute")
    if count < 48:
        return number(round(count), "hour")
    return f"{count / 24:.1f} days"


def waiting_words(one: Waiting) -> str:
    """`#12 Add Apple Pay in #checkout waits for your decision, due Tue 1 Dec; overdue.`"""
    return f"{title(one.decision)} in {channel(one.decision)} {waits_for(one)}."


def waits_for(one: Waiting) -> str:
    """`waits for your decision, due Tue 1 Dec; overdue`."""
    due = f", due {day(one.due_on)}" if one.due_on else ""
    if one.decision.state is State.AWAITING_IMPACT and one.decision.impact_due_at:
        due = f", until {when(one.decision.impact_due_at)}"
    late = "; overdue" if one.decision.overdue_at and one.due_on and not one.follow_up else ""
    return f"waits for {one.what}{due}{late}"
