"""Parts that all forms share: limits, metadata, and the fields that come up everywhere."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from handlers.answers import Block, View
from handlers.requests import FormState
from handlers.ui import blocks, fields, inputs
from handlers.ui.marks import value_of
from handlers.ui.phrases import capital
from models.mrkdwn import escaped, with_link
from models.refusals.refused import ChangedMeanwhile, FieldsInvalid, NotDrawnHere
from models.rules import Decider, Person, Right, Role, Standing
from models.tables.decision import Decision
from models.words import Words

TITLE_LIMIT = 120
WHY_LIMIT = 3000
NAME_LIMIT = 75
SIDE_LIMIT = 300
REASON_LIMIT = 1000

# Type of an input → (where the form's state has its value, what sets it when the form is drawn).
INITIAL = {
    "plain_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "multi_users_select": ("selected_users", "initial_users"),
    "checkboxes": ("selected_options", "initial_options"),
}


def metadata(**facts: Any) -> str:
    """Encode what a form must remember; `handlers/ui/seals.py` signs it before it is sent."""
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False)


def about(decision: Decision, **facts: Any) -> str:
    """Build the metadata of a form about this decision, with a fingerprint of what is asked now.

    `check_as_asked` compares the fingerprint when the form is submitted.
    """
    return metadata(decision=value_of(decision), asked=as_asked(decision), **facts)


def as_asked(decision: Decision) -> str:
    """Return a fingerprint of the question, of the round, and of the round's outcome, if any.

    The date to decide by, the people to consult and the references do not change the fingerprint.
    The outcome does, because a round may get another outcome after a backup is restored.
    """
    claim = decision.claims[-1] if decision.claims else None
    question = (
        decision.title,
        decision.kind.value,
        decision.why_now,
        decision.options,
        decision.commitment_id,
        decision.move_to,
        decision.scope_change,
        claim and (claim.evidence, claim.link),
        [criterion.text for criterion in decision.criteria],
    )
    outcome = decision.outcome_mark(decision.round)
    return f"{decision.round}.{zlib.crc32(repr(question).encode()):x}{outcome}"


def check_as_asked(decision: Decision, facts: Mapping[str, Any]) -> None:
    """Raise ChangedMeanwhile if an open decision asks something else than in the form.

    `facts` are what the form remembers.
    """
    if not decision.state.settled:
        check_same_round(decision, facts)


def check_same_round(decision: Decision, facts: Mapping[str, Any]) -> None:
    """Raise ChangedMeanwhile if question, round or outcome of a decision is not that of the form.

    A settled decision is checked too.
    """
    if facts.get("asked") not in (None, as_asked(decision)):
        raise ChangedMeanwhile(decision.number)


class Remembered(dict[str, Any]):
    """Facts that a view remembers.

    Reading a missing fact raises NotDrawnHere, because a hand-made click can press a button in a
    form that remembers other facts, or in a message.
    """

    def __missing__(self, fact: str) -> Any:
        raise NotDrawnHere


def remembered(text: str) -> Remembered:
    return Remembered(json.loads(text) if text else {})


def refilled(view: View, state: FormState) -> View:
    """Fill a form with the values of an earlier drawing of it, field by field."""
    for block in view["blocks"]:
        if block["type"] == "input" and block["block_id"] in state:
            _refill(block["element"], state[block["block_id"]].get(block["block_id"], {}))
    return view


def _refill(element: dict[str, Any], entered: Mapping[str, Any]) -> None:
    value_key, initial_key = INITIAL[element["type"]]
    value = entered.get(value_key)
    if "options" in element:
        chosen = value if isinstance(value, list) else [value or {}]
        wanted = [option.get("value") for option in chosen]
        still = [option for option in element["options"] if option["value"] in wanted]
        value = still if isinstance(value, list) else next(iter(still), None)
    if value:
        element[initial_key] = value


def titled(decision: Decision) -> Block:
    """Build the line that names the decision a form is about."""
    number = with_link(f"#{decision.number}", decision.card_link)
    return blocks.section(f"*{number} {escaped(decision.title)}*")


def decided_by(right: Right, words: Words) -> str:
    """Say who decides, and whether an impact comes first."""
    if right.decides is Decider.JOINT:
        sentence = f"{capital(words.roles(Role))} sign"
    else:
        sentence = f"The {words.role(right.decides.roles[0])} decides"
    if not right.impact_first:
        return sentence
    return f"{sentence}, after the {words.role(right.decides.asked_for_impact)}'s impact"


# ---- reasons -------------------------------------------------------------------------------------


def reason_field(hint: str, label: str = "Why") -> Block:
    return inputs.field(
        "reason", label, inputs.text_input(limit=REASON_LIMIT, multiline=True), hint=hint
    )


def read_reason(state: FormState) -> str:
    """Return the required reason. Raise FieldsInvalid if it is missing."""
    return read_words(state, "reason", "Say why: the reason is what people look for later.")


def read_words(state: FormState, name: str, missing: str) -> str:
    """Return a required text. Raise FieldsInvalid with the sentence `missing` if it is empty."""
    words = fields.text(state, name)
    if not words:
        raise FieldsInvalid({name: missing})
    return words


# ---- people --------------------------------------------------------------------------------------


def both_hats_field() -> Block:
    """Build the tick that allows a stand-in to act in both roles."""
    tick = inputs.ticks([inputs.choice("both", "They may act in both roles meanwhile")])
    return inputs.field(
        "both", "If your stand-in holds the other role already", tick, optional=True
    )


def full_member_errors(name: str, person: Person, act: str) -> dict[str, str]:
    """Return, by field name, why this person cannot do `act`; empty if they can."""
    if person.standing is Standing.MEMBER:
        return {}
    if person.standing is Standing.UNKNOWN:
        return {name: "Slack did not tell me about this person just now. Try again in a moment."}
    return {
        name: f"This person is {person.standing.phrase}, and cannot {act}. Choose a full member."
    }
