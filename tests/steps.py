"""The steps that most stories are made of: verbs of `house.Actor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.workspace import Channel, Message

if TYPE_CHECKING:
    from house import Actor


class Steps:
    """Each is one whole step of a story."""

    def sets_up(self: Actor, channel: Channel, po: str = "alice", pm: str = "bob", sponsor: str | None = "sam") -> None:
        self.types("/tradeoff setup", channel)
        assert self.submits(product_owner=po, project_manager=pm, sponsor=sponsor) == {}

    def sets_up_again(self: Actor, channel: Channel, **fields: Any) -> None:
        self.types("/tradeoff setup", channel)
        assert self.submits(**fields) == {}

    def raises(self: Actor, title: str, kind: str = "priority", in_: Channel | None = None, **more: Any) -> Message:
        """Raise a tradeoff with two options; its card."""
        channel = in_ or self.house.workspace.channel("checkout")
        self.types(f"/tradeoff {title}", channel)
        fields = {"kind": kind, "why_now": "Wallets are 40% of drop-offs", "option1_name": "Add it now",
                  "option1_value": "Fewer drop-offs", "option1_cost": "Five days", "option2_name": "Next quarter",
                  "option2_value": "None yet", "option2_cost": "Nothing now", **more}  # fmt: skip
        errors = self.submits(**fields)
        assert errors == {}, errors
        return self.card(channel)

    def raises_quietly(self: Actor, title: str, channel: Channel, kind: str = "requirements") -> None:
        """Raised and recorded; nothing is sent yet."""
        fields = {"kind": kind, "why_now": "Asked for", "option1_name": "Yes", "option2_name": "No"}
        fields |= {f"option{number}_{side}": "Some" for number in (1, 2) for side in ("value", "cost")}

        async def steps() -> None:
            await self.member.types(channel, f"/tradeoff {title}")
            assert await self.member.submits(fields) == {}

        self.house.run(steps())

    def card(self: Actor, channel: Channel) -> Message:
        """The newest card in the channel."""
        cards = [one for one in self.member.sees(channel) if one.bot_id and not one.thread_ts and not one.ephemeral_to]
        return cards[-1]

    def states_impact(self: Actor, card: Message, **fields: Any) -> None:
        self.presses(card, "State impact")
        errors = self.submits(
            **{"days": 5, "displaces": "Wallet redesign", "risk": "Load", "confidence": "medium", **fields}
        )
        assert errors == {}, errors

    def approves(self: Actor, card: Message, because: str = "It pays", option: str | None = "A. Add it now") -> None:
        self.presses(card, "Approve")
        fields = {"reason": because} | ({"option": option} if option else {})
        assert self.submits(**fields) == {}

    def rejects(self: Actor, card: Message, because: str = "Not now") -> None:
        self.presses(card, "Reject")
        assert self.submits(reason=because) == {}

    def claims(self: Actor, item: str, in_: Channel | None = None, criteria: str = "Works\nIs fast") -> Message:
        channel = in_ or self.house.workspace.channel("checkout")
        self.types(f"/accept {item}", channel)
        assert self.submits(evidence="Demo on Friday", criteria=criteria, link="https://example.com/demo") == {}
        return self.card(channel)

    # ---- absence, silence, second thoughts -----------------------------------------------------------------------
