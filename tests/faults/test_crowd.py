"""Crowd on two replicas, under many faults: in the end Slack shows what the record says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.slack.workspace import Channel, Message
from support.command_line import empty_database
from support.crowd import Crowd, Plan
from support.crowd_comparison import compare
from support.harness import Actor, Harness

Spoil = Callable[[list[Message], Message], None]


def test_nothing_is_lost_doubled_or_false_after_half_a_minute_of_faults(
    postgres_server: str, tmp_path: Path
) -> None:
    plan = Plan(seed=13, minutes=0.5, replicas=2)
    with empty_database(postgres_server) as url:
        report = asyncio.run(Crowd(url, tmp_path, plan).run())
    assert report.differences.every == [], report.line


def delete(messages: list[Message], card: Message) -> None:
    messages.remove(card)


def post_twice(messages: list[Message], card: Message) -> None:
    messages.append(replace(card, ts=f"{card.ts}1"))


def show_old_words(messages: list[Message], card: Message) -> None:
    card.text = card.text.replace("Approved", "Waiting")


def show_old_blocks(messages: list[Message], card: Message) -> None:
    card.blocks = card.blocks[1:]


def offer_to_decide(messages: list[Message], card: Message) -> None:
    buttons = {"type": "actions", "elements": [{"action_id": "decide.approve"}]}
    card.blocks = [*card.blocks, buttons]


def move_into_a_thread(messages: list[Message], card: Message) -> None:
    card.thread_ts = "1.000000"


def name_no_row(messages: list[Message], card: Message) -> None:
    messages.append(replace(card, metadata=None))


def name_another_row(messages: list[Message], card: Message) -> None:
    messages.append(replace(card, metadata={"event_payload": {"post": 99}}))


@pytest.mark.parametrize(
    ("spoil", "sort", "words"),
    [
        (delete, "lost", "card"),
        (post_twice, "doubled", "card"),
        (show_old_words, "false", "says"),
        (show_old_blocks, "false", "shows"),
        (offer_to_decide, "false", "offers ['decide.approve']"),
        (move_into_a_thread, "false", "is in thread 1.000000"),
        (name_no_row, "other", "no row for"),
        (name_another_row, "other", "no row 99"),
    ],
)
def test_the_comparison_finds_what_is_spoilt(
    harness: Harness, alice: Actor, checkout: Channel, spoil: Spoil, sort: str, words: str
) -> None:
    card = alice.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    assert compare(harness.url, harness.workspace).every == []
    spoil(harness.workspace.messages[checkout.id], card)
    found = compare(harness.url, harness.workspace)
    assert words in str(getattr(found, sort))
