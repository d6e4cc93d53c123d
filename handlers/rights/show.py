"""Rights of a channel in words: the table, its post in the channel, and the welcome."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from handlers.answers import Answer, Block, Message, Reply
from handlers.requests import Command
from handlers.rights.rhythm import WEEKDAYS
from handlers.ui import blocks, cutting
from handlers.ui.forms import decided_by
from models.mrkdwn import escaped, number, where, who
from models.reads import lookups
from models.refusals.place import NotATeamChannel
from models.rules import DEFAULT_RIGHTS, Kind
from models.tables.attempt import attempts_outside_rights
from models.tables.post import Post
from models.tables.rights import RightsVersion
from models.working_time import WEEKS, country_name

ATTEMPTS_SINCE = timedelta(days=365)


def show(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff rights` with who decides what, in words."""
    if command.place.is_direct:
        raise NotATeamChannel("run `/tradeoff rights`")
    rights = lookups.require_rights(session, command.workspace, command.place.id)
    message = rights_in_words(rights)
    counted = attempts_in_words(
        attempts_outside_rights(session, rights.channel_id, command.at - ATTEMPTS_SINCE)
    )
    if counted:
        message.blocks.append(blocks.context(counted))
    message.blocks.append(
        blocks.actions(
            blocks.button("Change people or window", "rights.edit", command.place.id),
            blocks.button("Change who decides", "rights.edit_table", command.place.id),
            blocks.button("Change reminders and digest", "rights.edit_rhythm", command.place.id),
        )
    )
    return Reply(Message(f"{message.text} {counted}".strip(), message.blocks))


def attempts_in_words(attempts: list[tuple[int, int, Kind, int]]) -> str:
    """Say how often people without the right tried, per kind and month, never by name.

    Empty if nobody did.
    """
    months: dict[str, list[str]] = {}
    for year, month, kind, count in attempts:
        months.setdefault(f"{date(year, month, 1):%B %Y}", []).append(f"{kind.label} {count}")
    if not months:
        return ""
    counted = "; ".join(f"{month}: {', '.join(kinds)}" for month, kinds in months.items())
    return (
        f"Attempts outside the right. {counted}. They can mean that this table and practice differ."
    )


def rights_in_words(rights: RightsVersion) -> Message:
    """Say the people, the window, and a line for each kind."""
    people = _people(rights)
    lines = [
        f"*{kind.label.capitalize()}* ({kind.meaning}): {decided_by(right)}."
        for kind, right in sorted(
            rights.table.items(), key=lambda row: list(DEFAULT_RIGHTS).index(row[0])
        )
    ]
    window = (
        f"Impact is stated within {number(rights.impact_days, 'working day')}; after that "
        "the holder may decide without it."
    )
    window += (
        f" {number(rights.grace_days, 'working day')} past its date, the sponsor may decide."
        if rights.sponsor
        else ""
    )
    window += "" if rights.reminds else " Nobody is reminded."
    if rights.digest_weekday is not None:
        window += (
            f" The digest comes on {WEEKDAYS[rights.digest_weekday]}s at "
            f"{rights.digest_hour:02d}:00."
        )
    shown: list[Block] = [
        blocks.section(
            f"*Who decides in {where(rights.channel.slack_id)}* (rights v{rights.number})"
        ),
        blocks.section(people),
        blocks.section("\n".join(f"• {line}" for line in lines)),
        blocks.context(f"{window} {_working_days(rights)} Times are in {rights.time_zone}."),
    ]
    return Message(
        f"Who decides in {where(rights.channel.slack_id)} (rights v{rights.number}). "
        f"{people} {' '.join(lines)} {_working_days(rights)}",
        shown,
    )


def _working_days(rights: RightsVersion) -> str:
    calendar = rights.calendar
    but = (
        f", but for the public holidays of {country_name(calendar.country)}"
        if calendar.country
        else ""
    )
    return f"Working days are {WEEKS[calendar.week]}{but}."


def rights_post(rights: RightsVersion, before: RightsVersion | None, post: Post) -> Message:
    """Tell the channel of a new version: who made it and why, and the whole of it."""
    first = (
        f"{who(rights.author)} changed who decides here: rights v{rights.number}."
        if before
        else (
            f"{who(rights.author)} set this channel up: from now on everyone can see "
            f"who decides what (rights v{rights.number})."
        )
    )
    if before and rights.author not in before.editors:
        first += " They hold no role here: everyone who did has left Slack."
    words = rights_in_words(rights)
    why = [blocks.quote(rights.reason)] if before else []
    reason = cutting.cut(f" Why: {escaped(rights.reason)}", 3000) if before else ""
    return Message(
        f"{first}{reason} {_people(rights)}", [blocks.section(first), *why, *words.blocks[1:]]
    )


def welcome(post: Post) -> Message:
    """Greet the channel I was invited to: what I am for, and the one form that starts it."""
    first = (
        "Hello. I make tradeoff decisions visible: who may decide, what it costs, and what "
        "was decided."
    )
    step = (
        "First say who is product owner and who is project manager here. After that anyone "
        "can run `/tradeoff`."
    )
    return Message(
        f"{first} {step}",
        [
            blocks.section(f"{first}\n{step}"),
            blocks.actions(
                blocks.button(
                    "Set up this channel", "rights.edit", post.channel.slack_id, style="primary"
                )
            ),
        ],
    )


def _people(rights: RightsVersion) -> str:
    if rights.same_person:
        people = f"{who(rights.product_owner)} is both product owner and project manager."
    else:
        people = (
            f"{who(rights.product_owner)} is product owner; {who(rights.project_manager)} "
            "is project manager."
        )
    return f"{people} {who(rights.sponsor)} is sponsor." if rights.sponsor else people
