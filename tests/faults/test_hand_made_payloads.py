"""Hand-made payloads: signed as Slack signs, with values that no form of ours offers.

Submitted values are checked against what the form offered, and what a form remembers is signed for
the person who opened it.
"""

from __future__ import annotations

import json
from itertools import cycle
from typing import Any

import pytest

from bot.demo.slack import payloads
from bot.demo.slack.workspace import Channel
from handlers import routes
from support.hand_made import Payload, chosen, forged, holding, presses_by_hand, sends
from support.harness import Actor, Harness
from support.home_visitor import home, leaves, opens_home
from support.story_helpers import secret_of

BROADCAST = "U1> <!channel"


def said_in(harness: Harness, channel: Channel) -> str:
    messages = harness.workspace.messages[channel.id]
    return "".join(message.text + json.dumps(message.blocks) for message in messages)


TRADEOFF = {
    "title": "Guest checkout",
    "kind": "requirements",
    "why_now": "Asked for",
    "option1_name": "Yes",
    "option2_name": "No",
}
MISFITS: dict[str, tuple[str, dict[str, Any]]] = {
    "a broadcast for a person": ("consulted", {"selected_users": [BROADCAST]}),
    "people that are not a list of ids": ("consulted", {"selected_users": [{"id": "U1"}, 7]}),
    "eleven people": ("consulted", {"selected_users": [f"U{number}" for number in range(11)]}),
    "a kind that is not asked for": ("kind", chosen("acceptance")),
    "a list for a kind": ("kind", chosen(["requirements"])),
    "a title of a thousand letters": ("title", {"value": "x" * 1000}),
    "a reason of ten thousand letters": ("why_now", {"value": "x" * 10_000}),
    "a day that does not exist": ("due_on", {"selected_date": "2026-02-30"}),
    "a week for a day": ("due_on", {"selected_date": "2026-W50-1"}),
    "a day before there were any": ("due_on", {"selected_date": "0001-01-01"}),
    "the last of all days": ("due_on", {"selected_date": "9999-12-31"}),
    "a number for a day": ("due_on", {"selected_date": 20261212}),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_a_value_that_was_not_offered_is_refused(
    harness: Harness, erin: Actor, checkout: Channel, misfit: str
) -> None:
    name, held = MISFITS[misfit]
    erin.types("/tradeoff", checkout)
    erin.fills(**TRADEOFF)
    answer = forged(harness, erin, holding(name, **held))
    assert list(answer["errors"]) == [name], answer
    assert harness.decisions() == []


def test_a_value_of_another_type_is_nothing(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff", checkout)
    erin.fills(**TRADEOFF)
    for held in ({"value": 7}, {"value": ["x"]}, {"value": None}, {"selected_user": "U1"}):
        assert "title" in forged(harness, erin, holding("title", **held))["errors"]
    assert harness.decisions() == []


def test_a_field_that_was_not_offered_is_not_read(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff", checkout)
    erin.fills(**TRADEOFF)
    forged(harness, erin, holding("option3_name", value="Slipped in"))
    assert [option.name for option in harness.decision().options] == ["Yes", "No"]


def test_a_field_that_is_left_out_was_asked_all_the_same(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """Only a form about work that was judged asks for no criteria."""
    erin.types("/accept Refund", checkout)
    erin.fills(evidence="Demo", criteria="Works")
    answer = forged(harness, erin, lambda view: view["state"]["values"].pop("criteria"))
    assert "criteria" in answer["errors"]
    assert harness.decisions() == []


@pytest.mark.parametrize("made_by", [BROADCAST, "erin", "C0123456789", {"id": "U1"}])
def test_whoever_decided_in_a_meeting_is_a_person(
    harness: Harness, erin: Actor, checkout: Channel, made_by: Any
) -> None:
    erin.types("/tradeoff record Guests", checkout)
    erin.fills(kind="requirements", decided="Yes", reason="Agreed", made_on="2026-11-20")
    answer = forged(harness, erin, holding("made_by", selected_user=made_by))
    assert list(answer["errors"]) == ["made_by"]
    assert "<!channel>" not in said_in(harness, checkout)


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("digest_weekday", chosen("99")),
        ("digest_hour", chosen("24")),
        ("reminds", chosen("maybe")),
        ("grace_days", {"value": "999"}),
    ],
)
def test_a_rhythm_that_was_not_offered_is_refused(
    harness: Harness, alice: Actor, checkout: Channel, name: str, held: dict[str, Any]
) -> None:
    alice.types("/tradeoff rights", checkout)
    alice.presses(alice.member.sees(checkout)[-1], "Change reminders and digest")
    alice.fills(reason="Because")
    assert list(forged(harness, alice, holding(name, **held))["errors"]) == [name]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://x y",
        "https://example.com>|<!channel",
        "https://example.com/" + "x" * 3000,
    ],
)
def test_a_link_leads_to_the_web_alone(
    harness: Harness, erin: Actor, checkout: Channel, link: str
) -> None:
    erin.types("/accept Refund", checkout)
    erin.fills(evidence="Demo", criteria="Works")
    assert list(forged(harness, erin, holding("link", value=link))["errors"]) == ["link"]
    assert harness.decisions() == []


