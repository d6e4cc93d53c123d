"""Messages of other apps, files, and forgotten people (docs/reference/slack.md, "Escaping")."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.slack.other_app import NOT_DISPLAYED, OtherApp
from bot.demo.slack.payloads import shortcut
from bot.demo.slack.workspace import Message
from support.small_slack import SmallSlack, played, section

WORDS = "Wallet is slow"


def as_sent(slack: SmallSlack, message: Message) -> dict[str, Any]:
    """Return the message as a message shortcut sends it."""
    person = slack.workspace.person("alice")
    return dict(shortcut(slack.workspace, person, message, "keep")["message"])


@pytest.mark.parametrize(
    ("text", "place", "content"),
    [
        ("", "attachments", [{"fallback": WORDS, "title": "PAY-12", "text": WORDS}]),
        ("", "blocks", [section(WORDS)]),
        (NOT_DISPLAYED, "blocks", [section(WORDS)]),
    ],
)
def test_the_words_of_other_apps_are_elsewhere(text: str, place: str, content: Any) -> None:
    async def steps(slack: SmallSlack) -> None:
        said = OtherApp(slack.workspace, "jira").posts(slack.checkout, text, **{place: content})
        sent = as_sent(slack, said)
        assert sent["text"] == text
        assert WORDS in str(sent[place])
        assert sent["bot_id"] != slack.workspace.bot_id

    played(steps)


def test_a_shared_file_has_no_words() -> None:
    async def steps(slack: SmallSlack) -> None:
        sent = as_sent(slack, slack.member("erin").shares(slack.checkout, "sketch.png"))
        assert (sent["text"], sent["subtype"]) == ("", "file_share")
        assert [file["name"] for file in sent["files"]] == ["sketch.png"]

    played(steps)


def test_a_forgotten_author_is_not_found() -> None:
    async def steps(slack: SmallSlack) -> None:
        erin = slack.member("erin")
        said = await erin.says(slack.checkout, "I was here")
        slack.workspace.forget(erin.person)
        author = as_sent(slack, said)["user"]
        assert author == erin.id
        assert (await slack.call("users.info", user=author)).word == "user_not_found"

    played(steps)
