"""People and conversations as Slack knows them now.

Answers are cached for a minute at most, and forgotten when an event says that something has
changed. A request waits for an answer as long as its deadline allows. If Slack does not answer in
time, the person is UNKNOWN. Unknown is never a reason to allow.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answer_cache import AnswerCache, Key
from bot.deadline import AFTER_LOOK_UPS, Deadline
from bot.slack_client import MISSHAPEN, UNREACHABLE, error_name
from bot.timeouts import Timeouts
from handlers.requests import LookedUp, NotYetKnown, Place
from models.rules import Person, Standing
from models.visible_text import cleaned_line

log = structlog.get_logger("people")

# The highest numbers of cached answers, for large companies. Lists of members are limited by the
# number of people in them.
MOST_PEOPLE, MOST_PLACES, MOST_IN_ROOMS = 20_000, 20_000, 100_000
# If more than FEW conversations are to be looked up, Slack is asked for the list of the bot's
# conversations, or of a person's. The bot's own list is cached under the id ALL.
FEW, ALL = 3, ""
# Errors with which Slack says that the bot cannot see a conversation. Other errors are temporary.
CLOSED = {"channel_not_found", "not_in_channel"}
# The number of conversations a minute about which Slack may be asked again while an answer is still
# cached. The rest of Slack's limit is for other look-ups (docs/reference/slack.md, Rate limits and
# sending).
MOST_ANEW = 20


class People:
    """People and conversations by (tenant, id). Concurrent callers share one call."""

    def __init__(
        self,
        client_for: Callable[[str], AsyncWebClient],
        timeouts: Timeouts,
        homes: Callable[[], Awaitable[Collection[str]]],
    ) -> None:
        self._client_for = client_for
        self._homes = homes
        self._timeouts = timeouts
        # By tenant, the version up to which this cache has forgotten answers that are out of date
        # (`bot/memory.py`).
        self.access_versions: dict[str, int] = {}
        self._asked_anew = deque[float](maxlen=MOST_ANEW)
        self._people = AnswerCache[Person](
            self._ask_person, timeouts, kept_for=lambda: timeouts.person_kept, most=MOST_PEOPLE
        )

        def room_kept() -> float:
            return timeouts.room_kept

        self._places = AnswerCache[Place](
            self._ask_place,
            timeouts,
            kept_for=room_kept,
            most=MOST_PLACES,
            sure=lambda place: place.is_known,
        )
        self._listed = AnswerCache[dict[str, Place]](
            self._ask_list, timeouts, kept_for=room_kept, most=MOST_PLACES, weight=len
        )
        self._rooms = AnswerCache[frozenset[str]](
            self._ask_room, timeouts, kept_for=room_kept, most=MOST_IN_ROOMS, weight=len
        )
        self._shared = AnswerCache[frozenset[str]](
            self._ask_shared, timeouts, kept_for=room_kept, most=MOST_IN_ROOMS, weight=len
        )

    async def look_up(
        self, tenant: str, ask: NotYetKnown, looked_up: LookedUp, deadline: Deadline | None = None
    ) -> LookedUp:
        """Look up what a handler asked for, all at once, and add it to `looked_up`.

        If Slack does not answer in time, a person is UNKNOWN, a conversation has
        `is_known=False`, and a list of members is None.
        """
        within = deadline.left(AFTER_LOOK_UPS) if deadline else self._timeouts.look_up
        by_person = bool(ask.member) and len(ask.rooms) > FEW
        people, places, anew, rooms, shared = await asyncio.gather(
            self._people.get_all(tenant, ask.people, within),
            self._places_of(tenant, ask.places, within),
            self._places_anew(tenant, ask.anew, within),
            self._rooms.get_all(tenant, () if by_person else ask.rooms, within),
            self._shared.get_all(tenant, [ask.member] if by_person else (), within),
        )
        return LookedUp(
            {
                **looked_up.people,
                **{user: person or Person(user, Standing.UNKNOWN) for user, person in people},
            },
            {
                **looked_up.places,
                **{
                    channel: place or Place(channel, is_known=False)
                    for channel, place in (*places, *anew)
                },
            },
            {**looked_up.rooms, **dict(rooms)},
            looked_up.anew.union(ask.anew),
            {**looked_up.shared, **dict(shared)},
        )

    async def _places_of(
        self, tenant: str, channels: Iterable[str], within: float
    ) -> list[tuple[str, Place | None]]:
        """Return these conversations. If more than FEW are not cached, first list the bot's own."""
        asked, began = list(channels), time.monotonic()
        unknown = [id for id in asked if self._places.cached((tenant, id)) is None]
        if len(unknown) > FEW:
            ((_, listed),) = await self._listed.get_all(tenant, [ALL], within)
            # If an event came during the call, the list may be too old and is not cached any more.
            if listed and self._listed.cached((tenant, ALL)) is listed:
                for channel in listed.keys() & set(unknown):
                    self._places.keep((tenant, channel), listed[channel])
        left = max(within - (time.monotonic() - began), 0.0)
        return await self._places.get_all(tenant, asked, left)

    async def _places_anew(
        self, tenant: str, channels: Iterable[str], within: float
    ) -> list[tuple[str, Place | None]]:
        """Ask Slack once more; use the cached answer if Slack is silent or was asked too often."""
        asked, more = list(channels), list[str]()
        for channel in asked:
            now = time.monotonic()
            if len(self._asked_anew) < MOST_ANEW or self._asked_anew[0] <= now - 60:
                self._asked_anew.append(now)
                more.append(channel)
        found = await asyncio.gather(
            self._places.get_all(tenant, [id for id in asked if id not in more], within),
            self._places.refresh_all(tenant, more, within),
        )
        return [place for places in found for place in places]

    async def permalink(self, tenant: str, channel: str, ts: str, deadline: Deadline) -> str | None:
        """Return the address of this message; None if Slack does not say."""
        try:
            async with asyncio.timeout(deadline.left(AFTER_LOOK_UPS)):
                answer = await self._client_for(tenant).chat_getPermalink(
                    channel=channel, message_ts=ts
                )
                link = answer["permalink"]
                return str(link) if link else None
        except (*UNREACHABLE, *MISSHAPEN) as error:
            log.info("no permalink", error=type(error).__name__)
            return None

    async def close(self) -> None:
        """End the look-ups that are under way."""
        for cache in (self._people, self._places, self._rooms, self._shared, self._listed):
            await cache.close()

    def known_person(self, tenant: str, user: str) -> Person | None:
        """Return this person if they were looked up lately. Never waits; safe on any thread."""
        return self._people.cached((tenant, user))

    def known_place(self, tenant: str, channel: str) -> Place | None:
        """Return this conversation if it was looked up lately. Never waits; safe on any thread."""
        return self._places.cached((tenant, channel))

    def known_room(self, tenant: str, channel: str) -> frozenset[str] | None:
        """Return who is in this conversation if that was looked up lately.

        Never waits; safe on any thread.
        """
        return self._rooms.cached((tenant, channel))

    def forget_person(self, tenant: str, user: str) -> None:
        self._people.forget((tenant, user))

    def forget_place(self, tenant: str, channel: str) -> None:
        self._places.forget((tenant, channel))
        self._rooms.forget((tenant, channel))
        self._shared.clear()
        self._listed.clear()

    def forget_who_is_where(self) -> None:
        """Forget all members of conversations.

        Somebody has become a guest, or has left Slack or come back. They have left conversations
        or joined some, and Slack may not have told us of each.
        """
        self._rooms.clear()
        self._shared.clear()

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
                return Place(channel, is_known=False, is_closed=True)
            raise
        return _place(answer["channel"])

    async def _ask_shared(self, key: Key) -> frozenset[str]:
        tenant, user = key
        channels = await channels_of(self._client_for(tenant), user)
        return frozenset(sys.intern(channel["id"]) for channel in channels)

    async def _ask_list(self, key: Key) -> dict[str, Place]:
        channels = await channels_of(self._client_for(key[0]))
        return {channel["id"]: _place({**channel, "is_member": True}) for channel in channels}

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
            # A person is in many conversations, so their id is kept in memory once, for all lists.
            return frozenset(map(sys.intern, members))


async def channels_of(client: AsyncWebClient, user: str | None = None) -> list[dict[str, Any]]:
    """Ask Slack which channels this person is in; the bot's own channels if `user` is None.

    Private channels are listed only if the bot is in them too.
    """
    channels: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await client.users_conversations(
            user=user, types="public_channel,private_channel", limit=999, cursor=cursor
        )
        channels += answer["channels"]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return channels


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
    """Return the first name with a visible character, without its invisible ones."""
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
