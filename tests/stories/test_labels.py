"""Stories of a workspace that calls roles and kinds by its own names."""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.board_visitor import follow, link
from support.harness import Actor, Harness
from support.story_helpers import listed, numbers, verified

OURS = {
    "label_product_owner": "product manager",
    "label_project_manager": "delivery lead",
    "label_sponsor": "founder",
    "label_kind_requirements": "needs",
}


def names(actor: Actor, channel: Channel, **fields: str) -> dict[str, str]:
    actor.types("/tradeoff labels", channel)
    errors = actor.submits(**(fields or OURS))
    while actor.form and not errors:
        actor.harness.run(actor.member.closes())
    return errors


def test_everybody_reads_the_names_that_the_workspace_has_given(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert "Requirements (product owner)" in harness.text(card)
    assert names(alice, checkout) == {}
    assert "Needs (product manager)" in harness.text(card)
    bob.presses(card, "Approve")
    assert "Only @alice (product manager) decides needs here" in bob.was_told()
    alice.approves(card)
    assert "(product manager, needs)" in erin.shows(1)
    bob.types("/tradeoff rights", checkout)
    shown = harness.text(bob.member.sees(checkout)[-1])
    assert "@bob, delivery lead, decides" in shown
    assert "@sam, founder" in shown
    alice.types("/tradeoff digest", checkout)
    digest = harness.text(alice.member.sees(checkout)[-1])
    assert "product owner" not in digest
    verified(harness)


def test_a_name_keeps_its_capitals(alice: Actor, erin: Actor, checkout: Channel) -> None:
    assert names(alice, checkout, label_product_owner="VP Product") == {}
    erin.types("/accept Guest checkout", checkout)
    assert "Acceptance in #checkout: the VP Product decides (rights v1)." in erin.form_words()


def test_a_kind_keeps_its_capitals_on_the_board_and_in_the_menus_of_the_list(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The board has open decisions and settled ones."""
    assert names(alice, checkout, label_kind_requirements="UX needs") == {}
    alice.approves(erin.raises("Guest checkout", kind="requirements"))
    erin.raises("Gift cards", kind="requirements")
    page = follow(harness, link(erin, checkout)).words
    assert "UX needs, raised by Erin" in page
    assert "Guest checkout UX needs Approved" in page
    listed(erin, "", checkout)
    erin.chooses("finding.kind", "UX needs")
    assert numbers(erin.form_words()) == [2]


def told_of(actor: Actor, channel: Channel) -> list[str]:
    """Return the messages in this channel that tell of other names."""
    said = [actor.harness.plain(message) for message in actor.member.sees(channel)]
    return [text for text in said if "changed what roles and kinds are called" in text]


def test_each_channel_reads_who_gave_other_names(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """New names hold in every channel, so one message a day tells each channel."""
    growth = harness.workspace.add_channel("growth", ["alice", "bob", "erin"])
    erin.sets_up(growth, po="bob", pm="bob", sponsor=None)
    assert names(alice, checkout, label_product_owner="product manager") == {}
    said = (
        "@alice changed what roles and kinds are called in this workspace: product owner is now "
        "product manager."
    )
    assert told_of(erin, checkout) == told_of(erin, growth) == [said]
    harness.later(minutes=1)
    assert names(bob, growth, label_kind_requirements="needs") == {}
    said = said.replace("@alice", "@alice and @bob").replace(
        "manager.", "manager; requirements is now needs."
    )
    assert told_of(erin, checkout) == told_of(erin, growth) == [said]
    harness.later(days=1)
    assert names(bob, growth, label_kind_requirements="") == {}
    assert told_of(erin, checkout)[1:] == [
        "@bob changed what roles and kinds are called in this workspace: needs is now requirements."
    ]


def test_what_is_recorded_keeps_the_words_of_its_day(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    assert names(alice, checkout) == {}
    shown = alice.shows(1)
    assert "(product owner, requirements)" in shown
    assert "requirements is the product owner's call" in shown


def test_names_are_words_and_stand_for_one_thing(
    alice: Actor, erin: Actor, checkout: Channel
) -> None:
    wrong = "Use letters of one alphabet, digits, blanks, hyphens, dots and slashes."
    cyrillic_o = "pr\u043educt owner"
    for name in (
        "<!channel>",
        "*boss*",
        "the _boss_",
        "&",
        "`x`",
        "-",
        "product\u3164owner",
        cyrillic_o,
    ):
        assert names(alice, checkout, label_sponsor=name) == {"Sponsor": wrong}
    twin = names(alice, checkout, label_sponsor="Product owner")
    assert twin == {"Sponsor": "Product owner has this name already. Choose another."}
    assert names(alice, checkout, label_sponsor="ｐroduct owner") == twin
    assert names(alice, checkout, label_sponsor="Gründerin", label_product_owner="") == {}
    assert names(alice, checkout, label_sponsor="Спонсор", label_product_owner="担当 PO") == {}
    erin.types("/tradeoff labels", checkout)
    assert "Only people who hold a role, or are Спонсор, in a channel" in erin.was_told()
    assert "`/tradeoff rights`, in a channel that is set up, says who they are" in erin.was_told()


def test_names_are_not_exchanged(alice: Actor, checkout: Channel) -> None:
    """A role holder names roles for the whole workspace, and must not swap theirs with another."""
    exchanged = {"label_product_owner": "project manager", "label_project_manager": "Product owner"}
    errors = names(alice, checkout, **exchanged)
    assert set(errors) == {"Product owner", "Project manager"}
    assert set(errors.values()) == {"This is the usual name of something else. Choose another."}
    kinds = {"label_kind_priority": "risk", "label_kind_risk": "priority"}
    assert set(names(alice, checkout, **kinds)) == {"Priority", "Risk"}


@pytest.mark.both_databases
def test_two_change_the_names_at_once(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    alice.types("/tradeoff labels", checkout)
    assert names(bob, checkout) == {}
    assert alice.submits(label_sponsor="owner") == {}
    assert "Somebody changed these names while your form was open" in alice.form_words()
    bob.types("/tradeoff labels", checkout)
    assert bob.submits_twice(label_sponsor="founder") == ""
