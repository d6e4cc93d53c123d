"""Outcomes of decisions in plain sentences. Typed text is escaped here."""

from __future__ import annotations

from handlers.ui.cutting import fitted
from handlers.ui.kept_moves import kept_words
from handlers.ui.phrases import capital, hours, move
from models.mrkdwn import day, escaped, when, who, who_for
from models.reads.replaced_moves import has_restored, moved_with
from models.rules import Impact, Outcome, Role, Sort, State, Verb
from models.tables.decision import Decision
from models.tables.settlement import Settlement
from models.tables.tradeoff import Signature, letter

# What the holder does with a decision, by its sort.
SETTLED = {Sort.TRADEOFF: "decided", Sort.CLAIM: "accepted", Sort.RECORD: "acknowledged"}
SINCE = {
    Verb.REOPEN: "reopened",
    Verb.UNDO: "taken back within minutes",
    Verb.RESUBMIT: "submitted again",
    Verb.RETURN: "back for a decision",
    Verb.SUPERSEDE: "superseded",
}


def settled_words(decision: Decision) -> str:
    """Say what became of the decision, by whom and by what right."""
    settlement = decision.settlement
    assert settlement
    words = outcome_words(decision, settlement)
    if decision.state is State.SUPERSEDED and decision.superseded_by:
        return f"{words} Superseded by {decision.named(decision.superseded_by)}."
    gone = move_is_gone(decision, settlement)
    return f"{words} {capital(gone)}." if gone else words


def may_undo(decision: Decision) -> str:
    """Say who can undo the decision and until when; empty if nobody can."""
    ends_at, by = decision.undo_ends_at, decision.settled_by
    return (
        f"{who(by)} can undo this until {when(ends_at)}, in the menu of this card."
        if by and ends_at
        else ""
    )


def outcome_words(decision: Decision, settlement: Settlement) -> str:
    """Say the outcome of one round, with the option and the move of the commitment.

    Example: `approved by @alice (product owner, priority): A. Add it now. Beta moves …`.
    """
    if settlement.outcome is None:
        said = f"withdrawn by {who(settlement.by)}; it was not {SETTLED[decision.sort]}."
        return said + older_words(decision, settlement)
    went_on = went_on_as(decision, settlement)
    opened = f" {went_on}." if went_on else ""
    replaces = (
        f" It takes the place of {decision.named(decision.supersedes)}."
        if settlement.outcome is Outcome.APPROVED and decision.supersedes
        else ""
    )
    said = f"{settlement.words}{_by(decision, settlement)}{until(settlement)}"
    moved = f"{older_words(decision, settlement)}{moved_words(decision, settlement)}"
    moved += kept_words(decision, settlement)
    return f"{said}{chosen(decision, settlement)}.{replaces}{moved}{opened}"


def went_on_as(decision: Decision, settlement: Settlement) -> str:
    """Say as which decision a disputed record went on, whether that is open or decided by now.

    Empty if this round was not disputed, or was reopened since.
    """
    if settlement.outcome is not Outcome.DISPUTED or settlement.since or not decision.disputed_in:
        return ""
    newer = decision.named(decision.disputed_in)
    withdrawn = "" if decision.is_disputed else ", which was withdrawn"
    return f"It went on as {newer}{withdrawn}"


def _by(decision: Decision, settlement: Settlement) -> str:
    """Say who settled the round, with the names that kind and role had then.

    A round that an earlier release settled has no such names; then those of today are used.
    """
    kind, role = (
        settlement.kind or decision.words.kind(decision.kind),
        settlement.role or decision.words.role(decision.decides.roles[0]),
    )
    by = settler(settlement)
    if settlement.by_escalation:
        return f" by {by} ({decision.words.sponsor}, by escalation; {kind})"
    signed = signers(decision, settlement.round)
    if signed and settlement.outcome is Outcome.ACKNOWLEDGED:
        return f" by {signed} ({kind})"
    if signed and settlement.outcome is Outcome.APPROVED:
        return f", signed by {signed} ({kind})"
    return f" by {by} ({role}, {kind})"


