"""Departures from Slack: who takes the seat, what comes back, and how the seat is filled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.answers import Answer, Done, Message
from handlers.delegation import leave
from handlers.requests import Event, Request
from handlers.ui import blocks
from models import locks
from models.acts import Act
from models.mrkdwn import where, who
from models.reads import lookups
from models.rules import Role, Standing
from models.tables import workspace
from models.tables.absence import absences_of, standing_in_for
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.verbs import gathering, handover, overdue


def person_changed(event: Event, session: Session) -> Answer:
    """Hand over what a person does here if Slack says that they have left.

    What they did for others goes back to those others, and their own seat is empty.
    """
    user = event.body["user"]
    if user.get("deleted"):
        _give_back(event, user["id"], session)
        for rights in lookups.rights_held_by(session, event.workspace, user["id"]):
            sponsor = _sponsor(event, rights, user["id"])
            pending = locks.lock_pending_with(
                session, event.workspace, user["id"], rights.channel_id
            )
            handover.empty_seat(pending, user["id"], sponsor, event.at)
            if sponsor:
                gathering.gather(pending, sponsor, event.at)
            _owe_seat(session, rights, user["id"], sponsor, event)
    return Done()


def _give_back(event: Event, person: str, session: Session) -> None:
    act = Act(None, event.at)
    workspace_id = workspace.ensure_workspace(session, event.workspace).id
    for absence in standing_in_for(session, workspace_id, event.at, person):
        leave.end(absence, event.workspace, session, act, gone=[person])
    for absence in absences_of(session, workspace_id, event.at, person):
        leave.end(absence, event.workspace, session, act, gone=[person])
    for decision in locks.lock_pending_with(session, event.workspace, person):
        givers = [
            giver
            for giver in (decision.holder_for, decision.counterpart_for)
            if giver and giver != person
        ]
        if all(user.standing is not Standing.DEACTIVATED for user in event.look_up(*givers)):
            handover.hand_back(decision, person, act, gone=[person])


def _sponsor(event: Event, rights: RightsVersion, person: str) -> str | None:
    """Return the sponsor who takes the seat; None if there is none, or the sponsor has left."""
    if rights.sponsor is None or rights.sponsor == person:
        return None
    (user,) = event.look_up(rights.sponsor)
    return None if user.standing is Standing.DEACTIVATED else rights.sponsor


def _owe_seat(
    session: Session, rights: RightsVersion, person: str, sponsor: str | None, event: Event
) -> None:
    seats = select(Post).where(
        Post.channel_id == rights.channel_id,
        Post.drawing == Drawing.SEAT,
        Post.rights_version_id == rights.id,
    )
    if all(_seat(post)["person"] != person for post in session.scalars(seats)):
        session.add(
            Post(
                channel_id=rights.channel_id,
                key=f"seat:{rights.id}:{person}:{sponsor or ''}",
                drawing=Drawing.SEAT,
                args={"person": person, "sponsor": sponsor},
                rights_version_id=rights.id,
                due_at=event.at,
            )
        )


def fill(request: Request, session: Session, before: RightsVersion, after: RightsVersion) -> None:
    """Give what waited for the seat of a person who has left to the successor in the new rights.

    What is overdue goes to today's sponsor.
    """
    if after.sponsor != before.sponsor:
        for decision in locks.lock_overdue_in(session, request.workspace, after.channel_id):
            overdue.follow_sponsor(decision, after.sponsor, request.at)
    for role in Role:
        old, new = before.holder_of(role), after.holder_of(role)
        if old != new and request.look_up(old)[0].standing is Standing.DEACTIVATED:
            waiting = locks.lock_pending_for_seat(session, request.workspace, old, after.channel_id)
            handover.fill_seat(waiting, role, old, new, request.act)
            for person in dict.fromkeys((new, before.sponsor)):
                gathering.gather(waiting, person, request.at)


# ---- drawn ---------------------------------------------------------------------------------------


def seat_post(post: Post, session: Session) -> Message:
    """Build the channel's message: a seat is empty, who acts meanwhile, and how to fill it."""
    assert post.rights_version_id
    rights = lookups.rights_version(session, post.rights_version_id)
    person, sponsor = _seat(post)["person"], _seat(post).get("sponsor")
    roles = " and ".join(role.label for role in Role if rights.holder_of(role) == person)
    first = f"The seat of {roles} is empty here: {who(person)} has left Slack."
    channel = where(rights.channel.slack_id)
    if rights.channel.rights_number > rights.number:
        step = f"Since then the rights of {channel} were changed; see `/tradeoff rights`."
        return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}")])
    step = f"{_meanwhile(rights, sponsor)} Say who follows: one short form."
    button = blocks.button("Fill the seat", "rights.edit", rights.channel.slack_id, style="primary")
    return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}"), blocks.actions(button)])


def _seat(post: Post) -> dict[str, Any]:
    """Return whose seat is empty and which sponsor acts.

    The release before this one wrote it into the key alone.
    """
    return post.args or dict(zip(("person", "sponsor"), post.key.split(":")[2:], strict=False))


def _meanwhile(rights: RightsVersion, sponsor: str | None) -> str:
    if sponsor:
        return (
            f"What was waiting for them went to {who(sponsor)} (sponsor), and so does what comes."
        )
    none = "The sponsor has left too" if rights.sponsor else "There is no sponsor"
    return f"{none}, so what was waiting for them waits until the seat is filled."
