"""Form of a tradeoff, to raise one or to edit it, and the reading of what was typed.

The record is not read here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from handlers.answers import Block, Element, View
from handlers.requests import FormState
from handlers.ui import blocks, fields, inputs
from handlers.ui.forms import NAME_LIMIT, SIDE_LIMIT, TITLE_LIMIT, WHY_LIMIT, decided_by, metadata
from handlers.ui.marks import split, value_of
from handlers.ui.phrases import capital
from handlers.ui.references import read_references, reference_errors, references_field
from models.mrkdwn import day, where, who
from models.refusals.refused import FieldsInvalid
from models.rules import TRADEOFF_KINDS, Kind, Right, Role
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.verbs.raising import Ask, Effect
from models.words import Words

FEWEST_OPTIONS, MOST_OPTIONS = 2, 5
MOST_COMMITMENTS = 100
FURTHEST = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class Rows:
    """Parts of the form that come and go.

    They are 2 to 5 rows of options, and the fields for the effect on one of the `commitments`.
    `decides` is the sentence that says who decides the chosen kind. `needs_commitment` is True if
    that kind requires a commitment.
    """

    options: int = FEWEST_OPTIONS
    effect: bool = False
    commitments: Sequence[Commitment] = ()
    needs_commitment: bool = False
    decides: str = ""


AT_FIRST = Rows()


def tradeoff_form(
    rights: RightsVersion,
    rows: Rows = Rows(),
    *,
    given: Mapping[str, Any] | None = None,
    above: Sequence[Block] = (),
    remember: Mapping[str, Any] | None = None,
) -> View:
    """Build the form to raise or edit a tradeoff here; each kind in it says who decides it.

    `given` is what the fields hold at first (see `given_by`); `above` is shown above them, and
    `remember` is what the form remembers.
    """
    given, remember = given or {}, remember or {}
    offered = kinds_offered(rights, remember)
    shown: list[Block] = [
        *above,
        blocks.context(f"{_people(rights)} Rights v{rights.number}."),
        *_question(rights, offered, given, rows),
    ]
    for position in range(1, rows.options + 1):
        shown += _option_row(position, given)
    shown += _more(rows.options, rows.commitments, rows.effect)
    shown += _effect(rows, given) if rows.effect else []
    shown += [*_when_and_who(given), references_field(given.get("references", ()))]
    title, submit = "Raise a tradeoff", "Raise"
    if remember.get("supersedes"):
        title = f"Supersede #{remember['supersedes']}"
    if remember.get("edit"):
        title, submit = f"Edit #{remember.get('number')}", "Save"
    remembered = metadata(**{"channel": rights.channel.slack_id, **remember})
    return inputs.form("tradeoff.raise", title, shown, remembered, submit=submit)


def kinds_offered(rights: RightsVersion, remember: Mapping[str, Any]) -> list[Kind]:
    """Return the kinds to choose from: those used here, and the one that an edited decision has."""
    used = [*rights.kinds, remember.get("kind")]
    return [kind for kind in TRADEOFF_KINDS if kind in used]


def _question(
    rights: RightsVersion, offered: Sequence[Kind], given: Mapping[str, Any], rows: Rows
) -> list[Block]:
    title = inputs.text_input(
        limit=TITLE_LIMIT,
        initial=given.get("title", ""),
        placeholder="Add Apple Pay to Sprint 14",
    )
    kind = inputs.select(
        [_kind(kind, rights.table[kind], rights.words) for kind in offered],
        initial=given.get("kind", ""),
        placeholder="What sort of decision is it?",
    )
    why = inputs.text_input(limit=WHY_LIMIT, initial=given.get("why_now", ""), multiline=True)
    return [
        inputs.field("title", "Title", title),
        inputs.heard_at_once(inputs.field("kind", "Kind", kind)),
        *([blocks.context(rows.decides)] if rows.decides else []),
        inputs.field("why_now", "Why now", why),
    ]


def _when_and_who(given: Mapping[str, Any]) -> list[Block]:
    return [
        inputs.field("due_on", "Decide by", inputs.date_input(given.get("due_on")), optional=True),
        inputs.field(
            "consulted",
            "People to consult",
            inputs.people_input(10, given.get("consulted")),
            optional=True,
            hint="The card names them, so that they say in its thread what they think.",
        ),
    ]


def said_first(
    remember: Mapping[str, Any],
    replaced: str = "",
    rivals: Sequence[str] = (),
    *,
    disputed: bool = False,
) -> list[Block]:
    """Build the blocks above the fields: the quoted message, and what saving the form will do.

    They are there each time that the form is drawn. `replaced` is the number of the decision that
    the new one would replace, as a link to its card; `disputed` is True if that decision is a
    disputed record. `rivals` are the numbers of open decisions that would replace it too.
    """
    shown: list[Block] = []
    if remember.get("source"):
        shown += [
            blocks.context("From this message; Details keeps the quote, and the card links to it:"),
            blocks.quote(remember["source"]["text"]),
        ]
    if replaced:
        state = "was disputed" if disputed else "stands until yours is approved"
        words = f"*In place of {replaced}.* That one {state}."
        if rivals:
            words += f" Open already, to take its place too: {', '.join(rivals)}."
        shown.append(blocks.section(words))
    if remember.get("next_round"):
        shown.append(
            blocks.section(
                "*Others have acted on this, or their time for it is over.* A change of anything "
                "but the references begins the next round: any impact and signatures are asked for "
                "anew."
            )
        )
    return shown


def titled(title: str) -> dict[str, Any]:
    """Return the fields of a form with this title; a long title is under "Why now" too."""
    why_now = title if len(title) > TITLE_LIMIT else ""
    return {"title": blocks.shorten(title, TITLE_LIMIT), "why_now": why_now}


def given_by(decision: Decision) -> dict[str, Any]:
    """Return what the fields hold when this decision is edited."""
    given: dict[str, Any] = {
        "title": decision.title,
        "kind": decision.kind.value,
        "why_now": decision.why_now,
        "due_on": decision.due_on,
        "consulted": decision.consulted,
        "commitment": decision.commitment_id,
        "move_to": decision.move_to,
        "scope": decision.scope_change or "",
    }
    for option in decision.options:
        given |= {
            f"option{option.position}_name": option.name,
            f"option{option.position}_value": option.value,
            f"option{option.position}_cost": option.cost,
        }
    return given


def _option_row(position: int, given: Mapping[str, Any]) -> list[Block]:
    letter, name = chr(ord("A") + position - 1), f"option{position}"

    def text(part: str, limit: int) -> Element:
        return inputs.text_input(limit=limit, initial=given.get(f"{name}_{part}", ""))

    return [
        blocks.divider(),
        inputs.field(f"{name}_name", f"Option {letter}", text("name", NAME_LIMIT)),
        inputs.field(
            f"{name}_value", f"Value of {letter}", text("value", SIDE_LIMIT), optional=True
        ),
        inputs.field(f"{name}_cost", f"Cost of {letter}", text("cost", SIDE_LIMIT), optional=True),
    ]


def _more(options: int, commitments: Sequence[Commitment], effect: bool) -> list[Block]:
    buttons = []
    if options < MOST_OPTIONS:
        buttons.append(blocks.button("Add another option", "tradeoff.add_option", str(options + 1)))
    if commitments and not effect:
        buttons.append(blocks.button("It touches a commitment", "tradeoff.add_effect", "yes"))
    return [blocks.actions(*buttons)] if buttons else []


def _chosen_of(commitments: Sequence[Commitment], value: str) -> Commitment | None:
    """Return the commitment of this entry; None if it is no longer open, or lost by a restore."""
    about, mark = split(value)
    return next(
        (
            commitment
            for commitment in commitments
            if str(commitment.id) == about and mark in ("", commitment.mark)
        ),
        None,
    )


def _effect(rows: Rows, given: Mapping[str, Any]) -> list[Block]:
    chosen = _chosen_of(rows.commitments, str(given.get("commitment") or ""))
    offered = [*rows.commitments[:MOST_COMMITMENTS]]
    if chosen and chosen not in offered:
        offered[-1] = chosen
    choices = [
        inputs.choice(
            value_of(commitment), commitment.name, f"promised for {day(commitment.promised_on)}"
        )
        for commitment in offered
    ]
    return [
        blocks.divider(),
        inputs.field(
            "commitment",
            "Commitment",
            inputs.select(
                choices,
                initial=value_of(chosen) if chosen else "",
                placeholder="Which commitment?",
            ),
            optional=not rows.needs_commitment,
        ),
        inputs.field(
            "move_to",
            "Its new date, if this is approved",
            inputs.date_input(given.get("move_to")),
            optional=True,
        ),
        inputs.field(
            "scope",
            "What goes in or out of it",
            inputs.text_input(limit=SIDE_LIMIT, initial=given.get("scope", "")),
            optional=True,
        ),
    ]


def _kind(kind: Kind, right: Right, words: Words) -> dict[str, Any]:
    return inputs.choice(
        kind.value, f"{capital(words.kind(kind))}: {kind.meaning}", decided_by(right, words)
    )


def _people(rights: RightsVersion) -> str:
    here = f"In {where(rights.channel.slack_id)}, {who(rights.product_owner)} is"
    if rights.same_person:
        return f"{here} both {rights.words.roles(Role)}."
    owner, manager = map(rights.words.role, Role)
    return f"{here} {owner}, {who(rights.project_manager)} {manager}."


# ---- read back -----------------------------------------------------------------------------------


def option_count(state: FormState) -> int:
    """Return the number of option rows that the form shows now."""
    return (
        sum(f"option{position}_name" in state for position in range(1, MOST_OPTIONS + 1))
        or FEWEST_OPTIONS
    )


def chosen_commitment(state: FormState) -> list[int]:
    """Return the id of the commitment that is chosen, as a list of none or one.

    Callers lock this commitment before they read it, so that a closed one is never kept.
    """
    about, _ = split(fields.chosen(state, "commitment"))
    return [int(about)] if about.isdecimal() else []


def read_tradeoff(
    state: FormState,
    today: date,
    commitments: Sequence[Commitment] = (),
    undone: Collection[int] = (),
    due_before: date | None = None,
) -> Ask:
    """Read what was typed. Raise FieldsInvalid with a sentence for each field that is wrong.

    `today` is the channel's day. `undone` are the ids of the edited decision and of the replaced
    decision, if any. An approval first takes back the moves of these decisions. `due_before` is the
    day to decide by that the edited decision has. It may have passed, and may stay.
    """
    errors: dict[str, str] = {}
    title = fields.one_line(fields.text(state, "title"))
    why_now, due_on, kind = (
        fields.text(state, "why_now"),
        fields.chosen_day(state, "due_on"),
        fields.chosen(state, "kind"),
    )
    if not title:
        errors["title"] = "Give it a title, so that people can speak of it."
    if not why_now:
        errors["why_now"] = "Say why this needs a decision now."
    if kind not in [choice.value for choice in TRADEOFF_KINDS]:
        errors["kind"] = "Choose a kind: it says who decides."
    if due_on and due_on < today and due_on != due_before:
        errors["due_on"] = "That day has passed. Choose today or a later day."
    if due_on and due_on > today + FURTHEST:
        errors["due_on"] = "That is more than ten years away. Choose an earlier day."
    options = _read_options(state, errors)
    effect = _read_effect(state, today, commitments, undone, errors)
    if kind == Kind.COMMITMENT and commitments and not fields.chosen(state, "commitment"):
        errors["commitment"] = "Say which commitment this would change, and how."
    errors |= reference_errors(state)
    if errors:
        raise FieldsInvalid(errors)
    consulted, references = fields.people(state, "consulted"), read_references(state)
    return Ask(title, Kind(kind), why_now, options, due_on, consulted, effect, references)


def _read_options(state: FormState, errors: dict[str, str]) -> list[tuple[str, str, str]]:
    options: list[tuple[str, str, str]] = []
    names: set[str] = set()
    for position in range(1, option_count(state) + 1):
        name, value, cost = (
            fields.one_line(fields.text(state, f"option{position}_{part}"))
            for part in ("name", "value", "cost")
        )
        if not name:
            errors[f"option{position}_name"] = (
                "Name this option. A tradeoff needs at least two; “change nothing” can be one."
            )
        elif name.casefold() in names:
            errors[f"option{position}_name"] = (
                "This is the same as an option above. Change one of them."
            )
        names.add(name.casefold())
        options.append((name, value, cost))
    return options


def _read_effect(
    state: FormState,
    today: date,
    commitments: Sequence[Commitment],
    undone: Collection[int],
    errors: dict[str, str],
) -> Effect | None:
    move_to, scope = fields.chosen_day(state, "move_to"), fields.text(state, "scope")
    chosen = fields.chosen(state, "commitment")
    commitment = _chosen_of(commitments, chosen)
    if commitment is None:
        if chosen:
            errors["commitment"] = "That commitment is no longer open. Choose another, or none."
        elif move_to or scope:
            errors["commitment"] = "Say which commitment this would change."
        return None
    promised_on = commitment.without(*undone)
    if not move_to and not scope:
        errors["move_to"] = "Give its new date, or say below what goes in or out of it."
    if move_to and move_to == promised_on and not scope:
        errors["move_to"] = (
            f"{day(move_to)} is its date already. Choose another, or say what goes in or out."
        )
    elif move_to and move_to < today:
        errors["move_to"] = "That day has passed. Choose today or a later day."
    return Effect(commitment, move_to if move_to != promised_on else None, scope or None)
