"""Stories of the list: words and filters, page by page, and never what the asker may not read."""

from __future__ import annotations

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.story_helpers import found, listed, numbers

# ---- words ---------------------------------------------------------------------------------------


def test_a_row_says_what_was_done_and_what_its_date_is_for(
    checkout: Channel, bob: Actor, erin: Actor
) -> None:
    bob.raises("Apple Pay", kind="priority", due_on="2026-12-01")
    erin.claims("Refund by e-mail")
    erin.records("No deploys on Fridays")
    assert found(erin, "", checkout) == [1, 2, 3]
    shown = erin.form_words()
    assert "Waiting for the impact from @bob; to be decided by Tue 1 Dec 2026 · raised by" in shown
    assert "to give the verdict · claimed by @erin" in shown
    assert "to acknowledge or dispute it · recorded by @erin" in shown


def test_a_row_says_who_acknowledged_and_until_when_a_decision_is_deferred(
    checkout: Channel, alice: Actor, bob: Actor, erin: Actor
) -> None:
    card = erin.records("Move Beta", kind="commitment")
    for person in (alice, bob):
        person.presses(card, "Acknowledge")
        assert person.submits() == {}
    alice.defers(erin.raises("Apple Pay", kind="requirements"), until="2026-12-01")
    assert found(erin, "status:decided", checkout) == [2, 1]
    shown = erin.form_words()
    assert "Acknowledged by @alice and @bob on Mon 23 Nov 2026" in shown
    assert "Deferred by @alice until Tue 1 Dec 2026" in shown


def test_words_are_found_in_every_part_of_a_decision(
    checkout: Channel, alice: Actor, bob: Actor, erin: Actor
) -> None:
    card = erin.raises("Add Apple Pay", why_now="Conversion is sinking", option2_value="Less fraud")
    erin.raises("Drop the beta", kind="requirements")
    assert found(erin, "", checkout) == [1, 2]
    for asked in (
        "apple",
        "APPLE pay",
        "apples",
        "conversions sink",
        "fraud",
        "“apple pay”",
        "àpple",
    ):
        assert found(erin, asked, checkout) == [1], asked
    assert found(erin, "apple beta", checkout) == []
    bob.states_impact(card)
    alice.presses(card, "Ask")
    assert alice.submits(person="erin", question="Who wants it?") == {}
    erin.presses(erin.dm()[-1], "Answer")
    assert erin.submits(answer="Three merchants") == {}
    assert found(erin, "who wants merchants", checkout) == [1]
    alice.approves(card, because="Prices are falling")
    assert found(erin, "price", checkout) == [1]
    assert "Approved by @alice" in erin.form_words()
    assert "Waiting for @alice to decide" in listed(erin, "beta", checkout)


@pytest.mark.both_databases
def test_what_was_edited_is_found_by_its_new_words_only(checkout: Channel, erin: Actor) -> None:
    card = erin.raises("Ship the newsletter", kind="requirements")
    erin.presses(card, "Edit")
    assert erin.submits(title="Ship the catalogue") == {}
    assert found(erin, "newsletter", checkout) == []
    assert found(erin, "catalogues", checkout) == [1]