# ---- what a form remembers -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "memory",
    ['{"channel":"C000000001"}', '{"channel":"C000000001","supersedes":1}', "", "{}", "x.y"],
)
def test_a_form_that_we_did_not_open_is_not_read(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, memory: str
) -> None:
    alice.approves(erin.raises("Theirs", kind="requirements"))
    erin.types("/tradeoff", checkout)
    erin.fills(**TRADEOFF)
    answer = forged(harness, erin, lambda view: view.update(private_metadata=memory))
    assert answer["response_action"] == "update"
    assert "I did not open this form" in str(answer["view"])
    assert "Guest checkout" in str(answer["view"]), "what was typed is not lost"
    assert [decision.number for decision in harness.decisions()] == [1]


def test_what_a_form_remembers_is_for_one_person_and_one_form(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    memory = alice.form.view["private_metadata"]
    assert "decision" not in memory
    erin.presses(card, "Withdraw")

    def takes(view: Payload) -> None:
        view.update(private_metadata=memory, callback_id="decide.approve")

    assert "I did not open this form" in str(forged(harness, erin, takes)["view"])
    other = alice.form.view["private_metadata"]
    alice.presses(card, "Reject")
    alice.fills(reason="No")
    answer = forged(harness, alice, lambda view: view.update(private_metadata=other))
    assert "I did not open this form" in str(answer["view"])
    assert harness.decision().outcome is None


def test_a_click_in_a_form_that_we_did_not_open_is_not_read(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff", checkout)
    element = next(
        button
        for block in erin.form.view["blocks"]
        for button in block.get("elements", [])
        if button.get("action_id") == "tradeoff.add_option"
    )
    payload = payloads.action(
        harness.workspace, erin.member.person, erin.form, "b", element, element["value"]
    )
    payload["trigger_id"] = harness.slack.delivery.triggers.issue(erin.id, in_modal=True)
    payload["view"] = {**payload["view"], "private_metadata": '{"channel":"C000000001"}'}
    assert sends(harness, payload).status == 200
    assert "I did not open this form" in erin.form_words()


def test_the_author_of_a_quoted_message_is_a_person(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    said = erin.says("We lose guests", checkout)
    said.user = BROADCAST
    erin.uses("Raise a tradeoff", said)
    assert erin.submits(**{**TRADEOFF, "title": "Guests"}) == {}
    assert "We lose guests" in said_in(harness, checkout)
    assert "<!channel>" not in said_in(harness, checkout)


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "1.5", "[]"])
def test_a_button_in_a_form_that_we_did_not_draw_turns_to_the_first_page(
    harness: Harness, erin: Actor, checkout: Channel, value: str
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    erin.types("/tradeoff list", checkout)
    for action in ("finding.next", "finding.previous"):
        element = {
            "type": "button",
            "action_id": action,
            "text": {"type": "plain_text", "text": "x"},
        }
        pressed = erin.member.press_element(erin.form, "b", {**element, "value": value}, value)
        assert harness.run(pressed).status == 200
        assert "Guest checkout" in erin.form_words()


MISPLACED = ("", "{}", "[]", "x", "1:2-3", "9" * 30, '{"list":"raised","key":["x"]}')


def test_a_button_that_its_message_or_form_does_not_have_is_no_fault_of_ours(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    """A hand-made press must not look like a fault of ours in the log.

    In a form, each button has one of the values, in turn: the door of a form is the same for all.
    """
    erin.raises("Guest checkout", kind="requirements")
    for action, in_form in zip(routes.clicks, cycle(MISPLACED), strict=False):
        for value in MISPLACED:
            presses_by_hand(erin, action, value)
        if action not in ("tradeoff.edit", "home.raise"):
            presses_in_form(erin, checkout, action, in_form)
    words = erin.was_told()
    assert "Something went wrong" not in words
    assert "I did not draw that button there" in words
    harness.refused("channel_not_found")


@pytest.mark.parametrize(
    "turn",
    [
        {"list": "raised", "key": ["x"]},
        {"list": "raised", "key": [10**30]},
        {"list": "raised", "key": 7},
        {"list": "settled", "key": ["never", 1]},
        {"list": "waiting", "key": []},
        {"list": "waiting", "key": [{}, "2026-11-23", 1, "", 0]},
        {"list": "rights", "key": [1, 1, "U1"]},
        {"list": ["raised"], "key": [1]},
        {"list": "everything", "key": [1]},
        {},
    ],
)
def test_a_page_of_home_that_was_not_offered_is_refused(
    harness: Harness, erin: Actor, checkout: Channel, turn: dict[str, Any]
) -> None:
    opens_home(erin)
    value = json.dumps(turn)
    element = {"type": "button", "action_id": "home.next", "value": value}
    element["text"] = {"type": "plain_text", "text": "x"}
    harness.run(erin.member.press_element(home(erin), "b", element, value))
    assert "I did not draw that button there" in erin.form_words()


def presses_in_form(actor: Actor, channel: Channel, action: str, value: str) -> None:
    """Press a button that the form of a new tradeoff does not have; check that nothing fails."""
    harness = actor.harness
    while actor.form:
        harness.run(actor.member.closes())
    harness.run(actor.member.types(channel, "/tradeoff"))
    element = {"type": "button", "action_id": action, "value": value}
    element["text"] = {"type": "plain_text", "text": "x"}
    harness.run(actor.member.press_element(actor.form, "b", element, value))
    assert "Something went wrong" not in actor.form_words(), (action, value)


# ---- forms that stay open ------------------------------------------------------------------------


def test_an_open_form_that_is_redrawn_shows_nothing_to_who_has_left(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    bob.promises("Severance", in_=secret)
    erin.types("/tradeoff Who goes first", secret)
    leaves(erin, secret)
    bob.promises("Second wave", in_=secret)
    for button in ("It touches a commitment", "Add another option"):
        form = erin.form
        erin.presses(form, button)
        assert "Second wave" not in str(form.view) + erin.form_words()
        harness.run(erin.member.closes())
    assert "Severance" not in erin.was_told()


def test_an_open_form_of_who_has_left_raises_nothing(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    erin.types("/tradeoff Who goes first", secret)
    leaves(erin, secret)
    erin.submits(kind="requirements", why_now="x", option1_name="Yes", option2_name="No")
    assert "Slack does not say that you are in" in erin.form_words()
    assert harness.decisions() == []


def test_a_verdict_that_is_redrawn_shows_nothing_to_who_has_left(
    harness: Harness, alice: Actor, erin: Actor
) -> None:
    secret = secret_of(harness, alice)
    card = erin.claims("Severance letters", in_=secret)
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="not_met", criterion2="met", reason="Fine") == {}
    form = alice.form
    leaves(alice, secret)
    alice.presses(form, "Add another follow-up")
    assert "follow_up2_what" not in str(form.view)


def test_a_time_zone_and_an_option_that_no_list_has_are_refused(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.types("/tradeoff setup", checkout)
    alice.fills(reason="We moved")
    for zone in ("Mars/Olympus", "../../etc/passwd", "<!channel>", "x" * 400):
        errors = forged(harness, alice, holding("time_zone", **chosen(zone)))["errors"]
        assert errors["time_zone"].startswith("Choose "), zone
    harness.run(alice.member.closes())
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Approve")
    alice.fills(reason="It pays")
    errors = forged(harness, alice, holding("option", **chosen("9")))["errors"]
    assert list(errors) == ["option"]
    harness.run(alice.member.closes())
    alice.presses(card, "Defer")
    alice.fills(reason="Not now")
    errors = forged(harness, alice, holding("returns", **chosen("2026-11-25")))["errors"]
    assert "returns" in errors
    assert harness.decision().outcome is None
