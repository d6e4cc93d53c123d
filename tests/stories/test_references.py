"""Stories of references: links to where the work lives, wherever a decision is shown whole."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from bot import export_writer
from bot.demo.slack.workspace import Channel
from models.reads import references
from models.reads.export import Export, ExportScope, Format
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.json_schema import faults
from support.story_helpers import verified

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SCHEMA = json.loads((REFERENCE / "export-schema.json").read_text())
SHOP, CODE = "https://shop.atlassian.net/browse/SHOP-123", "https://github.com/shop/web/pull/7"


def links_in(person: Actor) -> list[tuple[str, str]]:
    """Return the links of the open form, as (address, name)."""
    return [
        (node["url"], node["text"])
        for block in person.form.view["blocks"]
        for part in block.get("elements", [])
        for node in part.get("elements", [])
        if node["type"] == "link" and "text" in node
    ]


def listed(person: Actor, text: str, channel: Channel) -> str:
    person.types(f"/tradeoff list {text}", channel)
    words = person.form_words()
    person.harness.run(person.member.closes())
    return words


def test_the_open_card_links_to_the_first_references_in_one_line(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    page = "https://example.org/?a=1&b=2"
    plain = erin.raises("Dark mode", kind="requirements")
    card = erin.raises("Guest checkout", kind="requirements", references=f"{SHOP}\n{page}")
    line = f"<{SHOP}|SHOP-123> · <https://example.org/?a=1&amp;b=2|example.org>"
    assert [block["elements"][0]["text"] for block in card.blocks[2:3]] == [line]
    assert len(card.blocks) == len(plain.blocks) + 1
    erin.presses(card, "Edit")
    more = "\n".join([CODE, SHOP, *(f"{page}{number}" for number in range(3))])
    assert erin.submits(references=more) == {}
    shown = card.blocks[2]["elements"][0]["text"]
    assert shown.startswith(f"<{CODE}|shop/web#7> · <{SHOP}|SHOP-123> · <https://example.org/")
    assert shown.endswith(" · 2 more in Details")
    alice.approves(card)
    assert "SHOP-123" not in harness.text(card), "a settled card is shorter"


def test_the_open_card_links_to_an_address_from_right_to_left_as_it_was_typed(
    erin: Actor, checkout: Channel
) -> None:
    """The isolate of such a text would make the address one that no browser opens."""
    page = "https://wiki.example/\u0645\u0635\u0631"
    card = erin.raises("Guest checkout", kind="requirements", references=page)
    assert card.blocks[2]["elements"][0]["text"] == f"<{page}|wiki.example>"


def test_the_open_card_shows_where_a_reference_leads_however_long_its_name_is(
    erin: Actor, checkout: Channel
) -> None:
    page = "https://evil.example/microsoft/vscode-for-the-web/issues/7"
    card = erin.raises("Guest checkout", kind="requirements", references=page)
    assert card.blocks[2]["elements"][0]["text"].endswith("… (evil.example)>")


def test_a_tradeoff_is_found_by_its_ticket(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements", references=f"{SHOP}\n{CODE}")
    erin.raises("Dark mode", kind="requirements")
    alice.shows(1)
    assert links_in(alice) == [(SHOP, "SHOP-123"), (CODE, "shop/web#7")]
    harness.run(alice.member.closes())
    for text in ("ref:shop-123", "ref:SHOP-123 guest", f"ref:{SHOP}", "ref:shop/web#7"):
        found = listed(alice, text, checkout)
        assert "Guest checkout" in found, text
        assert "Dark mode" not in found, text
    found = listed(alice, "ref:SHOP-12", checkout)
    assert "Guest checkout" not in found
    assert "`ref:` takes the whole name, such as `ref:SHOP-123`, or the whole address." in found
    assert "takes the whole name" not in listed(alice, "kind:risk", checkout)
    page = follow(harness, link(erin, checkout)).body
    assert "raised by Erin · </span>" in page
    for address, name in ((SHOP, "SHOP-123"), (CODE, "shop/web#7")):
        assert (
            f'<a href="{address}" rel="nofollow noopener noreferrer"><bdi>{name}</bdi></a>' in page
        )


def test_a_commitments_ticket_finds_the_commitment_and_what_would_move_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.types("/tradeoff commitments", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Add a commitment")
    fields = {"name": "Beta", "promised_on": "2026-12-12", "promised_to": "Sales"}
    for address in ("javascript:alert(1)", "http://wiki.example/beta"):
        wrong = alice.submits(**fields, references=address)
        assert f"“{address}” cannot be a reference. Write each as https://" in wrong["References"]
    assert alice.submits(references=SHOP) == {}
    promise = alice.card(checkout)
    erin.types("/tradeoff list ref:SHOP-123", checkout)
    assert "Commitment *Beta* for Sales: Sat 12 Dec 2026, as first promised." in erin.form_words()
    assert "No decision that you may read has this reference." in erin.form_words()
    erin.presses(erin.form, "Ledger")
    assert links_in(erin) == [(SHOP, "SHOP-123")]
    harness.run(erin.member.closes())
    erin.raises_move("Guest checkout", to="2026-12-17")
    alice.presses(promise, "Ledger")
    assert links_in(alice) == [(SHOP, "SHOP-123")]
    harness.run(alice.member.closes())
    assert "Guest checkout" in listed(alice, "ref:SHOP-123", checkout)
    page = follow(harness, link(erin, checkout)).body
    assert f'<a href="{SHOP}" rel="nofollow noopener noreferrer"><bdi>SHOP-123</bdi></a>' in page


def test_commitments_of_channels_that_one_may_not_read_hide_no_other(
    harness: Harness,
    alice: Actor,
    erin: Actor,
    checkout: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(references, "MOST_FOUND", 1)
    secret = harness.workspace.add_channel("secret", ["alice", "bob", "sam"], private=True)
    alice.sets_up(secret)
    for name, channel in (("Beta", checkout), ("Gamma", secret)):
        alice.types("/tradeoff commitments", channel)
        alice.presses(alice.member.sees(channel)[-1], "Add a commitment")
        fields = {"name": name, "promised_on": "2026-12-12", "promised_to": "Sales"}
        assert alice.submits(**fields, references=SHOP) == {}
    erin.types("/tradeoff list ref:SHOP-123", checkout)
    assert "Commitment *Beta*" in erin.form_words()
    assert "Gamma" not in erin.form_words()


@pytest.mark.both_databases
def test_a_claim_carries_references(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.types("/accept Refund by e-mail", checkout)
    fields = {"evidence": "Demo on Friday", "criteria": "Works", "references": CODE}
    assert erin.submits(**fields) == {}
    alice.shows(1)
    assert links_in(alice) == [(CODE, "shop/web#7")]


def test_a_change_of_references_does_not_change_the_question(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay", references=SHOP)
    bob.states_impact(card)
    erin.presses(card, "Edit")
    typed = erin.form.values["references"]["references"]["value"]
    assert typed == SHOP
    assert erin.submits(references=f"{CODE}\n{SHOP}") == {}
    assert (harness.decision().round, harness.decision_whole().statement is not None) == (1, True)
    alice.shows(1)
    assert links_in(alice) == [(CODE, "shop/web#7"), (SHOP, "SHOP-123")]
    harness.run(alice.member.closes())
    erin.presses(card, "Edit")
    assert erin.submits(references="") == {}
    alice.shows(1)
    assert links_in(alice) == []
    verified(harness)


def exported(harness: Harness, form: Format) -> bytes:
    out, export = io.BytesIO(), Export(form, ExportScope(), harness.clock.now)
    export_writer.write(harness.bot.database, export, out, lambda count: None)
    return out.getvalue()


def test_exports_have_the_references(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    page_of_docs = "https://docs.example.com/a_b?page=4&all=1#c~d"
    references = f"{SHOP}\n{CODE}\n{page_of_docs}"
    erin.raises("Guest checkout", kind="requirements", references=references)
    found = json.loads(exported(harness, Format.JSON))
    assert list(faults(found, SCHEMA, SCHEMA)) == []
    assert found["decisions"][0]["references"] == [
        {"name": "SHOP-123", "url": SHOP},
        {"name": "shop/web#7", "url": CODE},
        {"name": "docs.example.com", "url": page_of_docs},
    ]
    changes = found["decisions"][0]["history"][0]["changes"]
    assert changes["references"] == [SHOP, CODE, page_of_docs]
    text = exported(harness, Format.CSV).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["references"] == references
    with zipfile.ZipFile(io.BytesIO(exported(harness, Format.MARKDOWN))) as archive:
        page = archive.read(archive.namelist()[0]).decode()
    assert "- SHOP-123: <https://shop.atlassian.net/browse/SHOP-123>\n- shop/web\\#7: <" in page
    assert f"- docs.example.com: <{page_of_docs}>" in page
