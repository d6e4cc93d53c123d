"""Stories of Home: what each person sees there, and acting from it."""

from __future__ import annotations

import re

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.home_visitor import (
    accepted_with_follow_up,
    home,
    leaves,
    opens_home,
    presses,
    reads,
)

HEADINGS = (
    "Waiting for you",
    "Raised by you, open",
    "Follow-ups you own",
    "Commitments at risk",
    "Rights you hold",
)
IMPACT_FIRST = "State impact first: priority, feature and commitment"


def test_each_sees_what_is_theirs(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Add Apple Pay")
    assert (
        "Waiting for you: 1\n#1 Add Apple Pay · #checkout\nWaits for your impact statement, until"
        in opens_home(bob)
    )
    assert "Nothing waits for you" in opens_home(alice)
    assert (
        "Raised by you, open\n#1 Add Apple Pay · #checkout\nWaiting for the impact from @bob"
        in opens_home(erin)
    )
    assert "Rights you hold" not in reads(erin)
    assert (
        "#checkout\nProduct owner\nDecide: priority, requirements, feature and acceptance\n"
        "Sign: commitment together with @bob" in reads(alice)
    )
    assert (
        "#checkout\nProject manager\nDecide: schedule, scope control, risk, resources and "
        "communication\n" in reads(bob)
    )
    assert IMPACT_FIRST in reads(bob)


def test_channels_with_the_same_rights_share_a_row(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel, search: Channel
) -> None:
    alice.sets_up(search)
    shown = opens_home(bob)
    assert "#checkout, #search\nProject manager\nDecide: schedule" in shown
    assert shown.count("Decide: schedule") == 1


def test_home_names_the_sponsor_and_both_roles_of_one_person(
    harness: Harness, alice: Actor, sam: Actor, search: Channel
) -> None:
    alice.sets_up(search, po="alice", pm="alice", sponsor="sam")
    assert "#search\nProduct owner and project manager\n" in opens_home(alice)
    assert "Sign: commitment in both roles" in reads(alice)
    assert "#search\nSponsor\nDecide what is 3 working days overdue" in opens_home(sam)


def test_what_is_overdue_comes_first_and_is_bold_until_it_is_decided(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    late = erin.raises("Gift cards", kind="requirements", due_on="2026-11-24")
    harness.later(days=2)
    shown = opens_home(alice)
    assert shown.index("Gift cards") < shown.index("Guest checkout")
    assert "Overdue: waits for your decision, due Tue 24 Nov 2026." in shown
    rows = [block["text"]["text"] for block in home(alice).view["blocks"] if "accessory" in block]
    first, second = rows[:2]
    assert re.match(r"\*(<\S+\|)?#2>? Gift cards\*", first)
    assert re.match(r"(<\S+\|)?#1>? Guest checkout", second)
    opens_home(erin)
    assert re.search(r"\*(<\S+\|)?#2>? Gift cards\*", str(home(erin).view["blocks"]))
    alice.approves(late)
    opens_home(erin)
    assert not re.search(r"\*(<\S+\|)?#2>? Gift cards\*", str(home(erin).view["blocks"]))


def test_a_question_waits_for_whoever_was_asked(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.asks(card, "erin", "How many guests are there?")
    assert (
        "Waiting for you: 1\n#1 Guest checkout · #checkout\nWaits for your answer."
        in opens_home(erin)
    )
    erin.answers("A third of all")
    assert "Nothing waits for you" in opens_home(erin)


def test_what_was_settled_lately_is_below_what_is_open(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    erin.raises("Gift cards", kind="requirements")
    alice.approves(card)
    shown = opens_home(erin)
    assert (
        "Raised by you, settled in the last two weeks\n#1 Guest checkout · #checkout\n"
        "Approved by @alice" in shown
    )
    assert shown.index("Gift cards") < shown.index("Guest checkout")
    harness.later(days=15)
    assert "Guest checkout" not in opens_home(erin)


def test_a_forecast_to_review_is_listed_once_and_answered_from_home(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    card = bob.raises("Add Apple Pay")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    assert alice.submits(option="A. Add it now", reason="It pays", review_on="2026-11-30") == {}
    harness.later(days=8)
    assert (
        "Waiting for you: 1\n#1 Add Apple Pay · #checkout\nWaits for your word on "
        "whether the forecast held." in opens_home(bob)
    )
    assert reads(bob).count("Add Apple Pay") == 1
    presses(bob, "Say how it went", "Add Apple Pay")
    assert bob.submits(held="It held", days=5) == {}
    assert "Approved by @alice (product owner, priority): A. Add it now." in reads(bob)


def test_somebody_new_is_told_what_to_do_first(harness: Harness, erin: Actor) -> None:
    shown = opens_home(erin)
    assert "Nothing here yet: three things to begin with" in shown
    assert "If the channel is not set up yet, type /invite @tradeoffs" in shown
    assert "/invite @tradeoffs" in shown
    assert "/tradeoff setup" in shown
    assert not [heading for heading in HEADINGS if heading in shown]
    assert (
        harness.query(
            lambda session: session.connection().exec_driver_sql("SELECT * FROM workspace").all()
        )
        == []
    )


def test_the_messages_tab_publishes_nothing(harness: Harness, erin: Actor) -> None:
    event = {
        "type": "app_home_opened",
        "user": erin.id,
        "tab": "messages",
        "channel": "D1",
        "event_ts": "1.1",
    }
    harness.run(erin.member.delivery.event(event))
    assert harness.workspace.home(erin.id) is None


def test_what_one_raised_and_has_to_act_on_is_listed_once(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    assert opens_home(erin).count("Guest checkout") == 1
    alice.asks(card, "erin", "How many guests are there?")
    shown = opens_home(erin)
    assert "Waiting for you: 1\n#1 Guest checkout" in shown
    assert shown.count("Guest checkout") == 1
    assert "Raised by you" not in shown


# ---- acting --------------------------------------------------------------------------------------


def calls(harness: Harness, method: str) -> int:
    return sum(name == method for name, _, _ in harness.workspace.calls)


def test_what_is_opened_and_done_from_home_is_gone_from_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    opens_home(alice)
    pushed = calls(harness, "views.push")
    presses(alice, "Decide", "Guest checkout")
    assert calls(harness, "views.push") == pushed
    alice.presses(alice.form, "Approve")
    assert calls(harness, "views.push") == pushed + 1
    assert alice.submits(option="A. Add it now", reason="It pays") == {}
    assert alice.form is None
    assert "Nothing waits for you" in reads(alice)


def test_a_refusal_opens_over_home(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    opens_home(erin)
    presses(erin, "Details", "Guest checkout")
    erin.presses(erin.form, "Approve")
    assert "Only @alice (product owner) decides requirements here" in erin.form_words()
    opens_home(alice)
    presses(alice, "Decide", "Guest checkout")
    old = alice.form
    alice.approves(card)
    opens_home(alice)
    alice.presses(old, "Reject")
    assert "#1 is already approved by @alice" in alice.form_words()
    harness.refused("hash_conflict")


def test_a_follow_up_is_done_with_one_press(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    assert (
        "Follow-ups you own\nBring it under 2 s · #checkout\n#1 One-page checkout: due "
        "Tue 1 Dec 2026." in opens_home(erin)
    )
    assert "Nothing waits for you" in reads(erin)
    harness.later(days=8)
    assert "Waiting for you: 1\nBring it under 2 s" in opens_home(erin)
    assert "Follow-ups you own" not in reads(erin)
    presses(erin, "Done", "Bring it under 2 s")
    assert erin.form is None
    assert "Bring it under 2 s" not in reads(erin)
    assert "Nothing waits for you" in reads(erin)


@pytest.mark.both_databases
def test_home_is_redrawn_behind_a_form_in_which_something_is_done(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    opens_home(erin)
    presses(erin, "Details", "#1 One-page checkout")
    erin.presses(erin.form, "Done")
    assert "done on Mon 23 Nov 2026" in erin.form_words()
    assert "Follow-ups you own" not in reads(erin)


def test_leave_begins_and_ends_at_home(
    harness: Harness, alice: Actor, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    opens_home(alice)
    presses(alice, "Go on leave", "While you are away")
    assert alice.submits(delegate="sam", until="2026-12-01") == {}
    assert "You are away until Tue 1 Dec 2026, and @sam acts for you." in reads(alice)
    assert "Nothing waits for you" in reads(alice)
    assert "Waits for your decision, in place of @alice." in opens_home(sam)
    assert "#checkout\nFor @alice, product owner, until Tue 1 Dec 2026\nDecide: priority" in reads(
        sam
    )
    erin.types("/tradeoff rights", checkout)
    assert "@sam acts for @alice, who is away until Tue 1 Dec 2026." in erin.was_told()
    harness.run(alice.member.closes())
    presses(alice, "I am back", "You are away")
    assert "Waits for your decision." in reads(alice)
    assert "Go on leave" in reads(alice)
    assert "For @alice" not in opens_home(sam)
    assert alice.goes_away("sam") == {}
    assert "You are away until Tue 1 Dec 2026" in opens_home(alice)
    alice.is_back()
    assert "Go on leave" in reads(alice)


def test_a_guest_has_no_leave_to_take(harness: Harness, gus: Actor, checkout: Channel) -> None:
    gus.raises("Guest checkout", kind="requirements")
    shown = opens_home(gus)
    assert "Guest checkout" in shown
    assert "Go on leave" not in shown


def test_commitments_at_risk_are_those_that_slip_or_are_due(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    bob.promises("Beta", "2026-12-20")
    bob.promises("Partner day", "2026-12-05")
    shown = opens_home(erin)
    assert (
        "Commitments at risk\nPartner day · #checkout\n"
        "Promised to The partners for Sat 5 Dec 2026. "
        "Due within two weeks." in shown
    )
    assert "Beta" not in shown
    presses(erin, "Ledger", "Partner day")
    assert "No decision has moved it." in erin.form_words()
    harness.later(days=13)
    assert reads(erin) == shown
    opened = opens_home(erin)
    assert opened.index("Partner day") < opened.index("Beta")
    assert "Promised to The partners for Sat 5 Dec 2026. Its day has passed." in opened
    leaves(erin, checkout)
    assert "Commitments at risk" not in opens_home(erin)


def test_a_commitment_that_slipped_is_at_risk_long_before_its_day(
    harness: Harness, bob: Actor, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.moves_alone(checkout)
    bob.promises("Beta", "2027-03-01")
    assert "Commitments at risk" not in opens_home(erin)
    erin.types("/tradeoff Move Beta", checkout)
    erin.presses(erin.form, "It touches a commitment")
    fields = {
        f"option{number}_{part}": f"Some {number}"
        for number in (1, 2)
        for part in ("name", "value", "cost")
    }
    fields |= {
        "kind": "requirements",
        "why_now": "Load",
        "commitment": "Beta",
        "move_to": "2027-03-05",
    }
    assert erin.submits(**fields) == {}
    alice.presses(alice.card(checkout), "Approve")
    assert alice.submits(option="A. Some 1", moves="yes", reason="Safe") == {}
    assert (
        "Promised to The partners for Fri 5 Mar 2027. 4 days later than first promised (Mon 1 Mar "
        "2027)." in opens_home(erin)
    )


def test_what_waits_is_called_verdict_or_signature(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Home says "verdict" of a claim, and "signature" of a commitment.

    The message to a person who has signed says once whose signature is missing.
    """
    erin.claims("Refund by e-mail")
    card = erin.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    shown = opens_home(alice)
    assert "Waits for your verdict" in shown
    assert "Waits for your signature" in shown
    bob.approves(card)
    asked = harness.text(next(message for message in bob.dm() if "you have signed" in message.text))
    assert "you have signed. Waiting for the second signature, from @alice." in asked
    assert "Signed by" not in asked
