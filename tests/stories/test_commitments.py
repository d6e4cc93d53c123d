"""Stories of commitments: promised, and moved by decisions; the ledger adds up."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import moves, outcome


def test_a_promise_is_made_in_the_channel(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff commitments", checkout)
    listed = erin.member.sees(checkout)[-1]
    assert "Nothing is promised here yet." in harness.whole(listed)
    assert "@alice or @bob can add a commitment." in harness.whole(listed)
    assert "Add a commitment" not in buttons(listed)
    erin.presses_stale(listed, "commitments.add", checkout.id)
    assert "Commitments are added and closed by @alice or @bob." in erin.was_told()
    alice.types("/tradeoff commitments", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Add a commitment")
    errors = alice.submits(name="Beta", promised_on="2026-11-22", promised_to="The partners")
    assert errors == {"Promised for": "Choose today or a later day."}
    alice.submits_twice(promised_on="2026-12-12", scope="Checkout and refunds")
    posted = erin.card(checkout)
    assert harness.plain(posted) == (
        "Commitment Beta: promised to The partners for Sat 12 Dec 2026 by @alice. That is not a "
        "working day here."
    )
    assert erin.ledger(posted).split("\n") == [
        "*Beta*, promised to The partners",
        "Baseline: Sat 12 Dec 2026",
        "Scope: ",
        "Checkout and refunds",
        "*No decision has moved it.*",
        "@alice or @bob can say how it ended.",
    ]
    assert "Mark met / missed / withdrawn" in alice.ledger(posted)
    bob.types("/tradeoff commitments", checkout)
    listed = bob.member.sees(checkout)[-1]
    assert "1 open commitment here." in harness.whole(listed)
    assert "Beta for The partners: Sat 12 Dec 2026, as first promised." in harness.plain(listed)


def test_a_decision_moves_a_commitment_and_every_copy_says_so(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = bob.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17", kind="priority")
    before = "Sat 12 Dec 2026 → *Thu 17 Dec 2026* (+5 days), if approved."
    assert before in harness.whole(card)
    assert before in harness.whole(bob.dm()[-1])
    bob.states_impact(card)
    alice.presses(card, "Approve")
    assert before in alice.form_words()
    assert alice.submits(option="A. Add it now", reason="Pays") == {
        "The commitment": "Please complete this required field."
    }
    assert alice.submits(moves="Move it to 17 Dec") == {}
    assert "Beta moves 12 Dec → 17 Dec (+5 days). Why: Pays" in outcome(harness, checkout)
    for message in (card, bob.dm()[-1], alice.dm()[-1], erin.dm()[-1]):
        assert "Beta moves 12 Dec → 17 Dec (+5 days)" in harness.whole(message)
    assert (
        "for Thu 17 Dec 2026 by @bob. First promised for Sat 12 Dec 2026; moved +5 "
        "days in all, last by #1." in (harness.plain(promise))
    )
    assert "*#1*: 12 Dec → 17 Dec, +5 days" in erin.ledger(promise)
    assert "*Total: +5 days*, now Thu 17 Dec 2026" in erin.ledger(promise)
    assert moves(harness) == [(1, 5, False)]


def test_a_commitment_stays_if_the_approval_leaves_the_move_out(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card, moves="Leave it at 12 Dec")
    assert "Beta moves" not in outcome(harness, checkout)
    assert "not moved by this decision." in harness.whole(card)
    assert moves(harness) == []
    other = erin.raises_move("Refund by e-mail", to="2026-12-20")
    alice.approves_move(other)
    harness.later(minutes=10)
    assert "not moved by this decision." in harness.whole(card)


def test_the_second_of_two_decisions_says_that_the_commitment_has_moved(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    first = erin.raises_move("Guest checkout", to="2026-12-17")
    second = erin.raises_move("Refund by e-mail", to="2026-12-20")
    assert "The commitment has moved" not in harness.text(second)
    alice.approves_move(first)
    moved = (
        "when this was raised, Beta was promised for Sat 12 Dec 2026; since then #1 has "
        "moved it to Thu 17 Dec 2026."
    )
    assert moved in harness.whole(second)
    assert "Thu 17 Dec 2026 → *Sun 20 Dec 2026* (+3 days), if approved." in harness.whole(second)
    assert any(
        "#2" in harness.whole(message) and moved in harness.whole(message) for message in alice.dm()
    )
    assert "The commitment has moved" not in harness.text(first)
    alice.presses(second, "Approve")
    assert moved in alice.form_words()
    assert alice.submits(option="A. Add it now", moves="yes", reason="Pays") == {}
    assert "Beta moves 17 Dec → 20 Dec (+3 days)." in outcome(harness, checkout)
    assert moves(harness) == [(1, 5, False), (2, 3, False)]


def test_a_commitment_that_moves_while_the_form_is_open_is_shown_first(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    first = erin.raises_move("Guest checkout", to="2026-12-17")
    second = erin.raises_move("Refund by e-mail", to="2026-12-15")
    phone = Actor(harness, alice.member)
    phone.presses(second, "Approve")
    open_form = phone.form
    alice.approves_move(first)
    harness.workspace._stacks[alice.id] = [open_form]
    assert phone.submits(option="A. Add it now", moves="yes", reason="Quicker this way") == {}
    assert "This happened while your form was open: Beta moved." in phone.form_words()
    assert "since then #1 has moved it to Thu 17 Dec 2026" in phone.form_words()
    assert "(-2 days), if approved." in phone.form_words()
    assert phone.form.values["reason"]["reason"]["value"] == "Quicker this way"
    assert moves(harness) == [(1, 5, False)]
    assert phone.submits() == {}
    assert "Beta moves 17 Dec → 15 Dec (-2 days)." in outcome(harness, checkout)
    assert moves(harness) == [(1, 5, False), (2, -2, False)]


def test_only_the_scope_changes(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta", scope="Checkout")
    card = erin.raises_move("Gift wrapping", scope="Gift wrapping goes out")
    assert "stays at Sat 12 Dec 2026; its scope changes, if approved." in harness.whole(card)
    assert "Gift wrapping goes out" in harness.whole(card)
    alice.approves_move(card, moves="Change its scope")
    assert "The scope of Beta changes." in outcome(harness, checkout)
    alice.types("/tradeoff commitments", checkout)
    listed = harness.plain(alice.member.sees(checkout)[-1])
    assert "Beta for The partners: Sat 12 Dec 2026, as first promised, scope changed." in listed
    words = erin.ledger(promise)
    assert "*#1*: scope only" in words
    assert "Gift wrapping goes out" in words
    assert "*Total: 0 days*" in words
    assert moves(harness) == [(1, 0, False)]


def test_what_a_move_must_say(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    erin.types("/tradeoff Guest checkout", checkout)
    erin.fills(title="Guest checkout", why_now="Asked for")
    erin.presses(erin.form, "It touches a commitment")
    assert erin.form.values["why_now"]["why_now"]["value"] == "Asked for"
    fields = {"kind": "requirements", "option1_name": "Yes", "option2_name": "No"}
    errors = erin.submits(**fields, move_to="2026-12-17")
    assert errors == {"Commitment": "Say which commitment this would change."}
    errors = erin.submits(commitment="Beta", move_to=None)
    assert errors == {
        "Its new date, if this is approved": (
            "Give its new date, or say below what goes in or out of it."
        )
    }
    errors = erin.submits(move_to="2026-12-12")
    assert "is its date already" in errors["Its new date, if this is approved"]
    errors = erin.submits(move_to="2026-11-01")
    assert "That day has passed" in errors["Its new date, if this is approved"]
    assert erin.submits(move_to="2026-12-11") == {}
    assert "(-1 day), if approved." in harness.whole(erin.card(checkout))


def test_both_sign_the_move(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = erin.raises_move("Move Beta", to="2026-12-17", kind="commitment")
    bob.states_impact(card)
    bob.approves_move(card)
    assert moves(harness) == []
    alice.presses(card, "Approve")
    assert "Sat 12 Dec 2026 → *Thu 17 Dec 2026* (+5 days), if approved." in alice.form_words()
    assert "moves" not in alice.form.values
    assert alice.submits(reason="Agreed") == {}
    assert moves(harness) == [(1, 5, False)]


def test_the_other_signs_while_the_form_is_open(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice was about to choose another option. First she is shown what Bob has signed."""
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    bob.approves(card)
    assert alice.submits(option="B. Next quarter", reason="Calmer") == {}
    assert "This happened while your form was open: @bob signed." in alice.form_words()
    assert "You sign option A: \nAdd it now" in alice.form_words()
    assert harness.decision().outcome is None
    assert alice.submits() == {}
    assert "A. Add it now" in outcome(harness, checkout)


