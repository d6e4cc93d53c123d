"""Typed texts and names from Slack: control characters and invisible ones are taken out."""

from __future__ import annotations

import re

import pytest

from bot.demo.slack.workspace import Channel
from handlers.export import csv_file
from support.board_visitor import follow, link
from support.harness import Actor, Harness

# Commands of a terminal, with control characters of both ranges, and a mark that reverses the text
# after it.
EVIL = "\x9b31m\x1b[2J\u202egpj.exe\x85\u2069"
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = ["\u3164", "\u2060", "\u200d\u200d", "\u2800", "\U000e0041\U000e0042", "\xad"]


@pytest.mark.parametrize("nothing", INVISIBLE)
def test_a_reason_that_nobody_can_see_is_none(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, nothing: str
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Reject")
    assert list(alice.submits(reason=nothing)) == ["Why"]
    erin.types(f"/tradeoff {nothing}", checkout)
    assert erin.form.values["title"]["title"]["value"] is None
    fields = {"kind": "risk", "why_now": nothing, "option1_name": nothing, "option2_name": "b"}
    assert {"Title", "Why now", "Option A"} <= set(erin.submits(title=nothing, **fields))
    assert len(harness.decisions()) == 1


def test_no_control_character_reaches_the_board_an_export_or_the_channel(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.person("alice").real_name = f"Alice{EVIL}"
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    alice.approves(erin.raises(f"Guests{EVIL}", kind="requirements"), because=f"Yes{EVIL}")
    erin.uses("Raise a tradeoff", erin.says(f"We lose{EVIL} guests", checkout))
    erin.submits(kind="risk", why_now=f"Now{EVIL}", option1_name=f"A{EVIL}", option2_name="B")
    erin.types("/tradeoff export csv", checkout)
    page = follow(harness, link(alice, checkout))
    assert "Alice31m[2Jgpj.exe" in page.words
    assert not UNSEEN.search(page.body)
    exported = [(file.data or b"").decode() for file in harness.workspace.files.values()]
    assert "Yes31m[2Jgpj.exe" in "".join(exported)
    assert not UNSEEN.search("".join(exported).replace("\r", ""))
    said = "".join(harness.text(message) for message in alice.member.sees(checkout))
    assert not UNSEEN.search(said.replace(EVIL, ""))


def test_a_name_that_nobody_can_see_is_none(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.person("alice").real_name = "\u3164"
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    alice.approves(erin.raises("Guests", kind="requirements"))
    erin.types("/tradeoff export csv", checkout)
    (exported,) = harness.workspace.files.values()
    assert '"alice"' in (exported.data or b"").decode()


@pytest.mark.parametrize("sign", ["=", "＝", "+", "＋", "-", "－", "@", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u3000"])
def test_a_wide_sign_begins_no_formula_either(sign: str, before: str) -> None:
    """Spreadsheets of some languages read the wide signs as the usual ones."""
    typed = f'{before}{sign}HYPERLINK("https://evil.example")'
    assert csv_file.defused(typed) == f"'{typed}"
