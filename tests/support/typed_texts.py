"""Texts that people type, from the plainest to the most hostile.

They are put into the fields of the record that people type.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers import quoting
from handlers.acceptance.claim import CRITERION_LIMIT
from handlers.acceptance.verdict import WAIVER_LIMIT
from handlers.ui import forms
from models.tables.commitment import Commitment
from models.tables.decision import Decision
from models.tables.tradeoff import Option

Typing = Callable[[int], str]


def over_and_over(text: str) -> Typing:
    """Return a typing that fills a field with this text, without blanks at the ends."""
    return lambda limit: (text * (limit // len(text) + 1))[:limit].strip() or text.strip()[:limit]


# Texts by name. Each is made for a field with a limit of characters.
TYPINGS: dict[str, Typing] = {
    "a word": lambda limit: "Wallet"[:limit],
    "as much as fits": over_and_over("worth every word "),
    "one long word": over_and_over("W"),
    "one ping": lambda limit: "<!here>",
    "pings": over_and_over(
        "<!channel> <@U0VICTIM> <!subteam^S1> <#C0OTHER|x> <https://x.example|y> <!here> "
    ),
    "entities": over_and_over("&lt;!channel&gt; &amp;lt; &#60; "),
    "ampersands": over_and_over("&"),
    "brackets": over_and_over("<"),
    "markup": over_and_over("*bold* _it_ ~no~ `code` ```block``` > quote\n• dot "),
    "German": over_and_over("Zahlungsdiensterichtlinienumsetzung geprüft "),
    "Cyrillic": over_and_over("Решение ждёт владельца продукта. "),
    "Japanese": over_and_over("価値と費用を並べて決める。"),
    "right to left": over_and_over("\u202eלא עכשיו\u202c مرحبا "),
    "emoji": over_and_over("👩‍👩‍👧‍👦 :tada: 🇬🇧 "),
    "quotes": over_and_over('"\\'),
    "lines": over_and_over("a\nb\n\n"),
}


def retype(decision: Decision, types: Typing) -> None:
    """Put this text into the fields that people type."""
    decision.title = types(forms.TITLE_LIMIT)
    decision.why_now = decision.why_now and types(forms.WHY_LIMIT)
    decision.options = [_option(option, types) for option in decision.options]
    decision.settled_reason = decision.settled_reason and types(forms.REASON_LIMIT)
    decision.scope_change = decision.scope_change and types(forms.SIDE_LIMIT)
    decision.source_text = decision.source_text and types(quoting.LONGEST_QUOTE)
    _retype_what_was_said(decision, types)
    _retype_the_claim(decision, types)
    if decision.commitment:
        retype_commitment(decision.commitment, types)


def _option(option: Option, types: Typing) -> Option:
    value, cost = (text and types(forms.SIDE_LIMIT) for text in (option.value, option.cost))
    return Option(option.position, types(forms.NAME_LIMIT), value, cost)


def _retype_what_was_said(decision: Decision, types: Typing) -> None:
    for statement in decision.impacts:
        statement.displaces = types(forms.SIDE_LIMIT)
        statement.risk = types(forms.SIDE_LIMIT)
        statement.note = types(forms.REASON_LIMIT)
        statement.revision_asked = statement.revision_asked and types(forms.REASON_LIMIT)
    for question in decision.questions:
        question.text = types(forms.REASON_LIMIT)
        question.answer = question.answer and types(forms.REASON_LIMIT)
    for signature in decision.signatures:
        signature.reason = signature.reason and types(forms.REASON_LIMIT)
    for settlement in decision.settlements:
        settlement.reason = settlement.reason and types(forms.REASON_LIMIT)
        settlement.title = types(forms.TITLE_LIMIT)
        settlement.option_name = settlement.option_name and types(forms.NAME_LIMIT)
        settlement.commitment_name = settlement.commitment_name and types(forms.NAME_LIMIT)


def _retype_the_claim(decision: Decision, types: Typing) -> None:
    for claim in decision.claims:
        claim.evidence = types(forms.WHY_LIMIT)
        claim.link = "https://example.com/" + "x" * 2000
    for criterion in decision.criteria:
        criterion.text = types(CRITERION_LIMIT)
        for verdict in criterion.verdicts:
            verdict.reason = verdict.reason and types(WAIVER_LIMIT)
    for follow_up in decision.follow_ups:
        follow_up.what = types(forms.SIDE_LIMIT)


def retype_commitment(commitment: Commitment, types: Typing) -> None:
    commitment.name = types(forms.NAME_LIMIT)
    commitment.promised_to = types(forms.NAME_LIMIT)
    commitment.scope = types(forms.SIDE_LIMIT)
    commitment.closed_reason = types(forms.REASON_LIMIT)
    for move in commitment.moves:
        move.scope = move.scope and types(forms.SIDE_LIMIT)
