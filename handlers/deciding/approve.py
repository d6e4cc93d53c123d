"""Approval: the form asks for the reason, and the right is checked again on saving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, Done, UpdateForm, View
from handlers.card.body import default_review
from handlers.card.commitment import has_moved_words, if_approved, taken_back, without_move
from handlers.card.question import in_whose_place, question, questions_asked, stated_impact
from handlers.deciding.shared import (
    also_signs_for,
    open_form,
    signed_by_others,
    today_in,
)
from handlers.requests import Click, Form, FormState
from handlers.ui import blocks, fields, forms, inputs, outcomes, phrases
from handlers.ui.forms import about, read_reason, reason_field, titled
from handlers.ui.references import linked
from handlers.ui.relations import in_place_of
from models.mrkdwn import escaped, who
from models.reads import references
from models.reads.replaced_moves import out_of_reach, reversal_by
from models.refusals.refused import FieldsInvalid
from models.rules import Role
from models.tables.decision import Decision
from models.tables.tradeoff import Signature
from models.verbs import commitment_moves, deciding
from models.verbs.deciding import Approval

# Key of `facts_shown` in what the form remembers. Forms of an older release have the same key.
SHOWN = "ground"


def approve(click: Click, session: Session) -> Answer:
    """Open the form that asks which option, and why."""

    def form(decision: Decision) -> View:
        return approval_form(decision, click.person.id, today_in(click, decision))

    return open_form(click, session, form)


def save_approval(form: Form, session: Session) -> Answer:
    """Approve the decision, unless something has changed while the form was open.

    If what the form showed has changed (see `facts_shown`), the form first says so, and the person
    submits it again.
    """
    decision = subjects.form_decision(form, session)
    decision.check_may_decide(form.person)
    today = today_in(form, decision)
    seen = forms.remembered(form.metadata)[SHOWN]
    if _facts_in(seen) != _facts_in(facts_shown(decision)):
        view = approval_form(decision, form.person.id, today, seen=seen)
        return UpdateForm(forms.refilled(view, form.state))
    approval = read_approval(form.state, decision, today)
    replaced = subjects.replaced_by(decision, session)
    deciding.approve(decision, approval, form.act, replaced=replaced)
    return Done()


def approval_form(decision: Decision, person: str, today: date, *, seen: str | None = None) -> View:
    """Build the form of an approval: which option, what becomes of the commitment, and why.

    The second person to sign a joint decision signs what the first person chose. `seen` is what
    `facts_shown` returned when the form was last drawn. If it is given, the form begins with what
    has changed since.
    """
    shown: list[Block] = [
        titled(decision),
        *_news(decision, seen),
        *in_whose_place(decision, person),
        *also_signs_for(decision, person, _movers(decision, True), _movers(decision, False)),
        *_in_place_of(decision),
        *question(decision),
        *stated_impact(decision),
        *questions_asked(decision),
        *_moved_since(decision),
        *taken_back(decision),
    ]
    holds = person in decision.holders.values()
    chosen = decision.choice_before(person)
    shown += _second_signature(decision, chosen) if chosen else _first_choice(decision, person)
    if decision.statement and _would_settle(decision, person):
        shown.append(
            inputs.field(
                "review_on",
                "Ask on this day whether the forecast held",
                inputs.date_input(default_review(decision, today)),
                optional=True,
            )
        )
    shown.append(reason_field(_who_reads(decision, person)))
    submit = "Sign" if len(decision.holders) > 1 and holds else "Approve"
    remember = about(decision, **{SHOWN: facts_shown(decision)})
    title = f"{submit} #{decision.number}"
    return inputs.form("decide.approve", title, shown, remember, submit=submit)


def _in_place_of(decision: Decision) -> list[Block]:
    """Name the older decision that this one replaces; show nothing if there is none.

    Say so if an approval would not replace it now.
    """
    if not decision.supersedes:
        return []
    said = phrases.capital(in_place_of(decision))
    if out_of_reach(decision):
        return [blocks.section(f"*{said}.* An approval now replaces nothing.")]
    return [blocks.context(f"{said}.")]


def _second_signature(decision: Decision, signed: Signature) -> list[Block]:
    """Show the option and the move that the first person to sign chose."""
    option = next(
        option for option in decision.options if option.position == signed.option_position
    )
    said = [blocks.typed(f"You sign option {option.letter}", option.name)]
    if signed.reason:
        said.append(blocks.context(f"{outcomes.signer(signed)} signed it:"))
        said.append(blocks.quote(signed.reason))
    if references.changes_since_signed(decision):
        words = f"The references were changed after {who(signed.person)} signed:"
        links = references.of_decisions(decision.session, [decision.id])[decision.id]
        said += [blocks.context(words), *(linked(links) or [blocks.context("There are none now.")])]
    return [*said, *_move(decision, moves=signed.moves)]


def _first_choice(decision: Decision, person: str) -> list[Block]:
    """Show what a sponsor who chooses anew would replace, then ask for the choice."""
    signed = signed_by_others(decision, person)
    anew = "You choose anew, by escalation; your choice counts instead."
    return [*signed, *([blocks.context(anew)] if signed else []), *_choice(decision)]


def _choice(decision: Decision) -> list[Block]:
    """Show the move that is asked for, and ask for the option and what becomes of the move."""
    choices = [
        inputs.choice(str(option.position), phrases.numbered(option.letter, option.name))
        for option in decision.options
    ]
    field = inputs.field("option", "Option", inputs.radio(choices))
    return [*_move(decision), field, *_commitment_field(decision)]


def _who_reads(decision: Decision, person: str) -> str:
    """Say who reads the reason: the channel, or first the person who signs next."""
    if _would_settle(decision, person):
        return "The record and the channel keep your reason."
    if _would_settle(decision, person, moves=False):
        return (
            "If the commitment changes, the person who signs next reads your reason first; once "
            "this is approved, the channel does."
        )
    return "The person who signs next reads your reason; once both have signed, the channel does."


def _would_settle(decision: Decision, person: str, *, moves: bool = True) -> bool:
    """Return True if an approval by this person settles the decision.

    `moves` is False if the approval leaves the commitment as it is.
    """
    if person not in decision.holders.values():
        return True
    movers = map(decision.seat_of, _movers(decision, moves))
    missing = {*decision.still_to_sign.values(), *movers}
    signed = {decision.seat_of(role) for role in decision.holders} - {
        *decision.still_to_sign.values()
    }
    return missing - signed == {person}


def _movers(decision: Decision, moves: bool) -> tuple[Role, ...]:
    """Return the roles that may have to sign for the commitment.

    A replacement may need them even if it leaves the commitment as it is. If the commitment is
    closed, `moves` counts as False.
    """
    if decision.move_decides is None:
        return ()
    can_move = decision.commitment is not None and decision.commitment.is_open
    needed = decision.supersedes or commitment_moves.move_stands(decision) or (moves and can_move)
    return decision.move_decides.roles if needed else ()


def facts_shown(decision: Decision) -> str:
    """Return the facts in the form that other people may change meanwhile, separated by spaces.

    They are the promised date, the impact statement, the first signature, the number of changes of
    the references since then, and the older decision's move that an approval takes back.
    """
    promised = decision.commitment.promised_on.isoformat() if decision.commitment else ""
    signed = decision.first_signature
    return (
        f"{promised} {decision.statement.id if decision.statement else ''} "
        f"{signed.person if signed else ''} {references.changes_since_signed(decision) or ''} "
        f"{_reversal_seen(decision)}"
    )


def _reversal_seen(decision: Decision) -> str:
    """Return what the form shows of the older decision's move; empty if there is none."""
    reversal = reversal_by(decision)
    if reversal is None:
        return ""
    # If it is the decision's own commitment, `facts_shown` has the date already.
    back = "" if reversal.is_of(decision) else reversal.back_to.isoformat()
    return f"{back}/{reversal.days}/{reversal.scope}"


