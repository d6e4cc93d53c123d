"""Leave: a delegate acts for a person who is away, and the clock runs on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import access
from handlers.answers import Answer, Done, Message, OpenForm, Reply, UpdateForm, View
from handlers.card import batch
from handlers.delegation.return_day import read_until, typed_day
from handlers.requests import Asking, Click, Command, Due, Form, Request
from handlers.ui import blocks, fields, forms, inputs, typed_days
from models import locks
from models.acts import Act
from models.mrkdwn import day, number, when, who
from models.reads import lookups
from models.refusals.absence import NotAway
from models.refusals.place import OnlyMembersDelegate
from models.refusals.refused import FieldsInvalid
from models.rules import Person, Standing
from models.tables import workspace
from models.tables.absence import Absence, current_absences
from models.tables.channel import Channel
from models.tables.decision import Decision
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.verbs import gathering, handover
from models.working_time import OPENING, local_day, moment

LONGEST_LEAVE = timedelta(days=366)


# ---- leave ---------------------------------------------------------------------------------------


def open_leave(command: Command, session: Session, text: str) -> Answer:
    """Answer `/tradeoff away @someone until 24 Dec`: show what would move before it does."""
    return _open_leave(command, session, text)


def go_on_leave(click: Click, session: Session) -> Answer:
    """Open the same form from a button."""
    return _open_leave(click, session, "")


def _open_leave(request: Request, session: Session, text: str) -> Answer:
    if request.person.standing is not Standing.MEMBER:
        raise OnlyMembersDelegate(request.person.standing)
    workspace_id = workspace.ensure_workspace(session, request.workspace).id
    handover.check_not_away(session, workspace_id, request.person.id, request.at)
    mention = re.search(r"<@([A-Z0-9]+)", text)
    typed, today = typed_day(text), local_day(request.at, request.person.time_zone)
    how_read = typed_days.how_read(typed, typed_days.readings(typed, today)) if typed else ""
    pending = locks.lock_pending_with(session, request.workspace, request.person.id)
    return OpenForm(
        leave_form(
            mention[1] if mention else None,
            read_until(text, today),
            _waiting(pending, request.person.id),
            how_read,
        )
    )


def _waiting(pending: Iterable[Decision], person: str) -> int:
    return sum(handover.has_to_act(decision, person) for decision in pending)


def save_leave(form: Form, session: Session) -> Answer:
    """Begin the leave: from now on the delegate acts."""
    if form.person.standing is not Standing.MEMBER:
        raise OnlyMembersDelegate(form.person.standing)
    rights = lookups.rights_held_by(session, form.workspace, form.person.id)
    absence = _read_absence(form, session, rights)
    pending = locks.lock_pending_with(session, form.workspace, form.person.id)
    count = _waiting(pending, form.person.id)
    handover.leave(session, absence, pending, form.act, gone=_gone_givers(form, pending))
    begun = None
    if rights:
        begun = Post(
            channel_id=rights[0].channel_id,
            key=f"absence:{absence.id}",
            drawing=Drawing.STANDS_IN,
            args={"absence": absence.id, "moved": count},
            person=absence.delegate,
            due_at=form.at,
        )
        session.add(begun)
    gathering.gather(pending, absence.delegate, form.at, begun)
    return UpdateForm(left_view(absence, count))


def _read_absence(form: Form, session: Session, rights: Iterable[RightsVersion]) -> Absence:
    """Return what was typed, checked against the record. Raise Refused."""
    workspace_id = workspace.ensure_workspace(session, form.workspace).id
    delegate, until = _read_leave(form)
    _check_may_read(form, session, rights, delegate)
    handover.check_may_leave(session, workspace_id, form.person.id, delegate, form.at)
    both = fields.ticked(form.state, "both")
    if not both and handover.both_hats(session, rights, form.person.id, delegate.id, form.at):
        raise FieldsInvalid(
            {
                "both": "They would hold both roles in one of your channels. Tick this, or "
                "choose somebody else."
            }
        )
    return Absence(
        workspace_id=workspace_id,
        person=form.person.id,
        delegate=delegate.id,
        both_hats=both,
        begun_at=form.at,
        until=until,
        ends_at=moment(until, OPENING, form.person.time_zone),
    )


def _check_may_read(
    form: Form, session: Session, rights: Iterable[RightsVersion], delegate: Person
) -> None:
    """Raise FieldsInvalid if the delegate may not read a channel in which they would act."""
    pending = locks.lock_pending_with(session, form.workspace, form.person.id)
    channels = [version.channel.slack_id for version in rights]
    channels += [decision.channel.slack_id for decision in pending]
    errors = access.invite_errors(form, "delegate", [delegate.id], list(dict.fromkeys(channels)))
    if errors:
        raise FieldsInvalid(errors)


def _gone_givers(form: Form, pending: Iterable[Decision]) -> list[str]:
    """Return who handed one of these to this person and has left Slack since."""
    seats = [
        seat for decision in pending for seat in (decision.holder_seat, decision.counterpart_seat)
    ]
    givers = dict.fromkeys(seat.on_behalf_of for seat in seats if seat.on_behalf_of)
    people = form.look_up(*givers)
    return [person.id for person in people if person.standing is Standing.DEACTIVATED]


def _read_leave(form: Form) -> tuple[Person, date]:
    person, until = fields.person(form.state, "delegate"), fields.chosen_day(form.state, "until")
    today = local_day(form.at, form.person.time_zone)
    errors = {} if person else {"delegate": "Choose who decides for you."}
    if until is None or not today < until <= today + LONGEST_LEAVE:
        errors["until"] = "Choose the day on which you are back: a day after today, within a year."
    if person == form.person.id:
        errors["delegate"] = "That is you. Choose somebody else."
    elif person:
        errors |= forms.full_member_errors("delegate", form.look_up(person)[0], "decide for you")
    if errors:
        raise FieldsInvalid(errors)
    assert until
    return form.look_up(person)[0], until


def back(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff back`: end the leave earlier than planned."""
    absence, moved = _come_back(command, session)
    came = f" {number(moved, 'open decision')} came back to you." if moved else ""
    sentence = f"Welcome back. {who(absence.delegate)} no longer decides for you.{came}"
    return Reply(Message(sentence, [blocks.section(sentence)]))


