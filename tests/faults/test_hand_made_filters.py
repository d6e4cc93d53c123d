"""Filters of lists and exports with values that nobody offered."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import files, rows, secret_of

SECRET = "Lay off contractors"


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("finding.state", "nonsense"),
        ("finding.kind", "typed"),
        ("finding.whose", "typed"),
        ("finding.place", "C000000002"),
        ("finding.place", "any"),
        ("finding.next", "9999-99-99.1"),
        ("finding.previous", "0"),
        ("finding.moved", "1"),
    ],
)
def test_a_filter_that_was_not_offered_shows_nothing_of_a_private_channel(
    harness: Harness, people: dict[str, Actor], checkout: Channel, action: str, value: str
) -> None:
    erin, gus = people["erin"], people["gus"]
    secret = secret_of(harness, people["alice"])
    assert secret.id == "C000000002"
    erin.raises(SECRET, kind="requirements", in_=secret)
    erin.raises("Guest checkout", kind="requirements")
    gus.types("/tradeoff list", checkout)
    text = {"type": "plain_text", "text": "Old"}
    element = {"type": "button", "action_id": action, "value": value, "text": text}
    harness.run(gus.member.press_element(gus.form, "old", element, value))
    assert SECRET not in gus.form_words() + gus.was_told()
    assert gus.form is not None


def test_an_export_takes_no_filter_of_a_channel_or_a_person(
    harness: Harness, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    erin.raises(SECRET, kind="requirements", in_=secret)
    erin.raises("Guest checkout", kind="requirements")
    for asked in ("place:all", f"channel:{secret.id}", "by:@erin", "moved:1"):
        dora.types(f"/tradeoff export csv {asked}", checkout)
    assert files(dora) == []
    dora.types("/tradeoff export csv state:any", checkout)
    assert [row["title"] for row in rows(files(dora)[0])] == ["Guest checkout"]