class FactsShown(NamedTuple):
    """Parts of `facts_shown`, in order. They are compared as texts."""

    promised_on: str
    statement: str
    signer: str
    reference_changes: str
    older_move: str


def _facts_in(seen: str) -> FactsShown:
    """Return the parts of `facts_shown`.

    In a form that an older release has drawn, the last ones are missing; they count as empty.
    """
    return FactsShown(*[*seen.split(" "), "", ""][:5])


def _news(decision: Decision, seen: str | None) -> list[Block]:
    if seen is None:
        return []
    before, now = _facts_in(seen), _facts_in(facts_shown(decision))
    happened = []
    if before.promised_on != now.promised_on and decision.commitment:
        happened.append(f"{escaped(decision.commitment.name)} moved")
    if before.statement != now.statement:
        happened.append("the impact was revised" if before.statement else "the impact was stated")
    if before.signer != now.signer:
        happened.append(f"{who(now.signer)} signed")
    if before.reference_changes != now.reference_changes:
        happened.append("the references were changed")
    if before.older_move != now.older_move:
        replaced = decision.named(decision.supersedes or 0)
        happened.append(f"the move of {replaced} that an approval takes back changed")
    return [
        blocks.section(
            f"*This happened while your form was open: {' and '.join(happened)}.* Look "
            "again before you approve."
        )
    ]


