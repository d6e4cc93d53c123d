"""Short questions and acts that several stories share."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from bot.commands import verify
from bot.demo.seed.play import put_off_checks
from bot.demo.slack.sent_file import File
from bot.demo.slack.workspace import Channel, Message
from models.reads import lookups
from models.rules import Verb
from models.tables.commitment import Commitment
from models.tables.history import HistoryEvent
from support.harness import Actor, Harness


def secret_of(harness: Harness, alice: Actor) -> Channel:
    channel = harness.workspace.add_channel("secret", ["alice", "bob", "sam", "erin"], private=True)
    alice.sets_up(channel)
    return channel


def both_decide(alice: Actor, bob: Actor) -> Message:
    """Raise a decision that both have to sign, and state its impact; return the card."""
    card = alice.raises("Move Beta", kind="commitment")
    bob.states_impact(card)
    return card


def acting(harness: Harness, number: int = 1) -> tuple[str, str | None, str, str | None]:
    """Return the names of holder and counterpart, each followed by whom they stand in for."""
    decision = harness.decision(number)
    names = {person.id: person.name for person in harness.workspace.people.values()}
    return (
        names[decision.holder],
        names.get(decision.holder_for or ""),
        names[decision.counterpart],
        names.get(decision.counterpart_for or ""),
    )


def escalated_to(harness: Harness, number: int = 1) -> tuple[str | None, str | None]:
    """Return the names of who may decide by escalation, and for whom."""
    decision = harness.decision(number)
    names = {person.id: person.name for person in harness.workspace.people.values()}
    return names.get(decision.escalated_to or ""), names.get(decision.escalated_for or "")


def events(harness: Harness, verb: Verb) -> list[HistoryEvent]:
    found = select(HistoryEvent).where(HistoryEvent.verb == verb).order_by(HistoryEvent.id)
    return list(harness.query(lambda session: session.scalars(found).all()))


def beta(harness: Harness) -> Commitment:
    """Return the first commitment, with its ledger."""
    return harness.query(lambda session: lookups.commitment_to_draw(session, 1))


def moves(harness: Harness) -> list[tuple[int, int, bool]]:
    """Return the ledger: decision, days, whether the entry takes an earlier one back.

    Check that it adds up.
    """
    commitment = beta(harness)
    total = (commitment.promised_on - commitment.baseline_on).days
    assert total == commitment.slip == sum(move.days for move in commitment.moves)
    return [(move.decision_number, move.days, move.undoes) for move in commitment.moves]


def outcome(harness: Harness, channel: Channel) -> str:
    return harness.plain(harness.workspace.messages[channel.id][-1])


def digests(harness: Harness, channel: Channel) -> list[Message]:
    return [
        message
        for message in harness.workspace.messages[channel.id]
        if "in decisions" in harness.text(message) or "nothing waits." in harness.text(message)
    ]


def rhythm(alice: Actor, channel: Channel, **fields: object) -> None:
    alice.types("/tradeoff rights", channel)
    alice.presses(alice.member.sees(channel)[-1], "Change reminders and digest")
    assert alice.submits(reason="So that it fits us", **fields) == {}


def listed(person: Actor, asked: str, in_: Channel) -> str:
    """Type `/tradeoff list …`; return the text of the form that opens, or of the answer."""
    while person.form:
        person.harness.run(person.member.closes())
    before = person.was_told()
    person.types(f"/tradeoff list {asked}".strip(), in_)
    return person.form_words() if person.form else person.was_told().removeprefix(before)


def numbers(shown: str) -> list[int]:
    return [int(number) for number in re.findall(r"^\*?#([0-9]+) ", shown, re.MULTILINE)]


def found(person: Actor, asked: str, in_: Channel) -> list[int]:
    """Return the numbers of the decisions that are listed, in order."""
    return numbers(listed(person, asked, in_))


def verified(harness: Harness) -> None:
    """Check that every chain holds, rows are as their history says, and numbers have no gap."""
    assert verify.walk(harness.bot.database, lambda count: None).named == []
    assert [decision.number for decision in harness.decisions()] == list(
        range(1, len(harness.decisions()) + 1)
    )


def promised(harness: Harness) -> tuple[date, list[tuple[int, int, bool]]]:
    """Return the date of the only commitment, and its ledger; check that they agree.

    An entry is (decision, days, whether it takes an earlier one back).
    """

    def look(session: object) -> tuple[date, list[tuple[int, int, bool]]]:
        (found,) = session.scalars(select(Commitment.id)).all()  # type: ignore[attr-defined]
        commitment = lookups.commitment_to_draw(session, found)  # type: ignore[arg-type]
        moves = commitment.moves
        assert commitment.promised_on == commitment.baseline_on + timedelta(
            days=sum(move.days for move in moves)
        )
        return commitment.promised_on, [
            (move.decision_number, move.days, move.undoes) for move in moves
        ]

    return harness.query(look)


def until(harness: Harness, day: int, clock: str = "09:31", month: int = 11) -> None:
    """Let time pass, from timer to timer, until this moment in UTC.

    The checks of who is in the channel are put off: in weeks there are hundreds.
    """
    hour, minute = map(int, clock.split(":"))
    end = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    while harness.clock.now < end:
        harness.query(lambda session: put_off_checks(session, end))
        due = harness.run(harness.bot.timers.next_due())
        harness.clock.now = min(end, max(due, harness.clock.now)) if due else end
        harness.settle()


def reminders(actor: Actor) -> list[str]:
    """Return the moments at which this person was reminded: day and time in UTC."""
    posts = [
        post
        for post in actor.harness.posts()
        if post.drawing == "reminder" and post.person == actor.id
    ]
    return [f"{datetime.fromtimestamp(float(post.ts or 0), UTC):%a %d %H:%M}" for post in posts]


def files(person: Actor) -> list[File]:
    """Return the files that were sent to this person."""
    return [file for message in person.dm() for file in message.files]


def rows(file: File) -> list[dict[str, str]]:
    """Return the rows of a table that was exported, by column."""
    assert file.data
    return list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
