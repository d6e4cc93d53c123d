"""Stories of Home: what people may not see there, its pages, and two tabs."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.demo.slack import readable
from bot.demo.slack.workspace import Channel
from models.tables.acceptance import FollowUp
from support.harness import Actor, Harness
from support.home_visitor import accepted_with_follow_up, home, leaves, opens_home, presses, reads


@pytest.fixture
def vault(harness: Harness, people: dict[str, Actor], alice: Actor) -> Channel:
    """Make a private team channel that Erin is not in."""
    channel = harness.workspace.add_channel("vault", ["alice", "bob", "sam"], private=True)
    alice.sets_up(channel)
    return channel


# ---- what one may not see ------------------------------------------------------------------------


def test_nothing_of_a_private_channel_after_one_has_left_it(
    harness: Harness, alice: Actor, bob: Actor, sam: Actor, vault: Channel
) -> None:
    sam.raises("Sign the fee contract", kind="requirements", in_=vault)
    bob.promises("Fee day", "2026-12-01", in_=vault)
    for viewer in (alice, sam):
        shown = opens_home(viewer)
        assert "Sign the fee contract" in shown
        assert "Fee day" in shown
        assert "#vault\n" in shown
        before = copy.deepcopy(home(viewer))
        leaves(viewer, vault)
        shown = opens_home(viewer)
        for word in ("Sign", "Fee", "vault", "#1", vault.id):
            assert word not in shown
        label = "Decide" if viewer is alice else "Details"
        presses(viewer, label, "Sign the fee contract", before)
        assert "I cannot show you that decision now." in viewer.form_words()
        presses(viewer, "Ledger", "Fee day", before)
        assert "I cannot show you that commitment now." in viewer.form_words()
    shown = opens_home(alice)
    assert "Waiting for you\n1 thing waits for you in a channel that you are not in" in shown
    assert "invites you there, I list it here." in shown
    assert "Nothing" not in shown
    assert "1 thing" not in opens_home(sam)
    harness.refused("hash_conflict")


def test_visitors_are_told_only_what_they_can_do(harness: Harness, gus: Actor, olga: Actor) -> None:
    shown = opens_home(gus)
    assert "Nothing here yet" in shown
    assert "/tradeoff Add Apple Pay" in shown
    assert "/tradeoff help" in shown
    assert "/tradeoff setup" not in shown
    shown = opens_home(olga)
    assert "To raise something in a channel that you are in, ask someone in the team." in shown
    assert "/tradeoff" not in shown
    assert readable.buttons(home(olga)) == ["Who decides?"]


def test_a_guest_sees_public_channels_from_the_inside_only(
    harness: Harness, gus: Actor, erin: Actor, checkout: Channel
) -> None:
    for raiser, title in ((gus, "Guest checkout"), (erin, "Gift cards")):
        raiser.raises(title, kind="requirements")
        assert title in opens_home(raiser)
        leaves(raiser, checkout)
    assert "Guest checkout" not in opens_home(gus)
    assert "Gift cards" in opens_home(erin)


def test_what_slack_does_not_say_is_not_shown(
    harness: Harness, alice: Actor, sam: Actor, vault: Channel
) -> None:
    sam.raises("Sign the fee contract", kind="requirements", in_=vault)
    harness.breaks("conversations.members", "server_error", times=2)
    leaves(alice, vault)
    vault.members.add(alice.id)
    shown = opens_home(alice)
    assert "Sign" not in shown
    assert "I do not know which channels you may read" in shown


# ---- pages ---------------------------------------------------------------------------------------


def listed(actor: Actor, heading: str) -> list[str]:
    """Return the numbers of the decisions in this list of Home, in order."""
    found: list[str] = []
    inside = False
    for block in home(actor).view["blocks"]:
        if block["type"] == "header":
            inside = block["text"]["text"].startswith(heading)
        elif inside and block["type"] == "section":
            words = readable.plain(block["text"]["text"], actor.harness.workspace)
            found.append(words.split()[0].lstrip("*#"))
    return found


def numbers(*given: int) -> list[str]:
    return [str(number) for number in given]


@pytest.mark.both_databases
def test_each_list_turns_its_own_pages(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    for number in range(1, 24):
        erin.raises_quietly(f"Wish {number}", checkout)
    assert "Waiting for you: 23" in opens_home(alice)
    assert listed(alice, "Waiting") == numbers(*range(1, 11))
    presses(alice, "Next", "Waiting for you")
    presses(alice, "Next", "Waiting for you")
    assert listed(alice, "Waiting") == numbers(21, 22, 23)
    presses(alice, "Previous", "Waiting for you")
    assert listed(alice, "Waiting") == numbers(*range(11, 21))
    presses(alice, "Previous", "Waiting for you")
    assert "Previous" not in readable.buttons(home(alice))
    opens_home(erin)
    assert listed(erin, "Raised") == numbers(*range(23, 15, -1))
    presses(erin, "Next", "Raised by you")
    presses(erin, "Next", "Raised by you")
    assert listed(erin, "Raised") == numbers(*range(7, 0, -1))
    presses(erin, "Previous", "Raised by you")
    assert listed(erin, "Raised") == numbers(*range(15, 7, -1))
    opens_home(erin)
    assert listed(erin, "Raised") == numbers(*range(23, 15, -1))


def test_an_act_from_a_later_page_stays_there_until_the_page_is_gone(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    for number in range(1, 13):
        erin.raises_quietly(f"Wish {number}", checkout)
    opens_home(alice)
    presses(alice, "Next", "Waiting for you")
    for number, left in ((11, numbers(12)), (12, numbers(*range(1, 11)))):
        presses(alice, "Decide", f"#{number} Wish")
        alice.presses(alice.form, "Reject")
        assert alice.submits(reason="Not now") == {}
        assert listed(alice, "Waiting") == left


def test_the_first_page_is_full_after_a_decision_on_it_was_settled(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Wish 1", kind="requirements")
    for number in range(2, 14):
        erin.raises_quietly(f"Wish {number}", checkout)
    opens_home(alice)
    presses(alice, "Next", "Waiting for you")
    alice.rejects(card)
    presses(alice, "Previous", "Waiting for you")
    assert listed(alice, "Waiting") == numbers(*range(2, 12))


@pytest.mark.both_databases
def test_what_was_settled_lately_turns_pages_too(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    cards = [erin.raises(f"Wish {number}", kind="requirements") for number in range(1, 8)]
    for card in cards:
        alice.rejects(card)
    opens_home(erin)
    assert listed(erin, "Raised by you, settled") == numbers(7, 6, 5, 4, 3)
    presses(erin, "Next", "settled")
    assert listed(erin, "Raised by you, settled") == numbers(2, 1)
    presses(erin, "Previous", "settled")
    assert listed(erin, "Raised by you, settled") == numbers(7, 6, 5, 4, 3)


# ---- two tabs ------------------------------------------------------------------------------------


def test_an_old_tab_gets_what_is_so_now(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    for number in range(1, 13):
        erin.raises_quietly(f"Wish {number}", checkout)
    opens_home(alice)
    laptop = copy.deepcopy(home(alice))
    presses(alice, "Decide", "#1 Wish 1")
    alice.presses(alice.form, "Reject")
    assert alice.submits(reason="Not now") == {}
    assert harness.workspace.bad_requests == []
    presses(alice, "Next", "Waiting for you", laptop)
    assert listed(alice, "Waiting") == numbers(11, 12)
    harness.refused("hash_conflict")


def test_done_in_both_tabs_is_done_once(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    opens_home(erin)
    phone = copy.deepcopy(home(erin))
    presses(erin, "Done", "Bring it under 2 s")
    events = harness.decision().event_count
    presses(erin, "Done", "Bring it under 2 s", phone)
    assert harness.decision().event_count == events
    assert "Bring it under 2 s" not in reads(erin)
    harness.refused("hash_conflict")


def test_home_is_right_again_after_slack_could_not_show_it(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    accepted_with_follow_up(alice, erin)
    opens_home(erin)
    harness.breaks("views.publish", "server_error", times=5)
    presses(erin, "Done", "Bring it under 2 s")
    assert "Bring it under 2 s" in reads(erin)
    harness.workspace.faults.planned.clear()
    assert "Bring it under 2 s" not in opens_home(erin)


@pytest.mark.parametrize("typed", ["<!channel> <!here> & `y`", "W" * 120])
def test_what_people_type_stays_text(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel, typed: str
) -> None:
    erin.raises_quietly(f'"{typed}"', checkout)
    assert f"#1 {typed}" in opens_home(alice)
    drawn = [block["text"]["text"] for block in home(alice).view["blocks"] if "text" in block]
    assert not [text for text in drawn if "<!" in text]


@pytest.mark.both_databases
def test_turned_pages_are_remembered_without_what_people_typed(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The text of one follow-up could fill half of the 3,000 characters that Slack keeps."""
    accepted_with_follow_up(alice, erin)
    today = harness.clock.now.date()

    def more(session: Session) -> None:
        first = session.scalars(select(FollowUp)).one()
        for position in range(2, 30):
            later = timedelta(days=9 if position % 2 else -1)
            session.add(
                FollowUp(
                    decision_id=first.decision_id,
                    position=position,
                    what="&" * 300,
                    owner=erin.id,
                    due_on=today + later,
                    round=first.round,
                )
            )

    harness.query(more)
    opens_home(erin)
    presses(erin, "Next", "Waiting for you")
    presses(erin, "Next", "Follow-ups you own")
    assert "&" not in home(erin).view["private_metadata"]
    assert len(home(erin).view["private_metadata"].encode()) < 300
    assert "Previous" in readable.buttons(home(erin))


def test_each_line_of_an_overdue_follow_up_is_bold_by_itself(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """It is not known whether Slack reads markup across a line break."""
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ship it") == {}
    owed = {"follow_up1_what": "Cache", "follow_up1_owner": "erin", "follow_up1_due": "2026-11-26"}
    assert alice.submits(**owed) == {}
    harness.later(days=4)
    opens_home(erin)
    words = readable.words(home(erin), harness.workspace)
    assert "*Cache* · #checkout\n*#1 Refund by e-mail: due Thu 26 Nov 2026; overdue.*" in words
