"""Stories of acceptance in rounds: sent back, finished again, judged again.

Also stories of follow-ups and their owners, and of claims that age.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons, menu
from bot.demo.slack.workspace import Channel, Message
from models.rules import Outcome, State
from support.harness import Actor, Harness
from support.home_visitor import opens_home, presses


def sent_back(alice: Actor, card: Message, **more: str) -> None:
    """Send the work back: criterion 1 is met, criterion 2 is not."""
    alice.presses(card, "Send back")
    fields = {"criterion1": "met", "criterion2": "not_met", "reason": "Ten seconds a mail", **more}
    assert alice.submits(**fields) == {}


def again(person: Actor, card: Message, evidence: str = "Now two seconds") -> None:
    person.presses(card, "Submit again")
    assert person.submits(evidence=evidence) == {}


def with_follow_up(
    alice: Actor, card: Message, owner: str = "erin", due: str = "2026-11-26", what: str = "Cache"
) -> None:
    """Accept the work with one follow-up."""
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ship it") == {}
    assert alice.submits(follow_up1_what=what, follow_up1_owner=owner, follow_up1_due=due) == {}


def test_the_person_who_claimed_reads_who_owes_which_follow_up(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    with_follow_up(alice, erin.claims("Refund by e-mail"), owner="bob")
    said = harness.text(erin.dm()[-1])
    assert "What you claimed in #checkout, #1 Refund by e-mail, is settled" in said
    assert "1. Cache – \n@bob\n, by Thu 26 Nov 2026" in said
    bob.presses(bob.dm()[-1], "Done")
    assert "1. Cache – " in harness.text(erin.dm()[-1])
    outcome = harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "Follow-up: Cache (@bob, by Thu 26 Nov 2026). Why: Ship it" in outcome


def test_forms_show_the_evidence_and_the_reason_of_the_sending_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    words = alice.form_words()
    assert "Evidence: \nDemo on Friday" in words
    assert "Link: \nhttps://example.com/demo" in words
    harness.run(alice.member.closes())
    sent_back(alice, card)
    erin.presses(card, "Submit again")
    assert "Why it was sent back: \nTen seconds a mail" in erin.form_words()


def test_the_form_of_a_verdict_shows_the_verdicts_of_the_round_before(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert "Before:" not in alice.form_words()
    harness.run(alice.member.closes())
    sent_back(alice, card)
    again(erin, card)
    alice.presses(card, "Accept")
    words = alice.form_words()
    assert words.count("Before: met.") == words.count("Before: not met.") == 1


def test_home_offers_to_submit_again_what_was_sent_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    sent_back(alice, erin.claims("Refund by e-mail"))
    opens_home(erin)
    presses(erin, "Submit again", "Refund by e-mail")
    assert erin.submits(evidence="Now two seconds") == {}
    assert harness.decision().state is State.AWAITING_DECISION
    presses(erin, "Details", "Refund by e-mail")


def test_a_claim_submitted_again_is_the_next_round_of_the_same_number(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    sent_back(alice, card)
    assert (buttons(card), menu(card)) == ([], ["Submit again", "Undo", "Details", "Reopen"])
    assert "When it is finished, submit it again" in harness.plain(erin.dm()[-1])
    assert harness.plain(erin.dm()[-1]).startswith("What you claimed in #checkout, #1 Refund")
    assert buttons(erin.dm()[-1]) == ["Details", "Submit again"]
    bob.presses(card, "Submit again")
    assert "Is fast" in bob.form_words()
    assert "Works" not in bob.form_words()
    assert bob.form.values["link"]["link"]["value"] == "https://example.com/demo"
    assert "not waiting for new evidence" in bob.submits_twice(evidence="Now two seconds")
    assert [decision.number for decision in harness.decisions()] == [1]
    assert "Round 2. Before: sent back by @alice (product owner, acceptance)." in harness.whole(
        card
    )
    assert "Since then: submitted again by @bob." in harness.whole(card)
    assert "claimed by @erin, submitted again by @bob · round 2" in harness.text(card)
    assert "Now two seconds" in harness.whole(card)
    assert "round 1: met\n" in harness.whole(card)
    assert "round 1: not met" in harness.whole(card)
    assert harness.plain(alice.dm()[-1]).startswith(
        "@bob says Refund by e-mail (#1) is finished. Does it meet the need?"
    )
    assert "Round 2" in harness.whole(alice.dm()[-1])
    assert len([message for message in alice.dm() if "is finished" in message.text]) == 1
    alice.presses(card, "Accept")
    assert alice.submits(criterion1="met", criterion2="met", reason="Much better") == {}
    assert harness.decision().outcome is Outcome.ACCEPTED
    assert "Round 2" in harness.text(harness.workspace.messages[checkout.id][-1])
    first, second = (
        message
        for message in harness.workspace.messages[checkout.id]
        if message.thread_ts == card.ts
    )
    assert "sent back by @alice" in harness.plain(first)
    assert "Since then: submitted again by @bob." in harness.plain(first)
    assert "accepted by @alice" in harness.plain(second)


def test_whoever_submitted_the_work_again_reads_the_verdict_too(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin claimed it first, Bob submits it again; Alice sends it back, accepts it and reopens."""
    card = erin.claims("Guest checkout")
    sent_back(alice, card)
    again(bob, card)
    assert bob.dm_text("Guest checkout") == []
    sent_back(alice, card)
    (told,) = bob.dm_text("is not accepted yet: sent back by @alice")
    assert "Not met: Is fast." in told
    assert "When it is finished, submit it again" in told
    assert len(erin.dm_text("is not accepted yet: sent back by @alice")) == 1
    again(bob, card)
    alice.presses(card, "Accept")
    assert alice.submits(criterion1="met", criterion2="met", reason="Fast") == {}
    assert len(bob.dm_text("is settled: accepted by @alice")) == 1
    alice.reopens(card)
    assert len(bob.dm_text("which you had a part in, was reopened by @alice")) == 1


