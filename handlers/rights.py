"""Who decides what here: see it, set it up, change it. Every change is a new version, shown in the channel."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from handlers import blocks, forms, rights_forms
from handlers.answers import Answer, Block, Done, Message, OpenForm, Reply, UpdateForm, View
from handlers.blocks import escape
from handlers.requests import Click, Command, Form, Request
from models import queries
from models.post import Post
from models.refusals import (
    BotNotHere,
    CannotSetUpAs,
    ChannelArchived,
    NotATeamChannel,
    NotSetUp,
    NotYourSetup,
    RightsMovedOn,
    check_can_act,
)
from models.rights import RightsVersion, new_version
from models.rules import DEFAULT_RIGHTS, Standing
from models.words import number, where, who


def show(command: Command, session: Session) -> Answer:
    """`/tradeoff rights`: who decides what, in words."""
    rights = queries.current_rights(session, command.workspace, command.place.id)
    if rights is None:
        raise NotSetUp(command.place.id)
    message = rights_in_words(rights)
    attempts = queries.attempts_outside_rights(session, rights.channel_id)
    if attempts:
        counted = ", ".join(f"{kind}: {number(count, 'attempt')}" for kind, count in attempts.items())
        message.blocks.append(
            blocks.context(f"Outside the right, so far: {counted}. It can mean that this table and practice differ.")
        )
    message.blocks.append(
        blocks.actions(
            blocks.button("Change people or window", "rights.edit", command.place.id),
            blocks.button("Change who decides", "rights.edit_table", command.place.id),
        )
    )
    return Reply(message)


def open_setup(command: Command, session: Session, then: Mapping[str, str] | None = None) -> Answer:
    """`/tradeoff setup`, or anything else where nothing is set up yet. `then` is the tradeoff to come back to."""
    check_place(command, "/tradeoff setup")
    return OpenForm(_setup_form(command, command.place.id, session, then))


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
    if remembered.get("then"):
        return UpdateForm(forms.tradeoff(made, **remembered["then"]))
    return Done()


def save_table(form: Form, session: Session) -> Answer:
    """Make the next version with one row changed."""
    remembered = forms.remembered(form.metadata)
    current = _rights(form, remembered["channel"], session)
    _check_may_edit(form, current)
    _check_still(current, remembered["version"])
    table, reason = rights_forms.read_table(form.state, current)
    version = RightsVersion(
        channel_id=current.channel_id, product_owner=current.product_owner, project_manager=current.project_manager,
        sponsor=current.sponsor, time_zone=current.time_zone, impact_days=current.impact_days,
        author=form.person.id, reason=reason,
    )  # fmt: skip
    new_version(session, current.channel, version, table, form.at)
    return Done()


def check_place(command: Command, usage: str) -> None:
    """Raise the Refused that says why nothing can be raised or set up in this conversation."""
    place = command.place
    if place.is_direct:
        raise NotATeamChannel(usage)
    if place.is_archived:
        raise ChannelArchived(place.id)
    if not place.bot_is_member:
        raise BotNotHere(usage, command.bot_user)


def _setup_form(request: Request, channel: str, session: Session, then: Mapping[str, str] | None = None) -> View:
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
        f"*{kind.label.capitalize()}* ({kind.meaning}): {forms.decided_by(right)}."
        for kind, right in sorted(rights.table.items(), key=lambda row: list(DEFAULT_RIGHTS).index(row[0]))
    ]
    window = f"Impact is stated within {number(rights.impact_days, 'working day')}; after that the holder may decide without it."
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
    reason = blocks.cut(f" Why: {escape(rights.reason)}", 3000) if before else ""
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
