"""Checks of messages and forms: limits hold, actions have routes, typed text pings nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from bot.demo.slack import limits
from handlers import routes
from handlers.answers import Message, View
from handlers.ui import forms
from models import references
from models.mrkdwn import who

# Everything that may be in angle brackets: mentions of the people and the channel of these stories,
# moments, and the link to the message that a decision was raised from.
OURS = re.compile(
    r"<@U0(ALICE|BOB|ERIN|SAM|OLGA|BOT)>|<#C0CHECKOUT>"
    r"|<https://demo\.slack\.com/archives/C1/p1\|(see it there|from a message|#\d+)>"
    r"|<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[-\d :]+ UTC>"
    r"|<!date\^\d+\^\{ago\}\|on [A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC>"
)
ENTITY = re.compile(r"&(amp|lt|gt);")
# Our own limits: elements in a row of buttons, and questions in a form.
MOST_IN_A_ROW = 5
MOST_ASKED = 9

# Actions that no settled decision offers.
DECIDING = {
    "decide.approve",
    "decide.reject",
    "decide.defer",
    "decide.withdraw",
    "questions.ask",
    "questions.answer",
    "accept.accept",
    "accept.follow_ups",
    "accept.send_back",
    "accept.edit",
    "impact.state",
    "impact.ask_revision",
    "records.acknowledge",
    "records.dispute",
    "delegation.delegate",
    "tradeoff.edit",
}


def parts(part: Any) -> Iterator[dict[str, Any]]:
    """Yield this object and every object within it."""
    if isinstance(part, list):
        for inner in part:
            yield from parts(inner)
    elif isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from parts(inner)


def offered(blocks: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return every button, and every entry of a menu or select that acts at once.

    Each is (label, action, value).
    """
    found = []
    for element in parts(blocks):
        if element.get("type") == "button":
            found.append((element["text"]["text"], element["action_id"], element["value"]))
        if element.get("type") == "overflow":
            assert element["action_id"] == "menu"
            found += [
                (entry["text"]["text"], *entry["value"].split(" ", 1))
                for entry in element["options"]
            ]
        if element.get("type") == "static_select" and element["action_id"] in routes.clicks:
            found += [
                (entry["text"]["text"], element["action_id"], entry["value"])
                for entry in element["options"]
            ]
    return found


def check_words(marked: str) -> None:
    """Check text that Slack reads as markup: all markup must be ours, and whole."""
    rest = ENTITY.sub("", OURS.sub("", marked))
    assert not re.search(r"[<>&]", rest), re.findall(r".{0,30}[<>&].{0,30}", rest)[:3]


def check_blocks(blocks: Sequence[Mapping[str, Any]]) -> None:
    """Check each block, and that at most one button is primary.

    A block that was found good before is not checked again.
    """
    primary = 0
    for block in blocks:
        if (looks := str(block)) not in GOOD:
            check_block(dict(block))
            GOOD[looks] = sum(part.get("style") == "primary" for part in parts(dict(block)))
        primary += GOOD[looks]
    assert primary <= 1


# The number of primary buttons in each block that was found good, by the text of the block.
GOOD: dict[str, int] = {}


def check_block(block: dict[str, Any]) -> None:
    for part in parts(block):
        if part.get("type") == "mrkdwn":
            check_words(part["text"])
            assert part["verbatim"], "Slack links @here and #names of its own accord"
        assert part.get("type") not in ("broadcast", "usergroup", "channel", "emoji")
        if part.get("type") == "link":
            assert part["url"].startswith(("https://", "http://"))
            shown = part.get("text")
            named = shown and shown == references.parsed(part["url"])[0].shown
            assert named or shown is None, "a link shows where it leads, or is a reference"
        if part.get("type") == "user":
            check_words(who(part["user_id"]))
        if part.get("type") == "image":
            assert part["alt_text"].strip()
        if part.get("type") == "actions":
            assert len(part["elements"]) <= MOST_IN_A_ROW
        if part.get("type") == "overflow":
            assert len(part["options"]) >= 2, "a menu of one is a button"
    for label, action, value in offered([block]):
        assert action in routes.clicks, action
        assert value
        assert len(label) <= 30, "Slack shows about thirty characters"
    parsed = Block.parse(block)
    assert parsed is not None
    parsed.validate_json()


def check(shown: Message | View) -> None:
    """Check a whole message or view."""
    check_message(shown) if isinstance(shown, Message) else check_form(shown)


def check_limits(shown: Message | View) -> None:
    """Check the limits of Slack, and our own."""
    if isinstance(shown, Message):
        limits.check_message(shown.text, shown.blocks, update=True)
        # Slack refuses from about 13,000 on; no figure is published.
        assert limits.characters(shown.blocks) <= 11_000
        assert shown.text.strip()
        assert len(shown.text.encode()) <= 3900, "chat.update refuses more than 4,000 bytes"
    else:
        limits.check_view(shown)
        assert len(asked(shown)) <= MOST_ASKED, asked(shown)


def check_message(message: Message) -> None:
    check_limits(message)
    check_blocks(message.blocks)
    check_words(message.text)


def check_form(view: View) -> None:
    check_limits(view)
    check_blocks(view["blocks"])
    # slack_sdk has checked each block above, so one block is enough here.
    SdkView(**{**view, "blocks": view["blocks"][:1]}).validate_json()
    if "submit" in view:
        assert view["callback_id"] in routes.forms
        assert (
            forms.remembered(view["private_metadata"]) or view["callback_id"] == "delegation.leave"
        )


def asked(view: View) -> set[str]:
    """Return the questions of a form.

    All rows of options count as one question, and so do all follow-ups, and a commitment with its
    date and scope. So do all rights and all names: these rows are filled in already.
    """
    names = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    with_another = {"move_to": "commitment", "scope": "commitment"} if "commitment" in names else {}
    rows = re.compile(r"^(option|follow_up|right|label)\d?_.*")
    return {with_another.get(name) or rows.sub(r"\1", name) for name in names}
