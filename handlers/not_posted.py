"""Reasons why a message could not be posted, and remedies.

They are told to the person who acted, or to the raiser. `tradeoff doctor` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from handlers.answers import Message
from handlers.over_notices import end_notice, note_newer, waits_for
from handlers.ui import blocks
from models.mrkdwn import where, who
from models.reads import lookups
from models.tables.channel import Channel
from models.tables.decision import Decision, number_of
from models.tables.departure import departures_of, first_here
from models.tables.post import OF_ABSENCE, Drawing, Post


@dataclass(frozen=True, slots=True)
class Cause:
    """Cause of a failed message, and the remedies.

    `because` is a clause that ends a sentence. `cure` tells the reader what to do, and `operator`
    tells the person who runs the bot.
    """

    name: str
    because: str
    cure: str
    operator: str


_INVITE = "invite the bot into the channel (/invite @tradeoffs)"
_ASK = "Ask whoever runs me: `tradeoff doctor` says what to do"
REMOVED = Cause(
    "removed",
    "I am not in that channel any more",
    "Invite me again, and I post what is missing",
    _INVITE,
)
ARCHIVED = Cause(
    "archived",
    "it is archived",
    "Unarchive it, and I post what is missing",
    "unarchive the channel",
)
RESTRICTED = Cause(
    "restricted",
    "its posting permissions keep me out",
    "Let me post there (channel settings, posting permissions), then ask whoever runs me to send"
    " what is missing",
    "let the bot post there, in the channel's posting permissions",
)
NO_ACCESS = Cause(
    "access", "the workspace does not let me post there", _ASK, "ask an administrator of Slack"
)
SCOPE = Cause(
    "scope",
    "I was installed without the right to do so",
    "Ask whoever runs me to install me again (`tradeoff manifest`)",
    "reinstall the app with the scopes of `tradeoff manifest`",
)
DELETED = Cause(
    "deleted",
    "the message was deleted in Slack",
    "`/tradeoff show` shows the decision",
    "post it as a new message",
)
UNREACHED = Cause(
    "unreached",
    "their account takes no messages from me",
    "Tell them yourself, or let somebody else act for them",
    "check whether the person is still in Slack, and whether the app's Messages tab is on",
)
OUTSIDE = Cause(
    "outside",
    "they are not in the channel",
    "Invite them, so that they act or let somebody else act for them",
    "",
)
# Shown instead of every other cause if the person who was not told has left Slack by now, and the
# decision waits for them. If it does not, `PASSED_ON` is shown.
GONE = Cause(
    "gone",
    "they have left Slack",
    "What waits for them waits until somebody gets their seat, with `/tradeoff setup`",
    "",
)
PASSED_ON = Cause("passed on", "they have left Slack", "It does not wait for them any more", "")
UNKNOWN = Cause(
    "unknown",
    "the connection broke while I posted",
    "Look there. If a message is missing, ask whoever runs me to run `tradeoff doctor`",
    "look there; if it is missing, send it again",
)
UNEDITABLE = Cause(
    "uneditable",
    "the workspace does not let me change what I have posted",
    "`/tradeoff show` shows the decision as it is",
    "let members edit their messages at any time (workspace settings, permissions)",
)
OURS = Cause(
    "ours",
    "Slack does not take the message as I write it",
    "`/tradeoff show` shows the decision. " + _ASK,
    "report this line as a fault of the bot, and wait for an update that mends it",
)
FILES = Cause(
    "files",
    "the workspace does not take the file",
    _ASK,
    "let members upload files of this type and size (workspace settings, permissions)",
)
OTHER = Cause(
    "other",
    "Slack refuses the message",
    _ASK,
    "look the name up in Slack's documentation of chat.postMessage, and mend the cause",
)
CAUSES = {
    "not_in_channel": REMOVED,
    "channel_not_found": REMOVED,
    "is_archived": ARCHIVED,
    "is_inactive": ARCHIVED,
    "cannot_reply_to_message": RESTRICTED,
    "channel_is_frozen": RESTRICTED,
    "channel_is_limited_access": RESTRICTED,
    "no_permission": RESTRICTED,
    "posting_to_channel_denied": RESTRICTED,
    "access_denied": NO_ACCESS,
    "ekm_access_denied": NO_ACCESS,
    "message_limit_exceeded": NO_ACCESS,
    "not_allowed_token_type": NO_ACCESS,
    "org_login_required": NO_ACCESS,
    "team_access_not_granted": NO_ACCESS,
    "missing_scope": SCOPE,
    "message_not_found": DELETED,
    "thread_not_found": DELETED,
    "cannot_dm_bot": UNREACHED,
    "messages_tab_disabled": UNREACHED,
    "user_disabled": UNREACHED,
    "user_not_found": UNREACHED,
    "reader_outside": OUTSIDE,
    "cant_update_message": UNEDITABLE,
    "edit_window_closed": UNEDITABLE,
    "invalid_arguments": OURS,
    "invalid_blocks": OURS,
    "invalid_blocks_format": OURS,
    "metadata_too_large": OURS,
    "msg_blocks_too_long": OURS,
    "msg_too_long": OURS,
    "no_text": OURS,
    "file_type_not_allowed": FILES,
    "file_upload_size_restricted": FILES,
    "file_uploads_disabled": FILES,
    "file_uploads_except_images_disabled": FILES,
    "unknown": UNKNOWN,
}


# Arguments of a notice of an older release, which had none.
BEFORE_ARGS: dict[str, Any] = {"error": "not_in_channel", "person": None}


def cause_of(error: str) -> Cause:
    """Return the cause; `error` is Slack's name for it, or ours: `unknown`, `reader_outside`."""
    return RESTRICTED if error.startswith("restricted_action") else CAUSES.get(error, OTHER)