def is_back(click: Click, session: Session) -> Answer:
    """End the leave from Home, which then shows what came back."""
    _come_back(click, session)
    return Done()


def _come_back(request: Request, session: Session) -> tuple[Absence, int]:
    """Return the leave that is over now, and the number of decisions that came back.

    Only decisions that wait for somebody count.
    """
    workspace_id = workspace.ensure_workspace(session, request.workspace).id
    absence = current_absences(session, workspace_id, request.at, request.person.id).get(
        request.person.id
    )
    if absence is None:
        raise NotAway
    return absence, end(absence, request.workspace, session, request.act)


def absence_ends(due: Due, session: Session) -> None:
    """End the leave, because the day of return has come."""
    found = session.scalars(
        select(Absence).where(
            Absence.workspace_id == due.timer.workspace_id,
            Absence.person == due.timer.person,
            Absence.ended_at.is_(None),
            Absence.ends_at <= due.at,
        )
    )
    for absence in found.all():
        end(absence, due.workspace, session, due.act)


def end(
    absence: Absence,
    tenant: str,
    session: Session,
    act: Act,
    gone: Collection[str] = (),
) -> int:
    """End the leave; return the number of decisions that came back and wait for somebody."""
    pending = locks.lock_handed_over_by(session, tenant, absence.person, absence.delegate)
    handover.end_leave(absence, pending, act, gone)
    moved = _waiting(pending, absence.person)
    told = (
        select(Post)
        .join(Post.channel)
        .where(Channel.workspace_id == absence.workspace_id, Post.key == f"absence:{absence.id}")
    )
    for post in session.scalars(told).all():
        post.redraw(act.at)
        person = absence.person if absence.delegate in gone else absence.delegate
        over = Post(
            channel_id=post.channel_id,
            key=f"{post.key}:over",
            drawing=Drawing.STANDS_IN_NO_MORE,
            args={"absence": absence.id, "moved": moved},
            due_at=act.at,
            person=person,
        )
        session.add(over)
        gathering.gather(pending, person, act.at, over)
    for person in (absence.person, absence.delegate):
        gathering.gather(pending, person, act.at)
    return moved


# ---- forms ---------------------------------------------------------------------------------------


def left_view(absence: Absence, moved: int) -> View:
    """Build the view that follows the form: who decides now, and what moved."""
    came = (
        f"{number(moved, 'open decision')} moved; no date changed."
        if moved
        else "Nothing was waiting for you."
    )
    sentence = (
        f"{who(absence.delegate)} decides for you until {day(absence.until)}. {came} "
        "`/tradeoff back` ends it earlier."
    )
    return inputs.notice("You are away", [blocks.section(sentence)])


def _absence(post: Post, session: Session) -> Absence:
    """Return the leave that this message is about.

    The release before this one wrote it into the key alone.
    """
    args = post.args or {"absence": int(post.key.split(":")[1])}
    return session.get_one(Absence, args["absence"])


def stands_in(post: Post, session: Session, asking: Asking) -> Message:
    """Build the delegate's message: for whom they act, and until when."""
    absence = _absence(post, session)
    sentence = (
        f"{who(absence.person)} is away until {day(absence.until)}, and you act for "
        "them until then: you decide, and state impact, wherever they would. What is "
        "new comes to you as a message."
    )
    if absence.ended_at:
        sentence = (
            f"{who(absence.person)} was away until {when(absence.ended_at)}, and you acted "
            "for them."
        )
        return Message(sentence, [blocks.section(sentence)])
    return batch.with_list(sentence, post, session, asking)


def stands_in_no_more(post: Post, session: Session, asking: Asking) -> Message:
    """Build the message that says that it is over.

    It goes to the delegate, or to the person who was away if the delegate has left Slack.
    """
    absence = _absence(post, session)
    if post.person == absence.delegate:
        sentence = f"{who(absence.person)} is back. You no longer decide for them."
    else:
        sentence = (
            f"{who(absence.delegate)} has left Slack, so you are no longer away: what "
            "is open is yours again. `/tradeoff away @someone until 24 Dec` names "
            "another delegate."
        )
    return batch.with_list(sentence, post, session, asking)


def leave_form(delegate: str | None, until: date | None, waiting: int, how_read: str = "") -> View:
    """Build the form; `how_read` says how the typed day was understood."""
    moves = (
        f"{number(waiting, 'open decision')} would move now"
        if waiting
        else "Nothing is waiting for you now"
    )
    shown = [
        blocks.section(
            "While you are away, somebody else decides and states impact for you, in "
            f"every channel. {moves}; no date changes."
        ),
        inputs.field("delegate", "Who decides for you", inputs.person_input(delegate)),
        *([blocks.context(how_read)] if how_read else []),
        inputs.field(
            "until",
            "You are back on",
            inputs.date_input(until),
            hint="At 09:00 your time; /tradeoff back ends it earlier.",
        ),
        forms.both_hats_field(),
    ]
    return inputs.form("delegation.leave", "Away", shown, "", submit="Go on leave")
