"""Form of a channel's set-up: who holds which role, the calendar, and the impact window.

`handlers/setup.py` saves it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.access import check_can_be_set_up, check_place
from handlers.answers import Answer, Block, OpenForm, View
from handlers.requests import Click, Command, Form, FormState, Request, Shortcut
from handlers.rights.editors import (
    GONE,
    WINDOW_LIMIT,
    as_seen,
    check_may_change_rights,
    what_saving_does,
)
from handlers.rights.zones import zone_input
from handlers.ui import blocks, fields, inputs
from handlers.ui.forms import REASON_LIMIT, full_member_errors, metadata
from handlers.ui.phrases import capital
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import Role
from models.tables.channel import Channel
from models.tables.rights import DIGEST_HOUR, GRACE_DAYS, MONDAY, RightsVersion, revised
from models.tables.workspace import words_of
from models.words import USUAL, Words
from models.working_time import USUAL as USUAL_DAYS
from models.working_time import WEEKS, country_called, is_zone


def open_setup(
    request: Command | Shortcut, session: Session, then: Mapping[str, Any] | None = None
) -> Answer:
    """Open the set-up form for `/tradeoff setup`, or for another act in a channel without rights.

    `then` is what the person was about to raise. Its form opens when this one is saved.
    """
    check_place(request, "/tradeoff setup", raises=then is not None)
    return OpenForm(_setup_form(request, request.place.id, session, then))


def edit(click: Click, session: Session) -> Answer:
    """Open the set-up form from the welcome, from the rights, or to fill an empty seat."""
    return OpenForm(_setup_form(click, click.value, session))


def _setup_form(
    request: Request, channel: str, session: Session, then: Mapping[str, Any] | None = None
) -> View:
    subjects.readable_channel(request, session, channel)
    current = lookups.current_rights(session, request.workspace, channel)
    if current is None:
        check_can_be_set_up(request, channel)
    given = then or {}
    check_may_change_rights(request, current, given.get("why_now") or given.get("title") or "")
    words = words_of(session, request.workspace)
    holders = current.role_holders if current else []
    people = request.look_up(*dict.fromkeys([request.user, *holders]))
    zones = [person.time_zone for person in people]
    gone = current.gone_editors if current else ()
    return setup_form(channel, current, zones, then, words, gone)


# ---- drawn ---------------------------------------------------------------------------------------


FIRST_REASON = "First set-up"
GOES_ALONG = "goes_along"
ROLES = ("product_owner", "project_manager", "sponsor")


def setup_form(
    channel: str,
    current: RightsVersion | None,
    zones: Sequence[str],
    then: Mapping[str, Any] | None = None,
    words: Words = USUAL,
    gone: Collection[str] = (),
) -> View:
    """Build the form that says who holds which role here.

    `zones` are the time zones of the person who opens the form, and of the people who hold roles.
    `then` is what the person was about to raise; the form for that opens when this form is saved.
    People who are `gone` have left Slack, and are not proposed for the seats that they hold.
    """
    zone = current.time_zone if current else zones[0]
    days = current.impact_days if current else 2
    shown: list[Block] = [
        blocks.section(_introduction(channel, current, then)),
        *_role_fields(current, words, gone),
        inputs.field(
            "time_zone",
            "Time zone",
            zone_input(zone, zones),
            hint="For dates to decide by, deferred decisions and the weekly digest.",
        ),
        *_calendar_fields(current),
        inputs.field(
            "impact_days",
            "Working days to state impact",
            inputs.number_input(least=1, most=WINDOW_LIMIT, initial=days),
            hint="After that the holder may decide without it, and the record says so.",
        ),
    ]
    shown += _change_fields() if current else []
    remember = metadata(channel=channel, then=then, **as_seen(current))
    title = "Change people or window" if current else "Set up this channel"
    return inputs.form("rights.setup", title, shown, remember, submit="Save")


def _change_fields() -> list[Block]:
    """Build the fields of a change: what becomes of open decisions, and why it is made."""
    choices = [
        inputs.choice("yes", "Go to the new holder"),
        inputs.choice("no", "Stay with the person who has them"),
    ]
    return [
        inputs.field(
            GOES_ALONG,
            "If a role changes hands, its open decisions",
            inputs.select(choices, initial="yes"),
            hint="Signatures that were given stay. If the former holder has left Slack, the "
            "decisions go to the new holder in any case.",
        ),
        inputs.field(
            "reason", "Why this change", inputs.text_input(limit=REASON_LIMIT, multiline=True)
        ),
    ]


def _calendar_fields(current: RightsVersion | None) -> list[Block]:
    calendar = current.calendar if current else USUAL_DAYS
    weeks = [inputs.choice(days, name) for days, name in WEEKS.items()]
    return [
        inputs.field("working_week", "Working week", inputs.select(weeks, initial=calendar.week)),
        inputs.field(
            "holidays",
            "Public holidays of",
            inputs.text_input(limit=64, initial=calendar.country),
            optional=True,
            hint="Days off here. Write a country (Germany or DE), or a part of one by its code "
            "(DE-BY, GB-SCT).",
        ),
    ]


def _role_fields(current: RightsVersion | None, words: Words, gone: Collection[str]) -> list[Block]:
    def seat_field(seat: str, called: str, hint: str, *, optional: bool = False) -> Block:
        holder = getattr(current, seat, None)
        person = None if holder in gone else holder
        hint = f"{hint} The last {called} has left Slack." if holder in gone else hint
        label, picker = capital(called), inputs.person_input(person)
        return inputs.field(seat, label, picker, hint=hint, optional=optional)

    both = "Answers “how will we deliver it reliably?” One person may hold both roles."
    return [
        seat_field(
            "product_owner",
            words.role(Role.PRODUCT_OWNER),
            "Answers “what should we build next, and why?”",
        ),
        seat_field("project_manager", words.role(Role.PROJECT_MANAGER), both),
        seat_field("sponsor", words.sponsor, "Who steps in when nobody decides.", optional=True),
    ]


def _introduction(
    channel: str, current: RightsVersion | None, then: Mapping[str, Any] | None
) -> str:
    """Say what the form is for, and which form opens after it, if one does."""
    if current:
        return what_saving_does(current)
    words = (
        f"Say once who decides what in <#{channel}>. Everyone can see it with `/tradeoff "
        "rights`, and it can be changed later."
    )
    if not then:
        return words
    sort = "claim" if then.get("claim") else "tradeoff"
    sort = "record" if then.get("record") else sort
    return f"{words} After this form, the form of your {sort} opens."


def read_setup(form: Form, channel: Channel, current: RightsVersion | None) -> RightsVersion:
    """Return the version as typed, not yet numbered.

    Raise FieldsInvalid if something is missing or wrong. Only full members who may read the channel
    can get a role.
    """
    state = form.state
    picked = {name: fields.person(state, name) for name in ROLES}
    errors = _role_errors(form, picked, channel.slack_id, current)
    working_time = _read_working_time(state, errors)
    days = fields.whole_number(state, "impact_days")
    if days is None or not 1 <= days <= WINDOW_LIMIT:
        errors["impact_days"] = f"Give whole days from 1 to {WINDOW_LIMIT}."
    reason = fields.text(state, "reason")
    if current and not reason:
        errors["reason"] = "Say why: the channel will read it."
    if errors:
        raise FieldsInvalid(errors)
    facts = {**picked, "sponsor": picked["sponsor"] or None, "impact_days": days, **working_time}
    if current:
        return revised(current, form.person.id, reason, **facts)
    return RightsVersion(
        channel_id=channel.id,
        author=form.person.id,
        reason=FIRST_REASON,
        grace_days=GRACE_DAYS,
        reminds=True,
        digest_weekday=MONDAY,
        digest_hour=DIGEST_HOUR,
        digest_when_empty=True,
        **facts,
    )


def _read_working_time(state: FormState, errors: dict[str, str]) -> dict[str, str | None]:
    """Return time zone, working week and country; add what is wrong with them to the errors."""
    zone, week = fields.chosen(state, "time_zone"), fields.chosen(state, "working_week")
    typed = fields.text(state, "holidays")
    country = country_called(typed) if typed else None
    if not is_zone(zone):
        errors["time_zone"] = "Choose a time zone from the list."
    if week not in WEEKS:
        errors["working_week"] = "Choose one."
    if typed and country is None:
        errors["holidays"] = (
            "I know no public holidays by that name. Write a country by its English name or its "
            "code (Germany or DE), or a part of one by its code (DE-BY for Bavaria, GB-SCT for "
            "Scotland); or leave this empty."
        )
    return {"time_zone": zone, "working_week": week, "holidays": country}


def _role_errors(
    form: Form, picked: Mapping[str, str], channel: str, current: RightsVersion | None
) -> dict[str, str]:
    """Return, by field name, why a person cannot hold the role.

    A person who holds the role already keeps it as a guest, and after leaving the channel. So the
    other fields can be changed.
    """
    people = form.look_up(*dict.fromkeys(person for person in picked.values() if person))
    found = {person.id: person for person in people}
    errors = dict[str, str]()
    for name, person in picked.items():
        keeps = bool(person) and person == getattr(current, name, None)
        if keeps and found[person].standing not in GONE:
            continue
        if person:
            errors |= full_member_errors(
                name, found[person], "hold a role"
            ) or access.invite_errors(form, name, [person], [channel])
        elif name != "sponsor":
            errors[name] = "Choose a person; one person may hold both roles."
    return errors