def test_three_rounds_and_every_verdict_stays(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    sent_back(alice, card)
    again(erin, card)
    sent_back(alice, card, criterion1="not_met", criterion2="met")
    again(erin, card, evidence="Both now")
    assert "round 1: met; round 2: not met" in harness.whole(card)
    assert "round 1: not met; round 2: met" in harness.whole(card)
    alice.presses(card, "Accept")
    assert alice.submits(criterion2="waived", reason="Fine") == {}
    assert alice.submits(waiver2="Few refunds a day") == {}
    assert "waived: Few refunds a day" in harness.whole(card)
    assert "1 criterion waived." in harness.text(card)
    assert "1 criterion waived." in harness.plain(harness.workspace.messages[checkout.id][-1])
    assert "round 1: not met; round 2: met" in harness.whole(card)


def test_a_verdict_form_of_the_round_before_records_nothing(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """Alice judges the claim of round 1 in round 2: nothing is recorded, her words are kept."""
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept")
    stale = alice.form
    sent_back(alice, card)
    again(erin, card)
    harness.workspace._stacks[alice.id] = [stale]
    assert alice.submits(reason="It is lovely") == {}
    assert "#1 was changed while your form was open" in alice.form_words()
    assert "It is lovely" in alice.form_words()
    assert harness.decision().state is State.AWAITING_DECISION


def test_done_but_not_accepted_ages(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    assert (
        "Done but not accepted, claimed on Mon 23 Nov 2026, 10:00 UTC. Waiting for @alice to "
        "give the verdict." in (harness.text(card))
    )
    assert "{ago}" in card.text
    harness.later(days=2, minutes=1)
    harness.later(days=1)
    assert (
        harness.plain(alice.dm()[-1])
        == "1 thing waits for you. #1 Refund by e-mail in #checkout waits for your verdict."
    )
    sent_back(alice, card)
    again(erin, card)
    assert "claimed on Thu 26 Nov 2026, 10:01 UTC" in harness.whole(card)


def test_a_follow_up_is_its_owners_to_tick_off(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    with_follow_up(alice, card, owner="bob")
    assert "Follow-ups: 1 open" in harness.whole(card)
    assert "1. Cache – \n@bob\n, open, by Thu 26 Nov 2026" in harness.whole(card)
    told = bob.dm()[-1]
    assert harness.plain(told) == (
        "#1 Refund by e-mail was accepted with follow-ups that you own: 1 open. Cache, "
        "by Thu 26 Nov 2026."
    )
    alice.presses_stale(card, "accept.follow_up_done", f"{harness.decision().id}:1")
    assert "This follow-up is @bob's to tick off." in alice.was_told()
    assert "Follow-ups: 1 open" in harness.whole(card)
    harness.later(days=1)
    bob.presses(told, "Done")
    assert "Follow-ups: all done" in harness.whole(card)
    assert ", done on Tue 24 Nov 2026" in harness.whole(card)
    assert "nothing is open." in harness.plain(told)
    assert "Done on Tue 24 Nov 2026" in harness.text(told)
    assert buttons(told) == []
    events = harness.decision().event_count
    bob.presses_stale(told, "accept.follow_up_done", f"{harness.decision().id}:1")
    assert harness.decision().event_count == events


def test_a_follow_up_is_reminded_of_from_its_day_on(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card, later = erin.claims("Refund by e-mail"), erin.claims("Receipt by e-mail")
    with_follow_up(alice, card, due="2026-11-26")
    with_follow_up(alice, later, due="2026-12-03")

    def reminders() -> list[str]:
        return [
            harness.plain(message)
            for message in erin.dm()
            if "Nothing waits" not in message.text and "waits for you" in message.text
        ]

    harness.later(days=2, hours=14, minutes=1)  # Thursday 00:01
    assert reminders() == []
    harness.later(hours=9, minutes=30)
    assert reminders() == [
        "1 thing waits for you. #1 Refund by e-mail in #checkout waits for your "
        "follow-up “Cache”, due Thu 26 Nov 2026."
    ]
    harness.later(days=1)
    assert reminders()[-1].endswith("due Thu 26 Nov 2026; overdue.")
    count = len(reminders())
    erin.presses(erin.dm()[-1], "Open")
    erin.presses(erin.form, "Done")
    assert "Follow-ups: all done" in harness.whole(card)
    assert "Follow-ups: all done" in erin.form_words()
    harness.later(days=4)
    assert len(reminders()) == count


def test_follow_ups_go_with_the_verdict_that_is_taken_back(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    with_follow_up(alice, card)
    alice.undoes()
    assert alice.dm_text("You took the verdict back within minutes.")
    assert "Follow-ups" not in harness.text(card)
    told = erin.dm()[-1]
    erin.presses_stale(told, "accept.follow_up_done", f"{harness.decision().id}:1")
    assert (
        "That follow-up of #1 is no longer wanted: the verdict it came with no longer stands."
        in erin.was_told()
    )
    assert harness.plain(told) == (
        "#1 Refund by e-mail: your follow-ups are owed no more. The verdict was taken back within "
        "minutes by @alice."
    )
    harness.later(days=6)
    assert not [
        message
        for message in erin.dm()
        if "Nothing waits" not in message.text and "waits for you" in message.text
    ]


def test_a_follow_up_needs_an_owner_who_can(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    harness.person("dora", deactivated=True)
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="met", reason="Ship it") == {}
    errors = alice.submits(
        follow_up1_what="Cache", follow_up1_owner="dora", follow_up1_due="2026-11-26"
    )
    assert errors == {"Owner": "This person is deactivated in Slack. Choose someone who can do it."}
    assert harness.decision().state is State.AWAITING_DECISION


@pytest.mark.both_databases
def test_a_verdict_twice_is_one_verdict(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Accept")
    assert "#1 is already accepted by @alice" in alice.submits_twice(reason="Tried it")
    assert len(harness.decision_whole().settlements) == 1


def test_evidence_is_needed_again(
    harness: Harness, alice: Actor, erin: Actor, olga: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    sent_back(alice, card)
    erin.presses(card, "Submit again")
    assert erin.submits(evidence=" ", link="nonsense") == {
        "Evidence": "Say how people can see that it works.",
        "Link": "A link begins with https:// or http://, and has up to 3,000 characters.",
    }
    olga.presses(card, "Submit again")
    assert olga.form is None, "she fills in nothing that is refused afterwards"
    assert "You are from another company, so I cannot accept this from you." in olga.was_told()
    assert harness.decision().outcome is Outcome.SENT_BACK


def test_a_row_for_a_follow_up_is_not_added_to_a_claim_that_was_edited_meanwhile(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    """The claim has one more criterion than the form. The click must be refused, not fail."""
    card = erin.claims("Search")
    alice.presses(card, "Accept with follow-ups")
    verdicts = {"1. Works": "Met", "2. Is fast": "Not met"}
    assert alice.submits(**verdicts, reason="Nearly") == {}
    erin.presses(card, "Edit")
    assert erin.submits(criteria="Works\nIs fast\nIs small") == {}
    alice.presses(alice.form, "Add another follow-up")
    assert "#1 was changed while your form was open" in alice.form_words() + alice.was_told()


def test_a_follow_up_of_somebody_who_has_left_slack_says_what_to_do(
    harness: Harness, alice: Actor, erin: Actor, sam: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    with_follow_up(alice, card, owner="sam")
    harness.run(sam.member.is_deactivated())
    harness.settle()
    alice.presses_stale(card, "accept.follow_up_done", f"{harness.decision().id}:1")
    assert "They have left Slack, so nobody ticks it off any more." in alice.was_told()
    assert "@alice or @bob can reopen #1" in alice.was_told()
    alice.reopens(card)
    with_follow_up(alice, card, owner="erin")
    follow_ups = harness.decision_whole().follow_ups
    assert [follow_up.done_at for follow_up in follow_ups] == [None, None]
    erin.presses(erin.dm()[-1], "Done")
    assert "Follow-ups: all done" in harness.whole(card)
