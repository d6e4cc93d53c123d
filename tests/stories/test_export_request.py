"""Stories of exports: a person asks for the decisions of a channel, and gets a direct message.

It has the file, or says what to do.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from typing import Any

import pytest

from bot.demo.slack.faults import Kind as Fault
from bot.demo.slack.workspace import Channel, Message
from models.tables.post import Drawing, PostState
from support.harness import Actor, Harness
from support.story_helpers import files, rows, secret_of

SEND, SHARE = "files.getUploadURLExternal", "files.completeUploadExternal"


@pytest.fixture
def three(harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel) -> Message:
    """Raise three decisions: #1 is approved, #2 and #3 are open. Return the card of #1."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    harness.clock.advance(days=40)
    erin.raises("Add Apple Pay")
    erin.claims("Refund by e-mail")
    return card


def test_each_form_comes_by_direct_message(
    harness: Harness, three: Message, erin: Actor, checkout: Channel
) -> None:
    for form in ("CSV", "JSON", "Markdown"):
        erin.types(f"/tradeoff export {form.lower()}", checkout)
        assert f"I am making a {form} file of 3 decisions in #checkout" in erin.was_told()
    table, whole, pages = files(erin)
    assert [row["title"] for row in rows(table)] == [
        "Guest checkout",
        "Add Apple Pay",
        "Refund by e-mail",
    ]
    assert [decision["number"] for decision in json.loads(whole.data or "")["decisions"]] == [
        1,
        2,
        3,
    ]
    with zipfile.ZipFile(io.BytesIO(pages.data or b"")) as archive:
        assert archive.namelist()[0] == f"{harness.workspace.team_id}/0000/0001-guest-checkout.md"
    assert re.fullmatch(r"decisions-2027-01-02-1000\d\d\.csv", table.name)
    assert "The decisions of #checkout, as you asked." in erin.dm_text()
    assert not [message for message in harness.workspace.messages[checkout.id] if message.files]


@pytest.mark.parametrize("form", ["csv;", "csv-semicolon"])
def test_an_export_separates_its_cells_by_semicolons_if_asked(
    three: Message, erin: Actor, checkout: Channel, form: str
) -> None:
    erin.types(f"/tradeoff export {form} kind:requirements", checkout)
    assert "I am making a CSV file of 1 decision" in erin.was_told()
    assert erin.dm()[-1].files[-1].name.endswith(".csv")
    text = (files(erin)[-1].data or b"").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["number"], row["title"]) == ("1", "Guest checkout")


@pytest.mark.both_databases
def test_filters_narrow_an_export(three: Message, erin: Actor, checkout: Channel) -> None:
    for asked, expected in {
        "csv state:open": ["2", "3"],
        "kind:requirements": ["1"],
        "csv since:30d": ["2", "3"],
        "csv until:2026-11-30": ["1"],
        "csv state:approved since:2026-11-01": ["1"],
    }.items():
        erin.types(f"/tradeoff export {asked}", checkout)
        assert [row["number"] for row in rows(files(erin)[-1])] == expected, asked
    assert (
        "(state approved, raised since 2026-11-01 00:00 UTC)" in erin.dm_text("The decisions")[-1]
    )


def test_a_request_that_cannot_be_met_is_explained(
    harness: Harness, three: Message, erin: Actor, checkout: Channel
) -> None:
    for asked, told in {
        "pdf": "I do not know the format “pdf”. Choose `csv`",
        "csv colour:red": "There is no filter `colour:`",
        "csv by:@alice": "An export takes `kind:`, `state:`, `since:` and `until:`.",
        "csv apple": "To look for words or people, use `/tradeoff list`",
        "csv kind:risk": "Nothing in #checkout fits that",
    }.items():
        erin.types(f"/tradeoff export {asked}", checkout)
        assert told in erin.was_told()
    assert files(erin) == []
    erin.types("/tradeoff export to Sweden or not", checkout)
    assert erin.form.view["title"]["text"].startswith("Raise")