def by_whom(decision: Decision, settlement: Settlement) -> str:
    """Say who settled the round, for a card; kind and role are left to the outcome post."""
    by = settler(settlement)
    if settlement.by_escalation:
        return f"by {by} ({decision.words.sponsor}, by escalation)"
    signed = signers(decision, settlement.round)
    if signed and settlement.outcome in (Outcome.APPROVED, Outcome.ACKNOWLEDGED):
        return f"by {signed}"
    return f"by {by}"


def until(settlement: Settlement) -> str:
    """Write ` until Tue 1 Dec 2026`; empty unless the decision was deferred."""
    return f" until {day(settlement.deferred_until)}" if settlement.deferred_until else ""


def chosen(
    decision: Decision, settlement: Settlement, *, columns: int | None = None, bold: bool = False
) -> str:
    """Write the chosen option after a colon: `: A. Add it now`; empty if none was chosen.

    The name is cut to `columns`. A decision that was recorded after the fact has no letters.
    """
    if not settlement.option_position:
        return ""
    names = {option.position: option.name for option in decision.options}
    name = settlement.option_name or names.get(settlement.option_position, "")
    name = escaped(fitted(name, columns) if columns else name)
    if not decision.is_after_the_fact:
        name = f"{letter(settlement.option_position)}. {name}"
    return f": *{name}*" if bold else f": {name}"


def moved_words(decision: Decision, settlement: Settlement, *, columns: int | None = None) -> str:
    """Say how the commitment moves: ` Beta moves 12 Dec → 17 Dec.`, with the space before it.

    Empty if the round touched no commitment. The name is cut to `columns`. The ledger has to be
    loaded: it says whether the scope changes too.
    """
    if not settlement.moved_from or not settlement.moved_to:
        return ""
    commitment = decision.commitment
    name = settlement.commitment_name or (commitment.name if commitment else "The commitment")
    name = escaped(fitted(name, columns) if columns else name)
    if settlement.moved_from == settlement.moved_to:
        return (
            f" The scope of {name} changes."
            if settlement.moves
            else f" The scope of {name} is again what it was before."
        )
    said = f" {name} moves {move(settlement.moved_from, settlement.moved_to)}."
    if commitment and (entry := commitment.scope_entry_at(decision.id, settlement.at)):
        said += f" Its scope {'is again what it was before' if entry.undoes else 'changes too'}."
    return said


def older_words(decision: Decision, settlement: Settlement) -> str:
    """Say what became of the older decision that this one replaces, and of its moves.

    Examples, each with a space before it: ` #1 is in force again.`, ` The move of Beta by #1 is
    taken back: 17 Dec → 12 Dec (-5 days).`
    """
    if not decision.supersedes:
        return ""
    older = decision.named(decision.supersedes)
    said = f" {older} is in force again." if has_restored(decision, settlement) else ""
    for entry in moved_with(decision, settlement):
        dates = f": {move(entry.from_on, entry.to_on)}" if entry.from_on != entry.to_on else ""
        parts = [*(["move"] if dates else []), *(["change of scope"] if entry.scope else [])]
        both = len(parts) > 1
        back, again = ("are taken back", "hold again") if both else ("is taken back", "holds again")
        effect = f"{' and the '.join(parts)} of {escaped(entry.name)}"
        said += f" The {effect} by {older} {back if entry.undoes else again}{dates}."
    return said


def move_is_gone(decision: Decision, settlement: Settlement) -> str:
    """Say that the move of a decision in force was taken back since; empty if it was not.

    That happens if a newer decision took the move back, was reopened, and was then rejected,
    without the right to move the commitment, or after the commitment was closed. The ledger has to
    be loaded if the outcome has moved a commitment.
    """
    moved = settlement.moved_to and settlement.moves
    in_force = decision.state is State.DECIDED and settlement.round == decision.round
    commitment = decision.commitment if moved and in_force else None
    if commitment is None:
        return ""
    # The last entry decides, not the sum of days: two rounds can move a commitment to and fro.
    entered = [entry for entry in commitment.moves if entry.decision_id == decision.id]
    if not entered or not entered[-1].undoes:
        return ""
    return "that move was taken back since, and is not in force"


