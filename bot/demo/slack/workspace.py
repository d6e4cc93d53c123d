"""The state of a small Slack: people, channels, messages and views.

Its ids and timestamps have Slack's format.
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.demo.slack.elements import initial_values, with_ids
from bot.demo.slack.faults import Faults
from bot.demo.slack.rates import Rates
from bot.demo.slack.sent_file import File

ALL_SCOPES = frozenset(
    [
        "commands",
        "chat:write",
        "users:read",
        "channels:read",
        "groups:read",
        "im:write",
        "team:read",
        "channels:history",
        "groups:history",
        "im:history",
        "files:write",
        "files:read",
        "app_mentions:read",
    ]
)
# Id of another workspace of the same company.
SISTER = "T0SISTER01"
# Kinds of people, and the key that Slack uses for each.
KINDS = {"guest": "is_restricted", "bot": "is_bot", "deactivated": "deleted"}
COLORS = ("#3d6b8f", "#7a5c99", "#4f7d5b", "#9a6337", "#8a4a5e", "#4d6f78", "#6b6f3a", "#5b5f97")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Person:
    """A person in Slack. `title` is their role, as the page shows it."""

    id: str
    name: str
    real_name: str
    team_id: str
    title: str = ""
    time_zone: str = "Europe/London"
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    deleted: bool = False
    enterprise_id: str = ""
    color: str = COLORS[0]


@dataclass
class Channel:
    """A conversation. For a direct message, `user` is the person who talks with the bot there."""

    id: str
    name: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    is_announcement_only: bool = False
    is_org_shared: bool = False
    members: set[str] = field(default_factory=set)
    user: str | None = None
    topic: str = ""


@dataclass
class Message:
    """A message. If `ephemeral_to` is set, only that person sees it.

    A post to a click's `response_url` makes such a message.
    """

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: dict[str, Any] | None = None
    reply_broadcast: bool = False
    edited_ts: str | None = None
    edited_at: datetime | None = None
    ephemeral_to: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    files: list[File] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class View:
    """A modal or a Home as one person sees it.

    `view` is what the bot sent; `values` is what is typed and chosen in its inputs.
    """

    id: str
    user: str
    view: dict[str, Any]
    hash: str
    values: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    root_view_id: str = ""
    previous_view_id: str | None = None

    @property
    def type(self) -> str:
        return str(self.view["type"])

    @property
    def callback_id(self) -> str:
        return str(self.view.get("callback_id", ""))

    @property
    def external_id(self) -> str:
        return str(self.view.get("external_id", ""))


class Workspace:
    """The whole state. People act through `Member`; the bot's calls come in through `web_api`."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = utc_now,
        team_id: str = "T0DEMO0001",
        bot_name: str = "tradeoffs",
        scopes: frozenset[str] = ALL_SCOPES,
        enterprise_id: str = "",
        is_org_install: bool = False,
    ) -> None:
        self.clock = clock
        self.team_id = team_id
        self.scopes = scopes
        self.enterprise_id = enterprise_id
        self.is_org_install = is_org_install
        self.token = "demo-bot-token"
        self.app_token = "demo-app-token"
        self.signing_secret = "demo-signing-secret"
        self.people: dict[str, Person] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.files: dict[str, File] = {}
        self.groups: dict[str, str] = {}
        self.commands = {"/tradeoff", "/accept"}
        self.faults = Faults()
        self.rates = Rates()
        self.bad_requests: list[tuple[str, str, str]] = []
        self.calls: list[tuple[str, dict[str, Any], str]] = []
        self.app_id = "A0DEMO0001"
        self.bot_id = "B0DEMO0001"
        self.base_url = ""
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._watchers: list[Callable[[], None]] = []
        self._last_ts = 0
        self._counter = itertools.count(1)
        self.bot = self._add(
            Person("U0TRADEOFF", bot_name, bot_name, team_id, "App", "UTC", is_bot=True)
        )

    # ---- building the world ----------------------------------------------------------------------

    def add_person(
        self,
        name: str,
        *,
        title: str = "",
        time_zone: str = "Europe/London",
        external: bool = False,
        **kinds: bool,
    ) -> Person:
        """Add a person; no event is sent. `kinds` are `guest`, `bot` and `deactivated`."""
        states: dict[str, Any] = {KINDS[kind]: value for kind, value in kinds.items()}
        color = COLORS[len(self.people) % len(COLORS)]
        return self._add(
            Person(
                f"U0{name.upper()}".ljust(10, "0"),
                name.lower(),
                name.capitalize(),
                "T0OTHER001" if external else self.team_id,
                title,
                time_zone,
                color=color,
                **states,
            )
        )

    def add_sister_person(self, name: str, **facts: Any) -> Person:
        """Add a colleague from another workspace of the same company (Enterprise Grid)."""
        person = self.add_person(name, **facts)
        person.team_id = SISTER
        person.enterprise_id = self.enterprise_id
        return person

    def add_user_group(self, name: str) -> str:
        """Add a group that messages can mention, and return its id."""
        self.groups[name] = f"S0{next(self._counter):08d}"
        return self.groups[name]

    def forget(self, person: Person) -> None:
        """Remove a person, as if Slack had never known them; their messages stay."""
        del self.people[person.id]

    def _add(self, person: Person) -> Person:
        if person.team_id == self.team_id:
            person.enterprise_id = self.enterprise_id
        self.people[person.id] = person
        return person

    def add_channel(
        self,
        name: str,
        members: list[str],
        *,
        private: bool = False,
        bot_in: bool = True,
        shared: bool = False,
    ) -> Channel:
        """Add a channel with these people (by name) in it; no events are sent."""
        ids = {self.person(member).id for member in members} | ({self.bot.id} if bot_in else set())
        id = f"C0{next(self._counter):08d}"
        channel = Channel(
            id,
            name,
            int(self.clock().timestamp()),
            is_private=private,
            is_ext_shared=shared,
            members=ids,
        )
        self.channels[id] = channel
        return channel

    # ---- looking ---------------------------------------------------------------------------------

    def person(self, name: str) -> Person:
        """Return the person with this plain name, in upper or lower case."""
        return next(person for person in self.people.values() if person.name == name.lower())

    def channel(self, name: str) -> Channel:
        return next(
            channel for channel in self.channels.values() if channel.name == name.lstrip("#")
        )

    def direct(self, user_id: str) -> Channel:
        """Return the direct messages of the bot and this person; open them if there are none."""
        found = next(
            (
                channel
                for channel in self.channels.values()
                if channel.is_im and channel.user == user_id
            ),
            None,
        )
        if found:
            return found
        id = f"D0{next(self._counter):08d}"
        channel = Channel(
            id,
            "directmessage",
            int(self.clock().timestamp()),
            is_private=True,
            is_im=True,
            members={user_id, self.bot.id},
            user=user_id,
        )
        self.channels[id] = channel
        return channel

    def add_group(self, user_ids: list[str]) -> Channel:
        """Add group direct messages of these people. No bot can be invited into one."""
        names = "--".join(sorted(self.people[user].name for user in user_ids))
        channel = Channel(
            f"C0{next(self._counter):08d}",
            f"mpdm-{names}-1",
            int(self.clock().timestamp()),
            is_private=True,
            is_mpim=True,
            members=set(user_ids),
        )
        self.channels[channel.id] = channel
        return channel

    def conversation(
        self, channel_id: str, viewer: str, thread_ts: str | None = None
    ) -> list[Message]:
        """Return the messages that this person sees in a channel or one thread, oldest first."""
        seen = [
            message
            for message in self.messages.get(channel_id, [])
            if message.ephemeral_to in (None, viewer)
        ]
        if thread_ts:
            return [message for message in seen if thread_ts in (message.ts, message.thread_ts)]
        return [
            message
            for message in seen
            if message.thread_ts is None or message.reply_broadcast or message.ephemeral_to
        ]

    def message(self, channel_id: str, ts: str) -> Message | None:
        return next(
            (message for message in self.messages.get(channel_id, []) if message.ts == ts), None
        )

    def modals(self, user_id: str) -> list[View]:
        """Return the stack of open forms, the top one last."""
        return list(self._stacks.get(user_id, []))

    def home(self, user_id: str) -> View | None:
        return self._homes.get(user_id)

    def view(self, view_id: str = "", external_id: str = "") -> View | None:
        """Return an open view by its id or its external id; None if there is none."""
        every = [*itertools.chain(*self._stacks.values()), *self._homes.values()]
        return next(
            (
                view
                for view in every
                if view.id == view_id or (external_id and view.external_id == external_id)
            ),
            None,
        )

    def watch(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after each change; return a function that ends that."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback) if callback in self._watchers else None

    def changed(self) -> None:
        for callback in list(self._watchers):
            callback()

    # ---- changing --------------------------------------------------------------------------------

    def next_ts(self) -> str:
        """Return the timestamp of a new message: seconds and six digits.

        It is later than the one before, unless the clock was set back by more than a second.
        """
        micros = max(int(self.clock().timestamp() * 1_000_000), 0)
        self._last_ts = (
            micros
            if micros > self._last_ts or self._last_ts - micros > 1_000_000
            else self._last_ts + 1
        )
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def add_message(self, message: Message) -> Message:
        message.blocks = with_ids(message.blocks)
        self.messages.setdefault(message.channel, []).append(message)
        self.changed()
        return message

    def open_view(self, user: str, raw: dict[str, Any], *, push: bool = False) -> View:
        """Show a form to this person: alone, or on top of the forms they have open."""
        stack = self._stacks.setdefault(user, [])
        if not push:
            stack.clear()
        view = View(f"V{secrets.token_hex(5).upper()}", user, {}, "")
        view.root_view_id = stack[0].id if stack else view.id
        view.previous_view_id = stack[-1].id if stack else None
        stack.append(view)
        return self.fill_view(view, raw)

    def fill_view(self, view: View, raw: dict[str, Any]) -> View:
        """Replace what the view shows. An input keeps its value if its ids and type are the same.

        See docs/reference/slack.md, Timing.
        """
        view.view = {**raw, "blocks": with_ids(raw["blocks"])}
        view.hash = f"{int(self.clock().timestamp())}.{secrets.token_hex(4)}"
        fresh = initial_values(view.view["blocks"])
        for block_id, actions in fresh.items():
            for action_id in actions:
                kept = view.values.get(block_id, {}).get(action_id)
                if kept is not None and kept["type"] == actions[action_id]["type"]:
                    actions[action_id] = kept
        view.values = fresh
        view.errors = {}
        view.trouble = ""
        self.changed()
        return view

    def close_view(self, view: View, *, all_of_them: bool = False) -> None:
        stack = self._stacks.get(view.user, [])
        if all_of_them:
            stack.clear()
        elif view in stack:
            stack.remove(view)
        self.changed()

    def publish_home(self, user: str, raw: dict[str, Any]) -> View:
        view = self._homes.get(user) or View(f"V{secrets.token_hex(5).upper()}", user, {}, "")
        view.root_view_id = view.id
        self._homes[user] = view
        return self.fill_view(view, raw)
