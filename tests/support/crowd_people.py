"""People of the crowd: each acts over and over, at random, on what Slack shows at that moment."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from bot.demo.slack import readable
from bot.demo.slack.elements import FIELDS, MANY, inputs, is_empty, options_of, state_of
from bot.demo.slack.member import Member
from bot.demo.slack.workspace import Channel, Message, View
from support.crowd_faults import passed

# Texts to type, each with its weight.
TYPED = {
    "/tradeoff {title}": 6,
    "/accept {title}": 3,
    "/tradeoff record {title}": 2,
    "/tradeoff commitments": 2,
    "/tradeoff away @{person} until {day}": 1,
    "/tradeoff back": 1,
    "/tradeoff rights": 1,
    "/tradeoff setup": 1,
    "/tradeoff export csv": 1,
    "@tradeoffs what became of #{number}?": 2,
}
# Actions that take a decision forward. They are pressed four times as often as others.
FORWARD = {
    "impact.state",
    "decide.approve",
    "decide.reject",
    "accept.accept",
    "accept.follow_ups",
    "questions.answer",
    "commitments.add",
    "review.say",
    "second_thoughts.undo",
    "tradeoff.add_effect",
}
WORDS = [
    "wallet",
    "beta",
    "refund",
    "login",
    "search",
    "invoice",
    "export",
    "card",
    "voucher",
    "basket",
]
# Per cent of acts that press a button; the others type.
PRESSES = 75
# Per cent of presses in direct messages, where the bot asks people to act.
DIRECT = 75
# Newest messages of a conversation in which people look for something to press.
SEEN = 30
PAUSE = (0.3, 1.7)
# Presses that get a private answer even if they take effect.
TELLS = {"second_thoughts.undo", "silence.snooze", "commitments.ledger", "records.open"}
Pressable = tuple[Message | View, str, dict[str, Any], Any]


class CrowdMember:
    """Person who acts by `dice`. `tally` counts acts, refusals, and acts without an answer."""

    def __init__(
        self, member: Member, channels: list[Channel], dice: Random, tally: Counter[str]
    ) -> None:
        self.member = member
        self.channels = channels
        self.dice = dice
        self.tally = tally

    async def act_until(self, ended: asyncio.Event) -> None:
        """Act, pause, and act again."""
        while not await passed(ended, self.dice.uniform(*PAUSE)):
            await self._act()
            while self.member.modal:
                await self.member.closes()

    async def _act(self) -> None:
        channel = self.dice.choice(self.channels)
        pressable = self._pressable(channel) if self.dice.randrange(100) < PRESSES else {}
        if pressable:
            weights = [4 if action in FORWARD else 1 for action in pressable]
            (action,) = self.dice.choices(list(pressable), weights)
            now = self.member.workspace.next_ts()
            self.tally[action] += 1
            await self._press(self.dice.choice(pressable[action]))
            if not self.member.modal and action not in TELLS:
                self.tally["refused"] += self._was_told(channel, now)
        else:
            await self._type(channel)
        if self.member.modal:
            await self._fill_in()

    def _was_told(self, channel: Channel, since: str) -> bool:
        """Return True if the bot has told this person something in private after `since`."""
        messages = self.member.workspace.messages
        places = [channel.id, self.member.workspace.direct(self.member.id).id]
        seen = [message for place in places for message in messages.get(place, [])[-SEEN:]]
        return any(
            message.ephemeral_to == self.member.id and float(message.ts) > float(since)
            for message in seen
        )

    async def _type(self, channel: Channel) -> None:
        (line,) = self.dice.choices(list(TYPED), list(TYPED.values()))
        self.tally[line] += 1
        today = self.member.workspace.clock().date()
        await self.member.types(
            channel,
            line.format(
                title=self._words().capitalize(),
                person=self._person().name,
                day=today + timedelta(days=self.dice.randint(1, 9)),
                number=self.dice.randint(1, 40),
            ),
        )

    def _pressable(self, channel: Channel) -> dict[str, list[Pressable]]:
        """Return, by action, what can be pressed in the newest messages.

        They are mostly the person's direct messages, otherwise those of the channel.
        """
        messages = (
            self.member.dm() if self.dice.randrange(100) < DIRECT else self.member.sees(channel)
        )
        found: dict[str, list[Pressable]] = defaultdict(list)
        for message in messages[-SEEN:]:
            for action, pressable in buttons(message):
                found[action].append(pressable)
        return found

    async def _press(self, pressable: Pressable) -> None:
        answer = await self.member.press_element(*pressable)
        self.tally["unanswered"] += answer.status != 200

    # ---- forms -----------------------------------------------------------------------------------

    async def _fill_in(self) -> None:
        """Fill in the form and submit it; try once more if it is refused or nobody answers."""
        assert self.member.modal
        inside = [pressable for _, pressable in buttons(self.member.modal)]
        if inside and self.dice.random() < 0.4:
            await self._press(self.dice.choice(inside))
        for _ in range(2):
            view = self.member.modal
            if view is None or "submit" not in view.view:
                return
            self._fill(view)
            self.tally["submitted"] += 1
            await self.member.submit_view(view)
            self.tally["unanswered"] += bool(view.trouble)
            self.tally["refused"] += bool(view.errors) or _title(view).startswith("Not ")

    def _fill(self, view: View) -> None:
        """Fill in empty and refused fields; leave most others, and half of the optional ones."""
        for block, element in inputs(view.view["blocks"]):
            id, action = block["block_id"], element["action_id"]
            there, refused = not is_empty(view.values[id][action]), id in view.errors
            if not refused and there and self.dice.random() < 0.85:
                continue
            if not refused and block.get("optional") and self.dice.random() < 0.5:
                continue
            view.values[id][action] = state_of(element, self._value(element))

    def _value(self, element: dict[str, Any]) -> Any:
        kind = element["type"]
        value_key, _ = FIELDS[kind]
        if value_key == "selected_option":
            return self.dice.choice(options_of(element))
        if value_key == "selected_options":
            return [option for option in options_of(element) if self.dice.random() < 0.5]
        if "user" in value_key:
            person = self._person().id
            return [person] if kind in MANY else person
        if kind == "datepicker":
            return self.member.workspace.clock().date() + timedelta(days=self.dice.randint(-3, 20))
        if kind == "number_input":
            least, most = int(element.get("min_value", 0)), int(element.get("max_value", 20))
            return self.dice.randint(max(least, -5), min(most, 20))
        if kind == "url_text_input":
            return f"https://example.com/{self.dice.randint(1, 99)}"
        return self._words()

    def _words(self) -> str:
        return " ".join(self.dice.sample(WORDS, 3))

    def _person(self) -> Any:
        workspace = self.member.workspace
        return self.dice.choice(
            [person for person in workspace.people.values() if not person.is_bot]
        )


def buttons(where: Message | View) -> Iterator[tuple[str, Pressable]]:
    """Yield (action, what to press) for every menu entry, and every button that is not a link."""
    for block in readable.blocks_of(where):
        for element in [*block.get("elements", []), block.get("accessory")]:
            if not isinstance(element, dict):
                continue
            if element.get("type") == "button" and "url" not in element:
                yield (
                    element["action_id"],
                    (where, block["block_id"], element, element.get("value")),
                )
            if element.get("type") == "overflow":
                for option in options_of(element):
                    action = option["value"].split()[0]
                    yield action, (where, block["block_id"], element, option)


def _title(view: View) -> str:
    return str(view.view["title"]["text"])
