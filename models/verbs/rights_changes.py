"""Changes of rights that somebody has to confirm: who may confirm them, and how they end.

See docs/reference/behaviour.md, Changes of rights.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules import Role
from models.tables.absence import current_absences
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange, pending_change
from models.tables.timer import Subject, TimerKind, set_timer
from models.verbs.wanted_rights import losing, wanted_by
from models.working_time import end_of_window

# Working days of the channel after which a change lapses without an answer, and after which it
# takes effect if nobody can answer.
ANSWER_WITHIN, UNOPPOSED_AFTER = 5, 1
# An announcement that Slack shows within this time is not late.
SOON = timedelta(minutes=15)


# ---- who may confirm -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """Roles whose answer is missing.

    `asked` has the person who can answer, by role. `unanswered` has the roles for which nobody can.
    """

    asked: Mapping[Role, str]
    unanswered: Collection[Role]

    def is_complete(self, change: RightsChange, at: datetime) -> bool:
        """Return True if the change can be made: no answer is missing that anybody could give.

        If nobody can answer for some role, the change must have been announced for long enough.
        """
        waited = change.unopposed_at is not None and at >= change.unopposed_at
        return not self.asked and (not self.unanswered or waited)


def missing(
    session: Session,
    current: RightsVersion,
    change: RightsChange,
    at: datetime,
    gone: Collection[str] = (),
) -> Answers:
    """Return which roles have not answered under today's rights, and who can answer for them.

    The holder of the role answers. While the holder is away or has left Slack, the sponsor answers
    instead, if the sponsor may confirm this change (`_speaks_for`).
    """
    workspace_id = current.channel.workspace_id
    gone = {*gone, *departures_of(session, workspace_id, *current.editors)}
    away = current_absences(session, workspace_id, at, *current.editors)
    absent = {*gone, *away}
    asked, unanswered = dict[Role, str](), []
    for role in losing(current, wanted_by(change), change.author, gone, away):
        holder, sponsor = current.holder_of(role), current.sponsor
        confirmed_by = change.confirmed.get(role.value)
        # A confirmation no longer counts if the person who gave it has lost the seat since: the
        # person who has the seat now may think otherwise.
        if confirmed_by and confirmed_by in (holder, sponsor):
            continue
        if holder not in absent:
            asked[role] = holder
        elif sponsor and sponsor not in absent and _speaks_for(session, current, role, change):
            asked[role] = sponsor
        else:
            unanswered.append(role)
    return Answers(asked, unanswered)


def _speaks_for(session: Session, current: RightsVersion, role: Role, change: RightsChange) -> bool:
    """Return True if the sponsor may confirm this change in the place of this role's holder.

    The sponsor must have been named in the first set-up, by somebody who held the role, or by an
    earlier sponsor. An earlier sponsor must have been named in one of these three ways too. The
    author must not be the sponsor, nor anybody who named the sponsor or one of these earlier
    sponsors after the first set-up. The sponsor must not get a role by the change. Otherwise people
    could choose who agrees to their own change.
    """
    if current.sponsor in (change.author, *(change.facts.get(role.value) for role in Role)):
        return False
    versions = session.scalars(
        select(RightsVersion)
        .where(
            RightsVersion.channel_id == current.channel_id, RightsVersion.number <= current.number
        )
        .order_by(RightsVersion.number.desc())
    ).all()
    for after, before in pairwise(versions):
        if after.sponsor == before.sponsor:
            continue
        if change.author == after.author:
            return False
        if after.author == before.holder_of(role):
            return True
        if after.author != before.sponsor:
            return False
    return True


# ---- asked, answered, ended ----------------------------------------------------------------------


def ask(
    session: Session,
    current: RightsVersion,
    change: RightsChange,
    at: datetime,
    gone: Collection[str] = (),
) -> None:
    """Tell the channel of the change, and ask each person who can confirm it now; each once.

    If nobody can confirm for some role, set the moment at which the change takes effect. If no
    confirmation is missing any more, for example because the person who would have lost something
    has left Slack, set the timer that makes the change now.
    """
    answers = missing(session, current, change, at, gone)
    posts = {post.key: post for post in _messages_about(session, change)}
    _owe(session, change, posts, Drawing.RIGHTS_CHANGE, at, None)
    for person in dict.fromkeys(answers.asked.values()):
        _owe(session, change, posts, Drawing.RIGHTS_CHANGE_REQUEST, at, person)
    for post in posts.values():
        post.redraw(at)
    if answers.is_complete(change, at):
        set_timer_of_change(session, current, change, at)
    if not answers.unanswered:
        change.unopposed_at = None
    elif change.unopposed_at is None:
        end = end_of_window(at, UNOPPOSED_AFTER, current.time_zone, current.calendar)
        change.unopposed_at = end
        # Whoever is back before that is asked, and can answer until then.
        change.expires_at = max(change.expires_at, end)
        set_timer_of_change(session, current, change, end)


def announced_at(session: Session, change: RightsChange) -> datetime | None:
    """Return when Slack first showed this change to the channel; None if it has not."""
    shown = session.execute(
        select(Post.deleted_ts, Post.ts).where(
            Post.channel_id == change.channel_id,
            Post.key == f"{Drawing.RIGHTS_CHANGE}:{change.id}:",
        )
    ).one_or_none()
    ts = shown and (shown.deleted_ts or shown.ts)
    return datetime.fromtimestamp(float(ts), UTC) if ts else None


def wait_from_announcement(session: Session, current: RightsVersion, change: RightsChange) -> None:
    """Let a change that nobody can confirm take effect later, if it was announced late.

    The channel has its working day from the moment at which it could read of the change.
    """
    shown = announced_at(session, change)
    if shown is None or change.unopposed_at is None:
        return
    end = end_of_window(shown, UNOPPOSED_AFTER, current.time_zone, current.calendar)
    if end > change.unopposed_at + SOON:
        change.unopposed_at = end
        # Whoever is back before that is asked, and can answer until then.
        change.expires_at = max(change.expires_at, end)
        set_timer_of_change(session, current, change, end)


def _messages_about(session: Session, change: RightsChange) -> list[Post]:
    """Return the channel's message about this change, and the requests to confirm it."""
    found = session.scalars(
        select(Post).where(
            Post.channel_id == change.channel_id,
            Post.drawing.in_((Drawing.RIGHTS_CHANGE, Drawing.RIGHTS_CHANGE_REQUEST)),
        )
    )
    return [post for post in found if (post.args or {}).get("change") == change.id]


