"""People and conversations as Slack knows them now.

Cached for minutes, refreshed by events, answered within a second. If Slack does not answer in time,
the person is UNKNOWN. Unknown is never a reason to allow.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import UNREACHABLE, error_name
from bot.timeouts import Timeouts
from handlers.requests import Known, NotYetKnown, Place
from models.rules import Person, Standing
from models.visible_text import cleaned_line

log = structlog.get_logger("people")

T = TypeVar("T")
Key = tuple[str, str]

KEPT_FOR = 300.0
MOST_KEPT = 20_000
# Slack's answers about a conversation that is not for us; any other refusal may change in a moment.
CLOSED = {"channel_not_found", "not_in_channel"}
# At most so many conversations a minute are asked about although something is known of them, so
# that Slack's limit is left to other look-ups (docs/reference/slack.md, Rate limits and sending).
MOST_ANEW = 20


class People:
    """People and conversations by (tenant, id). Two askers at once share one call."""

    def __init__(
        self,
        client_for: Callable[[str], AsyncWebClient],
        timeouts: Timeouts,
        homes: Callable[[], Awaitable[Collection[str]]],
    ) -> None:
        self._client_for = client_for
        self._homes = homes
        self._timeouts = timeouts
        self._people = _Cache[Person](self._ask_person, timeouts)
        self._places = _Cache[Place](
            self._ask_place,
            timeouts,
            kept_for=lambda: timeouts.room_kept,
            sure=lambda place: place.known,
        )
        # Newest change of who may read a channel that is heeded here, by tenant (`bot/memory.py`).
        self.access_versions: dict[str, int] = {}
        self._asked_anew = deque[float](maxlen=MOST_ANEW)
        self._rooms = _Cache[frozenset[str]](
            self._ask_room, timeouts, kept_for=lambda: timeouts.room_kept
        )

    async def person(self, tenant: str, user: str) -> Person:
        """Return this person as Slack knows them now; standing UNKNOWN if Slack does not say."""
        return await self._people.get((tenant, user)) or Person(user, Standing.UNKNOWN)

    async def people(self, tenant: str, users: Iterable[str]) -> dict[str, Person]:
        """Return these people as Slack knows them now, by id."""
        found = await asyncio.gather(*(self.person(tenant, user) for user in dict.fromkeys(users)))
        return {person.id: person for person in found}

    async def place(self, tenant: str, channel: str) -> Place:
        """Return this conversation as Slack knows it now; `known=False` if Slack does not say."""
        return await self._places.get((tenant, channel)) or Place(channel, known=False)

    async def look_up(self, tenant: str, ask: NotYetKnown, known: Known) -> Known:
        """Look up what a handler asked for, and add it to what was looked up for it before."""
        people = await self.people(tenant, ask.people)
        anew = await asyncio.gather(*(self._place_anew(tenant, channel) for channel in ask.anew))
        places = await asyncio.gather(*(self.place(tenant, channel) for channel in ask.places))
        rooms = await asyncio.gather(*(self._rooms.get((tenant, channel)) for channel in ask.rooms))
        return Known(
            {**known.people, **people},
            {
                **known.places,
                **dict(zip(ask.places, places, strict=True)),
                **dict(zip(ask.anew, anew, strict=True)),
            },
            {**known.rooms, **dict(zip(ask.rooms, rooms, strict=True))},
            known.anew.union(ask.anew),
        )

    async def _place_anew(self, tenant: str, channel: str) -> Place:
        """Ask Slack once more; return what is known if it does not say, or was asked too often."""
        now = time.monotonic()
        if len(self._asked_anew) == MOST_ANEW and self._asked_anew[0] > now - 60:
            return await self.place(tenant, channel)
        self._asked_anew.append(now)
        return await self._places.refresh((tenant, channel)) or Place(channel, known=False)

    async def permalink(self, tenant: str, channel: str, ts: str) -> str | None:
        """Return the address of this message; None if Slack does not say."""
        try:
            async with asyncio.timeout(self._timeouts.look_up):
                answer = await self._client_for(tenant).chat_getPermalink(
                    channel=channel, message_ts=ts
                )
        except UNREACHABLE as error:
            log.info("no permalink", error=type(error).__name__)
            return None
        return str(answer["permalink"])

    def known_person(self, tenant: str, user: str) -> Person | None:
        """Return this person if they were looked up lately. Never waits; safe on any thread."""
        return self._people.known((tenant, user))

    def known_place(self, tenant: str, channel: str) -> Place | None:
        """Return this conversation if it was looked up lately. Never waits; safe on any thread."""
        return self._places.known((tenant, channel))

    def known_room(self, tenant: str, channel: str) -> frozenset[str] | None:
        """Return who is in this conversation if that was looked up lately.

        Never waits; safe on any thread.
        """
        return self._rooms.known((tenant, channel))

    def forget_person(self, tenant: str, user: str) -> None:
        self._people.forget((tenant, user))

    def forget_place(self, tenant: str, channel: str) -> None:
        self._places.forget((tenant, channel))
        self._rooms.forget((tenant, channel))

    async def _ask_person(self, key: Key) -> Person:
        tenant, user = key
        answer = await self._client_for(tenant).users_info(user=user)
        return _person(answer["user"], await self._homes())

    async def _ask_place(self, key: Key) -> Place:
        tenant, channel = key
        try:
            answer = await self._client_for(tenant).conversations_info(channel=channel)
        except SlackApiError as error:
            if error_name(error) in CLOSED:
                return Place(channel, known=False, is_closed=True)
            raise
        return _place(answer["channel"])

    async def _ask_room(self, key: Key) -> frozenset[str]:
        tenant, channel = key
        return await members_of(self._client_for(tenant), channel)


async def members_of(client: AsyncWebClient, channel: str) -> frozenset[str]:
    """Ask Slack who is in this conversation now."""
    members: set[str] = set()
    cursor = ""
    while True:
        answer = await client.conversations_members(channel=channel, limit=1000, cursor=cursor)
        members.update(answer["members"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return frozenset(members)


def _person(user: dict[str, Any], homes: Collection[str]) -> Person:
    display = (user.get("profile") or {}).get("display_name")
    real, handle = user.get("real_name"), user.get("name")
    return Person(
        user["id"],
        _standing(user, homes),
        user.get("tz") or "UTC",
        name=_first_visible(real, display, handle),
        mention=_first_visible(display, real, handle),
    )


def _first_visible(*names: str | None) -> str:
    """Return the first name that can be seen, without what cannot."""
    return next((clean for name in names if (clean := cleaned_line(name or ""))), "")


def _standing(user: dict[str, Any], homes: Collection[str]) -> Standing:
    """Return what this person is to us.

    On Enterprise Grid, somebody of another workspace of the company is a colleague
    (docs/reference/slack.md, Identity).
    """
    if user.get("deleted"):
        return Standing.DEACTIVATED
    if user.get("is_bot") or user["id"] == "USLACKBOT":
        return Standing.BOT
    company = user.get("enterprise_user") or {}
    theirs = {user.get("team_id"), company.get("enterprise_id"), *company.get("teams", ())}
    if user.get("is_stranger") or theirs.isdisjoint(homes):
        return Standing.EXTERNAL
    return (
        Standing.GUEST
        if user.get("is_restricted") or user.get("is_ultra_restricted")
        else Standing.MEMBER
    )


def _place(channel: dict[str, Any]) -> Place:
    return Place(
        channel["id"],
        is_direct=bool(channel.get("is_im") or channel.get("is_mpim")),
        is_private=bool(channel.get("is_private")),
        is_shared=bool(channel.get("is_ext_shared")),
        is_archived=bool(channel.get("is_archived")),
        bot_is_member=bool(channel.get("is_member")),
        name=cleaned_line(channel.get("name") or ""),
    )


class _Cache(Generic[T]):
    """Bounded cache of Slack's answers; the least recently fetched goes first.

    None means that Slack did not answer, and is kept for seconds only; so is an answer that is not
    `sure`.
    """

    def __init__(
        self,
        ask: Callable[[Key], Awaitable[T]],
        timeouts: Timeouts,
        kept_for: Callable[[], float] = lambda: KEPT_FOR,
        sure: Callable[[T], bool] = lambda _: True,
    ) -> None:
        self._ask = ask
        self._timeouts = timeouts
        self._kept_for = kept_for
        self._sure = sure
        self._kept: OrderedDict[Key, tuple[float, T | None]] = OrderedDict()
        self._asking: dict[Key, asyncio.Task[T | None]] = {}

    async def get(self, key: Key) -> T | None:
        kept = self._kept.get(key)
        if kept and kept[0] > time.monotonic():
            return kept[1]
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._fetch(key))
        return await asyncio.shield(self._asking[key])

    async def refresh(self, key: Key) -> T | None:
        """Ask once more; return what is kept if there is no answer."""
        before = self._kept.pop(key, None)
        value = await self.get(key)
        if value is None and before and before[0] > time.monotonic():
            self._kept[key] = before
            return before[1]
        return value

    def known(self, key: Key) -> T | None:
        kept = self._kept.get(key)
        return kept[1] if kept and kept[0] > time.monotonic() else None

    def forget(self, key: Key) -> None:
        """Forget the answer, and the one that is under way: it may be from before the change."""
        self._kept.pop(key, None)
        self._asking.pop(key, None)

    async def _fetch(self, key: Key) -> T | None:
        value: T | None = None
        try:
            async with asyncio.timeout(self._timeouts.look_up):
                value = await self._ask(key)
        except SlackApiError as error:
            log.info("slack did not say", about=key[1], error=error_name(error))
        except UNREACHABLE as error:
            log.warning("slack did not say", about=key[1], error=type(error).__name__)
        if self._asking.get(key) is asyncio.current_task():
            self._asking.pop(key)
            self._keep(key, value)
        return value

    def _keep(self, key: Key, value: T | None) -> None:
        sure = value is not None and self._sure(value)
        self._kept[key] = (
            time.monotonic() + (self._kept_for() if sure else self._timeouts.unknown_kept),
            value,
        )
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
