"""Who stands in for whom: on leave, for one decision, and when a role holder has left Slack. The clock runs on."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import blocks, forms, typed
from handlers.answers import Answer, Done, Message, OpenForm, Reply, View
from handlers.decide import form_decision
from handlers.requests import Click, Command, Due, Event, Form
from models import handover, queries
from models.absence import Absence, current_absences
from models.decision import Decision
from models.place_refusals import CannotSetUpAs
from models.post import Drawing, Post
from models.refusals import FieldsInvalid, NotAway
from models.rules import Person, Standing
from models.words import number, where, who
from models.working_time import OPENING, local_day, moment

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


# ---- leave -----------------------------------------------------------------------------------------------------------


def open_leave(command: Command, session: Session) -> Answer:
    """`/tradeoff away @someone until 2026-12-24`: shows what would move before it does."""
    if command.person.standing is not Standing.MEMBER:
        raise CannotSetUpAs(command.person.standing)
    mention = re.search(r"<@([A-Z0-9]+)", command.text)
    until = read_until(command.text, local_day(command.at, command.person.time_zone))
    waiting = queries.pending_with(session, command.workspace, command.person.id)
    return OpenForm(leave_form(mention[1] if mention else None, until, len(waiting)))


def read_until(text: str, today: date) -> date | None:
    """`until 2026-12-24` or `until 24 Dec`; None when there is none that can be read."""
    iso = re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", text)
    named = re.search(r"\b(\d{1,2})\.? ([A-Za-z]{3})[a-z]*\b", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if named and named[2].lower() in MONTHS:
            found = date(today.year, MONTHS.index(named[2].lower()) + 1, int(named[1]))
            return found if found > today else found.replace(year=today.year + 1)
    except ValueError:
        pass
    return None


def save_leave(form: Form, session: Session) -> Answer:
    """From now on the delegate acts."""
    workspace_id = queries.ensure_workspace(session, form.workspace).id
    delegate, until = _read_leave(form)
    handover.check_may_leave(session, workspace_id, form.person.id, delegate, form.at)
    rights = queries.rights_held_by(session, form.workspace, form.person.id)
    both = typed.ticked(form.state, "both")
    if handover.both_hats(rights, form.person.id, delegate.id) and not both:
        raise FieldsInvalid(
            {"both": "They hold the other role in one of your channels. Tick this, or choose somebody else."}
        )
    ends_at = moment(until, OPENING, form.person.time_zone)
    pending = queries.pending_with(session, form.workspace, form.person.id)
    handover.leave(session, workspace_id, form.person.id, delegate.id, until, ends_at, both, pending, form.at)
    return Done()


def _read_leave(form: Form) -> tuple[Person, date]:
    person, until = typed.person(form.state, "delegate"), typed.day(form.state, "until")
    today = local_day(form.at, form.person.time_zone)
    errors = {} if person else {"delegate": "Choose who decides for you."}
    if until is None or until <= today:
        errors["until"] = "Choose the day on which you are back: a day after today."
    if person == form.person.id:
        errors["delegate"] = "That is you. Choose somebody else."
    elif person:
        errors |= forms.full_member_errors("delegate", form.look_up(person)[0], "decide for you")
    if errors:
        raise FieldsInvalid(errors)
    assert until
    return form.look_up(person)[0], until


def back(command: Command, session: Session) -> Answer:
    """`/tradeoff back`: earlier than planned."""
    workspace_id = queries.ensure_workspace(session, command.workspace).id
    absence = current_absences(session, workspace_id, command.at, command.person.id).get(command.person.id)
    if absence is None:
        raise NotAway
    moved = _end(absence, command.workspace, command.person.id, session, command.at)
    came = f" {number(moved, 'open decision')} came back to you." if moved else ""
    sentence = f"Welcome back. {who(absence.delegate)} no longer decides for you.{came}"
    return Reply(Message(sentence, [blocks.section(sentence)]))


def absence_ends(due: Due, session: Session) -> None:
    """The day of return has come."""
    found = session.scalars(
        select(Absence).where(
            Absence.workspace_id == due.timer.workspace_id, Absence.person == due.timer.person,
            Absence.ended_at.is_(None), Absence.ends_at <= due.at,
        )
    )  # fmt: skip
    for absence in found.all():
        _end(absence, due.workspace, None, session, due.at)


def _end(absence: Absence, team: str, by: str | None, session: Session, at: datetime) -> int:
    pending = queries.handed_over_by(session, team, absence.person, absence.delegate)
    handover.come_back(absence, pending, by, at)
    return len(pending)


# ---- one decision ----------------------------------------------------------------------------------------------------


def delegate(click: Click, session: Session) -> Answer:
    """Hand this one to somebody; the role holder can take it back the same way."""
    decision = queries.decision(session, click.workspace, click.value)
    handover.check_may_delegate(decision, click.person)
    return OpenForm(delegate_form(decision, click.person.id))


def save_delegation(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    handover.check_may_delegate(decision, form.person)
    person = typed.person(form.state, "delegate")
    if not person:
        raise FieldsInvalid({"delegate": "Choose who decides this."})
    (to,) = form.look_up(person)
    errors = forms.full_member_errors("delegate", to, "decide")
    if errors:
        raise FieldsInvalid(errors)
    handover.delegate_one(decision, to, typed.ticked(form.state, "both"), form.person, form.at)
    return Done()


# ---- empty seats -----------------------------------------------------------------------------------------------------


def person_changed(event: Event, session: Session) -> Answer:
    """Slack says that somebody changed; if they have left and held a role, the sponsor takes over and the channel is told."""
    user = event.body["user"]
    if user.get("deleted"):
        for rights in queries.rights_held_by(session, event.workspace, user["id"]):
            pending = queries.pending_with(session, event.workspace, user["id"], rights.channel_id)
            handover.empty_seat(pending, user["id"], rights.sponsor if rights.sponsor != user["id"] else None, event.at)
            _owe_seat(session, rights.channel_id, rights.id, user["id"], event)
    return Done()


def _owe_seat(session: Session, channel_id: int, rights_id: int, person: str, event: Event) -> None:
    key = f"seat:{rights_id}:{person}"
    if session.scalar(select(Post.id).where(Post.channel_id == channel_id, Post.key == key)) is None:
        session.add(
            Post(channel_id=channel_id, key=key, drawing=Drawing.SEAT, rights_version_id=rights_id, due_at=event.at)
        )


def seat_post(post: Post, session: Session) -> Message:
    """To the channel: a seat is empty, who acts meanwhile, and how to fill it."""
    assert post.rights_version_id
    rights = queries.rights_version(session, post.rights_version_id)
    person = post.key.rsplit(":", 1)[1]
    roles = " and ".join(
        label
        for label, holder in (("product owner", rights.product_owner), ("project manager", rights.project_manager))
        if holder == person
    )
    first = f"The seat of {roles} is empty here: {who(person)} has left Slack."
    meanwhile = (
        f"What was waiting for them went to {who(rights.sponsor)} (sponsor), and so does what comes."
        if rights.sponsor and rights.sponsor != person
        else "There is no sponsor, so what was waiting for them waits until the seat is filled."
    )
    channel = where(rights.channel.slack_id)
    filled = rights.channel.rights_number > rights.number
    step = (
        f"Since then the rights of {channel} were changed; see `/tradeoff rights`."
        if filled
        else "Say who follows: one short form."
    )
    button = blocks.button("Fill the seat", "rights.edit", rights.channel.slack_id, style="primary")
    shown = [blocks.section(f"*{first}* {meanwhile} {step}"), *([] if filled else [blocks.actions(button)])]
    return Message(f"{first} {meanwhile} {step}", shown)


# ---- forms -----------------------------------------------------------------------------------------------------------


def leave_form(delegate: str | None, until: date | None, waiting: int) -> View:
    moves = f"{number(waiting, 'open decision')} would move now" if waiting else "Nothing is waiting for you now"
    shown = [
        blocks.section(f"While you are away, somebody else decides and states impact for you, in every channel. {moves}; no date changes."),
        blocks.field("delegate", "Who decides for you", blocks.person_input(delegate)),
        blocks.field("until", "You are back on", blocks.date_input(until), hint="At 09:00 your time; /tradeoff back ends it earlier."),
        forms.both_hats_field(),
    ]  # fmt: skip
    return blocks.form("delegation.leave", "Away", shown, "", submit="Go on leave")


def delegate_form(decision: Decision, person: str) -> View:
    taken = [one for one in (decision.holder_for, decision.counterpart_for) if one == person]
    now = decision.holder if decision.holder_for == person else decision.counterpart
    words = (
        f"{who(now)} decides this for you. Choose yourself to take it back."
        if taken
        else "Both names stand in the record. The date to decide by stays as it is."
    )
    shown = [
        forms.titled(decision),
        blocks.context(words),
        blocks.field("delegate", "Who decides this", blocks.person_input(person if taken else None)),
        forms.both_hats_field(),
    ]
    return blocks.form(
        "delegation.delegate",
        f"Delegate #{decision.number}",
        shown,
        forms.metadata(decision=decision.id),
        submit="Delegate",
    )