def _moved_since(decision: Decision) -> list[Block]:
    if not decision.commitment or not decision.commitment_has_moved:
        return []
    return [blocks.section(f"*{has_moved_words(decision, decision.commitment)}*")]


def _commitment_field(decision: Decision) -> list[Block]:
    commitment = decision.commitment
    if commitment is None or not commitment.is_open:
        return []
    own = commitment.days_by(decision.id)
    reversal = reversal_by(decision)
    older = reversal if reversal and reversal.is_of(decision) else None
    days = older.days if older else 0
    without = phrases.short_day(commitment.without(decision.id) - timedelta(days=days))
    keeps = f"Take it back to {without}" if own or days else f"Leave it at {without}"
    holds = commitment.scope_stands(decision.id)
    if holds or (older and older.scope):
        keeps += ", with the scope as it was before"
    moves = "Leave its scope as it is now" if holds else "Change its scope"
    if decision.move_to:
        is_there = decision.move_to == commitment.promised_on
        verb = "Leave it at" if is_there and (own or days) else "Move it to"
        moves = f"{verb} {phrases.short_day(decision.move_to)}"
        if decision.scope_change and not holds:
            moves += " and change its scope"
        elif is_there and not (own or days):
            moves += ", where it is already"
    choices = [inputs.choice("yes", moves), inputs.choice("no", keeps)]
    return [inputs.field("moves", "The commitment", inputs.radio(choices))]


def _move(decision: Decision, *, moves: bool = True) -> list[Block]:
    """Show what is asked of the commitment, or that it stays."""
    commitment = decision.commitment
    if commitment is None:
        return []
    if not moves:
        return [
            blocks.section(f"*{escaped(commitment.name)}*: {without_move(decision, commitment)}")
        ]
    shown = [blocks.section(f"*{escaped(commitment.name)}*: {if_approved(decision, commitment)}")]
    return [*shown, *([blocks.typed("Scope", scope)] if (scope := decision.scope_change) else [])]


def read_approval(state: FormState, decision: Decision, today: date) -> Approval:
    """Return what was chosen; no option if the first signature chose it. Raise FieldsInvalid."""
    errors: dict[str, str] = {}
    asked = "option" in state
    option = next(
        (
            option
            for option in decision.options
            if str(option.position) == fields.chosen(state, "option")
        ),
        None,
    )
    moves, review_on = fields.chosen(state, "moves"), fields.chosen_day(state, "review_on")
    if option is None and (asked or not decision.first_signature):
        errors["option"] = "Choose the option that you approve."
    if "moves" in state and moves not in ("yes", "no"):
        errors["moves"] = "Say whether the commitment changes."
    if review_on and review_on <= today:
        errors["review_on"] = "Choose a later day, or none."
    if errors:
        raise FieldsInvalid(errors)
    return Approval(option, read_reason(state), moves == "yes", review_on)
