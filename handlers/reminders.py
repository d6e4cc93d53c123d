"""What happens when nobody does anything: overdue, reminded, escalated; and how to have a few days of peace."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, Message, Reply
from handlers.holders import rights_now, zone_of
from handlers.requests import Asking, Click, Due
from handlers.ui import blocks, inputs, phrases
from handlers.ui.wording import waiting_words
from models.mrkdwn import day, number, when
from models.reads import lookups
from models.reads.waiting import Waiting, waiting_for
from models.rules import Impact, Standing
from models.tables import workspace
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.verbs import overdue as verbs_overdue
from models.working_time import is_weekend, local_day, next_morning

MOST_SHOWN = 12
SNOOZES = {"1": "1 day", "3": "3 days", "7": "a week"}


def overdue(due: Due, session: Session) -> None:
    """The day to decide by is over: say so, and remind whoever holds it from the next working morning on."""
    decision = subjects.timer_decision(due, session)
    if verbs_overdue.mark_overdue(decision, due.at):
        for person in dict.fromkeys(decision.still_to_sign.values()):
            remind_next(due, session, decision, person)


def escalate(due: Due, session: Session) -> None:
    decision = subjects.timer_decision(due, session)
    sponsor = rights_now(due, session, decision).sponsor
    if sponsor and due.look_up(sponsor)[0].standing is Standing.DEACTIVATED:
        return
    verbs_overdue.escalate(decision, sponsor, due.at)
    if decision.escalated_to:
        remind_next(due, session, decision, decision.escalated_to)


def impact_half_way(due: Due, session: Session) -> None:
    """Half of the impact window is over: the counterpart's reminder of this day."""
    decision = subjects.timer_decision(due, session)
    if decision.impact is not Impact.AWAITED or decision.impact_due_at is None:
        return
    zone = zone_of(due, decision.counterpart, decision.rights_version.time_zone)
    today = local_day(due.at, zone)
    verbs_overdue.remind_at(session, decision.workspace_id, decision.counterpart, today, due.at)


def claim_ages(due: Due, session: Session) -> None:
    """Done for days, and not accepted: whoever gives the verdict is reminded."""
    decision = subjects.timer_decision(due, session)
    for person in () if decision.state.settled else dict.fromkeys(decision.still_to_sign.values()):
        remind_next(due, session, decision, person)


def follow_up_due(due: Due, session: Session) -> None:
    """The day of a follow-up has begun: its owner is reminded in the morning."""
    decision = subjects.timer_decision(due, session)
    for owner in dict.fromkeys(one.owner for one in decision.follow_ups if one.done_at is None):
        remind_next(due, session, decision, owner)


def remind_next(asking: Asking, session: Session, decision: Decision, person: str) -> None:
    """On the next working morning where this person is."""
    zone = zone_of(asking, person, decision.rights_version.time_zone)
    morning = next_morning(asking.at, zone)
    verbs_overdue.remind_at(
        session, decision.workspace_id, person, local_day(morning, zone), morning
    )


def remind(due: Due, session: Session) -> None:
    """One message with all that waits, if anything presses; and again on the next working day, until nothing does.

    Where reminders are switched off nothing is sent, but the mornings go on, so that they can be switched on again.
    """
    timer, person = due.timer, due.timer.person
    assert person
    found = waiting_for(session, due.workspace, person, due.at)
    if not any(one.pressing for one in found):
        return
    reminded = any(one.pressing for one in reminded_of(session, found))
    until = verbs_overdue.snoozed_until(session, timer.workspace_id, person, due.at)
    first = found[0].decision
    zone = zone_of(due, person, first.rights_version.time_zone)
    if reminded and until is None and not is_weekend(local_day(due.at, zone)):
        _owe_reminder(due, session, person, first.channel_id, local_day(due.at, zone))
    morning = next_morning(max(until or due.at, due.at), zone)
    verbs_overdue.remind_at(session, timer.workspace_id, person, local_day(morning, zone), morning)


def _owe_reminder(due: Due, session: Session, person: str, channel_id: int, today: date) -> None:
    """One on a day, also where an earlier one comes late."""
    key = f"remind:{person}:{today.isoformat()}"
    newest = verbs_overdue.newest_reminder(session, due.timer.workspace_id, person)
    if any(one.key == key for one in newest):
        return
    for earlier in newest:
        earlier.redraw(due.at)
    session.add(
        Post(
            channel_id=channel_id,
            key=key,
            drawing=Drawing.REMINDER,
            args={"day": today.isoformat()},
            person=person,
            due_at=due.at,
        )
    )


def reminded_of(session: Session, found: list[Waiting]) -> list[Waiting]:
    """What waits in channels whose rights of today say that people are reminded."""
    reminding = lookups.reminding(session, {one.decision.channel_id for one in found})
    return [one for one in found if one.decision.channel_id in reminding]


def snooze(click: Click, session: Session) -> Answer:
    """From the reminder: nothing more for so many days. What is new still comes."""
    workspace_id = workspace.ensure_workspace(session, click.workspace).id
    until = click.at + timedelta(days=int(click.value if click.value in SNOOZES else "1"))
    verbs_overdue.snooze(session, workspace_id, click.person.id, until)
    sentence = (
        f"No reminders before {when(until)}. What is new still reaches you, and no date moves."
    )
    return Reply(Message(sentence, [blocks.section(sentence)]))


# ---- drawn -----------------------------------------------------------------------------------------------------------


def reminder(post: Post, session: Session) -> Message:
    """To one person: all that waits for them, what presses first, each a click away."""
    assert post.person
    if verbs_overdue.newest_reminder(session, post.channel.workspace_id, post.person) != [post]:
        args = post.args or {"day": post.key.rpartition(":")[2]}
        on = day(date.fromisoformat(args["day"]))
        words = f"What waited for you on {on}: see the newest reminder below."
        return Message(words, [blocks.context(words)])
    found = reminded_of(
        session, waiting_for(session, post.channel.workspace.team, post.person, post.due_at)
    )
    if not found:
        return Message(
            "Nothing is waiting for you any more.",
            [blocks.section("Nothing is waiting for you any more.")],
        )
    lines = [waiting_words(one) for one in found[:MOST_SHOWN]]
    first = f"{number(len(found), 'thing')} {'waits' if len(found) == 1 else 'wait'} for you."
    shown: list[Block] = [blocks.section(f"*{first}*")]
    for one, line in zip(found, lines, strict=False):
        about = f"Open #{one.decision.number}"
        shown.append(
            blocks.section_with(
                line, blocks.button("Open", "records.open", str(one.decision.id), about=about)
            )
        )
    if len(found) > MOST_SHOWN:
        shown.append(blocks.context(f"and {len(found) - MOST_SHOWN} more."))
    choices = [inputs.choice(days, words.capitalize()) for days, words in SNOOZES.items()]
    shown.append(blocks.actions(blocks.pick("No reminders for…", "silence.snooze", choices)))
    shown.append(blocks.context(f"As of {when(post.due_at)}."))
    return Message(phrases.limited(f"{first} {' '.join(lines)}"), shown)
