"""Changes of rights that wait to be confirmed, in words: what changes, who is asked, how they end.

The people who are asked are read from today's record at each drawing: if one of them goes on leave,
somebody else is asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from handlers.answers import Block, Element, Message
from handlers.rights import differences
from handlers.ui import blocks, phrases
from handlers.ui.cutting import fitted
from models.mrkdwn import escaped, when, where, who
from models.reads import lookups
from models.rules import Role
from models.tables.post import Post
from models.tables.rights import RightsVersion
from models.tables.rights_change import ChangeState, RightsChange, pending_change
from models.verbs import rights_changes, wanted_rights
from models.verbs.rights_changes import Answers

# A message's `text` repeats a reason up to this width, in columns.
SAID = 300


class ChangeContext(NamedTuple):
    """Change with what its messages need: its channel's rights, and whose answer is missing.

    `current` are today's rights while the change waits. Once it has ended, they are the rights that
    it replaced or was to replace; today's, if those are not found.
    """

    change: RightsChange
    current: RightsVersion
    answers: Answers


def rights_of(session: Session, change: RightsChange) -> RightsVersion:
    """Return today's rights of the change's channel."""
    (found,) = lookups.current_rights_of(session, [change.channel_id])
    return found


def stamp(change: RightsChange) -> str:
    """Return the change's time as a stamp: after a restore, another change may get the same id."""
    return str(int(change.asked_at.timestamp()))


def value_of(change: RightsChange, current: RightsVersion) -> str:
    return f"{change.id}:{current.number}:{stamp(change)}"


def _context_of(post: Post, session: Session) -> ChangeContext:
    change = session.get_one(RightsChange, (post.args or {})["change"])
    current = rights_of(session, change)
    if change.state is ChangeState.PENDING:
        # Slack is not asked whether these people are still there, because the record says who has
        # left.
        answers = rights_changes.missing(session, current, change, post.due_at)
        return ChangeContext(change, current, answers)
    return ChangeContext(change, _rights_then(session, change) or current, Answers({}, ()))


def _rights_then(session: Session, change: RightsChange) -> RightsVersion | None:
    """Return the rights that an ended change replaced, or was to replace."""
    of_channel = (
        select(RightsVersion)
        .where(RightsVersion.channel_id == change.channel_id)
        .options(joinedload(RightsVersion.channel))
    )
    if change.version_number:
        return session.scalar(of_channel.where(RightsVersion.number == change.version_number - 1))
    before = of_channel.where(RightsVersion.made_at <= change.ended_at)
    return session.scalar(before.order_by(RightsVersion.number.desc()).limit(1))


# ---- in words ------------------------------------------------------------------------------------


def waits_for(current: RightsVersion, change: RightsChange, answers: Answers) -> str:
    """Say whose answer is missing, and what happens without it."""
    people: dict[str, list[Role]] = {}
    for role, person in answers.asked.items():
        people.setdefault(person, []).append(role)
    named = [f"{who(person)} ({_as(current, person, roles)})" for person, roles in people.items()]
    said = []
    if named:
        said.append(
            f"It waits for {' and '.join(named)} to confirm, until {when(change.expires_at)}; "
            "without an answer it lapses."
        )
    if answers.unanswered and change.unopposed_at:
        roles = current.words.roles(answers.unanswered)
        said.append(
            f"Nobody is there who can confirm it for the {roles}, so it takes effect "
            f"{when(change.unopposed_at)}."
        )
    return " ".join(said) or "Nobody has to confirm it any more: it takes effect now."


def _as(current: RightsVersion, person: str, roles: list[Role]) -> str:
    named = current.words.roles(roles)
    holds = all(current.holder_of(role) == person for role in roles)
    return named if holds else f"{current.words.sponsor}, for the {named}"


def how_it_ended(change: RightsChange) -> str:
    """Say in a sentence what became of a change, or that it still waits."""
    by = who(change.ended_by) if change.ended_by else ""
    at = when(change.ended_at) if change.ended_at else ""
    confirmed = " and ".join(map(who, dict.fromkeys(change.confirmed.values())))
    made = f"Confirmed by {confirmed}" if confirmed else "Nobody was there who could confirm it"
    words = {
        ChangeState.PENDING: "It waits to be confirmed.",
        ChangeState.MADE: f"{made}: rights v{change.version_number} since {at}.",
        ChangeState.DECLINED: f"Declined by {by}, {at}. The rights stayed as they were.",
        ChangeState.WITHDRAWN: f"Withdrawn by {by}, {at}. The rights stayed as they were.",
        ChangeState.LAPSED: lapsed(change.ended_at) if change.ended_at else "",
    }
    return words[change.state]


def lapsed(at: datetime) -> str:
    """Say that a change was not confirmed in time."""
    return f"Lapsed unconfirmed, {when(at)}. The rights stayed as they were."


def wants(context: ChangeContext) -> str:
    author, channel = who(context.change.author), where(context.current.channel.slack_id)
    verb = "wants" if context.change.state is ChangeState.PENDING else "wanted"
    return f"{author} {verb} to change who decides in {channel}."


