"""Cache of what Slack has said, by tenant and id. Concurrent callers share one call."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack_client import error_name
from bot.timeouts import Timeouts

log = structlog.get_logger("people")

T = TypeVar("T")
Key = tuple[str, str]


class AnswerCache(Generic[T]):
    """Cache of Slack's answers. While they weigh more than `most` together, the oldest is dropped.

    A cached None means that Slack did not answer. Such a None is kept for seconds only, and so is
    an answer for which `sure` returns False.
    """

    def __init__(
        self,
        ask: Callable[[Key], Awaitable[T]],
        timeouts: Timeouts,
        *,
        kept_for: Callable[[], float],
        most: int,
        weight: Callable[[T], int] = lambda _: 1,
        sure: Callable[[T], bool] = lambda _: True,
    ) -> None:
        self._ask = ask
        self._timeouts = timeouts
        self._kept_for = kept_for
        self._sure = sure
        self._most = most
        self._weight = weight
        self._weighs = 0
        # The threads that run transactions call `forget` and `clear`.
        self._changing = threading.Lock()
        self._kept: OrderedDict[Key, tuple[float, T | None]] = OrderedDict()
        self._asking: dict[Key, asyncio.Task[T | None]] = {}

    async def get_all(
        self, tenant: str, ids: Iterable[str], within: float
    ) -> list[tuple[str, T | None]]:
        """Return each id with what Slack says of it, or with None if no answer comes in time.

        A late call goes on, and its answer is kept for the next caller.
        """
        asked = list(dict.fromkeys(ids))
        answers = await asyncio.gather(*(self._get((tenant, id), within) for id in asked))
        return list(zip(asked, answers, strict=True))

    async def _get(self, key: Key, within: float) -> T | None:
        kept = self._kept.get(key)
        if kept and kept[0] > self._now():
            return kept[1]
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._fetch(key))
        asking = self._asking[key]
        await asyncio.wait([asking], timeout=within)
        return asking.result() if asking.done() else None

    async def refresh_all(
        self, tenant: str, ids: Iterable[str], within: float
    ) -> list[tuple[str, T | None]]:
        """Ask again about each id; without a new answer, return the cached one while it lasts."""
        asked = list(dict.fromkeys(ids))
        answers = await asyncio.gather(*(self._refresh((tenant, id), within) for id in asked))
        return list(zip(asked, answers, strict=True))

    async def _refresh(self, key: Key, within: float) -> T | None:
        with self._changing:
            before = self._drop(key)
        value = await self._get(key, within)
        if value is None and before and before[0] > self._now():
            # The old answer expires when it would have expired without this try.
            self._keep(key, before[1], until=before[0])
            return before[1]
        return value

    def cached(self, key: Key) -> T | None:
        """Return the cached answer; None if there is none, or if Slack did not answer."""
        kept = self._kept.get(key)
        return kept[1] if kept and kept[0] > self._now() else None

    def forget(self, key: Key) -> None:
        """Forget this answer, because what it says has changed.

        A call that is under way may bring an answer from before the change. It is not kept.
        """
        with self._changing:
            self._drop(key)
        self._asking.pop(key, None)

    def clear(self) -> None:
        """Forget all answers, and keep none of the calls that are under way."""
        with self._changing:
            self._kept.clear()
            self._weighs = 0
        self._asking.clear()

    def keep(self, key: Key, value: T) -> None:
        """Keep an answer that came as part of another call's answer."""
        self._keep(key, value)

    async def _fetch(self, key: Key) -> T | None:
        value: T | None = None
        try:
            async with asyncio.timeout(self._timeouts.look_up):
                value = await self._ask(key)
        except SlackApiError as error:
            log.info("slack did not say", about=key[1], error=error_name(error))
        except Exception as error:
            # Any error counts as no answer, even one in reading a malformed answer. Callers that
            # wait for this call must go on, and later callers must be able to ask again.
            log.warning("slack did not say", about=key[1], error=type(error).__name__)
        if self._asking.get(key) is asyncio.current_task():
            self._asking.pop(key)
            self._keep(key, value)
        return value

    async def close(self) -> None:
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking)
        self._asking.clear()

    def _keep(self, key: Key, value: T | None, until: float | None = None) -> None:
        sure = value is not None and self._sure(value)
        kept_for = self._kept_for() if sure else self._timeouts.unknown_kept
        with self._changing:
            self._drop(key)
            self._kept[key] = until or self._now() + kept_for, value
            self._weighs += self._weight_of(value)
            while self._weighs > self._most and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))

    def _now(self) -> float:
        return self._timeouts.stopwatch()

    def _drop(self, key: Key) -> tuple[float, T | None] | None:
        kept = self._kept.pop(key, None)
        if kept:
            self._weighs -= self._weight_of(kept[1])
        return kept

    def _weight_of(self, value: T | None) -> int:
        return 1 if value is None else self._weight(value)
