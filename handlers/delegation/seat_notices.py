"""Messages that tell a channel which person in a seat has left Slack, or cannot read the channel.

If that person is back, the message says so instead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.ui import blocks
from models.mrkdwn import where, who
from models.reads import lookups
from models.rules import Role
from models.tables.absence import current_absences
from models.tables.post import Drawing, Post
from models.tables.rights import RightsVersion


def follow_departures(
    session: Session, versions: Sequence[RightsVersion], gone: Collection[str], at: datetime
) -> None:
    """Tell these channels which people in their seats are `gone`, and which are back.

    Each version of the rights has at most one such message about each person. It is redrawn
    whenever that person or the sponsor leaves Slack or comes back.
    """
    notices = _notices(session, versions)
    for rights in versions:
        sponsor = rights.sponsor if rights.sponsor not in gone else None
        for person in dict.fromkeys(rights.editors):
            notice = notices.get((rights.id, person))
            args: dict[str, Any] = {"person": person, "sponsor": sponsor}
            if person not in gone:
                args = {"person": person, "back": True}
            if notice:
                _say_anew(notice, args, at)
            elif person in gone:
                _tell(session, rights, _keys(rights, person)[0], args, at)


def _tell(
    session: Session, rights: RightsVersion, key: str, args: dict[str, Any], at: datetime
) -> None:
    session.add(
        Post(
            channel_id=rights.channel_id,
            key=key,
            drawing=Drawing.SEAT,
            args=args,
            rights_version_id=rights.id,
            due_at=at,
        )
    )


def _say_anew(notice: Post, args: dict[str, Any], at: datetime) -> None:
    """Redraw this message if what it says has changed."""
    if _seat(notice) != args:
        notice.args = args
        notice.redraw(at)


def _keys(rights: RightsVersion, person: str) -> list[str]:
    """Return the keys that a message about this person may have: ours, and an older release's."""
    return _keys_of(rights.id, person, rights.sponsor)


def _keys_of(rights_id: int, person: str, sponsor: str | None) -> list[str]:
    return [f"seat:{rights_id}:{person}:{named}" for named in ("", sponsor or "")]


def _notices(
    session: Session, versions: Sequence[RightsVersion]
) -> dict[tuple[int | None, str], Post]:
    """Return the messages about people who have left Slack, by version of the rights and person."""
    # The messages are found by key, because no index leads from a version to its messages.
    people = [(rights, person) for rights in versions for person in rights.editors]
    keys = [key for rights, person in people for key in _keys(rights, person)]
    here = Post.channel_id.in_({rights.channel_id for rights in versions})
    found = session.scalars(select(Post).where(here, Post.key.in_(keys)))
    return {(post.rights_version_id, _seat(post)["person"]): post for post in found}


def note_outside(session: Session, rights: RightsVersion, person: str, now: datetime) -> None:
    """Tell a channel that this role holder cannot read it any more.

    Each version of the rights has at most one such message about each person. It is redrawn
    whenever that person loses or regains access.
    """
    key, args = _outside_key(rights.id, person), {"person": person, "outside": True}
    notices = _found(session, rights, [key])
    for notice in notices:
        _say_anew(notice, args, now)
    if not notices:
        _tell(session, rights, key, args, now)


def note_inside(
    session: Session, rights: RightsVersion, people: Collection[str], now: datetime
) -> None:
    """If the channel was told that these people cannot read it, say there that they can again."""
    versions = _versions(session, rights)
    keys = [_outside_key(id, person) for id, _ in versions for person in people]
    for notice in _found(session, rights, keys):
        _say_anew(notice, {**_seat(notice), "back": True}, now)


def note_back_in_slack(
    session: Session, versions: Sequence[RightsVersion], person: str, at: datetime
) -> None:
    """Redraw what these channels were told under older versions: this person is back in Slack."""
    for rights in versions:
        keys = [
            key
            for id, sponsor in _versions(session, rights)
            for key in _keys_of(id, person, sponsor)
        ]
        for notice in _found(session, rights, keys):
            _say_anew(notice, {"person": person, "back": True}, at)


def note_leave(
    session: Session, versions: Sequence[RightsVersion], person: str, at: datetime
) -> None:
    """Redraw what was told of empty seats where this person is sponsor: they go, or are back.

    The messages say who acts for the sponsor.
    """
    for rights in versions:
        if rights.sponsor != person:
            continue
        keys = [
            key
            for id, sponsor in _versions(session, rights)
            for holder in rights.role_holders
            for key in _keys_of(id, holder, sponsor)
        ]
        for notice in _found(session, rights, keys):
            notice.redraw(at)


