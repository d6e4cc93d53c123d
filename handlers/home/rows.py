"""Rows of Home's lists: a title, the state in words, and the button for the next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from handlers.answers import Block, Element
from handlers.card.buttons import (
    details_button,
    follow_up_button,
    may_be_submitted_again,
    resubmit_button,
    undo_buttons,
)
from handlers.rights import pending
from handlers.ui import blocks, forms, phrases, wording
from handlers.ui.marks import value_of
from handlers.ui.wording import waits_until
from models.mrkdwn import day, escaped, number, when, where, who
from models.reads.held_rights import Leave, ToConfirm
from models.reads.home import is_soon
from models.reads.pagination import Key, Page
from models.reads.waiting import (
    DECISION,
    FORECAST,
    IMPACT,
    RECORD,
    REPLY,
    REVISION,
    SIGNATURE,
    VERDICT,
    Waiting,
)
from models.rules import Standing
from models.tables.commitment import Commitment
from models.tables.decision import Decision

T = TypeVar("T")
VISITORS = (Standing.GUEST, Standing.EXTERNAL)


@dataclass(frozen=True, slots=True)
class List:
    """One page of a list, with its heading, and the keys of the pages before and after it."""

    name: str
    heading: str
    rows: list[Block]
    previous: Key | None
    next: Key | None


def listed(
    name: str,
    heading: str,
    page: Page[T],
    draw: Callable[[T], Block],
    below: Iterable[Block] = (),
) -> List:
    rows = [*(draw(row) for row in page.rows), *below]
    return List(name, heading, rows, page.previous, page.next)


def blocks_of(listing: List) -> list[Block]:
    """Return the blocks of a list; none if it is empty.

    The list of what waits is always shown, because "nothing waits" is news too.
    """
    if not listing.rows and listing.name != "waiting":
        return []
    turn = []
    if listing.previous:
        turn.append(
            blocks.button(
                "Previous",
                "home.previous",
                _turn(listing, listing.previous),
                about=f"Previous: {listing.heading}",
            )
        )
    if listing.next:
        turn.append(
            blocks.button(
                "Next", "home.next", _turn(listing, listing.next), about=f"Next: {listing.heading}"
            )
        )
    return [
        blocks.header(listing.heading),
        *listing.rows,
        *([blocks.actions(*turn)] if turn else []),
    ]


def _turn(listing: List, key: Key) -> str:
    return forms.metadata(list=listing.name, key=key)


# ---- rows ----------------------------------------------------------------------------------------


def waiting(task: Waiting | ToConfirm, viewer: str) -> Block:
    """Show something that waits, with the button to do it. It is bold if it is overdue."""
    if isinstance(task, ToConfirm):
        return _to_confirm(task)
    if task.follow_up:
        return follow_up(task)
    late = "overdue: " if task.overdue else ""
    words = phrases.capital(f"{late}{waits_until(task)}{_acting(task, viewer)}.")
    return _row(task.decision, f"*{words}*" if task.overdue else words, _button(task), task.overdue)


def _acting(task: Waiting, viewer: str) -> str:
    """Say for whom the viewer does this, and to a sponsor, who may decide too; empty if neither.

    A sponsor who may decide because of an escalation does it in their own name.
    """
    decision = task.decision
    if task.what in (REPLY, FORECAST):
        return ""
    seats = decision.asked_for_impact if task.what in (IMPACT, REVISION) else decision.still_to_sign
    mine = [role for role, person in seats.items() if person == viewer]
    if not mine and viewer == decision.escalated_to:
        absent = decision.escalated_for
        people = " and ".join(map(who, dict.fromkeys(decision.still_to_sign.values())))
        return f"{f', in place of {who(absent)}' if absent else ''}; {people} may decide too"
    holders = [decision.on_behalf_of.get(role) for role in mine]
    instead = holders[0] if holders and None not in holders else None
    return f", in place of {who(instead)}" if instead else ""


def _to_confirm(to_confirm: ToConfirm) -> Block:
    """Show a change of rights, with the button that opens it to be confirmed or declined."""
    change, channel = to_confirm.change, where(to_confirm.rights.channel.slack_id)
    words = (
        f"Change of who decides · {channel}\n{who(change.author)} asks for it. Waits for you to "
        f"confirm, until {when(change.expires_at)}."
    )
    value = pending.value_of(change, to_confirm.rights)
    confirm = blocks.button("Confirm", "rights.open", value, about="Confirm or decline the change")
    return blocks.section_with(words, confirm)


def _button(task: Waiting) -> Element:
    """Build the button for what waits. It opens a form, or Details for the work in `OPENED`."""
    about = f"#{task.decision.number} {task.decision.title}"
    value = value_of(task.decision, task.part or None)
    if task.what in (IMPACT, REVISION):
        verb = "State impact" if task.what == IMPACT else "Revise impact"
        return blocks.button(verb, "impact.state", value, about=f"{verb}: {about}")
    if task.what == REPLY:
        return blocks.button("Answer", "questions.answer", value, about=f"Answer: {about}")
    if task.what == FORECAST:
        return blocks.button("Say how it went", "review.say", value, about=f"How it went: {about}")
    label = OPENED[task.what]
    return blocks.button(label, "records.open", value, about=f"{label}: {about}")


# Work whose buttons are in Details → the label of Home's button, which opens Details.
OPENED = {
    DECISION: "Decide",
    RECORD: "Acknowledge or dispute",
    SIGNATURE: "Sign",
    VERDICT: "Give verdict",
}


def raised(decision: Decision) -> Block:
    """Show a decision that the viewer raised or claimed, with *Submit again* or *Details*."""
    words = phrases.capital(wording.state_words(decision))
    again = may_be_submitted_again(decision)
    button = resubmit_button(decision) if again else details_button(decision)
    late = bool(decision.overdue_at) and not decision.state.settled
    return _row(decision, words, button, late)


def decided(decision: Decision) -> Block:
    """Show a decision that the viewer may still take back, with the button to do so."""
    assert decision.undo_until
    words = phrases.capital(wording.state_words(decision))
    (undo,) = undo_buttons(decision, decision.settled_by)
    said = f"{words} You can take this back until {when(decision.undo_until)}."
    return _row(decision, said, undo, overdue=False)


def _row(decision: Decision, words: str, button: Element, overdue: bool) -> Block:
    title = wording.title(decision)
    shown = f"*{title}*" if overdue else title
    return blocks.section_with(f"{shown} · {wording.channel(decision)}\n{words}", button)


def follow_up(task: Waiting) -> Block:
    assert task.follow_up
    assert task.due_on
    named = escaped(task.follow_up.what)
    due = f"{wording.title(task.decision)}: due {day(task.due_on)}"
    # It is not known whether Slack reads markup across a line break.
    named, due = (f"*{named}*", f"*{due}; overdue.*") if task.overdue else (named, f"{due}.")
    return blocks.section_with(
        f"{named} · {wording.channel(task.decision)}\n{due}",
        follow_up_button(task.decision, task.follow_up, "Done"),
    )


def commitment(commitment: Commitment, today: date) -> Block:
    """Show a commitment at risk: when it is due, and why it is at risk."""
    days = number(abs(commitment.slip), "day")
    first = f"first promised ({day(commitment.baseline_on)})"
    risks = [f"{days} later than {first}"] if commitment.slip > 0 else []
    soon = "due within two weeks" if commitment.promised_on >= today else "its day has passed"
    risks += [soon] if is_soon(commitment, today) else []
    earlier = f", {days} earlier than {first}" if commitment.slip < 0 else ""
    words = (
        f"*{escaped(commitment.name)}* · {where(commitment.channel.slack_id)}\nPromised to "
        f"{escaped(commitment.promised_to)} for {day(commitment.promised_on)}{earlier}. "
        f"{phrases.capital(' and '.join(risks))}."
    )
    return blocks.section_with(
        words,
        blocks.button(
            "Ledger",
            "commitments.ledger",
            value_of(commitment),
            about=f"Ledger of {commitment.name}",
        ),
    )


# ---- around the lists ----------------------------------------------------------------------------


def leave_switch(leave: Leave) -> list[Block]:
    if leave.own:
        delegate = who(leave.own.delegate)
        words = f"You are away until {day(leave.own.until)}, and {delegate} acts for you."
        button = blocks.button("I am back", "delegation.is_back", "me")
    else:
        words = "While you are away, somebody else acts for you. No date moves."
        button = blocks.button("Go on leave", "delegation.go_on_leave", "me")
    return [blocks.header("Away"), blocks.section_with(words, button)]


def unknown() -> list[Block]:
    """Say that something may be missing, because Slack did not answer."""
    words = (
        "*Slack did not answer.* I do not know which channels you may read, so something may "
        "be missing here. Nothing is lost."
    )
    again = blocks.button("Try again", "home.try_again", "home", about="Ask Slack again")
    return [blocks.section_with(words, again)]


def elsewhere(hidden: int, *, more: bool, bot: str = "") -> list[Block]:
    """Say how much waits in channels that the viewer may not read, and nothing else about it.

    `bot` is given if the bot is outside one of them: then it cannot see who is inside.
    """
    if not hidden and not bot:
        return []
    waits, place, pronoun = ("waits", "a channel", "it")
    if hidden > 1:
        waits, place, pronoun = ("wait", "channels", "them")
    things = number(hidden, "more thing" if more else "thing")
    if bot:
        said = f"{things} {waits} for" if hidden else "Something concerns"
        return [
            blocks.context(
                f"{said} you in {place} that you or I are not in. If you are there, type "
                f"/invite {who(bot)} there; if not, ask somebody to invite you."
            )
        ]
    return [
        blocks.context(
            f"{things} {waits} for you in {place} that you are not in. Once somebody invites you "
            f"there, I list {pronoun} here."
        )
    ]


def first_steps(bot: str, standing: Standing) -> list[Block]:
    """Tell a person whose Home would be empty what to do first."""
    if standing in VISITORS:
        return _first_steps_of_a_visitor(standing)
    return [
        blocks.header("Nothing here yet: three things to begin with"),
        blocks.section(
            "*1.* Type `/tradeoff rights` in your team's channel: it shows who decides there. If "
            f"the channel is not set up yet, type /invite {who(bot)}, then `/tradeoff setup`."
        ),
        blocks.section(
            "*2.* Press *Raise a tradeoff*, or type `/tradeoff Add Apple Pay to Sprint 14` in "
            "the channel: whoever holds the right is asked to decide. `/accept Refund by e-mail` "
            "says that something is finished."
        ),
        blocks.section(
            "*3.* What waits for you, what you raised and what you may decide is then listed here."
        ),
    ]


def _first_steps_of_a_visitor(standing: Standing) -> list[Block]:
    """Build the first steps without those that only full members can take.

    People of other companies can raise nothing, and have no commands.
    """
    raises = (
        "Press *Raise a tradeoff* and choose a channel that you are in, or type "
        "`/tradeoff Add Apple Pay to Sprint 14` there: whoever holds the right is asked to decide."
    )
    listed = "What waits for you and what you raised is then listed here."
    if standing is Standing.EXTERNAL:
        raises = "To raise something in a channel that you are in, ask someone in the team."
        listed = "What waits for you is then listed here."
    return [
        blocks.header("Nothing here yet"),
        blocks.section(raises),
        blocks.section(listed),
    ]


def as_of(at: datetime) -> Block:
    """Say at what time this was drawn: Slack shows an old Home until it gets a new one."""
    return blocks.context(f"As of {when(at)}.")


def footer(standing: Standing) -> list[Block]:
    """Name the help. Slack has no commands for people of other companies."""
    if standing is Standing.EXTERNAL:
        return []
    return [blocks.context("`/tradeoff help` shows all that I understand.")]
