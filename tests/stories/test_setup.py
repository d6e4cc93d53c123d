"""Stories of setting a channel up: the form, and who may change what it says.

Also stories of commands in a channel that is not set up.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.mrkdwn import ISOLATE
from models.tables.rights import RightsVersion
from support.harness import Actor, Harness
from support.home_visitor import joins, leaves
from support.story_helpers import acting, verified


def versions(harness: Harness) -> list[RightsVersion]:
    return list(
        harness.query(
            lambda session: session.scalars(select(RightsVersion).order_by(RightsVersion.id)).all()
        )
    )


def test_invited_the_bot_says_what_it_is_for(
    harness: Harness, alice: Actor, search: Channel
) -> None:
    search.members.discard(harness.workspace.bot.id)
    harness.run(alice.member.invites_bot(search))
    harness.settle()
    welcome = alice.member.sees(search)[-1]
    assert "I make tradeoff decisions visible" in harness.whole(welcome)
    alice.presses(welcome, "Set up this channel")
    assert alice.submits(product_owner="alice", project_manager="bob", sponsor=None) == {}
    posted = alice.member.sees(search)[-1]
    assert "@alice set this channel up" in harness.plain(posted)
    assert "rights v1" in harness.text(posted)
    greeted = harness.text(alice.member.sees(search)[0])
    assert "First say who" not in greeted
    assert "Set up this channel" not in greeted
    assert "Anyone can run `/tradeoff` here; `/tradeoff rights` says who decides what." in greeted
    harness.run(alice.member.removes_bot(search))
    harness.run(alice.member.invites_bot(search))
    harness.settle()
    assert alice.member.sees(search)[-1] is posted


def test_a_title_is_kept_through_set_up(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    erin.types("/tradeoff Add Apple Pay to Sprint 14", search)
    assert "Say once who decides what" in erin.form_words()
    assert "After this form, the form of your tradeoff opens." in erin.form_words()
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert erin.form.view["title"]["text"] == "Raise a tradeoff"
    assert erin.form.values["title"]["title"]["value"] == "Add Apple Pay to Sprint 14"
    fields = {"kind": "risk", "why_now": "x", "option1_name": "a", "option2_name": "b"}
    assert erin.submits(**fields) == {}
    assert harness.decision().title == "Add Apple Pay to Sprint 14"
    assert harness.decision().holder == harness.workspace.person("bob").id


def test_the_title_of_a_record_is_kept_through_set_up(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    erin.types("/tradeoff record Keep the old bank", search)
    assert "After this form, the form of your record opens." in erin.form_words()
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert erin.form.view["callback_id"] == "records.record"
    assert erin.form.values["title"]["title"]["value"] == "Keep the old bank"


def test_roles_are_held_by_full_members(
    harness: Harness, alice: Actor, gus: Actor, olga: Actor, search: Channel
) -> None:
    harness.person("dora", deactivated=True)
    harness.person("robot", bot=True)
    alice.types("/tradeoff setup", search)
    for name, words in (
        ("gus", "a guest"),
        ("olga", "from another company"),
        ("dora", "deactivated"),
        ("robot", "a bot"),
    ):
        errors = alice.submits(product_owner=name, project_manager="alice")
        assert words in errors["Product owner"]
    assert alice.submits(product_owner="alice", time_zone="America/New York") == {}
    assert [version.time_zone for version in versions(harness)] == ["America/New_York"]


def test_whoever_may_not_change_the_rights_is_told_who_may(
    erin: Actor, gus: Actor, checkout: Channel, search: Channel
) -> None:
    for person in (erin, gus):
        person.types("/tradeoff setup", checkout)
        assert "Only @alice, @bob or @sam can change the rights here" in person.was_told()
    gus.types("/tradeoff setup", search)
    assert "Ask a full member here to run /tradeoff setup." in gus.was_told().replace("`", "")


def test_each_save_is_a_new_version_with_a_reason(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.sets_up_again(checkout, impact_days=3, reason="Two days are too short")
    assert [(version.number, version.impact_days) for version in versions(harness)] == [
        (1, 2),
        (2, 3),
    ]
    posted = erin.member.sees(checkout)[-1]
    assert (
        "@bob changed the settings here: rights v2. Time to state impact: was 2 working days; now "
        "3 working days. Why: Two days are too short" in harness.plain(posted)
    )


def test_any_member_sets_up_after_all_role_holders_have_left(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    for person in (alice, bob, sam):
        harness.run(person.member.is_deactivated())
    erin.sets_up_again(
        checkout, product_owner="erin", project_manager="erin", sponsor=None, reason="All have left"
    )
    posted = erin.member.sees(checkout)[-1]
    assert "everyone who did has left Slack" in harness.plain(posted)


def test_the_table_is_changed_kind_by_kind(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.types("/tradeoff rights", checkout)
    shown = alice.member.sees(checkout)[-1]
    words = harness.whole(shown).replace("*", "")
    assert (
        "@alice, product owner, decides\n• Priority (what is built next, backlog order), "
        "after the project manager's impact\n• Requirements (what the user needs)\n" in words
    )
    assert "Both sign\n• Commitment (moving or changing a promised milestone), after" in words
    assert "@sam, sponsor, may decide what nobody has decided 3 working days past its date" in words
    assert buttons(shown) == [
        "Change people or window",
        "Change who decides",
        "Change reminders and digest",
    ]
    bob.changes_table(checkout, "We own risk together", risk="joint", schedule="joint:impact")
    told = bob.member.sees(checkout)[-1]
    assert (
        harness.plain(told) == "@bob changed who decides here: rights v2. "
        "Schedule: was the project manager's decision, after the product owner's impact; now both "
        "sign, after the project manager's impact. "
        "Risk: was the project manager's decision; now both sign. Why: We own risk together"
    )
    assert buttons(told) == ["Show all rights"]
    erin.presses(told, "Show all rights")
    assert "Both sign: Schedule (plan, dates" in erin.was_told()
    erin.raises("Drop the old gateway", kind="risk")
    assert harness.decision().decides == "joint"


def test_a_change_of_the_table_changes_something_and_says_why(
    alice: Actor, checkout: Channel
) -> None:
    alice.types("/tradeoff rights", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Change who decides")
    assert "Nothing is different above" in alice.submits(reason="So be it")["Why this change"]
    assert alice.submits(reason="", right_priority="joint") != {}
    alice.types("/tradeoff setup", checkout)
    assert alice.form
    assert alice.form.view["title"]["text"] == "Change people or window"
    assert "Nothing is different above" in alice.submits(reason="So be it")["Why this change"]
    alice.types("/tradeoff rights", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Change reminders and digest")
    assert "Nothing is different above" in alice.submits(reason="So be it")["Why this change"]


@pytest.mark.both_databases
def test_the_second_of_two_editors_reads_that_the_rights_have_changed(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.types("/tradeoff setup", checkout)
    bob.sets_up_again(checkout, impact_days=3, reason="First")
    assert alice.submits(impact_days=4, reason="Second") == {}
    assert "changed the rights while your form was open: they are now v2" in alice.form_words()
    assert "Second" in alice.form_words()
    assert len(versions(harness)) == 2


def test_help_shows_usage_and_a_quoted_title_raises(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff help", checkout)
    assert "raises a tradeoff" in erin.was_told()
    erin.types("/tradeoff setup fee or free trial", checkout)
    assert 'quote it: `/tradeoff "setup fee or free trial"`' in erin.was_told()
    erin.types('/tradeoff "Setup fee or free trial"', checkout)
    assert erin.form.values["title"]["title"]["value"] == "Setup fee or free trial"


def test_where_nothing_can_be_raised(harness: Harness, erin: Actor, checkout: Channel) -> None:
    random = harness.workspace.add_channel("random", ["erin"], bot_in=False)
    for title in ("Lunch", "עגלה"):
        erin.types(f"/tradeoff {title}", random)
        step = f"Type /invite @tradeoffs here, then run `/tradeoff {title}` again"
        assert step in erin.was_told()
        assert ISOLATE not in erin.member.sees(random)[-1].text
    erin.types("/tradeoff Lunch", harness.workspace.direct(erin.id))
    assert "Go to your team's channel" in erin.was_told()


def test_a_long_title_is_not_cut_away(harness: Harness, erin: Actor, checkout: Channel) -> None:
    text = "word " * 50
    erin.types(f"/tradeoff {text}", checkout)
    assert erin.form.values["why_now"]["why_now"]["value"] == text.strip()
    assert len(erin.form.values["title"]["title"]["value"]) <= 120
    erin.harness.run(erin.member.closes())
    erin.types("/tradeoff " + "x" * 10_000, checkout)
    assert "x" * 10_000 in erin.was_told()


def test_options_are_added_and_what_was_typed_stays(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Pick one", checkout)
    erin.fills(why_now="soon", option1_name="One")
    for count in (3, 4, 5):
        erin.presses(erin.form, "Add another option")
        assert f"option{count}_name" in erin.form.values
    assert erin.form.values["option1_name"]["option1_name"]["value"] == "One"
    assert "Add another option" not in buttons(erin.form)
    errors = erin.submits(
        kind="risk", option2_name="one", option3_name="c", option4_name="d", option5_name="e"
    )
    assert errors == {"Option B": "This is the same as an option above. Change one of them."}
    assert erin.submits(option2_name="Two") == {}


# ---- a role changes hands ------------------------------------------------------------------------


def test_open_decisions_go_along_with_a_role(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    bob.sets_up_again(checkout, product_owner="erin", reason="Alice moves on")
    assert acting(harness) == ("erin", None, "bob", None)
    assert len(erin.dm_text("#1 Guest checkout in #checkout waits for your decision")) == 1
    assert len(alice.dm_text("#1 Guest checkout in #checkout is not with you any more")) == 1
    alice.presses(card, "Approve")
    assert "Only @erin (product owner) decides requirements here" in alice.was_told()
    verified(harness)


def test_open_decisions_stay_if_the_form_says_so(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    more = {"product_owner": "erin", "goes_along": "no", "reason": "Alice moves on"}
    leaves(erin, checkout)
    bob.sets_up_again(checkout, **more)
    assert acting(harness)[0] == "alice"
    told = [harness.text(message) for message in bob.member.sees(checkout)]
    assert any("rights v2" in words and "before stays with @alice." in words for words in told)
    assert erin.dm_text("With rights v2 of #checkout, @bob made you product owner. Join the")
    erin.presses(erin.dm()[-1], "Show all rights")
    assert "@erin, product owner, decides" in erin.was_told()
    joins(erin, checkout)
    erin.raises("Search filters", kind="requirements")
    assert acting(harness, 2)[0] == "erin"
    alice.approves(card)
    assert harness.decision().settled_by == alice.id


def test_work_that_stayed_goes_to_the_successor_once_its_holder_has_left_slack(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    more = {"product_owner": "erin", "goes_along": "no", "reason": "Alice moves on"}
    bob.sets_up_again(checkout, **more)
    harness.run(alice.member.is_deactivated())
    harness.settle()
    assert acting(harness) == ("erin", None, "bob", None)
    verified(harness)


def test_a_signature_stays_when_the_role_changes_hands(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Move the date", kind="commitment")
    bob.states_impact(card)
    alice.approves(card)
    bob.sets_up_again(checkout, product_owner="erin", reason="Alice moves on")
    assert acting(harness) == ("alice", None, "bob", None)
    bob.presses(card, "Approve")
    assert bob.submits(reason="Fine") == {}
    assert "Approved by @alice and @bob" in harness.text(card)


@pytest.mark.parametrize("command", ["/tradeoff", "/accept", "/tradeoff record"])
def test_a_guest_in_a_channel_without_rights_keeps_what_they_typed(
    gus: Actor, search: Channel, command: str
) -> None:
    gus.types(f"{command} Gift cards & vouchers", search)
    told = gus.was_told()
    assert told.startswith("This channel is not set up yet. You are a guest")
    assert told.endswith("to run `/tradeoff setup`. You typed: Gift cards & vouchers")
