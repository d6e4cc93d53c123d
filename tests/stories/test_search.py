"""Search: how words are indexed and matched, and lists that are as long as Slack takes.

Both databases look words up in the index instead of reading everything.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import event, insert, text

from bot.database import Database
from bot.demo.slack import limits
from handlers.search import results
from handlers.ui import blocks
from models.reads import search
from models.reads.search import Found, Wanted
from models.rules import DEFAULT_RIGHTS, Decider, Impact, Kind, Outcome, State
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.history import GENESIS
from models.tables.rights import RightsVersion
from models.tables.search_index import LONGEST_WORD, DecisionWords, words_in
from models.tables.tradeoff import Option
from models.tables.workspace import Workspace
from support.databases import kept_engine
from support.harness import GENEROUS
from support.typed_texts import TYPINGS

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


# ---- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "alike",
    [
        "price prices pricing priced PRICE",
        "delivery deliveries Delivery",
        "ship shipping ships shipped",
        "café cafe CAFÉ cafe\u0301",
        "release releases released releasing",
        "bill bills billing",
        "ﬁx fix",
        "string strings",
    ],
)
def test_words_that_are_found_by_each_other(alike: str) -> None:
    assert len(set(words_in(alike))) == 1, words_in(alike)


def test_words_that_are_not() -> None:
    assert len(set(words_in("string strength strong 2026 2062 beta better v1 v11 v111"))) == 10
    assert words_in("日本語") == ["日", "本", "語"]
    assert words_in("e-mail_address@example.com") == ["e", "mail", *words_in("address example com")]


@given(some.text(max_size=300))
def test_words_are_letters_and_digits_whatever_is_typed(typed: str) -> None:
    for word in words_in(typed):
        assert word
        assert len(word) <= LONGEST_WORD
        assert re.fullmatch(r"[^\W_]+", word)


# ---- lists ---------------------------------------------------------------------------------------


def row(number: int, typed: str, state: State) -> Found:
    outcome = (
        Outcome.ACCEPTED_WITH_FOLLOW_UPS if state in (State.DECIDED, State.SUPERSEDED) else None
    )
    settled = ("U0ALICE", MONDAY) if state.settled else (None, None)
    return Found(
        number,
        number,
        typed,
        Kind.COMMITMENT,
        state,
        outcome,
        Decider.JOINT,
        "U0ALICE",
        "U0BOB",
        MONDAY,
        "U0ERIN",
        MONDAY,
        *settled,
        None,
        1,
        "C0CHECKOUT",
        MONDAY.date(),
        None,
    )


@pytest.mark.parametrize("typing", TYPINGS)
def test_slack_takes_every_list(typing: str) -> None:
    rows = [row(999_999_999, TYPINGS[typing](120), state) for state in (*State, *State)][
        : results.PAGE
    ]
    for asked in ("", TYPINGS[typing](results.LONGEST)):
        for shown in (rows, []):
            page = results.Page(rows=shown, previous=bool(shown), following=bool(shown))
            above = [blocks.typed("Looking for", asked)] if asked else []
            view = results.list_view(page, asked, above, "Europe/London")
            limits.check_view(view)
            for block in view["blocks"]:
                if block.get("text", {}).get("type") == "mrkdwn":
                    assert not re.search(r"<(?!@U0|#C0CHECKOUT>|!date\^)", block["text"]["text"])


# ---- plans ---------------------------------------------------------------------------------------


@pytest.fixture
def full(database_url: str) -> Iterator[Database]:
    """Make 6,000 decisions; each word of theirs is in many, in some, or in one."""
    database = Database(database_url, kept_engine(database_url, 0, GENEROUS))
    database.run_here(_fill)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    yield database
    database.close()


def _fill(session: Any, count: int = 6000) -> None:
    dice = random.Random(4)
    session.execute(insert(Workspace), [{"id": 1, "tenant": "T1", "last_number": count}])
    session.execute(
        insert(Channel), [{"id": 1, "workspace_id": 1, "slack_id": "C1", "rights_number": 1}]
    )
    rights = {
        "id": 1,
        "channel_id": 1,
        "number": 1,
        "product_owner": "UA",
        "project_manager": "UB",
        "time_zone": "UTC",
    }
    rights |= {
        "impact_days": 2,
        "author": "UA",
        "reason": "",
        "made_at": MONDAY,
        "table": DEFAULT_RIGHTS,
    }
    session.execute(insert(RightsVersion), [rights])
    session.execute(insert(Decision), [_decision(number) for number in range(1, count + 1)])
    session.execute(insert(DecisionWords), [_words(number, dice) for number in range(1, count + 1)])


def _decision(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": 1,
        "channel_id": 1,
        "rights_version_id": 1,
        "number": number,
        "kind": Kind.RISK,
        "title": "Whatever",
        "why_now": "Why " * 50,
        "options": [Option(1, "A", "", "")],
        "consulted": [],
        "raised_by": "UE",
        "raised_at": MONDAY + timedelta(minutes=number),
        "raised_with": f"V{number}",
        "state": State.DECIDED,
        "decides": Decider.PRODUCT_OWNER,
        "holder": "UA",
        "counterpart": "UB",
        "routed": "",
        "impact": Impact.NOT_ASKED,
        "head_hash": GENESIS,
    }


def _words(number: int, dice: random.Random) -> dict[str, Any]:
    said = [f"{dice.randrange(3000)}" for _ in range(30)]
    if number % 2:
        said.append("everywhere")
    if number == 77:
        said.append("unheard")
    return {"decision_id": number, "words": " ".join(words_in(" ".join(said)))}


def plan_of(database: Database, wanted: Wanted, **more: Any) -> tuple[list[int], str]:
    """Return what is found, and how the database says it finds it."""
    asked: list[Any] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        asked[:] = [statement, parameters]

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        found = database.run_here(
            lambda session: search.find(session, "T1", wanted, search.Part(11, **more))
        )
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.engine.connect() as connection:
        lines = connection.exec_driver_sql(f"{explain} {asked[0]}", asked[1]).all()
    return [decision.number for decision in found], "\n".join(str(line[-1]) for line in lines)


@pytest.mark.both_databases
def test_searches_are_looked_up_in_indexes_and_read_no_further_than_a_page(full: Database) -> None:
    """It is one test, because six thousand decisions take long to write."""
    check_a_rare_word(full)
    for more in ({}, {"older_than": 3000}, {"newer_than": 3000}):
        check_a_common_word(full, more)
    check_the_newest(full)


def check_a_rare_word(full: Database) -> None:
    numbers, plan = plan_of(full, Wanted(words=words_in("unheard")))
    assert numbers == [77]
    assert (
        "decision_fts VIRTUAL TABLE INDEX"
        if full.is_sqlite
        else "Bitmap Index Scan on ix_decision_words_words"
    ) in plan
    assert "Seq Scan on decision" not in plan
    if not full.is_sqlite:
        # 6,000 decisions are too few to show what the statistics target is for. With PostgreSQL's
        # default of 100, a search for a rare word would read through a million decisions.
        target = (
            "SELECT attstattarget FROM pg_attribute WHERE attrelid = "
            "'decision_words'::regclass AND attname = 'words'"
        )
        assert full.run_here(lambda session: session.scalar(text(target))) == 1000


def check_a_common_word(full: Database, more: dict[str, int]) -> None:
    numbers, plan = plan_of(full, Wanted(words=words_in("everywhere")), **more)
    newest = {"": 5999, "older_than": 2999, "newer_than": 3021}["".join(more)]
    assert numbers == list(range(newest, newest - 22, -2))
    if full.is_sqlite:
        assert "decision_fts VIRTUAL TABLE INDEX" in plan
        assert "TEMP B-TREE" not in plan
        assert "SCAN decision\n" not in plan
    else:
        assert "uq_decision_workspace_id_number" in plan
        assert "pk_decision_words" in plan
        assert "Sort" not in plan


def check_the_newest(full: Database) -> None:
    numbers, plan = plan_of(full, Wanted())
    assert numbers == list(range(6000, 5989, -1))
    assert (
        "sqlite_autoindex_decision" if full.is_sqlite else "uq_decision_workspace_id_number"
    ) in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
