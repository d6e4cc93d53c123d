"""Steps that most stories are made of: verbs of `harness.Actor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.slack import readable
from bot.demo.slack.workspace import Channel, Message

if TYPE_CHECKING:
    from support.harness import Actor


class Steps:
    """Whole steps of a story, one per method."""

    def sets_up(
        self: Actor,
        channel: Channel,
        po: str = "alice",
        pm: str = "bob",
        sponsor: str | None = "sam",
    ) -> None:
        self.types("/tradeoff setup", channel)
        assert self.submits(product_owner=po, project_manager=pm, sponsor=sponsor) == {}

    def sets_up_again(self: Actor, channel: Channel, **fields: Any) -> None:
        """Change people or window, and have it confirmed by whoever is asked."""
        self.sets_up_quietly(channel, **fields)
        self.harness.confirms_rights(self)

    def sets_up_quietly(self: Actor, channel: Channel, **fields: Any) -> None:
        """Change people or window; nobody has confirmed it yet."""
        self.types("/tradeoff setup", channel)
        assert self.submits(**fields) == {}

    def changes_table(
        self: Actor, channel: Channel, reason: str = "We own it", **rows: str
    ) -> None:
        """Change who decides these kinds, and have it confirmed by whoever is asked.

        A row is as in the form: `risk="joint"`, `feature="project_manager:impact"`.
        """
        self.asks_for_table(channel, reason, **rows)
        self.harness.confirms_rights(self)

    def asks_for_table(
        self: Actor, channel: Channel, reason: str = "We own it", **rows: str
    ) -> None:
        """Submit a change of who decides these kinds; nobody has confirmed it yet."""
        self.types("/tradeoff rights", channel)
        self.presses(self.member.sees(channel)[-1], "Change who decides")
        fields = {
            name if name == "confirms" else f"right_{name}": row for name, row in rows.items()
        }
        assert self.submits(**fields, reason=reason) == {}

    def raises(
        self: Actor, title: str, kind: str = "priority", in_: Channel | None = None, **more: Any
    ) -> Message:
        """Raise a tradeoff with two options; return its card."""
        channel = in_ or self.harness.workspace.channel("checkout")
        self.types(f"/tradeoff {title}", channel)
        fields = {
            "kind": kind,
            "why_now": "Wallets are 40% of drop-offs",
            "option1_name": "Add it now",
            "option1_value": "Fewer drop-offs",
            "option1_cost": "Five days",
            "option2_name": "Next quarter",
            "option2_value": "None yet",
            "option2_cost": "Nothing now",
            **more,
        }
        errors = self.submits(**fields)
        assert errors == {}, errors
        return self.card(channel)

    def raises_quietly(
        self: Actor, title: str, channel: Channel, kind: str = "requirements"
    ) -> None:
        """Raise a tradeoff with two options; its card is not sent yet."""
        fields = {"kind": kind, "why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}
        fields |= {
            f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")
        }

        async def steps() -> None:
            await self.member.types(channel, f"/tradeoff {title}")
            errors = await self.member.submits(fields)
            assert errors == {}, errors

        self.harness.run(steps())

    def card(self: Actor, channel: Channel) -> Message:
        """Return the newest card in the channel."""
        cards = [
            message
            for message in self.member.sees(channel)
            if message.bot_id and not message.thread_ts and not message.ephemeral_to
        ]
        return cards[-1]

    def states_impact(self: Actor, card: Message, **fields: Any) -> None:
        self.presses(card, "State impact")
        errors = self.submits(
            **{
                "days": 5,
                "displaces": "Wallet redesign",
                "risk": "Load",
                "confidence": "medium",
                **fields,
            }
        )
        assert errors == {}, errors

    def approves(
        self: Actor, card: Message, because: str = "It pays", option: str | None = "A. Add it now"
    ) -> None:
        self.presses(card, "Approve")
        fields = {"reason": because} | ({"option": option} if option else {})
        assert self.submits(**fields) == {}

    def rejects(self: Actor, card: Message, because: str = "Not now") -> None:
        self.presses(card, "Reject")
        assert self.submits(reason=because) == {}

    def claims(
        self: Actor, item: str, in_: Channel | None = None, criteria: str = "Works\nIs fast"
    ) -> Message:
        channel = in_ or self.harness.workspace.channel("checkout")
        self.types(f"/accept {item}", channel)
        assert (
            self.submits(
                evidence="Demo on Friday", criteria=criteria, link="https://example.com/demo"
            )
            == {}
        )
        return self.card(channel)

    # ---- absence, silence, second thoughts -------------------------------------------------------

    def goes_away(
        self: Actor, delegate: str, until: str = "2026-12-01", **more: Any
    ) -> dict[str, str]:
        """Name who decides meanwhile; return the errors of the form, by field."""
        self.types(
            f"/tradeoff away @{delegate} until {until}", self.harness.workspace.channel("checkout")
        )
        return self.submits(**more)

    def is_back(self: Actor) -> None:
        self.types("/tradeoff back", self.harness.workspace.channel("checkout"))

    def delegates(self: Actor, card: Message, to: str, **more: Any) -> dict[str, str]:
        """Hand on this one decision; return the errors of the form, by field."""
        self.presses(card, "Delegate")
        return self.submits(delegate=to, **more)

    def records(
        self: Actor,
        title: str,
        kind: str = "requirements",
        by: str = "alice",
        in_: Channel | None = None,
    ) -> Message:
        """Record what a meeting decided on the Friday before; return its card."""
        channel = in_ or self.harness.workspace.channel("checkout")
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

    def reopens(
        self: Actor, where: Any, because: str = "The numbers have changed", **more: Any
    ) -> None:
        self.presses(where, "Reopen")
        assert self.submits(reason=because, **more) == {}

    def supersedes(self: Actor, card: Message, title: str, **more: Any) -> Message:
        """Raise another decision in place of this card's; return the newer card."""
        self.presses(card, "Supersede")
        assert self.submits(title=title, why_now="It costs more than we thought", **more) == {}
        return self.card(self.harness.workspace.channels[card.channel])

    def undoes(self: Actor) -> None:
        """Take back what this person just decided, from their direct messages."""
        offered = [
            message for message in self.dm() if "second_thoughts.undo" in str(message.blocks)
        ]
        self.presses(offered[-1], "Undo")

    def shows(self: Actor, number: int, in_: Channel | None = None) -> str:
        """Type `/tradeoff show 42`; return the text of the form that opens."""
        self.types(f"/tradeoff show {number}", in_ or self.harness.workspace.channel("checkout"))
        return self.form_words()

    def snoozes(self: Actor, choice: str) -> None:
        """Snooze in the newest reminder."""
        message = [message for message in self.dm() if "silence.snooze" in str(message.blocks)][-1]
        self.chooses("silence.snooze", choice, message)

    def chooses(self: Actor, action: str, choice: str, where: Message | None = None) -> None:
        """Choose in a select that acts at once, in the open form or in this message."""
        shown = where or self.form
        ((row, element),) = readable.select(shown, action)
        option = next(entry for entry in element["options"] if entry["text"]["text"] == choice)
        self.harness.run(self.member.press_element(shown, row["block_id"], element, option))
        self.harness.settle()

    def twice(self: Actor, **fields: Any) -> None:
        """Submit the open form twice, as a hasty finger does; then close what is still open."""
        self.fills(**fields)
        form = self.member.modal
        assert form
        for _ in range(2):
            self.harness.run(self.member.submit_view(form))
        self.harness.settle()
        if self.member.modal:
            self.harness.run(self.member.closes())

    def dm_text(self: Actor, having: str = "") -> list[str]:
        """Return the direct messages with these words in them, as a screen reader reads them."""
        return [text for text in map(self.harness.plain, self.dm()) if having in text]
