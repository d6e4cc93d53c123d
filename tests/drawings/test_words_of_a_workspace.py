"""Messages, forms and lists in the words of a workspace: the product's own names appear nowhere."""

from __future__ import annotations

import re

import pytest

from handlers import after_the_fact
from handlers.acceptance.claim import claim_form
from handlers.answers import Message, View
from handlers.rights import labels, rhythm, show, table
from handlers.rights.people import setup_form
from handlers.tradeoff.form import tradeoff_form
from models.rules import Kind, Role
from models.tables.post import Post
from models.words import SPONSOR, Words, key_of
from support.checks import check, check_form
from support.decision_states import drawings, pictures
from support.sample import MONDAY, sample

OURS = Words(
    {
        Role.PRODUCT_OWNER.value: "product manager",
        Role.PROJECT_MANAGER.value: "delivery lead",
        SPONSOR: "founder",
        key_of(Kind.PRIORITY): "ranking",
        key_of(Kind.SCOPE_CONTROL): "scoping",
        key_of(Kind.RISK): "hazard",
    }
)
THE_PRODUCTS = re.compile("product owner|project manager|sponsor|priority|scope control", re.I)


def said(shown: Message | View) -> list[str]:
    """Return every text of this message or form; names of fields and actions do not count."""

    def texts(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [part["text"]] if isinstance(part.get("text"), str) else []
            rest = [value for key, value in part.items() if key not in ("text", "value")]
            return own + [text for value in [*rest, part.get("text")] for text in texts(value)]
        return (
            [text for element in part for text in texts(element)] if isinstance(part, list) else []
        )

    if isinstance(shown, Message):
        return [shown.text, *texts(shown.blocks)]
    return texts(shown)


def check_words_of(shown: Message | View) -> None:
    check(shown)
    for text in said(shown):
        assert not THE_PRODUCTS.search(text), text


def test_a_decision_speaks_in_the_words_of_its_workspace(shape: str) -> None:
    for _, decision, new in pictures(shape, words=OURS):
        draw = drawings(decision)
        for at in new:
            check_words_of(draw[at]())


@pytest.mark.parametrize("two_hats", [False, True], ids=["two people", "two hats"])
def test_rights_and_forms_speak_in_the_words_of_their_workspace(two_hats: bool) -> None:
    rights = sample("priority", two_hats, OURS).version
    before = sample("schedule", not two_hats, OURS).version
    zones, today = ["Europe/London"], MONDAY.date()
    for shown in (
        show.rights_in_words(rights),
        show.rights_message(rights, None),
        show.rights_message(rights, before),
        show.welcome(Post(channel=rights.channel)),
        setup_form("C0CHECKOUT", rights, zones, None, OURS),
        setup_form("C0CHECKOUT", None, zones, None, OURS),
        table.table_form(rights),
        rhythm.rhythm_form(rights),
        tradeoff_form(rights),
        claim_form(rights, "Refund"),
        after_the_fact.record_form(rights, "", today),
    ):
        check_words_of(shown)


def test_the_form_for_the_words_fits() -> None:
    check_form(labels.labels_form(OURS))
