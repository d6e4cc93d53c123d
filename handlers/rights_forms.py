"""The forms of a channel's rights: set it up, change the table. Each also reads itself back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from handlers.answers import Block, View
from handlers.requests import Form, FormState
from handlers.ui import blocks, fields
from handlers.ui.forms import REASON_LIMIT, full_member_errors, metadata
from models.refusals.deciding import FieldsInvalid
from models.rules import Decider, Kind, Right
from models.tables.rights import DIGEST_HOUR, GRACE_DAYS, MONDAY, RightsVersion, revised

FIRST_REASON = "First set-up"
WINDOW_LIMIT = 20
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_DIGEST = "none"


def setup(channel: str, current: RightsVersion | None, time_zone: str, then: Mapping[str, Any] | None = None) -> View:
    """Who holds which role here. `then` is the tradeoff someone was about to raise (title, why now); it comes back when this is saved."""
    shown: list[Block] = [blocks.section(_introduction(channel, current))]
    shown += [
        blocks.field("product_owner", "Product owner", blocks.person_input(current.product_owner if current else None),
                     hint="Answers “what should we build next, and why?”"),
        blocks.field("project_manager", "Project manager", blocks.person_input(current.project_manager if current else None),
                     hint="Answers “how will we deliver it reliably?” One person may hold both roles."),
        blocks.field("sponsor", "Sponsor", blocks.person_input(current.sponsor if current else None), optional=True,
                     hint="Who steps in when nobody decides."),
        blocks.field("time_zone", "Time zone", blocks.text_input(limit=64, initial=current.time_zone if current else time_zone),
                     hint="As in Europe/London or America/New_York."),
        blocks.field("impact_days", "Working days to state impact",
                     blocks.number_input(least=1, most=WINDOW_LIMIT, initial=current.impact_days if current else 2),
                     hint="After that the holder may decide without it, and the record says so."),
    ]  # fmt: skip
    if current:
        shown.append(blocks.field("reason", "Why this change", blocks.text_input(limit=REASON_LIMIT, multiline=True)))
    remember = metadata(channel=channel, version=current.number if current else 0, then=then)
    return blocks.form("rights.setup", "Set up this channel", shown, remember, submit="Save")


def _introduction(channel: str, current: RightsVersion | None) -> str:
    if current:
        return f"The rights in <#{channel}> are at v{current.number}. Saving makes v{current.number + 1} and posts it in the channel."
    return f"Say once who decides what in <#{channel}>. Everyone can see it with `/tradeoff rights`, and it can be changed later."


def read_setup(form: Form, channel_id: int, current: RightsVersion | None) -> RightsVersion:
    """The version as typed, not yet numbered. Raises FieldsInvalid: roles are held by full members only."""
    state, errors = form.state, dict[str, str]()
    product_owner, project_manager = fields.person(state, "product_owner"), fields.person(state, "project_manager")
    sponsor, zone, days = (
        fields.person(state, "sponsor"),
        fields.text(state, "time_zone"),
        fields.whole_number(state, "impact_days"),
    )
    picked = {"product_owner": product_owner, "project_manager": project_manager, "sponsor": sponsor}
    known = {one.id: one for one in form.look_up(*dict.fromkeys(one for one in picked.values() if one))}
    for name, one in picked.items():
        if one:
            errors |= full_member_errors(name, known[one], "hold a role")
        elif name != "sponsor":
            errors[name] = "Choose a person; one person may hold both roles."
    zone = _known_zone(zone)
    if not zone:
        errors["time_zone"] = "I do not know that zone. Write it as in Europe/London or America/New_York."
    if days is None or not 1 <= days <= WINDOW_LIMIT:
        errors["impact_days"] = f"Give whole days from 1 to {WINDOW_LIMIT}."
    reason = fields.text(state, "reason")
    if current and not reason:
        errors["reason"] = "Say why: the channel will read it."
    if errors:
        raise FieldsInvalid(errors)
    assert days
    facts = {
        "product_owner": product_owner, "project_manager": project_manager, "sponsor": sponsor or None, "time_zone": zone,
        "impact_days": days,
    }  # fmt: skip
    if current:
        return revised(current, form.person.id, reason, **facts)
    return RightsVersion(
        channel_id=channel_id,
        author=form.person.id,
        reason=FIRST_REASON,
        grace_days=GRACE_DAYS,
        reminds=True,
        digest_weekday=MONDAY,
        digest_hour=DIGEST_HOUR,
        digest_when_empty=True,
        **facts,
    )


def _known_zone(text: str) -> str:
    zones = {zone.casefold(): zone for zone in available_timezones()}
    return zones.get(text.casefold().replace(" ", "_"), "")


def table(current: RightsVersion) -> View:
    """Change who decides one kind."""
    kinds = [blocks.choice(kind.value, kind.label.capitalize(), kind.meaning) for kind in Kind]
    deciders = [
        blocks.choice(Decider.PRODUCT_OWNER.value, "The product owner"),
        blocks.choice(Decider.PROJECT_MANAGER.value, "The project manager"),
        blocks.choice(Decider.JOINT.value, "Both together: each signs"),
    ]
    first = [blocks.choice("yes", "Yes, the other side states impact first"), blocks.choice("no", "No")]
    shown = [
        blocks.section(f"Saving makes v{current.number + 1} of the rights here and posts it in the channel."),
        blocks.field("kind", "Kind", blocks.select(kinds, placeholder="Which kind?")),
        blocks.field("decides", "Who decides", blocks.select(deciders, placeholder="Who?")),
        blocks.field("impact_first", "Impact first?", blocks.select(first, placeholder="Yes or no")),
        blocks.field("reason", "Why this change", blocks.text_input(limit=REASON_LIMIT, multiline=True)),
    ]
    remember = metadata(channel=current.channel.slack_id, version=current.number)
    return blocks.form("rights.table", "Change who decides", shown, remember, submit="Save")


def read_table(state: FormState, current: RightsVersion) -> tuple[dict[Kind, Right], str]:
    """The whole table with the change in it, and the reason. Raises FieldsInvalid."""
    errors: dict[str, str] = {}
    kind, decides, first = (fields.chosen(state, name) for name in ("kind", "decides", "impact_first"))
    reason = fields.text(state, "reason")
    if kind not in [one.value for one in Kind]:
        errors["kind"] = "Choose a kind."
    if decides not in [one.value for one in Decider]:
        errors["decides"] = "Choose who decides."
    if first not in ("yes", "no"):
        errors["impact_first"] = "Choose yes or no."
    if (kind, first) == (Kind.ACCEPTANCE.value, "yes") or (kind, decides) == (
        Kind.ACCEPTANCE.value,
        Decider.JOINT.value,
    ):
        errors["kind"] = "Acceptance is one role's verdict, without an impact statement."
    if not reason:
        errors["reason"] = "Say why: the channel will read it."
    if errors:
        raise FieldsInvalid(errors)
    return {**current.table, Kind(kind): Right(Decider(decides), first == "yes")}, reason


def rhythm(current: RightsVersion) -> View:
    """Reminders, the sponsor's turn, and the weekly digest."""
    yes_no = [blocks.choice("yes", "Yes, on working days at 09:30"), blocks.choice("no", "No")]
    days = [blocks.choice(str(number), name) for number, name in enumerate(WEEKDAYS)] + [
        blocks.choice(NO_DIGEST, "No digest")
    ]
    hours = [blocks.choice(str(hour), f"{hour:02d}:00") for hour in range(24)]
    empty = [blocks.choice("yes", "Say that nothing was decided"), blocks.choice("no", "Post nothing")]
    weekday = NO_DIGEST if current.digest_weekday is None else str(current.digest_weekday)
    shown = [
        blocks.section(f"Saving makes v{current.number + 1} of the rights here and posts it in the channel."),
        blocks.field("reminds", "Remind people of what waits for them", blocks.select(yes_no, initial="yes" if current.reminds else "no")),
        blocks.field("grace_days", "Working days past its date until the sponsor may decide",
                     blocks.number_input(least=1, most=WINDOW_LIMIT, initial=current.grace_days)),
        blocks.field("digest_weekday", "Weekly digest on", blocks.select(days, initial=weekday)),
        blocks.field("digest_hour", f"At ({current.time_zone})", blocks.select(hours, initial=str(current.digest_hour))),
        blocks.field("digest_when_empty", "When there is nothing to tell", blocks.select(empty, initial="yes" if current.digest_when_empty else "no")),
        blocks.field("reason", "Why this change", blocks.text_input(limit=REASON_LIMIT, multiline=True)),
    ]  # fmt: skip
    remember = metadata(channel=current.channel.slack_id, version=current.number)
    return blocks.form("rights.rhythm", "Reminders and digest", shown, remember, submit="Save")


def read_rhythm(state: FormState) -> tuple[dict[str, Any], str]:
    """What changes, and why. Raises FieldsInvalid."""
    chosen = {
        name: fields.chosen(state, name) for name in ("reminds", "digest_weekday", "digest_hour", "digest_when_empty")
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
        "reminds": chosen["reminds"] == "yes", "grace_days": days, "digest_hour": int(chosen["digest_hour"]),
        "digest_weekday": None if weekday == NO_DIGEST else int(weekday),
        "digest_when_empty": chosen["digest_when_empty"] == "yes",
    }  # fmt: skip
    return changes, reason
