"""Stories of what the files of an export say, and of a channel that has nothing to export."""

from __future__ import annotations

import io
import json
import zipfile

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import files, rows, until


def test_in_an_empty_channel_nothing_was_raised_yet(erin: Actor, checkout: Channel) -> None:
    erin.types("/tradeoff export", checkout)
    assert "Nothing was raised in #checkout yet, so there is no file to send." in erin.was_told()


def test_a_table_says_who_made_a_decision_that_was_recorded_after_the_fact(
    erin: Actor, checkout: Channel
) -> None:
    erin.records("Guest checkout", by="sam")
    erin.types("/tradeoff export csv", checkout)
    (row,) = rows(files(erin)[-1])
    assert (row["made_by_name"], row["made_on"]) == ("Sam", "2026-11-20")


def test_pages_and_tables_say_nothing_of_what_was_not_given(erin: Actor, checkout: Channel) -> None:
    erin.raises("Apple Pay", option1_cost="", option2_value="", option2_cost="")
    erin.claims("Refund by e-mail")
    erin.records("Guest checkout", by="sam")
    for form in ("csv", "markdown"):
        erin.types(f"/tradeoff export {form}", checkout)
    table, zipped = files(erin)
    tradeoff, _, recorded = rows(table)
    assert tradeoff["options"] == "A. Add it now (value: Fewer drop-offs)\nB. Next quarter"
    assert recorded["options"] == "A. Guests may order"
    with zipfile.ZipFile(io.BytesIO(zipped.data or b"")) as archive:
        tradeoff_page, claim_page, recorded_page = (
            archive.read(name).decode() for name in archive.namelist()
        )
    assert tradeoff_page.count("Value:") == 1
    assert "Cost:" not in tradeoff_page
    assert "No reason was given" not in claim_page
    assert "Not acknowledged yet." in recorded_page
    assert "Not decided yet" not in recorded_page


def test_a_page_and_a_table_have_the_reason_of_each_who_signed(
    erin: Actor, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = erin.raises_move("Gift cards", to="2026-12-17", kind="commitment")
    bob.states_impact(card)
    alice.approves_move(card, because="The fair pays for it")
    bob.approves(card, because="The team can", option=None)
    for form in ("csv", "markdown"):
        erin.types(f"/tradeoff export {form}", checkout)
    table, zipped = files(erin)
    (row,) = rows(table)
    assert row["signatures"] == "Alice: The fair pays for it\nBob: The team can"
    with zipfile.ZipFile(io.BytesIO(zipped.data or b"")) as archive:
        (page,) = (archive.read(name).decode() for name in archive.namelist())
    assert "Why, says Alice:\n\n> The fair pays for it\n" in page
    assert "Why, says Bob:\n\n> The team can\n" in page


def test_a_page_says_that_a_review_counts_working_days(
    harness: Harness, erin: Actor, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = erin.raises("Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    fields = {"option": "A. Add it now", "reason": "It pays", "review_on": "2026-11-30"}
    assert alice.submits(**fields) == {}
    until(harness, 30)
    bob.presses(bob.dm()[-1], "Say how it went")
    assert bob.submits(held="worse", days=8) == {}
    erin.types("/tradeoff export markdown", checkout)
    with zipfile.ZipFile(io.BytesIO(files(erin)[-1].data or b"")) as archive:
        (page,) = (archive.read(name).decode() for name in archive.namelist())
    assert "Forecast worse: 8 working days of slip in fact." in page


def test_a_page_says_which_follow_ups_are_owed_no_more(
    erin: Actor, alice: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    owed = {"follow_up1_what": "Cache", "follow_up1_owner": "erin", "follow_up1_due": "2026-11-26"}
    for verdict in range(2):
        alice.presses(card, "Accept with follow-ups")
        assert alice.submits(criterion1="met", criterion2="not_met", reason="Ship it") == {}
        assert alice.submits(**owed) == {}
        if verdict == 0:
            alice.reopens(card)
    erin.types("/tradeoff export markdown", checkout)
    with zipfile.ZipFile(io.BytesIO(files(erin)[-1].data or b"")) as archive:
        (page,) = (archive.read(name).decode() for name in archive.namelist())
    due = "- Follow-up of Erin, due on Thu 26 Nov 2026"
    assert f"{due} (its verdict no longer stands): Cache\n" in page
    assert f"{due}: Cache\n" in page


def test_a_page_says_what_is_asked_of_a_commitment(
    erin: Actor, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    """A rejected decision has no entry in the ledger, so no other part of its page says it."""
    alice.promises("Beta")
    card = erin.raises_move("Gift cards", to="2026-12-17", scope="Out: *wrap*")
    bob.states_impact(card)
    alice.rejects(card)
    erin.raises_move("Dark mode", to="2026-12-24")
    erin.types("/tradeoff export markdown", checkout)
    with zipfile.ZipFile(io.BytesIO(files(erin)[-1].data or b"")) as archive:
        rejected, waiting = (archive.read(name).decode() for name in archive.namelist())
    assert "- Asked to move Beta, promised to The partners, to Thu 17 Dec 2026\n" in rejected
    assert "- Asked to change the scope of Beta: Out: \\*wrap\\*\n" in rejected
    assert "- Asks to move Beta, promised to The partners, to Thu 24 Dec 2026\n" in waiting
    assert "scope" not in waiting


def test_a_page_of_an_open_decision_says_whose_impact_was_not_stated_in_time(
    harness: Harness, erin: Actor, alice: Actor, checkout: Channel
) -> None:
    card = erin.raises("Gift cards", kind="priority")
    until(harness, 27)
    missed = "The project manager's impact was not stated in the time the channel gives."

    def page() -> str:
        erin.types("/tradeoff export markdown", checkout)
        with zipfile.ZipFile(io.BytesIO(files(erin)[-1].data or b"")) as archive:
            (page,) = (archive.read(name).decode() for name in archive.namelist())
        return page

    assert f"## Impact\n\n{missed}\n" in page()
    alice.approves(card)
    harness.later(minutes=1)
    settled = page()
    assert missed not in settled
    assert "Decided without impact: it was not stated in time." in settled


def test_the_record_says_for_whom_an_impact_was_stated(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay")
    bob.states_impact(card, days="2")
    assert "*Impact, stated by @bob (project manager):*" in harness.whole(card)
    assert bob.goes_away("dora") == {}
    alice.presses(card, "Ask to revise the impact")
    assert alice.submits(reason="Is that all?") == {}
    dora.states_impact(card, days="4")
    told = harness.whole(card)
    assert "Impact, stated by @dora for @bob (project manager, revised):" in told
    assert "Earlier impact, by @bob (project manager), round 1:" in told
    erin.types("/tradeoff export json", checkout)
    erin.types("/tradeoff export csv", checkout)
    erin.types("/tradeoff export markdown", checkout)
    whole, table, pages = files(erin)
    (decision,) = json.loads(whole.data or "")["decisions"]
    stated = decision["impact"]["statements"]
    assert [(statement["by"], statement["on_behalf_of"]) for statement in stated] == [
        (bob.id, None),
        (dora.id, bob.id),
    ]
    (row,) = rows(table)
    assert (row["impact_by"], row["impact_for"], row["impact_for_name"]) == (dora.id, bob.id, "Bob")
    with zipfile.ZipFile(io.BytesIO(pages.data or b"")) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    assert "Round 1, stated by Dora for Bob (project manager)" in text
