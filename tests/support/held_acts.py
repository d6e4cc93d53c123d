"""Acts for `held_transactions`: set a channel up, raise, approve, promise, close."""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers.answers import OpenForm
from handlers.ui.forms import metadata
from support.held_transactions import HeldTransactions, Work
from support.route_runner import ALICE, BOB, CHANNEL, ERIN, SAM, Pick, Who


def set_up(url: str) -> HeldTransactions:
    """Set a channel up: Alice is product owner, Bob project manager, Sam sponsor."""
    two = HeldTransactions(url)
    people: dict[str, Any] = {
        "product_owner": Who(ALICE),
        "project_manager": Who(BOB),
        "sponsor": Who(SAM),
    }
    two.acts(sets_up(two, ALICE, 0, **people))
    return two


def sets_up(two: HeldTransactions, who: str, version: int, **fields: Any) -> Work:
    usual = {"time_zone": Pick("Europe/London"), "working_week": Pick("01234"), "impact_days": 2}
    fields = {**usual, "reason": "So be it", **fields}
    return two.form(who, "rights.setup", metadata(channel=CHANNEL, version=version), **fields)


def raises(
    two: HeldTransactions, title: str = "Wish", who: str = ERIN, remember: str = "", **more: Any
) -> Work:
    """Return the submission of a form of a tradeoff. `remember` is what the form remembers."""
    fields: dict[str, Any] = {"title": title, "kind": Pick("requirements"), "why_now": "Because"}
    fields |= {"option1_name": "Yes", "option2_name": "No"} | more
    remember = remember or metadata(channel=CHANNEL, offered=True)
    return two.form(who, "tradeoff.raise", remember, **fields)


def promises(two: HeldTransactions, name: str) -> Work:
    fields: dict[str, Any] = {
        "name": name,
        "promised_to": "Partners",
        "promised_on": date(2026, 12, 12),
    }
    return two.form(ALICE, "commitments.add", metadata(channel=CHANNEL), **fields, scope="")


def approves(two: HeldTransactions, number: int, **more: Any) -> Work:
    opened = two.acts(two.click(ALICE, "decide.approve", number)).answer
    assert isinstance(opened, OpenForm), opened
    fields: dict[str, Any] = {"option": Pick("1"), "reason": "It pays"} | more
    return two.form(ALICE, "decide.approve", opened.view["private_metadata"], **fields)


def closes(two: HeldTransactions, commitment: int) -> Work:
    remember = metadata(commitment=commitment)
    fields: dict[str, Any] = {"how": Pick("withdrawn"), "reason": "The partners left"}
    return two.form(ALICE, "commitments.close", remember, **fields)