def owe_notice(session: Session, post: Post, error: str, now: datetime) -> None:
    """Owe a notice of a failed message, once for each decision, cause and addressee.

    The raiser is told of a direct message that failed. The person who settled the decision is told
    of a post in the channel; before that, the raiser. The person who asked for a file is told that
    it failed. If the person who should be told of a decision has left Slack, a role holder or the
    sponsor gets the notice instead. If the failed message was to the person
    who would get the notice, no notice is owed, except for a file.
    """
    if post.drawing is Drawing.EXPORT:
        key, drawing, person = f"export_failed:{post.id}", Drawing.EXPORT_FAILED, post.person
        args: dict[str, object] = {"export": post.id}
    elif post.decision_id and not post.drawing.answers_a_mention:
        decision = session.get_one(Decision, post.decision_id)
        person = decision.raised_by if post.person else decision.settled_by or decision.raised_by
        if person != post.person:
            person = _unless_gone(session, decision, person)
        cause, drawing = cause_of(error).name, Drawing.NOT_POSTED
        key = f"not_posted:{decision.number}:{person}:{cause}:{post.person or ''}"
        args = {"error": error, "person": post.person, "number": decision.number}
    else:
        return
    there = select(Post.id).where(Post.channel_id == post.channel_id, Post.key == key)
    if session.scalar(there) is None and (person != post.person or post.drawing.is_file):
        if error == "reader_outside" and person and post.person:
            note_newer(session, post.channel_id, person, post.person, now)
        notice = Post(channel_id=post.channel_id, key=key, drawing=drawing, due_at=now)
        notice.person = person
        notice.args = args
        session.add(notice)


def _unless_gone(session: Session, decision: Decision, person: str) -> str:
    """Return this person or, if they have left Slack, a role holder or the sponsor who has not."""
    current = lookups.current_rights_of(session, [decision.channel_id])
    people = [person, *(editor for rights in current for editor in rights.editors)]
    return first_here(session, decision.workspace_id, people) or person


def note_posting(session: Session, channel: Channel, cause: Cause, now: datetime) -> None:
    """Say in the notices with this cause, which is over, that the bot posts in the channel again.

    If the bot cannot post there once more, for the same decision too, a new notice is owed.
    """
    told = select(Post).where(
        Post.channel_id == channel.id, text(OF_ABSENCE), Post.drawing == Drawing.NOT_POSTED
    )
    for notice in session.scalars(told).all():
        args = notice.args or BEFORE_ARGS
        if not (args["person"] or args.get("back")) and cause_of(args["error"]) is cause:
            end_notice(notice, {**args, "back": True}, now)


# ---- drawn ---------------------------------------------------------------------------------------


def names_a_decision(post: Post) -> bool:
    """Return True if this notice says which decision somebody was not told about.

    Other notices say only that the bot cannot post in a channel. If the bot was removed, it cannot
    find out who is in that channel, so these notices must not say more.
    """
    args = post.args or {}
    return post.drawing is Drawing.NOT_POSTED and bool(args.get("person"))


def is_back(post: Post) -> str:
    """Say that the person of this notice is back in Slack, or can read its channel again.

    If they have lost access since, and the reader has a newer notice, say that they could.
    """
    args = post.args or {}
    place = where(post.channel.slack_id)
    again = "is back in Slack" if args.get("slack") else f"can read {place} again"
    if args.get("older") and not args.get("slack"):
        again = f"could read {place} again for a while"
    return f"{who(args['person'])} {again}."


def not_posted(post: Post, session: Session) -> Message:
    """Tell what could not be posted, why, and how to put it right."""
    args = post.args or BEFORE_ARGS
    cause = cause_of(args["error"])
    if args["person"]:
        workspace_id = post.channel.workspace_id
        about = number_of(session, workspace_id, args["number"])
        if departures_of(session, workspace_id, args["person"]):
            waits = waits_for(session, workspace_id, args["number"], args["person"])
            cause = GONE if waits else PASSED_ON
        cure = f" {PASSED_ON.cure if args.get('over') else cause.cure}."
        if args.get("older") and cause is OUTSIDE and not args.get("over"):
            cure = ""
        first = f"I could not tell {who(args['person'])} about {about}: {cause.because}."
        sentence = is_back(post) if args.get("back") else f"{first}{cure}"
        return Message(sentence, [blocks.section(sentence)])
    place = where(post.channel.slack_id)
    if args.get("back"):
        was_archived = cause is ARCHIVED
        over = f"{place} is not archived any more" if was_archived else f"I am in {place} again"
        sentence = f"{over}, and I post there what was missing."
        return Message(sentence, [blocks.section(sentence)])
    failing = "may not have posted all there" if cause is UNKNOWN else "cannot post there"
    sentence = (
        f"Your decisions in {place} are recorded, but I {failing}: {cause.because}. {cause.cure}."
    )
    return Message(sentence, [blocks.section(sentence)])
