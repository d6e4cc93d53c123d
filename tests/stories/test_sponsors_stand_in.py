"""Stories of a sponsor who is away, and of what goes back when a stand-in goes on leave."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome, State
from support.harness import Actor, Harness
from support.home_visitor import opens_home
from support.story_helpers import escalated_to, secret_of, until, verified


def escalated(harness: Harness, dora: Actor) -> Message:
    """Return the card of a decision that the sponsor may decide, because nobody did in time."""
    card = dora.raises("Guest checkout", kind="requirements", due_on="2026-11-24")
    until(harness, 30, "12:00")
    return card


def test_a_sponsors_stand_in_decides_what_is_escalated(
    harness: Harness, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    card = escalated(harness, dora)
    sam.types("/tradeoff away @erin until 2026-12-09", checkout)
    assert "No open decision of yours that waits for you would move now" in sam.form_words()
    assert "They also decide what is escalated to you (now 1 decision)" in sam.form_words()
    assert "both roles" not in sam.form_words()
    assert sam.submits() == {}
    assert "@erin acts for you until Wed 9 Dec 2026. 1 open decision moved;" in sam.form_words()
    assert escalated_to(harness) == ("erin", "sam")
    assert "You also decide what is escalated to them as sponsor." in str(erin.dm_text())
    assert "@erin (for @sam, sponsor) may decide too" in harness.whole(card)
    sam.presses(card, "Approve")
    assert "so @erin (for @sam, sponsor) may decide too." in sam.was_told()
    told = "from now on you may decide it too, for @sam (sponsor), by escalation."
    (request,) = [message for message in erin.dm() if told in harness.plain(message)]
    erin.presses(request, "Approve")
    assert "You decide for @sam (sponsor), by escalation" in erin.form_words()
    erin.twice(option="A. Add it now", reason="It cannot wait")
    assert harness.decision().outcome is Outcome.APPROVED
    outcome = harness.plain(harness.workspace.messages[checkout.id][-1])
    by_whom = "approved by @erin for @sam (sponsor, by escalation; requirements): A. Add it now"
    assert by_whom in outcome
    assert "it was escalated to @erin, for @sam" in dora.shows(1)
    verified(harness)
    erin.undoes()
    assert harness.decision().state is State.AWAITING_DECISION
    assert escalated_to(harness) == ("erin", "sam")
    verified(harness)


def test_the_form_counts_what_is_escalated_in_every_channel(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    for channel in (checkout, secret_of(harness, alice)):
        alice.raises("Pricing", kind="requirements", due_on="2026-11-24", in_=channel)
    until(harness, 30, "12:00")
    sam.types("/tradeoff away @erin until 2026-12-09", checkout)
    assert "They also decide what is escalated to you (now 2 decisions)" in sam.form_words()


def test_a_sponsor_who_is_back_decides_what_is_escalated_again(
    harness: Harness, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    """The sponsor's first message has its buttons again; the stand-in's has none any more."""
    card = escalated(harness, dora)
    assert sam.goes_away("erin", until="2026-12-09") == {}
    told = "#1 Guest checkout is not escalated to you any more."
    (asked,) = [message for message in sam.dm() if told in harness.plain(message)]
    assert buttons(asked) == ["Details"]
    assert "@erin (for @sam, sponsor) may decide too." in harness.plain(asked)
    sam.is_back()
    assert "1 open decision came back to you." in sam.was_told()
    assert escalated_to(harness) == ("sam", None)
    assert len(erin.dm_text(told)) == 1
    assert "Approve" in buttons(asked)
    erin.presses(card, "Approve")
    assert "so @sam (sponsor) may decide too." in erin.was_told()
    sam.approves(card)
    verified(harness)


def test_what_is_escalated_during_a_leave_goes_to_the_stand_in(
    harness: Harness, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    assert sam.goes_away("erin", until="2026-12-09") == {}
    escalated(harness, dora)
    assert escalated_to(harness) == ("erin", "sam")
    assert sam.dm_text("should have been decided") == []


def test_a_stand_in_who_holds_a_role_does_not_decide_for_the_sponsor(
    harness: Harness, sam: Actor, bob: Actor, dora: Actor, checkout: Channel
) -> None:
    """Otherwise a leave would give the project manager the product owner's decisions."""
    card = escalated(harness, dora)
    assert sam.goes_away("bob", until="2026-12-09") == {}
    waits = "What is escalated to you in #checkout waits for you, because @bob holds a role there."
    assert f"No open decision of yours that waited for you moved. {waits}" in sam.form_words()
    assert escalated_to(harness) == ("sam", None)
    waits = "What is escalated to them as sponsor in #checkout waits for them, because you hold a"
    assert f"{waits} role there." in str(bob.dm_text())
    bob.presses(card, "Approve")
    assert "so @sam (sponsor) may decide too." in bob.was_told()
    bob.types("/tradeoff rights", checkout)
    assert "@bob acts for @sam" not in bob.was_told()
    assert "@sam is away until Wed 9 Dec 2026, and nobody acts for them here" in bob.was_told()