def lines_of(context: ChangeContext) -> list[str]:
    change = wanted_rights.wanted_by(context.change)
    return differences.lines(context.current, change, context.current.words)


def _message(first: str, context: ChangeContext, last: str, buttons: list[Element]) -> Message:
    # If the change was made, the message of the new version lists what is different.
    lines = lines_of(context) if context.change.state is not ChangeState.MADE else []
    declined = context.change.ended_because
    shown = [*asked(first, lines, context.change), blocks.context(last)]
    shown += [blocks.quote(declined)] if declined else []
    shown += [blocks.actions(*buttons)] if buttons else []
    reason = f"Why: {escaped(fitted(context.change.reason, SAID))}"
    # What follows the typed reason begins a line, because it would otherwise read as part of it.
    text = f"{' '.join([first, *lines, reason])}\n{last}"
    text += f" Why not: {escaped(fitted(declined, SAID))}" if declined else ""
    return Message(phrases.limited(text), shown)


def asked(first: str, lines: list[str], change: RightsChange) -> list[Block]:
    """Build the part that says what a change is about: `first`, the differences, and the reason."""
    shown: list[Block] = [blocks.section(first)]
    shown += [blocks.section("\n".join(f"• {line}" for line in lines))] if lines else []
    return [*shown, blocks.quote(change.reason)]


def _buttons(context: ChangeContext, *, answer: bool, withdraw: bool) -> list[Element]:
    value = value_of(context.change, context.current)
    answers = [
        blocks.button("Confirm", "rights.confirm", value, style="primary"),
        blocks.button("Decline", "rights.decline", value),
    ]
    taken_back = [blocks.button("Withdraw", "rights.withdraw", value)] if withdraw else []
    return [*(answers if answer else []), *taken_back]


# ---- messages ----------------------------------------------------------------------------------


def change_post(post: Post, session: Session) -> Message:
    """Announce in the channel a change that is not made yet; later, say what became of it."""
    context = _context_of(post, session)
    if context.change.state is not ChangeState.PENDING:
        return _message(wants(context), context, how_it_ended(context.change), [])
    waits = waits_for(context.current, context.change, context.answers)
    until = "it is confirmed" if context.answers.asked else "it takes effect"
    return _message(
        f"{wants(context)} Until {until}, v{context.current.number} holds.",
        context,
        waits,
        _buttons(context, answer=bool(context.answers.asked), withdraw=True),
    )


def change_request(post: Post, session: Session) -> Message:
    """Ask a person to confirm a change that takes something from a role.

    That person is the role's holder or, if the holder cannot answer, the sponsor.
    """
    context = _context_of(post, session)
    roles = [role for role, person in context.answers.asked.items() if person == post.person]
    if context.change.state is not ChangeState.PENDING:
        return _message(wants(context), context, how_it_ended(context.change), [])
    if not roles:
        waits = waits_for(context.current, context.change, context.answers)
        return _message(f"{wants(context)} Nothing waits for you here.", context, waits, [])
    ask = f"{wants(context)} {_takes(context.current, roles, post.person or '')}"
    waits = waits_for(context.current, context.change, context.answers)
    if set(context.answers.asked.values()) == {post.person} and not context.answers.unanswered:
        waits = f"Without your answer by {when(context.change.expires_at)} it lapses."
    last = f"Until you confirm, v{context.current.number} holds. {waits}"
    return _message(ask, context, last, _buttons(context, answer=True, withdraw=False))


def _takes(current: RightsVersion, roles: list[Role], person: str) -> str:
    """Say from whom the change takes something, and why this person is asked."""
    named = current.words.roles(roles)
    if all(current.holder_of(role) == person for role in roles):
        return f"It takes something from you, the {named}. Do you agree?"
    holders = " and ".join(dict.fromkeys(who(current.holder_of(role)) for role in roles))
    return (
        f"It takes something from {holders}, the {named}, who cannot answer now. You are the "
        f"{current.words.sponsor}: do you agree?"
    )


def change_ended(post: Post, session: Session) -> Message:
    """Tell the author of a change that it was not made."""
    context = _context_of(post, session)
    channel = where(context.current.channel.slack_id)
    first = f"Your change of who decides in {channel} was not made."
    return _message(first, context, how_it_ended(context.change), [])


def waiting(session: Session, current: RightsVersion, person: str, at: datetime) -> Message | None:
    """Build the message in which `/tradeoff rights` shows this person the change that waits here.

    It has only buttons that this person may press. Return None if no change waits.
    """
    change = pending_change(session, current.channel_id)
    if change is None:
        return None
    context = ChangeContext(change, current, rights_changes.missing(session, current, change, at))
    waits = waits_for(current, change, context.answers)
    buttons = _buttons(
        context,
        answer=person in context.answers.asked.values(),
        withdraw=person == change.author,
    )
    if person != change.author:
        waits += f" {who(change.author)} can withdraw it."
    return _message(f"*A change waits.* {wants(context)}", context, waits, buttons)
