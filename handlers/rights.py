"""Who decides what here: see it, set it up, change it. Every change is a new version, shown in the channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers import accept_forms, blocks, forms, rights_forms, seats, tradeoff_forms
from handlers.answers import Answer, Block, Done, Message, OpenForm, Reply, UpdateForm, View
from handlers.forms import decided_by
from handlers.requests import Click, Command, Form, Request, Shortcut
from handlers.rights_forms import WEEKDAYS
from models import queries
from models.attempt import attempts_outside_rights
from models.place_refusals import (
    BotNotHere,
    CannotSetUpAs,
    ChannelArchived,
    NotATeamChannel,
    NotSetUp,
    NotYourSetup,
    PlaceNotKnownNow,
    RightsMovedOn,
)
from models.post import Post
from models.refusals import check_can_act
from models.rights import RightsVersion, new_version, revised
from models.rules import DEFAULT_RIGHTS, Kind, Standing
from models.words import escaped, number, where, who

ATTEMPTS_SINCE = timedelta(days=365)


def show(command: Command, session: Session) -> Answer:
    """`/tradeoff rights`: who decides what, in words."""
    rights = queries.current_rights(session, command.workspace, command.place.id)
    if rights is None:
        raise NotSetUp(command.place.id)
    message = rights_in_words(rights)
    counted = attempts_in_words(attempts_outside_rights(session, rights.channel_id, command.at - ATTEMPTS_SINCE))
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
    """Totals per kind and month, never names; empty when there were none."""
    months: dict[str, list[str]] = {}
    for year, month, kind, count in attempts:
        months.setdefault(f"{date(year, month, 1):%B %Y}", []).append(f"{kind.label} {count}")
    if not months:
        return ""
    counted = "; ".join(f"{month}: {', '.join(kinds)}" for month, kinds in months.items())
    return f"Attempts outside the right. {counted}. They can mean that this table and practice differ."


def open_setup(request: Command | Shortcut, session: Session, then: Mapping[str, Any] | None = None) -> Answer:
    """`/tradeoff setup`, or anything else where nothing is set up yet. `then` is what to come back to."""
    check_place(request, "/tradeoff setup")
    return OpenForm(_setup_form(request, request.place.id, session, then))


def edit(click: Click, session: Session) -> Answer:
    """The button of the welcome message, and of the rights."""
    return OpenForm(_setup_form(click, click.value, session))


def edit_table(click: Click, session: Session) -> Answer:
    """Change one row of the table."""
    rights = _rights(click, click.value, session)
    _check_may_edit(click, rights)
    return OpenForm(rights_forms.table(rights))


def save_setup(form: Form, session: Session) -> Answer:
    """Make the next version from the form; then go on to the tradeoff that someone was about to raise."""
    remembered = forms.remembered(form.metadata)
    channel = queries.ensure_channel(session, form.workspace, remembered["channel"])
    current = queries.current_rights(session, form.workspace, channel.slack_id)
    _check_may_edit(form, current)
    _check_still(current, remembered["version"])
    version = rights_forms.read_setup(form, channel.id, current)
    table = current.table if current else DEFAULT_RIGHTS
    made = new_version(session, channel, version, table, form.at)
    if current:
        seats.fill(form, session, current, made)
    if remembered.get("then"):
        return UpdateForm(_going_on(made, remembered["then"]))
    return Done()


def _going_on(rights: RightsVersion, then: Mapping[str, Any]) -> View:
    """The form that someone was about to open before there were rights here."""
    source = then.get("source")
    if then.get("claim"):
        return accept_forms.claim(rights, then["title"], source=source)
    remember = {"source": source} if source else {}
    return tradeoff_forms.tradeoff(rights, given=then, above=tradeoff_forms.said_first(remember), remember=remember)


def save_table(form: Form, session: Session) -> Answer:
    """Make the next version with one row changed."""
    remembered = forms.remembered(form.metadata)
    current = _rights(form, remembered["channel"], session)
    _check_may_edit(form, current)
    _check_still(current, remembered["version"])
    table, reason = rights_forms.read_table(form.state, current)
    new_version(session, current.channel, revised(current, form.person.id, reason), table, form.at)
    return Done()


def edit_rhythm(click: Click, session: Session) -> Answer:
    """Change reminders and the grace period."""
    rights = _rights(click, click.value, session)
    _check_may_edit(click, rights)
    return OpenForm(rights_forms.rhythm(rights))


def save_rhythm(form: Form, session: Session) -> Answer:
    remembered = forms.remembered(form.metadata)
    current = _rights(form, remembered["channel"], session)
    _check_may_edit(form, current)
    _check_still(current, remembered["version"])
    changes, reason = rights_forms.read_rhythm(form.state)
    new_version(session, current.channel, revised(current, form.person.id, reason, **changes), current.table, form.at)
    return Done()


def check_place(command: Command | Shortcut, usage: str) -> None:
    """Raise the Refused that says why nothing can be raised or set up in this conversation.

    `usage` is the command to try elsewhere, or in words what to choose.
    """
    place, step = command.place, f"run `{usage}`" if usage.startswith("/") else usage
    if place.is_direct:
        raise NotATeamChannel(step)
    if not place.known and not place.is_closed:
        raise PlaceNotKnownNow
    if place.is_archived:
        raise ChannelArchived(place.id)
    if not place.bot_is_member:
        raise BotNotHere(step, command.bot_user)


def _setup_form(request: Request, channel: str, session: Session, then: Mapping[str, Any] | None = None) -> View:
    current = queries.current_rights(session, request.workspace, channel)
    _check_may_edit(request, current)
    return rights_forms.setup(channel, current, request.person.time_zone, then)


def _rights(request: Request, channel: str, session: Session) -> RightsVersion:
    rights = queries.current_rights(session, request.workspace, channel)
    if rights is None:
        raise NotSetUp(channel)
    return rights


def _check_may_edit(request: Request, current: RightsVersion | None) -> None:
    """Any full member before the first set-up, and when all who could are gone; else product owner, project manager, sponsor."""
    if current and request.person.id in current.editors:
        return check_can_act(request.person)
    if request.person.standing is not Standing.MEMBER:
        raise CannotSetUpAs(request.person.standing)
    if current and any(one.standing not in GONE for one in request.look_up(*current.editors)):
        raise NotYourSetup(current.editors)


# Slack did not say is not the same as gone: only what Slack says opens the rights to others.
GONE = (Standing.DEACTIVATED, Standing.BOT)


def _check_still(current: RightsVersion | None, seen: int) -> None:
    if current and current.number != seen:
        raise RightsMovedOn(current.number, current.author)


# ---- drawn -----------------------------------------------------------------------------------------------------------


def rights_in_words(rights: RightsVersion) -> Message:
    """The people, the window, and a line for each kind."""
    people = _people(rights)
    lines = [
        f"*{kind.label.capitalize()}* ({kind.meaning}): {decided_by(right)}."
        for kind, right in sorted(rights.table.items(), key=lambda row: list(DEFAULT_RIGHTS).index(row[0]))
    ]
    window = f"Impact is stated within {number(rights.impact_days, 'working day')}; after that the holder may decide without it."
    window += (
        f" {number(rights.grace_days, 'working day')} past its date, the sponsor may decide." if rights.sponsor else ""
    )
    window += "" if rights.reminds else " Nobody is reminded."
    if rights.digest_weekday is not None:
        window += f" The digest comes on {WEEKDAYS[rights.digest_weekday]}s at {rights.digest_hour:02d}:00."
    shown: list[Block] = [
        blocks.section(f"*Who decides in {where(rights.channel.slack_id)}* (rights v{rights.number})"),
        blocks.section(people),
        blocks.section("\n".join(f"• {line}" for line in lines)),
        blocks.context(f"{window} Times are in {rights.time_zone}."),
    ]
    return Message(
        f"Who decides in {where(rights.channel.slack_id)} (rights v{rights.number}). {people} {' '.join(lines)}", shown
    )


def rights_post(rights: RightsVersion, before: RightsVersion | None, post: Post) -> Message:
    """To the channel: a new version, who made it and why, and the whole of it."""
    first = f"{who(rights.author)} changed who decides here: rights v{rights.number}." if before else (
        f"{who(rights.author)} set this channel up: from now on everyone can see who decides what (rights v{rights.number})."
    )  # fmt: skip
    if before and rights.author not in before.editors:
        first += " They hold no role here: everyone who did has left Slack."
    words = rights_in_words(rights)
    why = [blocks.quote(rights.reason)] if before else []
    reason = blocks.cut(f" Why: {escaped(rights.reason)}", 3000) if before else ""
    return Message(f"{first}{reason} {_people(rights)}", [blocks.section(first), *why, *words.blocks[1:]])


def welcome(channel: str, post: Post) -> Message:
    """To the channel, when I am invited: what I am for, and the one form that starts it."""
    first = "Hello. I make tradeoff decisions visible: who may decide, what it costs, and what was decided."
    step = "First say who is product owner and who is project manager here. After that anyone can run `/tradeoff`."
    return Message(
        f"{first} {step}",
        [
            blocks.section(f"{first}\n{step}"),
            blocks.actions(blocks.button("Set up this channel", "rights.edit", channel, style="primary")),
        ],
    )


def _people(rights: RightsVersion) -> str:
    if rights.same_person:
        people = f"{who(rights.product_owner)} is both product owner and project manager."
    else:
        people = f"{who(rights.product_owner)} is product owner; {who(rights.project_manager)} is project manager."
    return f"{people} {who(rights.sponsor)} is sponsor." if rights.sponsor else people