def _versions(session: Session, rights: RightsVersion) -> Sequence[Row[int, str | None]]:
    """Return id and sponsor of each version of this channel's rights."""
    of_channel = RightsVersion.channel_id == rights.channel_id
    return session.execute(select(RightsVersion.id, RightsVersion.sponsor).where(of_channel)).all()


def _found(session: Session, rights: RightsVersion, keys: Collection[str]) -> Sequence[Post]:
    return session.scalars(
        select(Post).where(Post.channel_id == rights.channel_id, Post.key.in_(keys))
    ).all()


def _outside_key(rights_id: int, person: str) -> str:
    return f"seat_outside:{rights_id}:{person}"


# ---- drawn ---------------------------------------------------------------------------------------


def seat_post(post: Post, session: Session) -> Message:
    """Tell the channel that a person in a seat has left Slack, or cannot read the channel.

    If the person has left, say who acts meanwhile. A button gives the seat to somebody else. If the
    rights have other people since, say that the seat was empty, and name `/tradeoff rights`. If the
    person is back, say only that, with their role unless the rights have other people since.
    """
    assert post.rights_version_id
    rights, seat = lookups.rights_version(session, post.rights_version_id), _seat(post)
    for current in lookups.current_rights_of(session, [rights.channel_id]):
        if current.people == rights.people:
            rights = current
    person, outside = seat["person"], seat.get("outside")
    roles, is_older = _roles(rights, person), rights.channel.rights_number > rights.number
    named = who(person) if is_older else f"{who(person)}, {roles} here,"
    if seat.get("back"):
        again = "can read this channel again" if outside else "is back in Slack"
        first = f"{named} {again}."
        return Message(first, [blocks.section(first)])
    empty = "was empty" if is_older else "is empty"
    first = f"The seat of {roles} {empty} here: {who(person)} has left Slack."
    if outside:
        first = f"{named} cannot read this channel any more."
    channel = where(rights.channel.slack_id)
    if is_older:
        step = f"Since then the rights of {channel} were changed; see `/tradeoff rights`."
        return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}")])
    step = f"{_meanwhile(post, session, rights)} Say in a short form who takes it over."
    if outside:
        step = _step_if_outside(rights)
    button = blocks.button("Fill the seat", "rights.edit", rights.channel.slack_id, style="primary")
    return Message(f"{first} {step}", [blocks.section(f"*{first}* {step}"), blocks.actions(button)])


def _step_if_outside(rights: RightsVersion) -> str:
    """Say what to do about a role holder who cannot read the channel.

    A change that gives the role to somebody else is refused as long as the person who has to
    confirm it is outside (`changing._check_can_confirm`).
    """
    if not rights.confirms:
        return "Invite them back, or say in a short form who takes the role over."
    return (
        "Invite them back. They also have to be here to confirm it if you say in a short form who "
        "takes the role over."
    )


def _roles(rights: RightsVersion, person: str) -> str:
    """Name what this person is here: `product owner and sponsor`."""
    held = [rights.words.role(role) for role in Role if rights.holder_of(role) == person]
    sponsor = [rights.words.sponsor] if rights.sponsor == person else []
    return " and ".join([*held, *sponsor])


def _seat(post: Post) -> dict[str, Any]:
    """Return the arguments of a message about a seat.

    `person` is in the seat, and `sponsor` acts for them; None if nobody does. If `outside` is True,
    the person is in Slack and cannot read the channel. If `back` is True, they are back in Slack
    or, with `outside`, can read the channel again. Rows of older releases have person and sponsor
    only in the key.
    """
    return post.args or dict(zip(("person", "sponsor"), post.key.split(":")[2:], strict=False))


def _meanwhile(post: Post, session: Session, rights: RightsVersion) -> str:
    """Say who does the work of a person who has left Slack, or that it waits."""
    person, called = _seat(post)["person"], rights.words.sponsor
    if sponsor := _seat(post).get("sponsor"):
        return _went_to(sponsor, post, session, rights)
    if person not in rights.role_holders:
        return "Until it is filled, nobody can step in when a decision is overdue."
    none = f"The {called} has left too" if rights.sponsor else f"There is no {called}"
    waits = "what was waiting for them waits until the seat is filled."
    return waits.capitalize() if person == rights.sponsor else f"{none}, so {waits}"


def _went_to(sponsor: str, post: Post, session: Session, rights: RightsVersion) -> str:
    """Say that the work went to the sponsor or, if the sponsor is away, to the delegate too.

    The delegate gets only the decisions on which they may act (`SeatsToday`).
    """
    went = f"What was waiting for them went to {who(sponsor)} ({rights.words.sponsor})"
    absences = current_absences(session, rights.channel.workspace_id, post.due_at, sponsor)
    if away := absences.get(sponsor):
        to = who(away.delegate)
        return f"{went} or, because {who(sponsor)} is away, to {to}. So does new work."
    return f"{went}, and so does new work."
