"""References in forms and messages: the field, its reading, and the links by short names."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.answers import Block
from handlers.requests import FormState
from handlers.ui import blocks, fields, inputs
from models.mrkdwn import escaped, with_entities, with_link
from models.references import MOST, Link, NoReference, parsed
from models.refusals.refused import FieldsInvalid

TYPED_LIMIT = 3000
# A card has the first references in one line of about 90 columns, each with so many at most.
MOST_IN_A_LINE, NAME = 3, 30


def references_field(links: Sequence[Link] = ()) -> Block:
    """Build the field in which references are typed, one per line."""
    typed = inputs.text_input(
        limit=TYPED_LIMIT,
        multiline=True,
        initial="\n".join(link.url for link in links),
        placeholder="https://example.atlassian.net/browse/SHOP-123",
    )
    hint = f"Tickets or pages where the work lives: https addresses, one per line, up to {MOST}."
    return inputs.field("references", "References", typed, optional=True, hint=hint)


def read_references(state: FormState) -> list[Link] | None:
    """Return the references as typed; None if the form did not ask. Raise FieldsInvalid."""
    if "references" not in state:
        return None
    try:
        return parsed(fields.text(state, "references"))
    except NoReference as problem:
        raise FieldsInvalid({"references": str(problem)}) from None


def reference_errors(state: FormState) -> dict[str, str]:
    """Return what is wrong with the typed references, by field; empty if all is well."""
    try:
        read_references(state)
    except FieldsInvalid as invalid:
        return dict(invalid.errors)
    return {}


def linked(links: Sequence[Link]) -> list[Block]:
    """Show the references as links with their short names; no block if there are none."""
    if not links:
        return []
    elements = [blocks.bold_text("References: ")]
    for place, link in enumerate(links):
        elements += [{"type": "text", "text": " · "}] if place else []
        elements.append({"type": "link", "url": link.url, "text": link.shown})
    return [blocks.rich([{"type": "rich_text_section", "elements": elements}])]


def in_a_line(links: Sequence[Link]) -> list[Block]:
    """Show the first references in one small line of a card; no block if there are none."""
    if not links:
        return []
    # An address gets no isolate, because that would become part of it.
    shown = [
        with_link(escaped(link.shown_in(NAME)), with_entities(link.url))
        for link in links[:MOST_IN_A_LINE]
    ]
    more = len(links) - MOST_IN_A_LINE
    return [
        blocks.context(" · ".join([*shown, *([f"{more} more in Details"] if more > 0 else [])]))
    ]
