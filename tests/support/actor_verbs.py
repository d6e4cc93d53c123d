"""Verbs of `harness.Actor` in the stories of commitments, questions, deferrals and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.slack import readable
from bot.demo.slack.elements import state_of
from bot.demo.slack.workspace import Channel, Message
from handlers import routes

if TYPE_CHECKING:
    from support.harness import Actor


class Verbs:
    """Whole steps of a story, one per method."""

    def promises(
        self: Actor,
        name: str,
        on: str = "2026-12-12",
        to: str = "The partners",
        scope: str = "",
        in_: Channel | None = None,
    ) -> Message:
        """Add a commitment in this channel (or #checkout); return the message in the channel."""
        channel = in_ or self.harness.workspace.channel("checkout")
        self.types("/tradeoff commitments", channel)
        self.presses(self.member.sees(channel)[-1], "Add a commitment")
        assert self.submits(name=name, promised_on=on, promised_to=to, scope=scope) == {}
        return self.card(channel)

    def moves_alone(self: Actor, channel: Channel) -> None:
        """Let the product owner alone move commitments in this channel, without impact first."""
        self.changes_table(channel, "We are small", commitment="product_owner")

    def picks(self: Actor, name: str, value: str) -> None:
        """Choose an option in this field of the open form; the bot is told at once."""
        shown = self.form.view["blocks"]
        (element,) = [block["element"] for block in shown if block.get("block_id") == name]
        self.fills(**{name: value})
        state = state_of(element, value)["selected_option"]
        self.harness.run(self.member.press_element(self.form, name, element, state))
        self.harness.settle()

    def raises_move(
        self: Actor,
        title: str,
        to: str | None = None,
        scope: str = "",
        of: str = "Beta",
        kind: str = "requirements",
    ) -> Message:
        """Raise a tradeoff that would move a commitment, or change its scope; return its card."""
        channel = self.harness.workspace.channel("checkout")
        self.types(f"/tradeoff {title}", channel)
        self.presses(self.form, "It touches a commitment")
        options = {"option1_name": "Add it now", "option2_name": "Leave it"}
        errors = self.submits(
            kind=kind, why_now="Asked for", commitment=of, move_to=to, scope=scope, **options
        )
        assert errors == {}, errors
        return self.card(channel)

    def approves_move(
        self: Actor, card: Message, moves: str = "yes", because: str = "Worth it"
    ) -> None:
        """Approve the first option, and say whether the commitment changes."""
        self.presses(card, "Approve")
        assert self.submits(option="A. Add it now", moves=moves, reason=because) == {}

    def ledger(self: Actor, promise: Message) -> str:
        """Return the text of this commitment's ledger."""
        self.presses(promise, "Ledger")
        words = self.form_words()
        self.harness.run(self.member.closes())
        return words

    def closes_commitment(self: Actor, promise: Message, how: str, because: str) -> None:
        """Say, from its ledger, how this commitment ended."""
        self.presses(promise, "Ledger")
        self.presses(self.form, "Mark met / missed / withdrawn")
        assert self.submits(how=how, reason=because) == {}

    def asks(self: Actor, card: Message, of: str, words: str) -> None:
        self.presses(card, "Ask")
        assert self.submits(person=of, question=words) == {}

    def answers(self: Actor, words: str) -> None:
        """Answer the question in the newest of their direct messages."""
        self.presses(self.dm()[-1], "Answer")
        assert self.submits(answer=words) == {}

    def defers(self: Actor, card: Message, until: str, because: str = "Too early") -> None:
        self.presses(card, "Defer")
        assert self.submits(until=until, reason=because) == {}

    def uses(self: Actor, shortcut: str, on: Message) -> None:
        """Use an entry of a message's menu, by the name that the menu shows."""
        (id,) = [id for id, route in routes.shortcuts.items() if route.name == shortcut]
        self.harness.run(self.member.shortcut(on, id))
        self.harness.settle()

    def says(self: Actor, words: str, in_: Channel, under: Message | None = None) -> Message:
        """Write an ordinary message, or a reply in a thread."""
        return self.harness.run(self.member.says(in_, words, under.ts if under else None))

    def submits_twice(self: Actor, **fields: Any) -> str:
        """Submit the open form twice, as by a double click.

        Return the form's text if the second submission changed it, else an empty text.
        """
        self.fills(**fields)
        view = self.form
        assert self.harness.run(self.member.submit_view(view)) == {}
        before = view.view
        self.harness.run(self.member.submit_view(view))
        self.harness.settle()
        return "" if view.view is before else readable.words(view, self.harness.workspace)