def test_a_move_that_is_taken_back_is_reversed_not_erased(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    alice.undoes()
    assert moves(harness) == [(1, 5, False), (1, -5, True)]
    assert "*#1* (taken back): 17 Dec → 12 Dec, -5 days" in alice.ledger(promise)
    assert "The commitment has moved" not in harness.text(card)
    alice.approves_move(card)
    assert [days for _, days, _ in moves(harness)] == [5, -5, 5]


def test_a_decision_is_not_warned_of_its_own_move(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    harness.later(minutes=10)
    alice.presses(card, "Reopen")
    assert alice.submits(reason="The partners object") == {}
    assert "The commitment has moved" not in harness.text(card)
    assert "moved to Thu 17 Dec 2026 by an earlier round (+5 days)" in harness.whole(card)
    alice.presses(card, "Approve")
    assert [option["text"]["text"] for option in options(alice, "moves")] == [
        "Leave it at 17 Dec",
        "Take it back to 12 Dec",
    ]
    alice.rejects(card, because="They are right")
    assert "Beta moves 17 Dec → 12 Dec (-5 days)." in outcome(harness, checkout)
    assert moves(harness) == [(1, 5, False), (1, -5, True)]


def test_an_edit_to_another_commitment_takes_no_move_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """An edit after a reopening cannot take the move back by naming another commitment."""
    alice.moves_alone(checkout)
    alice.promises("Beta")
    alice.promises("Gamma", on="2027-01-15")
    card = erin.raises_move("Guest checkout", to="2026-12-17")
    alice.approves_move(card)
    harness.later(minutes=10)
    alice.presses(card, "Reopen")
    assert alice.submits(reason="Wrong promise") == {}
    erin.presses(card, "Edit")
    erin.submits(commitment="Gamma", move_to="2027-01-20")
    assert "has changed Beta, and only a new decision on #1 can take that back" in erin.form_words()
    assert moves(harness) == [(1, 5, False)]
    alice.rejects(card)
    assert moves(harness) == [(1, 5, False), (1, -5, True)]


def options(person: Actor, field: str) -> list[dict[str, Any]]:
    """Return what this select of the open form offers."""
    return next(
        list(block["element"]["options"])
        for block in person.form.view["blocks"]
        if block.get("block_id") == field
    )


def test_the_message_of_a_commitment_has_a_ledger_and_its_name_stays_text(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    promise = alice.promises("Beta <b> & <!channel>")
    assert buttons(promise) == ["Ledger"]
    assert "<!channel>" not in promise.text
    assert "*Beta <b> & <!channel>*" in erin.ledger(promise)


@pytest.mark.both_databases
def test_two_decide_at_once_and_the_ledger_adds_up(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice gives the last signature on a risk while Bob gives it on a requirement.

    The later of the two is shown that Beta has moved, and signs again; both moves count.
    """
    alice.promises("Beta")
    for day, (requirement_title, risk_title) in enumerate(
        (("Refunds", "Load test"), ("Wallets", "Gateway"), ("Vouchers", "Release")), 14
    ):
        risk = erin.raises_move(risk_title, to=f"2026-12-{day + 5}", kind="risk")
        requirement = erin.raises_move(requirement_title, to=f"2026-12-{day}")
        for card, first in ((risk, bob), (requirement, alice)):
            bob.states_impact(card)
            first.approves_move(card)
        for person, card in ((alice, risk), (bob, requirement)):
            person.presses(card, "Approve")
            person.fills(reason="Now")

        async def both() -> None:
            await asyncio.gather(alice.member.submits(), bob.member.submits())

        harness.run(both())
        harness.settle()
        late = [person for person in (alice, bob) if person.form]
        assert len(late) == 1
        assert "This happened while your form was open: Beta moved." in late[0].form_words()
        assert late[0].submits() == {}
        assert len(moves(harness)) == 2 * (day - 13)


def test_all_that_is_wrong_with_a_commitment_is_said_at_once(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    alice.types("/tradeoff commitments", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Add a commitment")
    assert alice.submits(name="Beta", promised_on="2026-11-20", promised_to="Partners") == {
        "Name": "An open commitment here has this name already. Give this one another.",
        "Promised for": "Choose today or a later day.",
    }


def test_a_decision_that_moves_the_date_says_that_the_scope_changes_too(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-11")
    card = erin.raises_move("Beta without wrapping", to="2026-12-18", scope="Out: wrapping")
    assert "Beta 11 Dec → 18 Dec (+7 days), scope changes" in harness.text(card)
    alice.presses(card, "Approve")
    assert "Move it to 18 Dec and change its scope" in alice.form_words()
    assert alice.submits(option="A. Add it now", moves="yes", reason="Worth it") == {}
    moved = "Beta moves 11 Dec → 18 Dec (+7 days). Its scope changes too."
    assert moved in harness.text(card)
    assert moved in outcome(harness, checkout)
    assert moved in harness.plain(erin.dm()[-1])
    harness.later(minutes=30)
    alice.reopens(card)
    alice.rejects(card)
    back = "Beta moves 18 Dec → 11 Dec (-7 days). Its scope is again what it was before."
    assert back in harness.text(card)
    assert "Scope that was asked for" in harness.whole(card)


def test_a_reopened_change_of_scope_does_not_say_that_the_scope_would_change(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    alice.promises("Beta", "2026-12-11")
    card = erin.raises_move("Beta without wrapping", scope="Out: wrapping")
    assert "if approved, Beta: scope changes" in harness.text(card)
    alice.approves_move(card)
    harness.later(minutes=30)
    alice.reopens(card)
    assert "if approved, Beta: scope stays" in harness.text(card)
    alice.presses(card, "Approve")
    assert "its scope stays as an earlier round left it" in alice.form_words()
    assert "Leave its scope as it is now" in alice.form_words()
    assert "Leave it at 11 Dec, with the scope as it was before" in alice.form_words()


def test_a_scope_that_is_taken_back_is_not_shown_as_if_it_held(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    promise = bob.promises("Beta", "2026-12-11")
    card = erin.raises_move("Beta without wrapping", to="2026-12-18", scope="Out: wrapping")
    alice.approves_move(card)
    assert "Scope: Out: wrapping" in bob.dm_text("You promised Beta")[-1]
    harness.later(minutes=30)
    alice.reopens(card)
    alice.rejects(card)
    assert "Scope that is taken back: Out: wrapping" in bob.dm_text("You promised Beta")[-1]
    back = "*#1* (taken back): 18 Dec → 11 Dec, -7 days\nScope that is taken back: \nOut: wrapping"
    assert back in erin.ledger(promise)