def since(decision: Decision, settlement: Settlement, *, why: bool = True) -> str:
    """Say which later act replaced this round's outcome, and why; empty if the outcome holds.

    If the outcome holds without its move, say that (`move_is_gone`).
    """
    if not settlement.since:
        gone = move_is_gone(decision, settlement)
        return f"{capital(gone)}." if gone else ""
    by = f" by {who(settlement.since_by)}" if settlement.since_by else ""
    if settlement.since is Verb.SUPERSEDE and decision.superseded_by:
        by = f" by {decision.named(decision.superseded_by)}"
    reason = f" Why: {escaped(settlement.since_reason)}" if settlement.since_reason and why else ""
    return f"Since then: {SINCE[settlement.since]}{by}.{reason}"


def signers(decision: Decision, round: int | None = None) -> str:
    """Name the people who signed in `round`, or in the current round if `round` is None."""
    names = [
        signer(signature)
        for signature in decision.signatures
        if signature.round == (round or decision.round)
    ]
    return " and ".join(dict.fromkeys(names))


def half_signed(decision: Decision, people: str, *, to_signer: bool) -> str:
    """Say who has signed or acknowledged, and which `people` still have to.

    If `to_signer` is True, the reader is a signer, and is told only who still has to.
    """
    signed, wanted = "Signed", f"the second signature, from {people}"
    if decision.is_after_the_fact:
        signed, wanted = "Acknowledged", f"{people} to acknowledge or dispute it"
    if to_signer:
        return f"Waiting for {wanted}."
    return f"{signed} by {signers(decision)}; waiting for {wanted}."


def signer(signature: Signature) -> str:
    """Name a signer, and the person they sign for, if any: `@dora for @alice`."""
    return who_for(signature.person, signature.on_behalf_of)


def settler(settlement: Settlement) -> str:
    """Name the person who settled the round, and the person they acted for, if any."""
    return who_for(settlement.by, settlement.on_behalf_of)


def facts(
    decision: Decision, settlement: Settlement | None, *, beside_routing: bool = False
) -> str:
    """Say what was unusual, the version of the rights and, once settled, the short hash.

    Beside the routing sentence, which names the version of the routing, only another version is
    named. Empty if nothing is left to say.
    """
    parts = warnings(decision, settlement)
    routed_under = decision.rights_version.number
    version = (settlement and settlement.rights_number) or routed_under
    if version != routed_under or not beside_routing:
        parts.append(f"rights v{version}")
    if settlement:
        parts.append(f"record {settlement.hash[:12]}")
    return capital(" · ".join(parts))


def in_force_briefly(settlement: Settlement) -> str:
    """Name the version of the rights that allowed the decision, and how long it was in force.

    Empty if it was in force for a day or longer.
    """
    if not settlement.brief_number or settlement.outcome is None:
        return ""
    held = hours(max(settlement.brief_seconds or 0, 60) / 3600)
    return f"{settlement.act} under v{settlement.brief_number}, in force for {held}"


def without_impact(decision: Decision, settlement: Settlement) -> str:
    """Say that the decision was made, or deferred, without impact.

    If one of two roles stated it, name the other.
    """
    first = decision.question_round_in(settlement.round)
    stated = {
        statement.role
        for statement in decision.impacts
        if first <= statement.round <= settlement.round and statement.at <= settlement.at
    }
    missing = [role for role in Role if role not in stated]
    if len(missing) == 1:
        return f"{settlement.act} without the {decision.words.role(missing[0])}'s impact"
    return f"{settlement.act} without impact"


def warnings(decision: Decision, settlement: Settlement | None) -> list[str]:
    """Return what was unusual about the decision, a few words each."""
    unusual = []
    now = decision.impact_stated if decision.to_revise else decision.impact
    impact = settlement.impact if settlement else now
    if settlement and settlement.outcome and impact is Impact.LAPSED:
        unusual.append(without_impact(decision, settlement))
    if impact is Impact.LATE:
        unusual.append("impact stated late")
    if settlement and (brief := in_force_briefly(settlement)):
        unusual.append(brief)
    if settlement.same_person if settlement else decision.same_person:
        unusual.append("same person in both roles")
    if settlement and decision.is_own(settlement):
        subject = "own claim" if decision.is_acceptance else "own question"
        unusual.append(f"{settlement.act} on their {subject}")
    if decision.is_after_the_fact:
        unusual.append("recorded after the fact")
    round = settlement.round if settlement else decision.round
    if round > 1:
        unusual.append(f"round {round}")
    return unusual
