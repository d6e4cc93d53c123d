"""Ways to keep, or to lose, what was handed over to somebody."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from models.rules import State
from support.harness import Actor, Harness
from support.rights_helpers import states, version
from support.story_helpers import acting, both_decide, until, verified


def test_who_stands_in_beside_their_own_role_hands_on_only_what_is_theirs(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice acts for Bob during his leave. She hands on her own part; Bob gets his part back."""
    card = alice.raises("Freeze in December")
    bob.goes_away("alice")
    bob.submits(both=["both"])
    assert alice.delegates(card, "erin") == {}
    assert acting(harness) == ("erin", "alice", "alice", "bob")
    bob.is_back()
    assert acting(harness) == ("erin", "alice", "bob", None)


def test_who_stands_in_beside_their_own_role_gives_back_what_is_not_theirs(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    assert bob.delegates(card, "alice", both=["both"]) == {}
    alice.presses(card, "Delegate")
    assert "@bob decides it again, and is told." in alice.form_words()
    assert "own side, or to take it back, type `/tradeoff delegate 1 @name`." in alice.form_words()
    assert alice.submits() == {}
    assert acting(harness) == ("alice", None, "bob", None)


def test_details_offers_a_delegate_to_give_the_decision_back(
    harness: Harness, alice: Actor, sam: Actor, checkout: Channel
) -> None:
    card = alice.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, "sam") == {}
    sam.shows(1)
    sam.presses(sam.form, "Give it back")
    assert "@alice decides it again, and is told." in sam.form_words()
    assert "your own side" not in sam.form_words()
    alice.shows(1)
    alice.presses(alice.form, "Delegate")


def test_details_offers_no_giving_back_to_somebody_who_is_away(
    harness: Harness, alice: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam is also Alice's delegate for her leave, so that the decision would stay with him."""
    card = alice.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, "sam") == {}
    assert alice.goes_away("sam") == {}
    sam.shows(1)
    assert "Give it back" not in str(sam.form.view)


def test_the_work_of_somebody_on_leave_is_not_said_to_go_back(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    assert alice.goes_away("sam") == {}
    assert bob.delegates(card, "sam", both=["both"]) == {}
    sam.presses(card, "Delegate")
    assert "@bob decides it again, and is told." in sam.form_words()
    assert "@alice" not in sam.form_words()
    assert sam.submits() == {}
    assert acting(harness) == ("sam", "alice", "bob", None)


def test_an_edit_takes_nothing_back_from_a_delegate(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    """If Erin's edit made the decision Alice's again, nobody would tell Alice."""
    card = erin.raises("Freeze in December")
    assert alice.delegates(card, "sam") == {}
    erin.presses(card, "Edit")
    assert erin.submits(title="Freeze in December and January") == {}
    assert acting(harness) == ("sam", "alice", "bob", None)


def test_an_edit_that_begins_a_round_takes_nothing_back_from_a_delegate(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.raises("Freeze in December")
    assert alice.delegates(card, "sam") == {}
    bob.states_impact(card)
    erin.presses(card, "Edit")
    assert erin.submits(title="Freeze in December and January") == {}
    assert harness.decision(1).round == 2
    assert acting(harness) == ("sam", "alice", "bob", None)
    bob.states_impact(card)
    sam.approves(card)
    assert harness.decision(1).settled_by == sam.id
    verified(harness)


def test_what_a_delegate_has_signed_is_not_taken_back(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    assert alice.delegates(card, "sam") == {}
    alice.presses(card, "Delegate")
    open_form = alice.form
    sam.approves(card)
    assert harness.decision(1).state is State.AWAITING_SIGNATURE
    assert open_form is not None
    alice.submits(delegate="alice")
    assert "@sam has signed #1 for you, and a signature stays." in (
        alice.form_words() + alice.was_told()
    )
    harness.run(alice.member.closes())
    alice.presses(card, "Delegate")
    assert alice.form is None
    assert "@sam has signed #1 for you" in alice.was_told()
    alice.presses(card, "Approve")
    assert "Take it back" not in alice.was_told()
    assert alice.was_told().count("@sam has signed #1 for you") == 2


def test_a_delegate_who_has_signed_gives_nothing_back(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    card = both_decide(alice, bob)
    assert alice.delegates(card, "sam") == {}
    sam.approves(card)
    sam.presses(card, "Delegate")
    assert sam.form is None
    assert "You have already signed #1." in sam.was_told()
    assert acting(harness) == ("sam", "alice", "bob", None)


def test_nobody_gives_both_roles_to_a_colleagues_stand_in(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Erin acts for Bob, who has not allowed her both roles. Alice gives her the other one."""
    assert bob.goes_away("erin") == {}
    alice.sets_up_quietly(checkout, product_owner="erin", reason="I move on")
    assert version(harness).product_owner == alice.id
    assert states(harness) == ["pending"]
    bob.is_back()
    assert states(harness) == ["made"]


def test_a_stand_in_who_may_act_in_both_roles_gets_the_other_one(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    assert bob.goes_away("erin", both=["both"]) == {}
    alice.sets_up_quietly(checkout, product_owner="erin", reason="I move on")
    assert version(harness).product_owner == erin.id


def test_a_decision_that_is_given_back_does_not_go_to_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    """Sam acts for Alice, who has left, and for Bob, to whom he gives the decision back."""
    card = bob.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert bob.delegates(card, "sam", both=["both"]) == {}
    sam.presses(card, "Delegate")
    assert "@bob decides it again, and is told." in sam.form_words()
    assert sam.submits() == {}
    assert acting(harness) == ("sam", "alice", "bob", None)


def test_a_stand_in_keeps_nothing_of_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice has left; what she had handed to Bob goes to the sponsor, not to Bob's stand-in."""
    card = erin.raises("Freeze in December")
    bob.states_impact(card)
    assert alice.delegates(card, "bob", both=["both"]) == {}
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness) == ("bob", "alice", "bob", None)
    assert bob.goes_away("erin") == {}
    assert acting(harness) == ("sam", "alice", "erin", "bob")
    bob.is_back()
    assert acting(harness) == ("sam", "alice", "bob", None)
    verified(harness)


def test_an_answer_is_told_to_whoever_decides_meanwhile(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice has asked, and is on leave when the answer comes."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "erin", "How many?")
    assert alice.goes_away("sam") == {}
    (asked,) = [message for message in erin.dm() if "questions.answer" in str(message.blocks)]
    erin.presses(asked, "Answer")
    assert erin.submits(answer="Forty") == {}
    assert alice.dm_text("@erin answered your question about #1 Guest checkout: Forty")
    assert sam.dm_text("@erin answered what @alice asked about #1 Guest checkout: Forty")


def test_whoever_holds_it_again_after_a_delegate_has_decided_is_told_that_it_was_reopened(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """It waits for Bob's impact, so Alice gets no request to decide it yet."""
    card = erin.raises("Guest checkout", kind="priority")
    assert alice.delegates(card, "dora") == {}
    until(harness, 27)
    dora.approves(card)
    bob.reopens(card)
    assert harness.decision().holder == alice.id
    assert (
        len(
            alice.dm_text(
                "#1 Guest checkout in #checkout, which you had a part in, was reopened by @bob"
            )
        )
        == 1
    )
