"""A backup is restored, and the record has lost the hours since it was made.

Numbers of the lost hours are given again, while Slack still shows the cards and forms of those
hours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from bot.demo.slack.workspace import Channel, Message
from models.rules import State
from models.tables import Base
from models.tables.decision import Decision
from models.tables.post import Post
from support.harness import Actor, Harness
from support.migrations import migrate_to
from support.story_helpers import until

LOST = "I no longer have the record that this button belongs to"


def backup(harness: Harness) -> Callable[[], None]:
    """Copy the record; return a function that restores it, with its counters of ids."""
    tables = Base.metadata.sorted_tables

    def read(session: Session) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in tables
        }

    def write(session: Session) -> None:
        for table in reversed(tables):
            session.execute(delete(table))
        for table in tables:
            if kept[table.name]:
                session.execute(insert(table), kept[table.name])
            if not harness.bot.database.is_sqlite and "id" in table.columns:
                session.execute(text(SET_NEXT_ID.format(table=table.name)))

    kept = harness.query(read)
    return lambda: harness.query(write)


SET_NEXT_ID = """
    SELECT setval(
        pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL
    ) FROM {table}
"""


def lost_and_raised_anew(harness: Harness, erin: Actor) -> Message:
    """Raise a decision, restore a backup from before, raise another; return the lost card."""
    restore = backup(harness)
    lost = erin.raises("Lay off the contractors", kind="requirements")
    restore()
    erin.raises("Guest checkout", kind="requirements")
    assert [decision.title for decision in harness.decisions()] == ["Guest checkout"]
    return lost


@pytest.mark.parametrize("button", ["Approve", "Reject", "Defer", "Ask", "Delegate", "Withdraw"])
def test_a_card_of_the_lost_hours_decides_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, button: str
) -> None:
    card = lost_and_raised_anew(harness, erin)
    who = erin if button == "Withdraw" else alice
    who.presses(card, button)
    assert LOST in who.was_told()
    assert who.form is None
    assert harness.decision().event_count == 1


def test_a_form_of_the_lost_hours_decides_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    restore = backup(harness)
    card = erin.raises("Lay off the contractors", kind="requirements")
    alice.presses(card, "Delegate")
    alice.fills(delegate="sam")
    restore()
    erin.raises("Guest checkout", kind="requirements")
    assert alice.submits() == {}
    assert LOST in alice.form_words()
    assert harness.decision().event_count == 1


def test_a_form_of_the_lost_hours_gives_nothing_back(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    restore = backup(harness)
    card = erin.raises("Lay off the contractors", kind="requirements")
    assert alice.delegates(card, "sam") == {}
    sam.presses(card, "Delegate")
    assert "Give #1 back" in str(sam.form)
    restore()
    card = erin.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, "sam") == {}
    assert sam.submits() == {}
    assert LOST in sam.form_words()
    assert harness.decision().holder == sam.id


def test_who_declines_a_leave_of_the_lost_hours_declines_no_other(
    harness: Harness, alice: Actor, bob: Actor, dora: Actor, checkout: Channel
) -> None:
    restore = backup(harness)
    assert alice.goes_away("dora") == {}
    lost = dora.dm()[-1]
    restore()
    harness.later(minutes=1)
    assert bob.goes_away("dora") == {}
    dora.presses(lost, "Decline")
    assert "You do not stand in there any more" in dora.was_told()


def test_a_form_of_lost_rights_does_not_replace_others(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    restore = backup(harness)
    alice.asks_for_table(checkout, requirements="project_manager")
    alice.types("/tradeoff rights", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Change who decides")
    restore()
    harness.later(minutes=1)
    bob.asks_for_table(checkout, risk="product_owner")
    assert alice.submits(reason="As before", right_feature="project_manager") == {}
    assert "@bob changed the rights while your form was open" in alice.form_words()


def test_a_commitment_of_the_lost_hours_is_not_closed(
    harness: Harness, bob: Actor, checkout: Channel
) -> None:
    restore = backup(harness)
    lost = bob.promises("Beta")
    restore()
    bob.promises("Gamma")
    bob.presses(lost, "Ledger")
    assert LOST in bob.was_told()
    assert bob.form is None


def test_a_form_of_the_lost_hours_moves_no_other_commitment(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    restore = backup(harness)
    bob.promises("Beta")
    erin.types("/tradeoff Later", checkout)
    erin.presses(erin.form, "It touches a commitment")
    restore()
    bob.promises("Gamma")
    asked = {"kind": "requirements", "why_now": "Asked for", "commitment": "Beta"}
    options = {"option1_name": "Add it now", "option2_name": "Leave it"}
    errors = erin.submits(**asked, **options, move_to="2026-12-30")
    gone = "That commitment is no longer open. Choose another, or none."
    assert errors == {"Commitment": gone}
    assert harness.decisions() == []


@pytest.mark.both_databases
def test_what_was_told_of_a_lost_commitment_opens_no_other(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    harness.confirms_rights(alice)
    restore = backup(harness)
    bob.promises("Beta")
    alice.approves_move(erin.raises_move("Later", to="2026-12-17"))
    told = next(told for told in bob.dm() if "You promised Beta" in harness.text(told))
    restore()
    bob.promises("Gamma")
    bob.presses(told, "Ledger")
    assert LOST in bob.was_told()
    assert bob.form is None


def presses_unmarked(who: Actor, card: Message, action: str) -> None:
    """Press a button as the previous release drew it, without a mark."""
    element = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "x"}}
    value = str(who.harness.decision().id)
    pressed = who.member.press_element(card, "old", {**element, "value": value}, value)
    who.harness.run(pressed)
    who.harness.settle()


@pytest.mark.both_databases
def test_a_button_of_the_release_before_is_drawn_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")

    def as_before(session: Session) -> None:
        """Make the decision look like one that the previous release has raised."""
        session.execute(text("UPDATE decision SET first_hash = NULL"))
        session.execute(text("UPDATE post SET wanted = wanted + 1"))

    harness.query(as_before)
    harness.settle()
    alice.presses(card, "Approve")
    assert "I have redrawn this card; please use the new one." in alice.was_told()
    assert alice.form is None
    alice.approves(card)
    assert harness.decision().outcome is not None


def test_a_button_that_only_shows_works_without_a_mark(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    presses_unmarked(alice, card, "records.open")
    assert "Guest checkout" in alice.form_words()
    harness.run(alice.member.closes())
    presses_unmarked(alice, card, "decide.approve")
    assert alice.form is None


@pytest.mark.both_databases
def test_the_upgrade_draws_every_open_card_again(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    settled = erin.raises("Guest checkout", kind="requirements")
    alice.rejects(settled)
    erin.raises("Refund by e-mail", kind="requirements")
    migrate_to(harness.url, "0017")
    migrate_to(harness.url, "head")

    def read(session: Session) -> tuple[list[str | None], set[int | None]]:
        hashes = list(session.scalars(select(Decision.first_hash).order_by(Decision.number)))
        drawn = set(session.scalars(select(Post.decision_id).where(Post.wanted > Post.shown)))
        return hashes, drawn

    hashes, drawn = harness.query(read)
    assert [len(first or "") for first in hashes] == [64, 64]
    assert drawn == {harness.decision(2).id}
    harness.settle()


def accepts_with_follow_up(alice: Actor, owes: str) -> None:
    """Accept #1 in Details: after a restore, its card still shows the lost verdict."""
    alice.shows(1)
    alice.presses(alice.form, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="met", reason="Good enough") == {}
    names = {"follow_up1_what": owes, "follow_up1_owner": "erin"}
    assert alice.submits(**names, follow_up1_due="2026-12-01") == {}


