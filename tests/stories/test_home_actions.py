"""Stories of acting from Home: the buttons with which it begins, and those of its rows."""

from __future__ import annotations

from copy import copy

import pytest

from bot.demo.slack import readable
from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness
from support.home_visitor import home, opens_home, presses, reads


def test_each_row_has_the_verb_of_what_waits(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """One press opens the form to state impact or to answer, and Details to decide or to sign."""
    erin.raises("Add Apple Pay")
    guests = erin.raises("Guest checkout", kind="requirements")
    alice.asks(guests, "erin", "How many guests are there?")
    opens_home(bob)
    presses(bob, "State impact", "Add Apple Pay")
    assert bob.submits(days=5, displaces="Nothing", risk="Load", confidence="high") == {}
    assert "Nothing waits for you" in reads(bob)
    opens_home(erin)
    presses(erin, "Answer", "Guest checkout")
    assert erin.submits(answer="A third of all") == {}
    assert "Nothing waits for you" in reads(erin)
    opens_home(alice)
    presses(alice, "Decide", "Add Apple Pay")
    alice.presses(alice.form, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays") == {}
    move = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(move)
    opens_home(alice)
    presses(alice, "Sign", "Move Beta")
    assert "Approve" in readable.buttons(alice.form)


def test_a_home_that_slack_has_not_replaced_yet_says_first_how_old_it_is(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Slack shows the last Home until it has the next one."""
    card = erin.raises("Guest checkout", kind="requirements")
    opens_home(alice)
    before = home(alice).view["blocks"][1]
    assert readable.plain(before["elements"][0]["text"], harness.workspace).startswith("As of 2026")
    harness.later(hours=1)
    alice.approves(card)
    harness.breaks("views.publish", "server_error", times=1)
    assert "Waits for your decision" in opens_home(alice)
    assert home(alice).view["blocks"][1] == before
    assert "Waits for your decision" not in opens_home(alice)
    assert home(alice).view["blocks"][1] != before


def test_a_press_in_home_that_is_refused_is_not_called_not_recorded(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """A press that only opens a form would have recorded nothing anyway."""
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "erin", "How many guests are there?")
    opens_home(erin)
    before = copy(home(erin))
    presses(erin, "Answer", "Guest checkout")
    assert erin.submits(answer="A third of all") == {}
    presses(erin, "Answer", "Guest checkout", view=before)
    assert erin.form
    assert erin.form.view["title"]["text"] == "Not possible"
    harness.refused("hash_conflict")


def test_home_begins_with_what_one_can_do(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, search: Channel
) -> None:
    opens_home(erin)
    assert readable.buttons(home(erin))[:4] == [
        "Raise a tradeoff",
        "Ask for acceptance",
        "Record",
        "Who decides?",
    ]
    presses(erin, "Raise a tradeoff", "")
    assert erin.submits() == {"In which channel?": "Please complete this required field."}
    before = home(erin)
    assert erin.submits(channel="checkout") == {}
    assert home(erin) is before, "a further form follows: nothing has changed yet"
    options = {f"option{at}_{part}": str(at) for at in (1, 2) for part in ("name", "value", "cost")}
    asked = {"title": "Gift cards", "kind": "requirements", "why_now": "Asked for"}
    assert erin.submits(**asked, **options) == {}
    assert "Gift cards" in reads(erin)
    presses(erin, "Ask for acceptance", "")
    assert erin.submits(channel="checkout") == {}
    assert "Acceptance in #checkout: the product owner decides (rights v1)." in erin.form_words()
    assert erin.submits(item="Refunds", evidence="Shown on Friday", criteria="Works") == {}
    assert "Refunds" in reads(erin)
    presses(erin, "Record", "")
    assert erin.submits(channel="checkout") == {}
    assert "For a decision that was made elsewhere. In #checkout, whoever" in erin.form_words()
    harness.run(erin.member.closes())
    presses(erin, "Who decides?", "")
    assert erin.submits(channel="checkout") == {}
    assert "Who decides in #checkout" in erin.form_words()
    harness.run(erin.member.closes())
    opens_home(alice)
    presses(alice, "Raise a tradeoff", "")
    assert alice.submits(channel="search") == {}
    assert alice.form
    assert "Set up this channel" in alice.form.view["title"]["text"]


def test_no_action_of_home_leads_into_a_channel_that_one_is_not_in(
    harness: Harness, people: dict[str, Actor], alice: Actor, erin: Actor
) -> None:
    vault = harness.workspace.add_channel("vault", ["alice", "bob"], private=True)
    alice.sets_up(vault, sponsor=None)
    for action in ("Raise a tradeoff", "Ask for acceptance", "Record", "Who decides?"):
        opens_home(erin)
        presses(erin, action, "")
        (said,) = erin.submits(channel=vault.id).values()
        assert said == "I cannot show you this channel now. Choose one that you are in."
        harness.run(erin.member.closes())


def test_a_channel_that_is_not_in_use_is_named_by_the_form_in_which_it_was_chosen(
    harness: Harness, erin: Actor, search: Channel
) -> None:
    """Home is in no channel, so the answer does not say "here", and another can be chosen."""
    plaza = harness.workspace.add_channel("plaza", ["erin"], bot_in=False)
    for action in ("Raise a tradeoff", "Ask for acceptance", "Record", "Who decides?"):
        opens_home(erin)
        presses(erin, action, "")
        assert erin.submits(channel=plaza.id) == {
            "In which channel?": "I am not in this channel, so I cannot post there. Type /invite "
            "and my name there, then press Next again."
        }
        harness.run(erin.member.closes())
    presses(erin, "Who decides?", "")
    assert erin.submits(channel="search") == {
        "In which channel?": "Nobody has said yet who decides what in this channel. Type "
        "/tradeoff setup there: it is one short form."
    }


def test_home_says_for_whom_an_impact_is_stated(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Apple Pay", kind="priority")
    bob.goes_away("alice")
    assert bob.submits(both=["both"]) == {}
    shown = opens_home(alice)
    assert "Waits for your impact statement, until " in shown
    assert ", in place of @bob." in shown


def test_what_can_be_undone_is_listed_once(alice: Actor, checkout: Channel) -> None:
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    shown = opens_home(alice)
    assert "Decided by you just now" in shown
    assert "Raised by you" not in shown


def sent_back(alice: Actor, card: Message) -> None:
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ten seconds") == {}


def again(person: Actor, card: Message) -> None:
    person.presses(card, "Submit again")
    assert person.submits(evidence="Now two seconds") == {}


@pytest.mark.both_databases
def test_home_offers_to_submit_again_also_to_a_person_who_did_so_before(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    sent_back(alice, card)
    again(bob, card)
    assert "Refund by e-mail" not in opens_home(bob)
    sent_back(alice, card)
    assert "Refund by e-mail" in opens_home(erin)
    assert "Raised or submitted again by you, settled" in opens_home(bob)
    presses(bob, "Submit again", "Refund by e-mail")
    assert bob.submits(evidence="Now one second") == {}
    assert "Refund by e-mail" not in opens_home(bob)


def test_home_offers_nothing_to_a_person_after_whom_another_submitted(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    sent_back(alice, card)
    again(bob, card)
    sent_back(alice, card)
    again(erin, card)
    sent_back(alice, card)
    assert "Refund by e-mail" not in opens_home(bob)
    assert "Refund by e-mail" in opens_home(erin)
