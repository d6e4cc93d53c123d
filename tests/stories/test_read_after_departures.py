"""Cards, lists, forms, rights and refusals that name somebody who has left Slack."""

from __future__ import annotations

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import accepted_with_follow_up, opens_home
from support.story_helpers import verified

LEFT = (
    "@alice has left Slack, and nobody acts for them here until somebody gets the seat, with "
    "`/tradeoff setup`."
)


def test_what_waits_for_somebody_who_has_left_slack_says_so_until_they_are_back(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    alice.changes_table(search, "Both of us", risk="joint")
    card = erin.raises("Guest checkout", kind="requirements", in_=search)
    signed = erin.raises("Who pays the bank", kind="risk", in_=search)
    bob.approves(signed)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    later = erin.raises("Search filters", kind="requirements", in_=search)
    told = next(post for post in erin.member.sees(search) if "seat of" in harness.plain(post))
    for shown in (card, later):
        assert "Waiting for @alice (who has left Slack) to decide." in harness.text(shown)
    assert "waiting for the second signature, from @alice (who has left" in harness.text(signed)
    bob.presses(signed, "Approve")
    assert f"It now waits for @alice's signature. {LEFT}" in bob.was_told()
    erin.types("/tradeoff list", search)
    listed = str(erin.member.modal)
    assert listed.count("(who has left Slack) to decide") == 2
    assert listed.count("(who has left Slack)") == 3
    harness.run(alice.member.is_reactivated())
    harness.settle()
    assert harness.plain(told) == "@alice, product owner here, is back in Slack."
    for shown in (card, signed, later):
        assert "has left Slack" not in harness.text(shown)
    alice.approves(card)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert "The seat of product owner is empty here" in harness.plain(told)
    verified(harness)
    harness.refused("user_disabled")  # The request for what was raised after Alice had left.


def test_home_shows_the_sponsor_the_rights_of_an_empty_seat(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    seat = "For @alice, product owner, who has left Slack"
    assert seat not in opens_home(sam)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    shown = opens_home(sam)
    assert f"{seat}\nDecide: priority, requirements" in shown
    assert seat not in opens_home(erin)
    harness.run(alice.member.is_reactivated())
    harness.settle()
    assert seat not in opens_home(sam)


def test_the_form_of_a_question_does_not_propose_a_raiser_who_has_left_slack(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.run(erin.member.is_deactivated())
    harness.settle()
    alice.presses(card, "Ask")
    assert alice.form.values["person"]["person"]["selected_user"] is None


def test_nobody_is_sent_to_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, erin: Actor, gus: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    asked = erin.raises("Guest checkout", kind="requirements", in_=search)
    late = erin.raises("Drop the old gateway", kind="schedule", in_=search)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    for card, button, said in (
        (asked, "Approve", "Only @alice (product owner) decides requirements here (rights v1)."),
        (late, "State impact", "The impact comes from @alice (product owner)."),
    ):
        erin.presses(card, button)
        assert f"{said} {LEFT}" in erin.was_told()
    gus.presses(asked, "Approve")
    assert f"You are a guest, and cannot decide here. {LEFT}" in gus.was_told()
    for person in (erin, gus):
        person.types("/tradeoff setup", search)
        assert "Only @bob can change the rights here." in person.was_told()


def test_whoever_would_review_a_forecast_is_not_sent_to_somebody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.sets_up(search, pm="alice", sponsor=None)
    card = erin.raises("Add Apple Pay", in_=search)
    alice.states_impact(card)
    alice.approves(card)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    erin.presses_stale(card, "review.say", f"{harness.decision().id}:1")
    assert f"It is for @alice to say whether the forecast of #1 held. {LEFT}" in erin.was_told()


def test_a_signer_who_has_left_slack_is_not_waited_for(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, gus: Actor, search: Channel
) -> None:
    alice.sets_up(search, sponsor=None)
    alice.changes_table(search, "Both of us", requirements="joint")
    card = erin.raises("Guest checkout", kind="requirements", in_=search)
    alice.approves(card)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    for person, said in ((erin, "You can add what they should know"), (gus, "; @bob can. Say")):
        person.presses(card, "Approve")
        assert said in person.was_told()
        assert "has left Slack" not in person.was_told()


def test_the_rights_say_for_whom_nobody_acts(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, "We own risk together", risk="joint")
    changed = bob.member.sees(checkout)[-1]
    for person, left in ((sam, ("@sam",)), (alice, ("@sam", "@alice"))):
        harness.run(person.member.is_deactivated())
        harness.settle()
        for look in (
            lambda: erin.types("/tradeoff rights", checkout),
            lambda: erin.presses(changed, "Show all rights"),
        ):
            look()
            for name in left:
                assert f"{name} has left Slack, and nobody acts for them here" in erin.was_told()


def test_the_form_of_the_seats_proposes_nobody_who_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, checkout: Channel
) -> None:
    for person in (sam, alice):
        harness.run(person.member.is_deactivated())
    harness.settle()
    bob.presses(bob.member.sees(checkout)[-1], "Fill the seat")
    assert bob.submits(product_owner="erin", reason="Alice has left us") == {}
    told = harness.plain(bob.member.sees(checkout)[-1])
    assert "Product owner: was @alice; now @erin. Sponsor: was @sam; now nobody." in told


def test_whoever_may_reopen_is_told_that_the_owner_of_a_follow_up_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    for _ in range(2):  # Slack sends some events twice
        harness.run(erin.member.is_deactivated())
        harness.settle()
    (told,) = alice.dm_text("@erin has left Slack")
    assert "Their follow-up of #1 is still open. Reopen the decision: the next" in told
    assert bob.dm_text("@erin has left Slack") == []
    harness.run(erin.member.is_reactivated())
    harness.settle()
    assert alice.dm_text("@erin has left Slack") == []
    assert alice.dm_text("@erin is back") == ["@erin is back in Slack."]
    harness.run(erin.member.is_deactivated())
    harness.settle()
    assert len(alice.dm_text("@erin has left Slack")) == 1


def test_the_offer_of_a_similar_decision_names_the_empty_seats_if_all_role_holders_have_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.rejects(erin.raises("Guest checkout without account", kind="requirements"))
    for person in (alice, bob):
        harness.run(person.member.is_deactivated())
    harness.settle()
    erin.types("/tradeoff Guest checkout", checkout)
    asked = {"kind": "requirements", "why_now": "Asked again"}
    assert erin.submits(**asked, option1_name="Yes", option2_name="No") == {}
    said = "Whoever gets the seat of @alice or @bob with `/tradeoff setup` can reopen it;"
    assert said in erin.form_words()
