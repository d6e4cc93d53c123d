"""Changes of rights that somebody has to confirm: what they take, who may confirm, how they end.

See docs/reference/behaviour.md, Changes of rights.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules import Decider, Kind, Right, Role
from models.tables.absence import Absence, current_absences
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.tables.rights import SETTINGS, RightsVersion
from models.tables.rights_change import ChangeState, RightsChange, pending_change
from models.tables.timer import Subject, TimerKind, set_timer
from models.working_time import end_of_window

# Working days of the channel after which a change lapses without an answer, and after which it
# takes effect if nobody can answer.
ANSWER_WITHIN, UNOPPOSED_AFTER = 5, 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """Change that somebody wants: new settings and new rows of the table.

    `switched` has the kinds that would be switched: True to switch on, False to switch off.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[Kind, Right] = field(default_factory=dict)
    switched: Mapping[str, bool] = field(default_factory=dict)


def wanted(current: RightsVersion, version: RightsVersion, table: Mapping[Kind, Right]) -> Wanted:
    """Return what this version and its table change in today's rights."""
    facts = {name: getattr(version, name) for name in SETTINGS}
    used, will_be = current.kinds, version.kinds
    return Wanted(
        {name: value for name, value in facts.items() if value != getattr(current, name)},
        {kind: right for kind, right in table.items() if right != current.table[kind]},
        {kind.value: kind in will_be for kind in Kind if (kind in will_be) is not (kind in used)},
    )


def wanted_by(change: RightsChange) -> Wanted:
    return Wanted(change.facts, change.rows, change.switched or {})


def unused_after(current: RightsVersion, switched: Mapping[str, bool]) -> list[str]:
    """Return the kinds that are not used after some have been switched on or off."""
    return [kind.value for kind in Kind if not switched.get(kind.value, kind in current.kinds)]


# ---- what a change takes -------------------------------------------------------------------------


def losing(
    current: RightsVersion,
    change: Wanted,
    author: str,
    gone: Collection[str],
    away: Mapping[str, Absence],
) -> list[Role]:
    """Return the roles that would lose something, and whose holder is not the author.

    Nobody loses in a channel that changes its rights without confirmations. Nobody loses either if
    the author is not one of the channel's `editors`: the editors have then all left Slack, and any
    full member may change the rights.
    `away` are the absences of today's editors.
    """
    if author not in current.editors or not current.confirms:
        return []
    return [
        role
        for role in Role
        if current.holder_of(role) != author
        and (
            _seat_is_taken(current, change, role, author, gone, away)
            or change.facts.get("confirms") is False
            or _has_less_time(current, change, role)
            or any(_loses(role, current.table[kind], change.rows[kind]) for kind in change.rows)
            or any(
                not used and _has_a_part(role, current.table[Kind(kind)])
                for kind, used in change.switched.items()
            )
        )
    ]


def _seat_is_taken(
    current: RightsVersion,
    change: Wanted,
    role: Role,
    author: str,
    gone: Collection[str],
    away: Mapping[str, Absence],
) -> bool:
    """Return True if the change takes this role, or what it decides, from its holder.

    If the holder has left Slack, nobody loses the role, unless the author would get it.
    """
    absence = away.get(current.holder_of(role))
    newcomer = change.facts.get(role.other.value)
    if absence and newcomer == absence.delegate and not absence.both_hats:
        # The person who acts for this role's holder would get the other role too. Whoever goes on
        # leave says whether their stand-in may act in both roles.
        return True
    successor = change.facts.get(role.value)
    if _gets_what_is_overdue(current, change, role, author):
        return True
    return bool(successor) and (current.holder_of(role) not in gone or successor == author)


def _gets_what_is_overdue(current: RightsVersion, change: Wanted, role: Role, author: str) -> bool:
    """Return True if somebody gets the right to decide what this role leaves undecided.

    The author gets this right if the change makes them the sponsor. The holder of the other role
    gets it if the change puts one person into that role and into the sponsor's seat. False if the
    sponsor would hold this role.
    """
    sponsor = change.facts.get("sponsor", current.sponsor)
    if sponsor is None or sponsor == change.facts.get(role.value, current.holder_of(role)):
        return False
    other = change.facts.get(role.other.value, current.holder_of(role.other))
    is_new = sponsor != current.sponsor
    had_both = not is_new and sponsor == current.holder_of(role.other)
    return (is_new and sponsor == author) or (sponsor == other and not had_both)


def _has_less_time(current: RightsVersion, change: Wanted, role: Role) -> bool:
    """Return True if this role has less time to state impact, or to decide before the sponsor.

    The days before the sponsor may decide count even if the channel has no sponsor, because it may
    name one later.
    """
    rows = [current.table[kind] for kind in current.kinds]
    less = {
        name
        for name in ("impact_days", "grace_days")
        if change.facts.get(name, getattr(current, name)) < getattr(current, name)
    }
    return ("impact_days" in less and any(_asked(right) is role for right in rows)) or (
        "grace_days" in less and any(role in right.decides.roles for right in rows)
    )