def _owe(
    session: Session,
    change: RightsChange,
    posts: Mapping[str, Post],
    drawing: Drawing,
    at: datetime,
    person: str | None,
) -> None:
    key = f"{drawing}:{change.id}:{person or ''}"
    if key not in posts:
        session.add(
            Post(
                channel_id=change.channel_id,
                key=key,
                drawing=drawing,
                args={"change": change.id},
                person=person,
                due_at=at,
            )
        )


def set_timer_of_change(
    session: Session, current: RightsVersion, change: RightsChange, due_at: datetime
) -> None:
    """Set the timer that makes the change, or lets it lapse."""
    kind = TimerKind.RIGHTS_CHANGE
    key = f"{kind}:{change.id}:{due_at:%Y%m%d%H%M%S}"
    about = Subject(channel_id=change.channel_id)
    set_timer(session, current.channel.workspace_id, kind, key, due_at, about)


def end(
    session: Session,
    change: RightsChange,
    state: ChangeState,
    at: datetime,
    by: str | None,
    because: str | None = None,
) -> None:
    """End a change, and redraw the messages about it.

    If it was declined or has lapsed, tell its author.
    """
    change.end(state, at, by, because)
    for post in _messages_about(session, change):
        post.redraw(at)
    if state in (ChangeState.DECLINED, ChangeState.LAPSED):
        _owe(session, change, {}, Drawing.RIGHTS_CHANGE_ENDED, at, change.author)


def follow_version(session: Session, current: RightsVersion, at: datetime) -> None:
    """Ask again for the change that waits here, after the rights became this version.

    If its author may not change the rights any more, the change lapses.
    """
    change = pending_change(session, current.channel_id)
    if change is None:
        return
    if change.author not in current.editors:
        end(session, change, ChangeState.LAPSED, at, None)
    else:
        ask(session, current, change, at)


def follow_people(session: Session, held: Collection[RightsVersion], at: datetime) -> None:
    """Ask the people who can confirm now, because somebody in a seat has come or gone.

    That person has left Slack, gone on leave, or come back. A person who is asked already gets no
    second request.
    """
    here = {current.channel_id: current for current in held}
    pending = select(RightsChange).where(
        RightsChange.channel_id.in_(here), RightsChange.state == ChangeState.PENDING
    )
    for change in session.scalars(pending).all():
        ask(session, here[change.channel_id], change, at)
