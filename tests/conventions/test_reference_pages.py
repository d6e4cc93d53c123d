"""Pages of docs/reference: they list what the code has, and nothing else."""

from __future__ import annotations

import re

from bot.settings import Settings
from handlers.subcommands import SUBCOMMANDS
from models.rules import DEFAULT_RIGHTS, Decider, Kind, Right
from models.words import USUAL
from support.documents import ROOT


def test_the_reference_of_commands_has_the_subcommands_and_no_others() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    told = set(re.findall(r"`/tradeoff ([a-z]+)", page))
    assert told == set(SUBCOMMANDS)


def test_every_setting_is_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    told = set(re.findall(r"^\| `(TRADEOFF_\w+)`", page, re.MULTILINE))
    assert told == {f"TRADEOFF_{name.upper()}" for name in Settings.model_fields}


def test_the_default_rights_are_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "behaviour.md").read_text()
    told = re.findall(
        r"^\| ([a-z ]+) \| ([a-z ,?]+) \| ([a-z ,]+) \| ([a-z ]+) \|$", page, re.MULTILINE
    )
    expected = [
        (USUAL.kind(kind), kind.meaning, WHO[right.decides], who_states_impact(right))
        for kind, right in DEFAULT_RIGHTS.items()
    ]
    assert [row for row in told if row[0] in {USUAL.kind(kind) for kind in Kind}] == expected


WHO = {
    Decider.PRODUCT_OWNER: "product owner",
    Decider.PROJECT_MANAGER: "project manager",
    Decider.JOINT: "both, each signs",
}


def who_states_impact(right: Right) -> str:
    """Return the name of the role that states impact first, or "nobody"."""
    return USUAL.role(right.decides.asked_for_impact) if right.impact_first else "nobody"