def _loses(role: Role, before: Right, after: Right) -> bool:
    """Return True if `after` takes something from this role.

    A role that decided loses if it no longer decides, no longer decides alone, or decides only
    after the other role's impact. A role that did not decide loses if it is no longer asked for its
    impact, and does not decide now either.
    """
    decided, decides = role in before.decides.roles, role in after.decides.roles
    if decided and not decides:
        return True
    if decided and after.decides is Decider.JOINT and before.decides is not Decider.JOINT:
        return True
    waits = decides and _asked(after) is role.other
    if decided and waits and _asked(before) is not role.other:
        return True
    return _asked(before) is role and _asked(after) is not role and not decides


def _has_a_part(role: Role, right: Right) -> bool:
    """Return True if this role decides, or is asked for its impact."""
    return role in right.decides.roles or _asked(right) is role


def _asked(right: Right) -> Role | None:
    return right.decides.asked_for_impact if right.impact_first else None


# ---- who may confirm -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """Roles whose answer is missing.

    `asked` has the person who can answer, by role. `nobody` has the roles for which nobody can.
    """

    asked: Mapping[Role, str]
    nobody: Collection[Role]

    def complete(self, change: RightsChange, at: datetime) -> bool:
        """Return True if the change can be made: no answer is missing that anybody could give.

        If nobody can answer for some role, the change must have been announced for long enough.
        """
        waited = change.unopposed_at is not None and at >= change.unopposed_at
        return not self.asked and (not self.nobody or waited)


def missing(
    session: Session,
    current: RightsVersion,
    change: RightsChange,
    at: datetime,
    gone: Collection[str] = (),
) -> Answers:
    """Return whose answers are missing under today's rights, and who is there to give them.

    The holder of the role answers. While the holder is away or has left, the sponsor answers
    instead, if the sponsor may confirm this change (`_speaks_for`).
    """
    workspace_id = current.channel.workspace_id
    gone = {*gone, *departures_of(session, workspace_id, *current.editors)}
    away = current_absences(session, workspace_id, at, *current.editors)
    absent = {*gone, *away}
    asked, nobody = dict[Role, str](), []
    for role in losing(current, wanted_by(change), change.author, gone, away):
        holder, sponsor = current.holder_of(role), current.sponsor
        if change.confirmed.get(role.value) in (holder, sponsor or holder):
            continue
        if holder not in absent:
            asked[role] = holder
        elif sponsor and sponsor not in absent and _speaks_for(session, current, role, change):
            asked[role] = sponsor
        else:
            nobody.append(role)
    return Answers(asked, nobody)


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
    has left, set the timer that makes the change now.
    """
    answers = missing(session, current, change, at, gone)
    told = select(Post).where(
        Post.channel_id == change.channel_id,
        Post.drawing.in_((Drawing.RIGHTS_CHANGE, Drawing.RIGHTS_CHANGE_REQUEST)),
    )
    posts = {post.key: post for post in session.scalars(told) if _is_about(post, change)}
    _owe(session, change, posts, Drawing.RIGHTS_CHANGE, at, None)
    for person in dict.fromkeys(answers.asked.values()):
        _owe(session, change, posts, Drawing.RIGHTS_CHANGE_REQUEST, at, person)
    for post in posts.values():
        post.redraw(at)
    if answers.complete(change, at):
        set_look(session, current, change, at)
    if not answers.nobody:
        change.unopposed_at = None
    elif change.unopposed_at is None:
        end = end_of_window(at, UNOPPOSED_AFTER, current.time_zone, current.calendar)
        change.unopposed_at = end
        set_look(session, current, change, end)


def _is_about(post: Post, change: RightsChange) -> bool:
    return (post.args or {}).get("change") == change.id


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


def set_look(
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
    told = select(Post).where(
        Post.channel_id == change.channel_id,
        Post.drawing.in_((Drawing.RIGHTS_CHANGE, Drawing.RIGHTS_CHANGE_REQUEST)),
    )
    for post in session.scalars(told).all():
        if _is_about(post, change):
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
    """Ask who can confirm now, because somebody with a role in these channels left or is back.

    Such a person may also have gone on leave. A person who is asked already gets no second request.
    """
    here = {current.channel_id: current for current in held}
    pending = select(RightsChange).where(
        RightsChange.channel_id.in_(here), RightsChange.state == ChangeState.PENDING
    )
    for change in session.scalars(pending).all():
        ask(session, here[change.channel_id], change, at)