def test_evidence_of_every_round_and_later_reasons_are_found(
    checkout: Channel, alice: Actor, erin: Actor
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ten seconds a mail") == {}
    erin.presses(erin.card(checkout), "Submit again")
    assert erin.submits(evidence="Measured on Tuesday") == {}
    for asked in ("friday", "tuesday", "seconds", "e-mail refunds"):
        assert found(erin, asked, checkout) == [1], asked
    assert found(erin, "email", checkout) == []


HOSTILE = [
    '"',
    "'",
    "''",
    '""',
    "*",
    "apple*",
    'apple"',
    "'apple'",
    "apple OR beta",
    "NOT apple",
    "apple NEAR/2 pay",
    "^apple",
    "apple & pay",
    "apple | beta",
    "!apple",
    "apple:*",
    "title : apple",
    "{apple}",
    "(apple",
    "apple) --",
    "a'; DROP TABLE decision",
    "🍏",
    "🍏 apple",
    "<!channel>",
    "&amp;",
    "%",
    "_",
    "\\",
    "apple\\",
    "-apple",
    "日本",
    "\u202eapple",
    "NULL",
    "kind:",
    ":",
    "x" * 1300,
    " ".join(["apple"] * 200),
]


def test_hostile_words_find_what_they_say_or_nothing_and_break_nothing(
    checkout: Channel, erin: Actor
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    for asked in HOSTILE:
        shown = listed(erin, asked, checkout)
        assert "went wrong" not in shown, asked
        assert shown.strip(), asked
    for asked in (
        'apple"',
        "'apple'",
        "^apple",
        "apple & pay",
        "🍏 apple",
        "-apple",
        "apple:*",
        "(apple",
    ):
        assert found(erin, asked, checkout) in ([1], []), asked
    assert found(erin, "apple & pay", checkout) == found(erin, "🍏 apple", checkout) == [1]
    assert found(erin, "apple OR beta", checkout) == []
    assert "found none" in listed(erin, "🍏", checkout)


def test_ten_thousand_characters_come_back(checkout: Channel, erin: Actor) -> None:
    typed = "apple pie <& " * 770
    told = listed(erin, typed, checkout)
    assert "Use fewer words" in told
    assert typed.strip() in told


# ---- filters -------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_filters_narrow_the_list(
    harness: Harness, checkout: Channel, alice: Actor, bob: Actor, erin: Actor
) -> None:
    erin.raises("Add Apple Pay")
    harness.later(days=2)
    bob.raises("Move the beta", kind="risk")
    alice.rejects(erin.raises("Guest checkout", kind="requirements"))
    for asked, expected in {
        "kind:priority": [1],
        "kind: risk": [2],
        "kind:requirements": [3],
        "by:@bob": [2],
        "by: @bob": [2],
        "by:me": [3, 1],
        "holder:@alice": [3, 1],
        "state:open": [2, 1],
        "status:open": [2, 1],
        "state:rejected": [3],
        "state:awaiting-impact": [],
        "state:lapsed": [1],
        "since:2026-11-25": [3, 2],
        "until:2026-11-23": [1],
        "since:1d": [3, 2],
        "until:2026-11-23 kind:risk": [],
        "by:@erin checkout": [3],
        "STATE:Open apple": [1],
    }.items():
        assert found(erin, asked, checkout) == expected, asked


@pytest.mark.both_databases
def test_what_was_reopened_is_found_while_it_waits_and_when_it_is_decided_again(
    checkout: Channel, alice: Actor, erin: Actor
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    claim = erin.claims("Refund by e-mail")
    alice.presses(claim, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ten seconds a mail") == {}
    erin.presses(erin.card(checkout), "Submit again")
    assert erin.submits(evidence="Measured on Tuesday") == {}
    assert found(erin, "state:reopened", checkout) == []
    alice.reopens(card)
    assert found(erin, "state:reopened", checkout) == [1]
    alice.rejects(card)
    assert found(erin, "state:reopened", checkout) == [1]
    erin.types("/tradeoff help", checkout)
    assert "state:overdue" in erin.was_told()


def test_a_day_begins_where_the_asker_is(
    harness: Harness, checkout: Channel, bob: Actor, erin: Actor
) -> None:
    harness.clock.advance(hours=13, minutes=30)  # Monday 23:30 in London, Tuesday 00:30 in Berlin
    erin.raises("Add Apple Pay", kind="requirements")
    assert found(erin, "since:2026-11-24", checkout) == []
    assert found(bob, "since:2026-11-24", checkout) == [1]


@pytest.mark.both_databases
def test_a_filter_finds_decisions_about_a_commitment(
    checkout: Channel, alice: Actor, erin: Actor
) -> None:
    alice.promises("Public beta", "2026-12-12")
    erin.types("/tradeoff Move the beta", checkout)
    erin.presses(erin.form, "tradeoff.add_effect")
    fields = {
        "kind": "requirements",
        "why_now": "Late",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    fields |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}
    choice = next(
        block for block in erin.form.view["blocks"] if block.get("block_id") == "commitment"
    )
    fields["commitment"] = choice["element"]["options"][0]["text"]["text"]
    assert erin.submits(**fields, move_to="2026-12-17") == {}
    erin.raises("Another thing", kind="requirements")
    for asked in ('commitment:"public beta"', "commitment:“Public Beta”", "commitment:pub"):
        assert found(erin, asked, checkout) == [1], asked
    assert found(erin, "commitment:gamma", checkout) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("apple colour:red", "There is no filter `colour:`"),
        ("kind:banana", "priority, requirements, feature"),
        ("kind:re", "`kind:re` fits several: say `kind:requirements` or `kind:resources`."),
        ("-kind:priority", "`-kind:` is not a filter: I cannot leave things out."),
        ("apple —by:me", "`—by:` is not a filter"),
        ("by:me,me", "`by:` takes one person."),
        ("holder:me, by:me", "`holder:` takes one person."),
        ("state:open state:decided", "`state:` can be there only once."),
        ("status:open kind:risk state:open", "`state:` can be there only once."),
        ("since:30d until:6w since:6w", "`since:` can be there only once."),
        ("state:maybe", "open, overdue, escalated, reopened"),
        ("by:nobody", "Name a person with @"),
        ("whose:me", "`by:@someone` (who raised it), `holder:@someone` (who decides)"),
        ("holder:@stranger", "Name a person with @"),
        ("since:soon", "2026-11-01"),
        ("since:2026-02-30", "I cannot read the day"),
        ("until:", "Say what `until:` should be"),
        ("kind:<!channel>", "cannot be"),
    ],
)
def test_a_bad_filter_names_the_good_ones_and_keeps_what_was_typed(
    checkout: Channel, erin: Actor, asked: str, said: str
) -> None:
    told = listed(erin, asked, checkout)
    assert not erin.form
    assert said in told
    assert f"/tradeoff list {asked}" in told


# ---- pages ---------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_pages_go_forth_and_back(
    harness: Harness, checkout: Channel, alice: Actor, erin: Actor
) -> None:
    for number in range(1, 26):
        erin.raises_quietly(f"Question {number}", checkout)
    assert found(erin, "state:open", checkout) == list(range(25, 15, -1))
    assert "Previous" not in buttons(erin.form)
    erin.presses(erin.form, "Next")
    assert numbers(erin.form_words()) == list(range(15, 5, -1))
    alice.raises_quietly("Something new", checkout)
    erin.presses(erin.form, "Next")
    assert numbers(erin.form_words()) == list(range(5, 0, -1))
    assert "Next" not in buttons(erin.form)
    erin.presses(erin.form, "Previous")
    assert numbers(erin.form_words()) == list(range(15, 5, -1))
    erin.presses(erin.form, "Previous")
    assert numbers(erin.form_words()) == list(range(25, 15, -1))
    erin.presses(erin.form, "Previous")
    assert numbers(erin.form_words()) == list(range(26, 16, -1))
    assert "Previous" not in buttons(erin.form)
    assert found(erin, "questions by:me", checkout) == list(range(25, 15, -1))
    erin.presses(erin.form, "Next")
    assert numbers(erin.form_words()) == list(range(15, 5, -1))
    assert "questions by:@erin" not in erin.form_words()
    assert "Looking for: \nquestions by:me" in erin.form_words()