WAITS = "What is escalated to them as sponsor in #checkout waits for them, because you hold a role"
DECIDES = "You also decide what is escalated to them as sponsor"


def test_a_sponsors_stand_in_who_gets_a_role_or_gives_it_away_reads_who_decides_what_is_escalated(
    harness: Harness, sam: Actor, bob: Actor, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The first message about the leave is drawn again when the rights name other people."""
    assert sam.goes_away("bob", until="2026-12-09") == {}
    assert WAITS in str(bob.dm_text())
    alice.sets_up_again(checkout, project_manager="erin", reason="Bob moves on")
    assert WAITS not in str(bob.dm_text())
    assert DECIDES in str(bob.dm_text())
    alice.sets_up_again(checkout, project_manager="bob", reason="Bob is back")
    assert WAITS in str(bob.dm_text())
    assert DECIDES not in str(bob.dm_text())


def test_a_stand_in_reads_whether_somebody_else_is_the_sponsor_now(
    harness: Harness, sam: Actor, alice: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    assert sam.goes_away("erin", until="2026-12-09") == {}
    assert DECIDES in str(erin.dm_text())
    alice.sets_up_again(checkout, sponsor="dora", reason="Sam moves on")
    assert DECIDES not in str(erin.dm_text())


def test_the_form_to_go_on_leave_says_what_would_go_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    for title in ("Guest checkout", "Gift cards"):
        card = erin.raises(title, kind="requirements")
        assert alice.delegates(card, to="bob", both=["both"]) == {}
    erin.raises("Freeze in December", kind="risk")
    bob.types("/tradeoff away @dora until 2026-12-01", checkout)
    assert (
        "1 open decision would move now, and 2 decisions would go back to the people who handed "
        "them to you; no date changes." in bob.form_words()
    )
    assert bob.submits(both=["both"]) == {}
    assert "1 open decision moved, and 2 decisions went back to the people who" in bob.form_words()
    verified(harness)


def test_a_sponsor_is_not_asked_for_two_roles_because_of_what_would_go_back(
    alice: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    card = dora.raises("Guest checkout", kind="requirements")
    assert alice.delegates(card, to="sam") == {}
    sam.types("/tradeoff away @erin until 2026-12-09", checkout)
    assert "1 decision would go back to the person who handed it to you" in sam.form_words()
    assert "both roles" not in sam.form_words()


def test_a_sponsor_who_has_left_slack_decides_nothing_any_more(
    harness: Harness, alice: Actor, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    card = escalated(harness, dora)
    harness.run(sam.member.is_deactivated())
    harness.settle()
    assert escalated_to(harness) == (None, None)
    assert "may decide too" not in harness.whole(card)
    alice.approves(card)
    verified(harness)


@pytest.mark.parametrize("away_first", [False, True])
@pytest.mark.parametrize("kind", ["priority", "commitment"])
def test_the_work_of_one_person_in_both_roles_goes_to_one_stand_in(
    harness: Harness, people: dict[str, Actor], checkout: Channel, away_first: bool, kind: str
) -> None:
    """Alice holds both roles and leaves Slack. Sam, the sponsor, goes on leave before or after."""
    alice, sam, erin = people["alice"], people["sam"], people["erin"]
    alice.sets_up_again(checkout, project_manager="alice", reason="One for both")
    card = people["bob"].raises("Add Apple Pay", kind=kind)
    for sam_goes in (away_first, not away_first):
        if sam_goes:
            sam.types("/tradeoff away @erin until 2026-12-09", checkout)
            assert sam.submits() == {}
        else:
            harness.run(alice.member.is_deactivated())
            harness.settle()
    people["bob"].raises("Refunds by e-mail", kind=kind)
    for decision in harness.decisions():
        assert (decision.holder, decision.holder_for) == (erin.id, alice.id)
        assert (decision.counterpart, decision.counterpart_for) == (erin.id, alice.id)
    erin.states_impact(card)
    erin.approves(card)
    assert harness.decision(1).outcome is Outcome.APPROVED
    sam.is_back()
    assert harness.decision(2).holder == harness.decision(2).counterpart == sam.id
    verified(harness)


@pytest.mark.parametrize("both", [False, True])
def test_a_sponsor_who_acts_for_two_people_says_whether_one_stand_in_gets_both_sides(
    harness: Harness, people: dict[str, Actor], checkout: Channel, both: bool
) -> None:
    """Alice and Bob leave Slack, so that Sam has both sides. Then Sam goes on leave."""
    sam, erin = people["sam"], people["erin"]
    people["gus"].raises("Move the date", kind="commitment")
    for person in (people["alice"], people["bob"]):
        harness.run(person.member.is_deactivated())
        harness.settle()
    sam.types("/tradeoff away @erin until 2026-12-09", checkout)
    assert "They may act in both roles meanwhile" in sam.form_words()
    assert sam.submits(both=["both"] if both else []) == {}
    decision = harness.decision(1)
    seats = sorted([decision.holder, decision.counterpart])
    assert seats == sorted([erin.id, erin.id if both else sam.id])


def test_home_of_a_stand_in_says_for_whom_they_decide_what_is_escalated(
    harness: Harness, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    escalated(harness, dora)
    assert "in place of" not in opens_home(sam)
    assert "Overdue: waits for your decision, due Tue 24 Nov 2026; @alice may decide too." in (
        opens_home(sam)
    )
    assert sam.goes_away("erin", until="2026-12-09") == {}
    assert "in place of @sam" in opens_home(erin)


def test_home_shows_the_rights_of_an_empty_seat_to_whoever_acts_for_it(
    harness: Harness, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.run(bob.member.is_deactivated())
    harness.settle()
    empty = "For @bob, project manager"
    assert empty in opens_home(sam)
    assert sam.goes_away("erin", until="2026-12-09") == {}
    assert empty in opens_home(erin)
    assert empty not in opens_home(sam)
    assert sam.is_back() is None
    assert empty in opens_home(sam)
    assert empty not in opens_home(erin)


def test_home_shows_the_rights_of_an_empty_seat_to_a_sponsor_whose_stand_in_has_the_other_role(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    harness.run(bob.member.is_deactivated())
    harness.settle()
    assert sam.goes_away("alice", until="2026-12-09") == {}
    empty = "For @bob, project manager"
    assert empty in opens_home(sam)
    assert empty not in opens_home(alice)


def test_a_message_about_an_empty_seat_says_who_acts_while_the_sponsor_is_away(
    harness: Harness, bob: Actor, sam: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    harness.run(bob.member.is_deactivated())
    harness.settle()
    told = erin.member.sees(checkout)[-1]
    with_sponsor = "What was waiting for them went to @sam (sponsor), and so does new work."
    assert with_sponsor in harness.plain(told)
    assert sam.goes_away("erin", until="2026-12-09") == {}
    harness.settle()
    assert "because @sam is away, to @erin. So does new work." in harness.plain(told)
    dora.raises("A slower bank", kind="risk")
    assert harness.decision().holder == erin.id
    sam.is_back()
    harness.settle()
    assert with_sponsor in harness.plain(told)
    assert sam.goes_away("erin", until="2026-12-09") == {}
    until(harness, 9, "12:00", month=12)
    assert with_sponsor in harness.plain(told)
    verified(harness)


def test_home_shows_the_rights_of_an_empty_seat_to_nobody_once_the_sponsor_has_left_too(
    harness: Harness, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    assert sam.goes_away("erin", until="2026-12-09") == {}
    for person in (bob, sam):
        harness.run(person.member.is_deactivated())
        harness.settle()
    assert "For @bob, project manager" not in opens_home(erin)


def test_home_shows_the_rights_of_an_empty_seat_to_a_sponsor_whose_stand_in_has_left(
    harness: Harness, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    assert sam.goes_away("erin", until="2026-12-09") == {}
    for person in (bob, erin):
        harness.run(person.member.is_deactivated())
        harness.settle()
    assert "For @bob, project manager" in opens_home(sam)


def test_a_sponsor_who_goes_on_leave_is_not_offered_an_undo_that_would_be_refused(
    harness: Harness, sam: Actor, dora: Actor, checkout: Channel
) -> None:
    card = escalated(harness, dora)
    sam.rejects(card)
    assert "@sam can undo this until" in harness.text(card)
    assert sam.goes_away("dora", until="2026-12-09") == {}
    assert "can undo this" not in harness.text(card)
    assert not any("take this back" in message.text for message in sam.dm())
