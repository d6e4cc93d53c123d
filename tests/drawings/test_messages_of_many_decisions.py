"""Messages about many decisions at once, with hostile text: reminders, the week, Home, lists.

After them come files, answers to a number, and absences.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from handlers import mentions, reminders
from handlers.answers import OpenForm, PublishHome, Reply, View
from handlers.commitments import ledger
from handlers.delegation import leave_forms
from handlers.digest import posting
from handlers.digest.words import digest_message
from handlers.export.request import WHY_NOT, ask
from handlers.home import view
from handlers.requests import Command, Event, LookedUp, Place
from handlers.search import results
from handlers.ui import blocks, fields, forms
from models.reads.digests import MOST_WEEKS
from models.reads.export import Format
from models.reads.search import Found
from models.reads.trend import trend_of
from models.reads.week import WEEK, week_of
from models.rules import Decider, Kind, Outcome, Person, State
from models.tables.absence import Absence
from models.tables.decision import Decision
from models.tables.post import Drawing, Post, PostState
from support.acts import ACCEPTANCE, TRADEOFF
from support.checks import check_form, check_message, check_words, offered
from support.reading import drawn_for_all
from support.sample import ABOUT, ALICE, BOB, ERIN, HERE, MONDAY, OLGA, PEOPLE, SAM, Sample, stored
from support.typed_texts import TYPINGS, Typing, retype

SOON, LATER = MONDAY + timedelta(days=6), MONDAY + timedelta(days=20)


@pytest.fixture(params=TYPINGS)
def types(request: pytest.FixtureRequest) -> Typing:
    return TYPINGS[request.param]


@cache
def crowd() -> tuple[Sample, list[Decision]]:
    """Make thirty questions about one commitment, and eight claims.

    Half of the questions are decided; half of the claims are accepted with follow-ups.
    """
    here = stored("commitment")
    decisions = [
        _decision(here, number, ["impact", "approved", "approved"] * (number % 2))
        for number in range(30)
    ]
    here.shape = "acceptance"
    decisions += [
        _decision(here, number, ["follow-ups"] * (number % 2)) for number in range(30, 38)
    ]
    for person, delegate in ((ALICE, OLGA), (SAM, ERIN)):
        here.session.add(
            Absence(
                workspace_id=1,
                person=person.id,
                delegate=delegate.id,
                both_hats=False,
                begun_at=MONDAY,
                until=date(2027, 1, 1),
                ends_at=LATER + timedelta(days=30),
            )
        )
    here.session.flush()
    return here, decisions


def _decision(here: Sample, number: int, acts: list[str]) -> Decision:
    decision = here.raised()
    decision.raised_with = f"V{number}"
    for post in decision.posts:
        post.id = None
    for criterion in decision.criteria:
        criterion.verdicts = []
    for act in acts:
        here.session.flush()
        (TRADEOFF | ACCEPTANCE)[act](decision, here)
    here.session.flush()
    return decision


def crowded(types: Typing) -> Sample:
    """Return the crowd with this text in every field."""
    here, decisions = crowd()
    for decision in decisions:
        retype(decision, types)
    here.session.flush()
    return here


# ---- many at once --------------------------------------------------------------------------------


def test_reminders(types: Typing) -> None:
    here = crowded(types)
    for person in (ALICE, BOB, SAM):
        key = f"remind:{person.id}:2026-12-13"
        newest = Post(
            key=key,
            drawing=Drawing.REMINDER,
            channel=here.version.channel,
            person=person.id,
            due_at=LATER,
        )
        here.session.add(newest)
        here.session.flush()
        reminder = drawn_for_all(newest, here.session)
        check_message(reminder)
        assert person is not BOB or len(offered(reminder.blocks)) == reminders.MOST_SHOWN + len(
            reminders.SNOOZES
        )
        here.session.delete(newest)
        here.session.flush()


def test_the_week_and_its_picture(types: Typing) -> None:
    here = crowded(types)
    picture = trend_of(here.session, 1, SOON, "Europe/London")
    for weeks in (1, MOST_WEEKS):
        since = SOON - weeks * WEEK
        week = digest_message(week_of(here.session, here.version, SOON, LATER, since=since))
        check_message(week)
        check_message(posting.with_picture(replace(week, picture=picture), "F0PICTURE"))


def test_the_list_of_commitments(types: Typing) -> None:
    here = crowded(types)
    listed = ledger.show(
        Command(
            **ABOUT,
            channel=HERE.id,
            find_place={HERE.id: HERE}.get,
            name="/tradeoff",
            text="commitments",
        ),
        here.session,
    )
    assert isinstance(listed, Reply)
    check_message(listed.message)


@pytest.mark.parametrize("person", PEOPLE.values(), ids=lambda person: person.id)
def test_home(types: Typing, person: Person) -> None:
    check_form(home_of(crowded(types), person, HERE, frozenset(PEOPLE)))


def test_home_of_a_person_who_may_see_nothing_and_of_a_new_one() -> None:
    here, private = crowd()[0], replace(HERE, is_private=True)
    unknown = home_of(here, BOB, private, None)
    check_form(unknown)
    assert "Slack did not answer" in str(unknown)
    shown = home_of(here, BOB, private, frozenset({ALICE.id}))
    check_form(shown)
    assert "things wait for you in channels that you are not in" in str(shown)
    new = home_of(here, replace(BOB, id="U0NEW"), HERE, frozenset())
    check_form(new)
    assert "three things to begin with" in str(new)


def home_of(here: Sample, person: Person, place: Place, members: frozenset[str] | None) -> View:
    looked_up = LookedUp(
        places={place.id: place}, rooms={place.id: members}, anew=frozenset({place.id})
    )
    finder = {person.id: person}.get
    about = ABOUT | {"user": person.id, "at": SOON, "looked_up": looked_up, "find_person": finder}
    shown = view.opened(Event(**about, type="app_home_opened", body={"tab": "home"}), here.session)
    assert isinstance(shown, PublishHome)
    return shown.view


def found(title: str) -> list[Found]:
    """Return a row for each state and outcome that a decision can have."""
    ways: list[tuple[State, Outcome | None]] = [(state, None) for state in State]
    ways += [(state, outcome) for state in (State.DECIDED, State.SUPERSEDED) for outcome in Outcome]
    return [
        Found(
            at,
            999_999_999,
            title,
            Kind.COMMITMENT,
            state,
            outcome,
            Decider.JOINT,
            ALICE.id,
            BOB.id,
            MONDAY,
            ERIN.id,
            MONDAY,
            ALICE.id if state.settled else None,
            MONDAY if state.settled else None,
            None,
            1,
            HERE.id,
            MONDAY.date(),
            "https://demo.slack.com/archives/C1/p1",
        )
        for at, (state, outcome) in enumerate(ways)
    ]


def test_lists(types: Typing) -> None:
    rows, asked = found(types(forms.TITLE_LIMIT)), types(results.LONGEST)
    above = [blocks.typed("Looking for", asked)]
    for first in range(0, len(rows), results.PAGE):
        page = rows[first : first + results.PAGE]
        drawn = results.Page(rows=page, previous=True, following=True)
        check_form(results.list_view(drawn, asked, above, "Europe/London"))
    nothing = results.Page(rows=[], previous=False, following=False)
    check_form(results.list_view(nothing, asked, above, "Europe/London"))


# ---- what was typed after a word of ours ---------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["list kind:9", "list by:9", "list since:", "list nothing:", "export 9", "export csv state:9"],
)
def test_what_is_no_filter_comes_back_harmless(types: Typing, text: str) -> None:
    here = crowd()[0]
    typed = text + types(200).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    command = Command(
        **ABOUT, channel=HERE.id, find_place={HERE.id: HERE}.get, name="/tradeoff", text=typed
    )
    if text.startswith("list"):
        answer = results.show(command, here.session, fields.first_word(typed)[1])
    else:
        answer = ask(command, here.session, fields.first_word(typed)[1])
    assert isinstance(answer, Reply | OpenForm)
    check_message(answer.message) if isinstance(answer, Reply) else check_form(answer.view)


# ---- beside the decisions ------------------------------------------------------------------------


def owed(here: Sample, drawing: Drawing, key: str, **facts: Any) -> Post:
    post = Post(
        drawing=drawing,
        key=key,
        channel=here.version.channel,
        person=ALICE.id,
        due_at=MONDAY,
        **facts,
    )
    here.session.add(post)
    here.session.flush()
    return post


@pytest.mark.parametrize("format", Format)
def test_a_file_and_why_it_did_not_come(format: Format) -> None:
    here = stored()
    key = (
        f"export:{format}:scope_control:awaiting_impact:1795000000:1796000000:{ALICE.id}:1797000000"
    )
    post = owed(here, Drawing.EXPORT, key)
    words = drawn_for_all(post, here.session).text
    check_words(words)
    assert "kind scope control, state awaiting impact" in words
    for error in ("what_is_this", *WHY_NOT):
        post.last_error = error
        post.state = PostState.UNKNOWN if error == "what_is_this" else PostState.PARKED
        failed = owed(here, Drawing.EXPORT_FAILED, f"export_failed:{post.id}")
        check_message(drawn_for_all(failed, here.session))
        here.session.delete(failed)
        here.session.flush()


def test_messages_about_a_leave() -> None:
    here = crowd()[0]
    absence = here.session.get_one(Absence, 1)
    begun = owed(here, Drawing.STANDS_IN, "absence:1", round=1)
    over = owed(here, Drawing.STANDS_IN_NO_MORE, "absence:1:over")
    for ended_at in (None, LATER):
        absence.ended_at = ended_at
        for over.person in (ALICE.id, OLGA.id):
            for post in (begun, over):
                check_message(drawn_for_all(post, here.session))
        check_form(leave_forms.away_view(absence, {"moved": 3, "went_back": 2}, ["<#C0CHECKOUT>"]))
    absence.ended_at = None


def test_no_answer_to_a_number() -> None:
    """Releases before this one did not keep the number."""
    for args in (None, {"number": 999_999_999}):
        check_message(mentions.no_answer(Post(drawing=Drawing.NO_ANSWER, args=args)))
