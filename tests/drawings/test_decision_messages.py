"""Cards, messages and forms of a decision in every state, with long and hostile texts.

They keep Slack's limits, ping nobody, and offer what can be done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from typing import Any

import pytest

from bot.demo.slack import limits
from handlers import posts
from handlers.answers import Message, View
from handlers.subjects import BUTTONS_OF
from handlers.ui import marks
from models.rules import Decider, Impact, Outcome, Sort, State
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.verbs import follow_ups
from support.checks import DECIDING, check, check_limits, offered
from support.decision_states import (
    STORIES,
    as_it_goes,
    drawings,
    every_message,
    every_state,
    messages,
    pictures,
)
from support.open_forms import allowed
from support.sample import PEOPLE, SHAPES
from support.typed_texts import TYPINGS, Typing, over_and_over, retype

# Buttons that any sort of decision may have, because they depend on whether impact is asked for.
IMPACT = {"impact.state", "impact.ask_revision"}
# Texts that strain markup, JSON and limits most. Each fills its field.
HARSH = {
    "pings": TYPINGS["pings"],
    "ampersands": TYPINGS["ampersands"],
    "quotes and lines": over_and_over('"\\\na\n\n'),
}


# ---- decisions -----------------------------------------------------------------------------------


def test_every_message_and_form_of_every_state(shape: str) -> None:
    """Each state has one of the harsh texts, in turn, because each block is in many states."""
    for (name, decision, new), (typing, types) in zip(
        pictures(shape), cycle(HARSH.items()), strict=False
    ):
        check_drawn(f"{name}, {typing}", decision, types, new)


@pytest.mark.parametrize("shape", ["commitment", "priority", "acceptance"])
def test_every_message_and_form_of_every_state_with_two_hats(shape: str) -> None:
    for name, decision, new in pictures(shape, two_hats=True):
        check_drawn(name, decision, TYPINGS["pings"], new)


def check_drawn(name: str, decision: Decision, types: Typing, new: list[int]) -> None:
    retype(decision, types)
    draw = drawings(decision)
    for at in new:
        checked(name, draw[at]())


def test_as_much_as_fits_is_taken_in_every_state(shape: str) -> None:
    check_fits(shape, ["as much as fits"])


def test_the_longest_texts_of_other_languages_fit_in_every_state(shape: str) -> None:
    """Each state has one of the languages, in turn, because each block is in many states."""
    check_fits(shape, ["German", "Cyrillic", "Japanese"])


def check_fits(shape: str, typings: list[str]) -> None:
    for (name, decision, new), typing in zip(pictures(shape), cycle(typings), strict=False):
        retype(decision, TYPINGS[typing])
        draw = drawings(decision)
        for at in new:
            checked(f"{name}, {typing}", draw[at](), whole=False)


def checked(name: str, shown: Message | View, whole: bool = True) -> None:
    try:
        check(shown) if whole else check_limits(shown)
    except (AssertionError, limits.Invalid) as fault:
        raise AssertionError(f"{name}: {fault}") from fault


def test_each_button_names_its_decision_and_takes_effect(shape: str) -> None:
    for name, decision, drawn in every_message(shape):
        for post, message in drawn:
            try:
                check_offers(decision, offered(message.blocks))
            except AssertionError as fault:
                raise AssertionError(
                    f"{name}, {post.drawing} of round {post.round}: {fault}"
                ) from fault


def check_offers(decision: Decision, offers: list[tuple[str, str, str]]) -> None:
    """Check that each offer names its decision and is possible now.

    A settled decision offers no action that decides it.
    """
    actions = {action for _, action, _ in offers}
    if decision.state.settled:
        assert not actions & DECIDING
    for _, action, value in offers:
        about, mark = marks.split(value)
        number, _, rest = about.partition(":")
        assert number == str(decision.id)
        assert mark == decision.mark
        if action == "questions.answer":
            (question,) = [
                asked for asked in decision.questions if f"{asked.id}:{asked.mark}" == rest
            ]
            assert question.answer is None
            assert question.round == decision.round
        if action == "review.say":
            round, _, outcome = rest.partition(":")
            assert outcome == decision.outcome_mark(int(round))
            person = PEOPLE[decision.counterpart]
            asked = (decision, int(round), person, person.id, date.max)
            assert allowed(follow_ups.review_to_answer, *asked)
        if action == "accept.follow_up_done":
            assert rest in [
                f"{follow_up.position}:{decision.outcome_mark(follow_up.round)}"
                for follow_up in follow_ups.standing_follow_ups(decision)
                if not follow_up.done_at
            ]
    if "decide.approve" in actions or "accept.accept" in actions:
        assert decision.state is not State.AWAITING_IMPACT


def test_the_card_offers_what_can_be_done_now(shape: str) -> None:
    for name, decision in every_state(shape):
        actions = {
            action
            for _, action, _ in offered(
                posts.OF_DECISIONS[Drawing.CARD](decision, decision.card).blocks
            )
        }
        open_now, way = not decision.state.settled, "decide.approve"
        if decision.is_acceptance:
            way = "accept.accept"
        elif decision.is_after_the_fact:
            way = "records.acknowledge"
        assert ("decide.withdraw" in actions) is open_now, name
        assert (way in actions) is (open_now and decision.state is not State.AWAITING_IMPACT), name
        wanted = decision.impact in (Impact.AWAITED, Impact.LAPSED, Impact.REVISION_ASKED)
        assert ("impact.state" in actions) is (open_now and wanted), name
        can_reopen = decision.state is State.DECIDED and decision.outcome is not Outcome.DISPUTED
        assert ("second_thoughts.reopen" in actions) is can_reopen, name
        can_undo = can_reopen and decision.undo_until is not None
        assert ("second_thoughts.undo" in actions) is can_undo, name
        assert ("accept.resubmit" in actions) is (
            decision.state is State.DECIDED and decision.outcome is Outcome.SENT_BACK
        ), name


def test_a_button_of_some_sorts_of_decisions_is_known_as_such() -> None:
    """`BUTTONS_OF` must name every such button: by it, hand-made clicks are refused."""
    drawn: dict[Sort, set[str]] = {sort: set() for sort in Sort}
    for shape in ("priority", "acceptance", "recorded"):
        for _, decision in every_state(shape, two_hats=True):
            card = posts.OF_DECISIONS[Drawing.CARD](decision, decision.card)
            drawn[decision.sort] |= {action for _, action, _ in offered(card.blocks)}
    for sort, buttons in BUTTONS_OF.items():
        assert drawn[sort] - set.intersection(*drawn.values()) - IMPACT == buttons, sort


def test_undo_is_offered_to_whoever_decided_and_to_nobody_else(shape: str) -> None:
    """The card is left out: it has Undo in its menu for everybody, and says who may press it."""
    for name, decision, drawn in every_message(shape):
        can_undo = decision.state is State.DECIDED and decision.outcome is not Outcome.DISPUTED
        offered_to = {
            post.person
            for post, message in drawn
            if "second_thoughts.undo" in str(message.blocks) and post.drawing is not Drawing.CARD
        }
        who_decided = {decision.settled_by} if can_undo and decision.undo_until else set()
        assert offered_to == who_decided, name


def test_a_request_says_that_it_is_your_turn_only_while_it_is(shape: str) -> None:
    turns = (
        "waits for your",
        "Does it meet the need?",
        "please acknowledge",
        "from now on you may decide",
    )
    for name, decision, drawn in every_message(shape):
        for post, message in drawn:
            if post.person and any(words in message.text for words in turns):
                turn = post.person in (*decision.still_to_sign.values(), decision.escalated_to)
                assert turn, f"{name}: {post.drawing} to {post.person}: {message.text}"
                assert decision.state not in (State.AWAITING_IMPACT, *SETTLED), (
                    f"{name}: {post.drawing}: {message.text}"
                )
            if post.person and "Please state the impact" in message.text:
                assert (post.person, decision.impact) == (decision.counterpart, Impact.AWAITED), (
                    f"{name}: {message.text}"
                )


SETTLED = [state for state in State if state.settled]


def test_the_states_that_were_drawn_are_all_there_are() -> None:
    decisions = [
        decision
        for shape in SHAPES
        for hats in (False, True)
        if hats is False or shape == "commitment"
        for _, decision in every_state(shape, hats)
    ]
    drawn = {post.drawing for decision in decisions for post in decision.posts}
    assert {decision.state for decision in decisions} == set(State)
    assert {decision.outcome for decision in decisions} == {*Outcome, None}
    assert {decision.impact for decision in decisions} == set(Impact)
    assert {decision.decides for decision in decisions} == set(Decider)
    assert {decision.round for decision in decisions} >= {1, 2, 3}
    assert drawn == set(posts.OF_DECISIONS)
    elsewhere = {
        Drawing.WELCOME,
        Drawing.RIGHTS,
        Drawing.RIGHTS_CHANGE,
        Drawing.RIGHTS_CHANGE_REQUEST,
        Drawing.RIGHTS_CHANGE_ENDED,
        Drawing.NAMES,
        Drawing.NOT_POSTED,
        Drawing.LEFT_CHANNEL,
        Drawing.REMINDER,
        Drawing.SEAT,
        Drawing.COMMITMENT,
        Drawing.COMMITMENT_MOVED,
        Drawing.COMMITMENT_CLOSED,
        Drawing.MOVED,
        Drawing.STANDS_IN,
        Drawing.STANDS_IN_NO_MORE,
        Drawing.DIGEST,
        Drawing.NO_ANSWER,
        Drawing.EXPORT,
        Drawing.EXPORT_FAILED,
    }
    assert set(posts.OF_DECISIONS) == set(Drawing) - elsewhere


def test_the_text_of_a_card_has_its_title_reason_and_options() -> None:
    for _, decision in every_state("commitment"):
        retype(decision, TYPINGS["a word"])
        card = posts.OF_DECISIONS[Drawing.CARD](decision, decision.card)
        assert card.text.startswith(f"#{decision.number} Wallet. ")
        if decision.settled_reason:
            why = rf"Why(, says <@\w+>)?: {decision.settled_reason}\.?(\n|$)"
            assert re.search(why, card.text)
        for option in decision.options:
            said = f"Option {option.letter}: {option.name}" in card.text
            assert said is not decision.state.settled


@pytest.mark.parametrize("shape", ["commitment", "acceptance", "recorded, joint"])
def test_a_reason_is_drawn_as_it_was_typed(shape: str) -> None:
    """In mrkdwn, `*now*` would be bold; in rich text, it is not.

    After typed words, there is a sign or the end of the line, so that ours do not read as theirs.
    """
    for name, decision in every_state(shape):
        retype(decision, TYPINGS["a word"])
        for question in decision.questions:
            question.answer = question.answer and "as we said"
        for statement in decision.impacts:
            statement.revision_asked = statement.revision_asked and "as we said"
        decision.settled_reason = decision.settled_reason and "*now*"
        for settlement in decision.settlements:
            settlement.reason = "*now*"
            settlement.since_reason = settlement.since_reason and "*now*"
        for signature in decision.signatures:
            signature.reason = "*now*"
        for post, message in messages(decision):
            marked = [text for text in texts_of(message.blocks) if "*now*" in text]
            assert not marked, (name, post.drawing, marked)
            for text in (message.text, *texts_of(message.blocks)):
                run_on = re.search(r"(\*now\*|as we said)[ \w].*", text)
                assert not run_on, (name, post.drawing, run_on)


def texts_of(part: Any) -> Iterator[str]:
    """Yield each text in mrkdwn."""
    if isinstance(part, list):
        for item in part:
            yield from texts_of(item)
    elif isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        yield from texts_of(list(part.values()))


@pytest.mark.parametrize(
    ("shape", "story"), [(shape, story) for shape, told in STORIES.items() for story in told]
)
def test_an_outcome_post_keeps_what_it_said(shape: str, story: str) -> None:
    """Later rounds may ask something else, of other people, under other rights.

    What was said of an outcome stays (docs/reference/behaviour.md, Rules: Slack itself is a
    witness).
    """
    told: dict[str, tuple[str, str]] = {}
    for name, decision in as_it_goes(shape, story):
        for post, message in messages(decision):
            if post.drawing is Drawing.OUTCOME:
                facts = message.blocks[-1]["elements"][0]["text"]
                text, before = told.setdefault(post.key, (message.text, facts))
                assert message.text.startswith(text), name
                assert facts == before, name
    assert told
