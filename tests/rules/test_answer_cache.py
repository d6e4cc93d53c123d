"""The cache of Slack's answers: limited by weight, and by time if Slack does not answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bot.answer_cache import AnswerCache
from bot.people import MOST_IN_ROOMS, People
from bot.timeouts import Timeouts
from handlers.requests import LookedUp, NotYetKnown

IN_A_ROOM = 300


class Client:
    """Slack that has every room, with `IN_A_ROOM` people in it."""

    async def conversations_members(self, channel: str, **_: Any) -> dict[str, Any]:
        members = [f"U{(int(channel) + number) % 99_999:08d}" for number in range(IN_A_ROOM)]
        return dict(json.loads(json.dumps({"members": members})))


async def nobody() -> frozenset[str]:
    return frozenset()


def test_rooms_are_kept_up_to_a_number_of_people() -> None:
    async def steps() -> None:
        people = People(lambda tenant: Client(), Timeouts(), nobody)  # type: ignore[arg-type,return-value]
        for number in range(2_000):
            await people.look_up("T", NotYetKnown(rooms=[str(number)]), LookedUp())
        kept = people._rooms._kept
        assert sum(len(room or ()) for _, room in kept.values()) <= MOST_IN_ROOMS
        assert len(kept) == MOST_IN_ROOMS // IN_A_ROOM
        assert people.known_room("T", "1999")
        assert people.known_room("T", "0") is None
        ids = {id(member) for _, room in kept.values() for member in room or ()}
        assert len(ids) == len({member for _, room in kept.values() for member in room or ()})

    asyncio.run(steps())


def test_what_is_forgotten_weighs_nothing() -> None:
    async def ask(key: tuple[str, str]) -> str:
        return key[1]

    async def steps() -> None:
        cache = AnswerCache[str](ask, Timeouts(), kept_for=lambda: 60, most=10, weight=len)
        for _ in range(5):
            await cache.get_all("T", ["four"], 60)
            cache.forget(("T", "four"))
        await cache.get_all("T", ["four", "five!"], 60)
        await cache.refresh_all("T", ["four"], 60)
        assert [cache.cached(("T", word)) for word in ("four", "five!")] == ["four", "five!"]

    asyncio.run(steps())


def test_a_room_larger_than_all_that_is_kept_is_kept_alone() -> None:
    async def ask(key: tuple[str, str]) -> str:
        return key[1]

    async def steps() -> None:
        cache = AnswerCache[str](ask, Timeouts(), kept_for=lambda: 60, most=3, weight=len)
        await cache.get_all("T", ["one", "eleven"], 60)
        assert cache.cached(("T", "eleven")) == "eleven"
        assert cache.cached(("T", "one")) is None

    asyncio.run(steps())


def test_an_answer_that_cannot_be_had_anew_lasts_no_longer() -> None:
    heard, now = ["yes"], [0.0]

    async def ask(key: tuple[str, str]) -> str:
        return heard.pop()

    async def steps() -> None:
        timeouts = Timeouts(stopwatch=lambda: now[0])
        cache = AnswerCache[str](ask, timeouts, kept_for=lambda: 60, most=9)
        await cache.get_all("T", ["public"], 60)
        for now[0] in (20.0, 40.0, 59.0):
            assert await cache.refresh_all("T", ["public"], 60) == [("public", "yes")]
        now[0] = 61.0
        assert await cache.refresh_all("T", ["public"], 60) == [("public", None)]

    asyncio.run(steps())