def test_a_follow_up_of_the_lost_hours_ticks_off_no_other(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The backup has the claim. The verdict is lost, and Alice gives another one."""
    erin.claims("Refund by e-mail")
    restore = backup(harness)
    accepts_with_follow_up(alice, "Write the manual")
    (lost,) = [message for message in erin.dm() if "follow_up_done" in str(message.blocks)]
    restore()
    harness.later(minutes=1)
    accepts_with_follow_up(alice, "Fix the crash")
    erin.presses(lost, "Done")
    assert LOST in erin.was_told()
    (follow_up,) = harness.decision_whole().follow_ups
    assert (follow_up.what, follow_up.done_at) == ("Fix the crash", None)


@pytest.mark.parametrize("opens", ["before", "after"])
def test_an_answer_of_the_lost_hours_answers_no_other_question(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, opens: str
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    restore = backup(harness)
    alice.asks(card, "erin", "How many guests?")
    lost = erin.dm()[-1]
    if opens == "before":
        erin.presses(lost, "Answer")
        erin.fills(answer="Two of a hundred")
    restore()
    harness.later(minutes=1)
    alice.asks(card, "erin", "How many complaints?")
    if opens == "before":
        assert erin.submits() == {}
        assert LOST in erin.form_words()
    else:
        erin.presses(lost, "Answer")
        assert LOST in erin.was_told()
    (question,) = harness.decision_whole().questions
    assert (question.text, question.answer) == ("How many complaints?", None)


@pytest.mark.parametrize("opens", ["before", "after"])
def test_a_review_of_the_lost_hours_counts_for_no_other_outcome(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel, opens: str
) -> None:
    """The backup has the forecast. The approval is lost, and Alice approves something else."""
    bob.states_impact(erin.raises("Add Apple Pay"))
    restore = backup(harness)
    approves_with_review(alice, "A. Add it now", "2026-11-24")
    until(harness, 24, "15:00")
    (lost,) = [message for message in bob.dm() if "review.say" in str(message.blocks)]
    if opens == "before":
        bob.presses(lost, "Say how it went")
    restore()
    harness.later(minutes=1)
    approves_with_review(alice, "B. Next quarter", "2026-12-21")
    if opens == "before":
        assert bob.submits(held="It held", days=5) == {}
        assert LOST in bob.form_words()
    else:
        bob.presses(lost, "Say how it went")
        assert LOST in bob.was_told()
    settlement = harness.decision_whole().settlement
    assert settlement
    assert settlement.held is None


def approves_with_review(alice: Actor, option: str, on: str) -> None:
    """Approve #1 in Details, and let the bot ask on this day whether the forecast held."""
    alice.shows(1)
    alice.presses(alice.form, "Approve")
    assert alice.submits(option=option, reason="It pays", review_on=on) == {}


def test_a_form_of_the_lost_hours_reopens_no_other_outcome(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """The backup has the decision. Its rejection is lost, and Alice approves it instead."""
    card = erin.raises("Guest checkout", kind="requirements")
    restore = backup(harness)
    alice.rejects(card)
    bob.presses(card, "Reopen")
    bob.fills(reason="We should have said yes")
    restore()
    harness.later(minutes=1)
    alice.shows(1)
    alice.presses(alice.form, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays") == {}
    bob.submits()
    assert "#1 was changed while your form was open" in bob.form_words()
    assert (harness.decision().round, harness.decision().state) == (1, State.DECIDED)