def test_a_row_opens_the_decision(checkout: Channel, erin: Actor) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    listed(erin, "apple", checkout)
    erin.presses(erin.form, "records.open")
    assert "Wallets are 40% of drop-offs" in erin.form_words()


# ---- who may read what ---------------------------------------------------------------------------


@pytest.fixture
def secret(harness: Harness, people: dict[str, Actor], alice: Actor) -> Channel:
    """Make a private team channel, without Erin."""
    channel = harness.workspace.add_channel("secret", ["alice", "bob"], private=True)
    alice.sets_up(channel, sponsor=None)
    return channel


@pytest.mark.both_databases
@pytest.mark.usefixtures("gus")
def test_private_channels_stay_private(
    harness: Harness, checkout: Channel, secret: Channel, alice: Actor, bob: Actor, erin: Actor
) -> None:
    bob.raises("Buy the competitor", in_=secret, kind="requirements")
    erin.raises("Buy more servers", kind="requirements")
    bob.raises("Buy their customers", in_=secret, kind="requirements")
    assert found(alice, "buy", checkout) == [3, 2, 1]
    assert found(erin, "buy", checkout) == found(erin, "", checkout) == [2]
    assert "competitor" not in listed(erin, "competitor", checkout).replace(
        "Looking for: \ncompetitor", ""
    )
    secret.members.discard(bob.id)
    harness.run(bob.member._event("member_left_channel", user=bob.id, channel=secret.id))
    assert found(bob, "buy", checkout) == [2]


@pytest.mark.both_databases
def test_pages_are_full_although_private_ones_lie_between(
    harness: Harness, checkout: Channel, secret: Channel, bob: Actor, erin: Actor
) -> None:
    for number in range(1, 13):
        erin.raises_quietly(f"Open question {number}", checkout)
        bob.raises_quietly(f"Secret question {number}", secret)
    assert found(erin, "question", checkout) == list(range(23, 3, -2))
    erin.presses(erin.form, "Next")
    assert numbers(erin.form_words()) == [3, 1]


def test_guests_read_where_they_are(
    harness: Harness, checkout: Channel, search: Channel, gus: Actor, alice: Actor
) -> None:
    alice.sets_up(search)
    alice.raises("Synonyms", in_=search, kind="requirements")
    alice.raises("Guest checkout", kind="requirements")
    search.members.discard(gus.id)
    # The bot asked who is in #search when it was set up, and keeps the answer for a minute.
    harness.bot.people.forget_place(harness.workspace.team_id, search.id)
    assert found(gus, "", checkout) == [2]
    gus.shows(1)
    assert "not in" in gus.was_told()


def test_what_slack_does_not_say_is_not_shown(
    harness: Harness, checkout: Channel, search: Channel, erin: Actor
) -> None:
    erin.raises("Add Apple Pay", kind="requirements")
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    harness.breaks("conversations.info", "server_error", channel=checkout.id, times=9)
    harness.breaks("conversations.members", "server_error", channel=checkout.id, times=9)
    assert found(erin, "", search) == []
    harness.workspace.faults.planned.clear()
    harness.bot.people.forget_place(harness.workspace.team_id, checkout.id)
    assert found(erin, "", search) == [1]


def test_filters_alone_that_find_nothing_speak_of_no_words(erin: Actor, checkout: Channel) -> None:
    erin.raises("Guest checkout", kind="requirements")
    for filters in ("state:rejected by:me", "kind:requirements state:rejected"):
        erin.types(f"/tradeoff list {filters}", checkout)
        nothing = "*Nothing found.* No decision that you may read fits all of these filters."
        assert nothing in erin.form_words()
    erin.types("/tradeoff list wallet state:rejected", checkout)
    assert "Each word must be in it" in erin.form_words()
