"""Stories of what forms show: the question, who will decide it, and what can be chosen."""

from __future__ import annotations

from typing import Any

from bot.demo.slack.workspace import Channel
from models.rules import Outcome, State
from support.harness import Actor, Harness
from support.home_visitor import leaves
from support.story_helpers import secret_of

WORDS = ("Wallets are 40% of drop-offs", "Add it now", "Fewer drop-offs", "Five days")


def element_of(person: Actor, name: str) -> dict[str, Any]:
    blocks = person.form.view["blocks"]
    (element,) = [block["element"] for block in blocks if block.get("block_id") == name]
    return dict(element)


def offered(person: Actor, name: str) -> list[str]:
    return [option["text"]["text"] for option in element_of(person, name)["options"]]


def shows(person: Actor, name: str) -> bool:
    return name in [block.get("block_id") for block in person.form.view["blocks"]]


def test_who_approves_or_states_impact_reads_what_it_is_about(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17", kind="priority")
    bob.presses(card, "State impact")
    assert "Asked for" in bob.form_words()
    assert "Sat 12 Dec 2026 → *Thu 17 Dec 2026*" in bob.form_words()
    assert bob.submits(days=5, displaces="Wallet redesign", risk="Load", confidence="low") == {}
    alice.presses(card, "Approve")
    shown = alice.form_words()
    for words in ("Asked for", "5 working days of slip, low confidence", "Wallet redesign", "Load"):
        assert words in shown
    assert "Sat 12 Dec 2026 → *Thu 17 Dec 2026*" in shown
    assert element_of(alice, "option")["type"] == "radio_buttons"
    assert offered(alice, "option") == ["A. Add it now", "B. Leave it"]


def test_who_signs_second_reads_why_the_first_signed(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    bob.changes_table(checkout, "Both of us", risk="joint")
    card = erin.raises("Who pays the bank", kind="risk")
    alice.presses(card, "Approve")
    assert (
        "The person who signs next reads your reason; once both have signed, the channel does."
    ) in alice.form_words()
    assert alice.submits(option="A. Add it now", reason="We can afford it") == {}
    bob.presses(card, "Approve")
    assert "@alice signed it:\nWe can afford it" in bob.form_words()
    assert "The record and the channel keep your reason." in bob.form_words()


def test_the_form_says_who_reads_the_reason_if_the_commitment_stays(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Nobody signs next if nothing moves, and nothing moves a commitment that is closed."""
    promise = alice.promises("Beta")
    card = erin.raises_move("Guest checkout", to="2026-12-17", kind="priority")
    bob.states_impact(card)
    alice.presses(card, "Approve")
    words = alice.form_words()
    assert "the person who signs next reads your reason first; once this is approved" in words
    harness.run(alice.member.closes())
    bob.closes_commitment(promise, "Missed", "The load test failed")
    alice.presses(card, "Approve")
    assert "The record and the channel keep your reason." in alice.form_words()
    assert "whether the forecast held" in alice.form_words()
    assert alice.submits(option="A. Add it now", reason="It pays") == {}
    assert harness.decision().state is State.DECIDED


def test_forms_show_the_value_and_cost_of_the_options(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Add Apple Pay", due_on="2026-12-01")
    bob.presses(card, "State impact")
    for words in (*WORDS, "Decide by Tue 1 Dec 2026"):
        assert words in bob.form_words()
    harness.run(bob.member.closes())
    bob.states_impact(card)
    alice.presses(card, "Approve")
    for words in WORDS:
        assert words in alice.form_words()


def test_the_form_says_who_will_decide_the_kind_that_is_chosen(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, dora: Actor, checkout: Channel
) -> None:
    erin.types("/tradeoff Guest checkout", checkout)
    erin.fills(why_now="Asked for", option1_name="Yes")
    erin.picks("kind", "priority")
    first = "*@alice decides this here* (product owner), after the impact from @bob"
    assert first in erin.form_words()
    assert erin.form.values["option1_name"]["option1_name"]["value"] == "Yes"
    erin.picks("kind", "risk")
    assert "*@bob decides this here* (project manager); no impact" in erin.form_words()
    erin.picks("kind", "commitment")
    assert "*@alice and @bob both sign this here*" in erin.form_words()
    assert "No commitment is open here" in erin.form_words()
    assert alice.goes_away("dora") == {}
    erin.picks("kind", "requirements")
    assert "*@dora (for @alice, who is away until Tue 1 Dec 2026) decides" in erin.form_words()
    assert erin.submits(option2_name="No") == {}


def test_the_form_to_raise_names_whoever_will_get_the_decision(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    """Erin stands in for Alice, and has left the channel."""
    secret = secret_of(harness, alice)
    assert alice.goes_away("erin") == {}
    leaves(erin, secret)
    bob.types("/tradeoff Lay off", secret)
    bob.picks("kind", "requirements")
    assert "*@alice decides this here*" in bob.form_words()


def test_the_kind_commitment_asks_for_one(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    erin.types("/tradeoff Move the date", checkout)
    erin.picks("kind", "commitment")
    assert shows(erin, "commitment")
    options = {"option1_name": "Yes", "option2_name": "No", "why_now": "Asked for"}
    assert erin.submits(**options) == {"Commitment": "Please complete this required field."}
    assert erin.submits(commitment="Beta", move_to="2026-12-17") == {}
    assert harness.decision_whole().commitment.name == "Beta"


def test_the_kind_commitment_asks_even_if_slack_did_not_tell_of_the_choice(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta")
    erin.types("/tradeoff Move the date", checkout)
    options = {"option1_name": "Yes", "option2_name": "No", "why_now": "Asked for"}
    assert erin.submits(kind="commitment", **options) == {}
    assert "Say which commitment this would change" in erin.form_words()
    assert harness.decisions() == []
    assert erin.submits(commitment="Beta", scope="Without refunds") == {}
    assert harness.decision_whole().scope_change == "Without refunds"


def test_deferring_offers_the_usual_days(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Defer")
    assert offered(alice, "returns") == [
        "Tomorrow, Tue 24 Nov 2026",
        "On Monday, 30 Nov 2026",
        "In two weeks, Mon 7 Dec 2026",
    ]
    assert alice.form.values["returns"]["returns"]["selected_option"]["value"] == "2026-11-30"
    assert "A day that you pick here counts instead of the choice above." in alice.form_words()
    optional = [block for block in alice.form.view["blocks"] if block.get("optional")]
    assert [block["label"]["text"] for block in optional] == ["Or on another day"]
    assert alice.submits(reason="Too early") == {}
    assert "until Mon 30 Nov 2026" in harness.whole(card)


def test_a_day_that_is_picked_counts_instead_of_the_usual_one(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Defer")
    assert alice.submits(until="2026-11-23", reason="Too early") == {
        "Or on another day": "Choose a day after today, within a year."
    }
    assert alice.submits(until="2026-12-09") == {}
    assert "until Wed 9 Dec 2026" in harness.whole(card)


def test_a_day_off_is_not_offered(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.later(days=4)
    alice.presses(card, "Defer")
    assert [day.partition(",")[0] for day in offered(alice, "returns")] == [
        "On Monday",
        "In two weeks",
    ]


def test_what_was_not_met_is_offered_as_a_follow_up(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail", criteria="Works\nIs fast\nIs safe\nIs nice\nIs new")
    alice.presses(card, "Accept with follow-ups")
    verdicts = {f"criterion{position}": "not_met" for position in range(2, 6)}
    assert alice.submits(criterion1="met", **verdicts, reason="Ship it") == {}
    typed = [alice.form.values[f"follow_up{row}_what"] for row in range(1, 5)]
    assert [row[f"follow_up{at}_what"]["value"] for at, row in enumerate(typed, start=1)] == [
        "Is fast",
        "Is safe",
        "Is nice",
        "Is new",
    ]
    for row in (1, 4):
        fields = {f"follow_up{row}_owner": "erin", f"follow_up{row}_due": "2026-12-01"}
        alice.fills(**fields)
    alice.fills(follow_up2_what="", follow_up3_what="")
    assert alice.submits(follow_up4_owner=None) == {"Owner": "Say who does it."}
    assert alice.submits(follow_up4_owner="erin") == {}
    decision = harness.decision_whole()
    assert decision.outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS
    owed = [(follow_up.position, follow_up.what) for follow_up in decision.follow_ups]
    assert owed == [(1, "Is fast"), (2, "Is new")]


def test_nobody_is_offered_to_ask_themselves(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    card = alice.raises("Guest checkout", kind="requirements")
    alice.presses(card, "Ask")
    assert alice.form.values["person"]["person"]["selected_user"] is None


def test_who_decides_is_chosen_in_words_that_fit_on_a_phone(
    harness: Harness, bob: Actor, checkout: Channel
) -> None:
    bob.types("/tradeoff rights", checkout)
    bob.presses(bob.member.sees(checkout)[-1], "Change who decides")
    assert offered(bob, "right_priority") == [
        "The product owner",
        "The product owner, after the impact",
        "The project manager",
        "The project manager, after the impact",
        "Both sign",
        "Both sign, after the impact",
        "Not used here",
    ]
    assert "the other role states it first; if both sign, the project manager" in bob.form_words()


def test_two_open_commitments_do_not_share_a_name(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    promise = alice.promises("Beta")
    bob.types("/tradeoff commitments", checkout)
    bob.presses(bob.member.sees(checkout)[-1], "Add a commitment")
    fields = {"promised_on": "2026-12-20", "promised_to": "Sales"}
    taken = {"Name": "An open commitment here has this name already. Give this one another."}
    assert bob.submits(name=" BETA ", **fields) == taken
    alice.presses(promise, "Ledger")
    alice.presses(alice.form, "Mark met / missed / withdrawn")
    assert offered(alice, "how") == ["Met", "Missed", "Withdrawn"]
    assert alice.submits(how="met", reason="Shipped") == {}
    assert bob.submits(name="Beta") == {}


def test_set_up_offers_the_zones_of_people_first_and_each_zone_once(
    harness: Harness, alice: Actor, bob: Actor, checkout: Channel
) -> None:
    bob.types("/tradeoff setup", checkout)
    element = element_of(bob, "time_zone")
    groups = {
        group["label"]["text"]: [option["value"] for option in group["options"]]
        for group in element["option_groups"]
    }
    assert groups["People here"] == ["Europe/London", "Europe/Berlin"]
    assert element["initial_option"]["value"] == "Europe/London"
    every = [zone for zones in groups.values() for zone in zones]
    assert {"America/New_York", "Asia/Tokyo", "UTC"} <= set(every)
    assert len(every) == len(set(every))
    assert bob.submits(time_zone="Asia/Tokyo", reason="We moved") == {}


def test_the_form_of_a_verdict_shows_what_was_asked_and_answered(
    alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.claims("Guest checkout")
    alice.asks(card, "erin", "Does it work on a phone?")
    alice.presses(card, "Accept")
    open_question = "@alice asked @erin, who has not answered yet:\nDoes it work on a phone?"
    assert open_question in alice.form_words()
    erin.answers("It does, on all of ours")
    alice.presses(card, "Accept")
    assert "@alice asked @erin:" in alice.form_words()
    assert "Does it work on a phone?" in alice.form_words()
    assert "It does, on all of ours" in alice.form_words()