def test_a_wrong_filter_names_those_that_an_export_takes(
    three: Message, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff export csv kind:", checkout)
    said = erin.was_told()
    assert "Filters are `kind:priority`, `state:open`" in said
    assert "`by:" not in said
    assert "`ref:" not in said


def test_a_channel_is_exported_where_it_is_and_only_that(
    harness: Harness, three: Message, erin: Actor, checkout: Channel, alice: Actor
) -> None:
    private = harness.workspace.add_channel("contracts", ["alice", "bob", "sam"], private=True)
    alice.sets_up(private)
    alice.raises("A secret price", kind="requirements", in_=private)
    erin.types("/tradeoff export json", checkout)
    assert b"secret" not in (files(erin)[-1].data or b"")
    alice.types("/tradeoff export", private)
    assert [row["title"] for row in rows(files(alice)[-1])] == ["A secret price"]
    # Somebody who is not in the channel cannot type there; if Slack let them, they would get
    # nothing.
    erin.types("/tradeoff export csv", private)
    assert "Slack does not say that you are in" in erin.was_told()
    assert len(files(erin)) == 1
    erin.types("/tradeoff export", harness.workspace.direct(erin.id))
    assert "Decisions belong to a team channel" in erin.was_told()


def test_where_nothing_is_set_up_there_is_nothing_to_send(erin: Actor, search: Channel) -> None:
    erin.types("/tradeoff export csv", search)
    assert "is not set up yet" in erin.was_told()


@pytest.mark.both_databases
def test_asked_twice_it_comes_once_and_messages_do_not_wait_for_it(
    harness: Harness, three: Message, erin: Actor, checkout: Channel, alice: Actor
) -> None:
    harness.workspace.faults.add(SEND, "ratelimited", retry_after=30)
    for _ in range(2):
        harness.run(erin.member.types(checkout, "/tradeoff export csv"))
    harness.sends()
    harness.clock.advance(seconds=5)
    erin.raises_quietly("Larger buttons", checkout)
    harness.sends()
    assert "Larger buttons" in harness.text(erin.card(checkout))
    assert files(erin) == []
    harness.settle()
    assert len(files(erin)) == 1


def test_asked_again_within_the_second_it_comes_once(
    harness: Harness, three: Message, erin: Actor, checkout: Channel
) -> None:
    asked_at = harness.clock.now
    erin.types("/tradeoff export csv", checkout)
    assert len(files(erin)) == 1
    harness.clock.now = asked_at
    erin.types("/tradeoff export csv", checkout)
    assert "You asked for this file a moment ago: look at our direct messages." in erin.was_told()
    assert len(files(erin)) == 1
    harness.clock.now = asked_at
    harness.clock.advance(minutes=1)
    erin.types("/tradeoff export csv", checkout)
    assert "I am making a CSV file" in erin.was_told()
    assert len(files(erin)) == 2


# ---- names ---------------------------------------------------------------------------------------


def test_people_and_the_channel_are_called_by_name(
    harness: Harness, three: Message, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    for form in ("csv", "json", "markdown"):
        erin.types(f"/tradeoff export {form}", checkout)
    table, whole, pages = files(erin)
    first = rows(table)[0]
    assert (first["channel"], first["channel_name"]) == (checkout.id, "checkout")
    assert (first["decided_by"], first["decided_by_name"]) == (alice.id, "Alice")
    assert (first["holder_for"], first["holder_for_name"]) == ("", "")
    assert first["in_words"].startswith("approved by Alice (product owner")
    decision = json.loads(whole.data or "")["decisions"][0]
    assert decision["raised_by"] == decision["history"][0]["actor"] == erin.id
    assert {decision["names"][id] for id in (erin.id, alice.id, checkout.id)} == {
        "Erin",
        "Alice",
        "checkout",
    }
    with zipfile.ZipFile(io.BytesIO(pages.data or b"")) as archive:
        page = archive.read(archive.namelist()[0]).decode()
    assert "- Channel: checkout\n- Raised by Erin" in page
    assert "UTC: Alice approved option A" in page
    assert alice.id not in page


def test_a_name_is_only_text(
    harness: Harness, three: Message, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.person("alice").real_name = "=1+1 <b>[x](y)\n# A"
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    erin.types("/tradeoff export csv", checkout)
    erin.types("/tradeoff export markdown", checkout)
    table, pages = files(erin)
    assert rows(table)[0]["decided_by_name"] == "'=1+1 <b>[x](y) # A"
    with zipfile.ZipFile(io.BytesIO(pages.data or b"")) as archive:
        page = archive.read(archive.namelist()[0]).decode()
    assert r"\=1+1 \<b\>\[x\](y) \# A approved option A" in page


def test_a_person_whom_slack_does_not_name_is_listed_by_id(
    harness: Harness, three: Message, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    del harness.workspace.people[alice.id]
    harness.bot.people.forget_person(harness.workspace.team_id, alice.id)
    for form in ("csv", "json"):
        erin.types(f"/tradeoff export {form}", checkout)
    table, whole = files(erin)
    first = rows(table)[0]
    assert (first["decided_by"], first["decided_by_name"], first["raised_by_name"]) == (
        alice.id,
        "",
        "Erin",
    )
    assert first["in_words"].startswith(f"approved by {alice.id} (")
    assert alice.id not in json.loads(whole.data or "")["decisions"][0]["names"]
    harness.refused("user_not_found")


# ---- faults of Slack -----------------------------------------------------------------------------


def test_a_workspace_that_takes_no_files_is_explained(
    harness: Harness, three: Message, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.scopes -= {"files:write"}
    erin.types("/tradeoff export csv", checkout)
    harness.refused("missing_scope")
    (told,) = erin.dm_text("could not be sent")
    assert "Ask whoever runs me to install me again with the scope `files:write`" in told
    assert [post.state for post in harness.posts() if post.drawing is Drawing.EXPORT] == [
        PostState.PARKED
    ]


def test_a_removal_from_the_channel_is_explained(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = secret_of(harness, alice)
    erin.raises("Redesign the logo", in_=secret)
    harness.run(erin.member.types(secret, "/tradeoff export csv"))
    harness.run(alice.member.removes_bot(secret))
    harness.settle()
    (told,) = erin.dm_text("could not be sent")
    assert "I am not in that channel any more" in told
    harness.run(alice.member.invites_bot(secret))
    harness.settle()
    assert len(files(erin)) == 1
    harness.workspace.bad_requests.clear()


@pytest.mark.parametrize("method", ["upload", SEND])
def test_a_passing_fault_is_tried_again(
    harness: Harness, three: Message, erin: Actor, checkout: Channel, method: str
) -> None:
    harness.breaks(method, "server_error", times=2)
    erin.types("/tradeoff export csv", checkout)
    assert len(files(erin)) == 1
    harness.workspace.bad_requests.clear()


def test_a_lasting_fault_is_told_once(
    harness: Harness, three: Message, erin: Actor, checkout: Channel
) -> None:
    harness.breaks("upload", "server_error", times=99)
    erin.types("/tradeoff export csv", checkout)
    for _ in range(8):
        harness.later(minutes=5)
    assert files(erin) == []
    (told,) = erin.dm_text("could not be sent")
    assert "Try again with `/tradeoff export`" in told
    harness.workspace.bad_requests.clear()


@pytest.mark.parametrize("kind", ["broken_before", "broken_after", "timeout_after", "server_error"])
def test_a_file_that_may_have_gone_out_is_there_once(
    harness: Harness, three: Message, erin: Actor, checkout: Channel, kind: Fault
) -> None:
    harness.breaks(SHARE, kind)
    erin.types("/tradeoff export csv", checkout)
    for _ in range(3):
        harness.later(minutes=1)
    assert len(files(erin)) == 1
    assert erin.dm_text("could not be sent") == []


def test_a_file_is_not_sent_again_where_we_may_not_look_for_it(
    harness: Harness, three: Message, erin: Actor, checkout: Channel
) -> None:
    harness.workspace.scopes -= {"im:history"}
    harness.breaks(SHARE, "broken_after")
    erin.types("/tradeoff export csv", checkout)
    harness.refused("missing_scope")
    assert len(files(erin)) == 1
    (told,) = erin.dm_text("could not be sent")
    assert "If it is not here, ask for it again" in told


def test_a_file_shows_the_record_as_it_is_when_it_is_made(
    harness: Harness, three: Message, erin: Actor, checkout: Channel, alice: Actor
) -> None:
    """Decisions made before the file is made are in it."""
    harness.workspace.faults.add(SEND, "ratelimited", retry_after=400)
    harness.run(erin.member.types(checkout, "/tradeoff export json"))
    harness.sends()
    alice.presses(three, "Reopen")
    assert alice.submits(reason="The numbers have changed") == {}
    assert files(erin) == []
    harness.later(minutes=7)
    found: dict[str, Any] = json.loads(files(erin)[-1].data or "")
    assert [event["verb"] for event in found["decisions"][0]["history"]] == [
        "raise",
        "decide",
        "reopen",
    ]
