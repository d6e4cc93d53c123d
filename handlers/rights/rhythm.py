"""Reminders, grace period and weekly digest of a channel, and the form that changes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, OpenForm, View
from handlers.requests import Click, Form, FormState
from handlers.rights import changing
from handlers.rights.editors import (
    WINDOW_LIMIT,
    as_seen,
    check_may_change_rights,
    check_still,
    what_saving_does,
)
from handlers.ui import blocks, fields, forms, inputs
from handlers.ui.forms import REASON_LIMIT, metadata
from handlers.ui.phrases import WEEKDAYS
from models import locks
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.tables.rights import RightsVersion, revised


def edit_rhythm(click: Click, session: Session) -> Answer:
    """Open the form for reminders, the grace period and the digest."""
    subjects.readable_channel(click, session, click.value)
    rights = lookups.require_rights(session, click.workspace, click.value)
    check_may_change_rights(click, rights)
    return OpenForm(rhythm_form(rights))


def save_rhythm(form: Form, session: Session) -> Answer:
    remembered = forms.remembered(form.metadata)
    locks.lock_who_decides_to_change_it(session, form.workspace)
    subjects.readable_channel(form, session, remembered["channel"])
    current = lookups.require_rights(session, form.workspace, remembered["channel"])
    before = changing.saved_before(form, session, current.channel_id)
    if before:
        return before
    check_may_change_rights(form, current)
    check_still(current, remembered)
    changes, reason = read_rhythm(form.state)
    version = revised(current, form.person.id, reason, **changes)
    return changing.save(form, session, current, version, current.table)


NO_DIGEST = "none"


def rhythm_form(current: RightsVersion) -> View:
    """Build the form for reminders, the grace period, and the weekly digest."""
    yes_no = [inputs.choice("yes", "Yes, on working days at 09:30"), inputs.choice("no", "No")]
    shown = [
        blocks.section(what_saving_does(current)),
        inputs.field(
            "reminds",
            "Remind people of what waits for them",
            inputs.select(yes_no, initial="yes" if current.reminds else "no"),
        ),
        inputs.field(
            "grace_days",
            f"Working days past a decision's date until the {current.words.sponsor} may decide",
            inputs.number_input(least=1, most=WINDOW_LIMIT, initial=current.grace_days),
        ),
        *_digest_fields(current),
        inputs.field(
            "reason", "Why this change", inputs.text_input(limit=REASON_LIMIT, multiline=True)
        ),
    ]
    remember = metadata(channel=current.channel.slack_id, **as_seen(current))
    return inputs.form("rights.rhythm", "Reminders and digest", shown, remember, submit="Save")


def _digest_fields(current: RightsVersion) -> list[Block]:
    days = [inputs.choice(str(number), name) for number, name in enumerate(WEEKDAYS)]
    days.append(inputs.choice(NO_DIGEST, "No digest"))
    hours = [inputs.choice(str(hour), f"{hour:02d}:00") for hour in range(24)]
    empty = [
        inputs.choice("yes", "Say that nothing was decided"),
        inputs.choice("no", "Post nothing"),
    ]
    weekday = NO_DIGEST if current.digest_weekday is None else str(current.digest_weekday)
    return [
        inputs.field("digest_weekday", "Weekly digest on", inputs.select(days, initial=weekday)),
        inputs.field(
            "digest_hour",
            f"At ({current.time_zone})",
            inputs.select(hours, initial=str(current.digest_hour)),
        ),
        inputs.field(
            "digest_when_empty",
            "After a week without news",
            inputs.select(empty, initial="yes" if current.digest_when_empty else "no"),
        ),
    ]


def read_rhythm(state: FormState) -> tuple[dict[str, Any], str]:
    """Return the settings as typed, and the reason. Raise FieldsInvalid if something is wrong."""
    chosen = {
        name: fields.chosen(state, name)
        for name in ("reminds", "digest_weekday", "digest_hour", "digest_when_empty")
    }
    days, reason = fields.whole_number(state, "grace_days"), fields.text(state, "reason")
    errors = {name: "Choose one." for name, value in chosen.items() if not value}
    if days is None or not 1 <= days <= WINDOW_LIMIT:
        errors["grace_days"] = f"Give whole days from 1 to {WINDOW_LIMIT}."
    if not reason:
        errors["reason"] = "Say why: the channel will read it."
    if errors:
        raise FieldsInvalid(errors)
    weekday = chosen["digest_weekday"]
    changes = {
        "reminds": chosen["reminds"] == "yes",
        "grace_days": days,
        "digest_hour": int(chosen["digest_hour"]),
        "digest_weekday": None if weekday == NO_DIGEST else int(weekday),
        "digest_when_empty": chosen["digest_when_empty"] == "yes",
    }
    return changes, reason
