"""What people do in the stories of absence, records, second thoughts: verbs of `house.Actor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.workspace import Channel, Message

if TYPE_CHECKING:
    from house import Actor


class Afterwards:
    """Each is one whole step of a story."""

    def goes_away(self: Actor, delegate: str, until: str = "2026-12-01", **more: Any) -> dict[str, str]:
        """Name who decides meanwhile; the errors, none when it was taken."""
        self.types(f"/tradeoff away @{delegate} until {until}", self.house.workspace.channel("checkout"))
        return self.submits(**more)

    def is_back(self: Actor) -> None:
        self.types("/tradeoff back", self.house.workspace.channel("checkout"))

    def delegates(self: Actor, card: Message, to: str, **more: Any) -> dict[str, str]:
        """Hand on this one decision; the errors, none when it was taken."""
        self.presses(card, "Delegate")
        return self.submits(delegate=to, **more)

    def records(
        self: Actor, title: str, kind: str = "requirements", by: str = "alice", in_: Channel | None = None
    ) -> Message:
        """Keep what a meeting decided on the Friday before; its card."""
        channel = in_ or self.house.workspace.channel("checkout")
        self.types(f"/tradeoff record {title}", channel)
        fields = {
            "kind": kind,
            "decided": "Guests may order",
            "made_by": by,
            "made_on": "2026-11-20",
            "reason": "Agreed",
        }
        errors = self.submits(**fields)
        assert errors == {}, errors
        return self.card(channel)

    def reopens(self: Actor, where: Any, because: str = "The numbers have changed", **more: Any) -> None:
        self.presses(where, "Reopen")
        assert self.submits(reason=because, **more) == {}

    def supersedes(self: Actor, card: Message, title: str, **more: Any) -> Message:
        """Raise another in its place; the newer card."""
        self.presses(card, "Supersede")
        assert self.submits(title=title, why_now="It costs more than we thought", **more) == {}
        return self.card(self.house.workspace.channels[card.channel])

    def shows(self: Actor, number: int, in_: Channel | None = None) -> str:
        """`/tradeoff show 42`: what stands in the form that opens."""
        self.types(f"/tradeoff show {number}", in_ or self.house.workspace.channel("checkout"))
        return self.form_words()

    def snoozes(self: Actor, choice: str) -> None:
        """In the newest reminder."""
        message = [one for one in self.dm() if "silence.snooze" in str(one.blocks)][-1]
        row, element = next(
            (row, one)
            for row in message.blocks
            for one in row.get("elements", [])
            if one.get("action_id") == "silence.snooze"
        )
        option = next(one for one in element["options"] if one["text"]["text"] == choice)
        self.house.run(self.member.press_element(message, row["block_id"], element, option))
        self.house.settle()

    def twice(self: Actor, **fields: Any) -> None:
        """Submit the open form twice, as a hasty finger does: the second must change nothing."""
        self.fills(**fields)
        form = self.member.modal
        for _ in range(2):
            self.house.run(self.member.submit_view(form))
        self.house.settle()
        if self.member.modal:
            self.house.run(self.member.closes())

    def dm_text(self: Actor, having: str = "") -> list[str]:
        """The direct messages with these words in them, as a screen reader reads them."""
        return [one for one in map(self.house.plain, self.dm()) if having in one]
