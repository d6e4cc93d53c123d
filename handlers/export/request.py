"""`/tradeoff export`: a file of this channel's decisions, sent only to the person who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.answers import Answer, Message, Reply
from handlers.holders import rights_here
from handlers.requests import Command
from handlers.search import filters
from handlers.ui import blocks, fields
from models.mrkdwn import escaped, number, where
from models.reads import export as reads_export
from models.reads.export import Export, ExportScope, Format
from models.reads.search import Wanted
from models.refusals.place import NotATeamChannel
from models.rules import Kind
from models.tables.channel import ensure_channel
from models.tables.post import Drawing, Post, PostState
from models.tables.workspace import words_of

USAGE = "/tradeoff export csv"
FORMATS = (
    "`csv` (a spreadsheet), `csv;` (the same, for an Excel that separates by semicolons), `json` "
    "(for programs) or `markdown` (a page for each decision, in a zip)"
)
FORMS = {
    "md": Format.MARKDOWN,
    "csv-semicolon": Format.CSV_SEMICOLON,
    **{format.value: format for format in Format},
}
FILTERS = ("kind", "state", "since", "until")
TAKEN = "An export takes `kind:`, `state:`, `since:` and `until:`."

REMOVED = (
    "I am not in that channel any more, so I cannot see whether you may read it. Invite me again, "
    "and I send the file"
)
WHY_NOT = {
    "channel_not_found": REMOVED,
    "not_in_channel": REMOVED,
    "not_theirs": "Slack does not say that you are in that channel any more. If you are in it, ask "
    "again; if not, join it first",
    "missing_scope": "I may not send files in this workspace. Ask whoever runs me to install me "
    "again with the scope `files:write` (`tradeoff manifest` prints it)",
    "file_uploads_disabled": "This workspace takes no files. Ask an administrator of it, or "
    "whoever runs me for `tradeoff export`",
    "file_type_not_allowed": "This workspace takes no files of that type. Try another: `csv`, "
    "`json` or `markdown`",
    "file_upload_size_restricted": "The file is larger than this workspace takes. Narrow it with "
    "`since:` or `kind:`",
}
TRY_AGAIN = (
    "Slack did not take the file. Try again with `/tradeoff export`, perhaps with less in "
    "it (`since:30d`)"
)
MAYBE = (
    "The connection broke while I sent the file. If it is not here, ask for it again with "
    "`/tradeoff export`"
)
JUST_ASKED = (
    "You asked for this file a moment ago: look at our direct messages. If you need it once more, "
    "ask again in a second."
)


def is_meant(text: str) -> bool:
    """Return True if the text after "export" asks for a file; False if it is the end of a title."""
    first, rest = fields.first_word(text)
    return not rest or ":" in first or first.lower() in FORMS


def ask(command: Command, session: Session, text: str) -> Answer:
    """Owe the file that `/tradeoff export [format] [filters]` asks for.

    The file is made and sent after this answer.
    """
    if command.place.is_direct:
        raise NotATeamChannel(f"run `{USAGE}`")
    rights_here(command, session)
    format, filtered = _format(text)
    if format is None:
        word = escaped(fields.as_typed(command, filtered)[:40])
        return _unclear(f"I do not know the format “{word}”. Choose {FORMATS}.", command, text)
    wanted = filters.read(command, words_of(session, command.workspace), filtered, FILTERS)
    problem = wanted if isinstance(wanted, str) else _problem(wanted)
    if problem or isinstance(wanted, str):
        return _unclear(problem, command, text)
    scope = ExportScope(
        command.workspace, command.place.id, wanted.kind, wanted.state, wanted.since, wanted.before
    )
    days = filters.days_read(wanted, command.person.time_zone)
    return _owe(command, session, Export(format, scope, command.at), days)


def _format(text: str) -> tuple[Format | None, str]:
    """Return the file format that the first word names, and the filters after it.

    Without such a word, the format is CSV. If the first word is neither a format nor a filter,
    return None and the word.
    """
    first, rest = fields.first_word(text)
    if not first or ":" in first:
        return Format.CSV, text
    found = FORMS.get(first.lower())
    return (found, rest) if found else (None, first)


def _problem(wanted: Wanted) -> str:
    """Say which filters an export takes, if others were typed; empty if all is well."""
    if wanted == replace(
        Wanted(), kind=wanted.kind, state=wanted.state, since=wanted.since, before=wanted.before
    ):
        return ""
    return f"{TAKEN} To look for words or people, use `/tradeoff list`."


def _unclear(problem: str, command: Command, text: str) -> Reply:
    asked = f"/tradeoff export {fields.as_typed(command, text)}"
    words = f"{problem} You typed: {escaped(blocks.shorten(asked, 300))}"
    return Reply(Message(words, [blocks.section(words)]))


def _owe(command: Command, session: Session, export: Export, days: str) -> Reply:
    """Owe the file unless it is empty or owed already; `days` says how typed days were read."""
    count = reads_export.count(session, export.scope)
    if not count:
        here = where(command.place.id)
        nothing = f"Nothing in {here} fits that, so there is no file to send. {TAKEN}"
        if not reads_export.count(session, ExportScope(command.workspace, command.place.id)):
            nothing = f"Nothing was raised in {here} yet, so there is no file to send."
        return Reply(Message(nothing))
    channel = ensure_channel(session, command.workspace, command.place.id)
    args = _args(export)
    waiting = select(Post).where(
        Post.channel_id == channel.id,
        Post.drawing == Drawing.EXPORT,
        Post.person == command.person.id,
        Post.state == PostState.OWED,
        Post.shown < Post.wanted,
    )
    asked = [_args(replace(export_of(post), at=export.at)) for post in session.scalars(waiting)]
    key = _key(export, command.person.id)
    if args not in asked:
        if session.scalar(select(Post.id).filter_by(channel_id=channel.id, key=key)):
            return Reply(Message(JUST_ASKED))
        session.add(
            Post(
                channel=channel,
                key=key,
                drawing=Drawing.EXPORT,
                args=args,
                person=command.person.id,
                due_at=command.at,
            )
        )
    return Reply(
        Message(
            f"I am making a {export.format.label} file of {number(count, 'decision')} "
            f"in {where(command.place.id)}{f', {days}' if days else ''}, and will send it to you "
            "by direct message."
        )
    )


# ---- what is owed --------------------------------------------------------------------------------


def _args(export: Export) -> dict[str, str | None]:
    """Return what is asked for, as the row keeps it."""
    scope = export.scope
    return {
        "format": export.format,
        "kind": scope.kind,
        "state": scope.state,
        "since": scope.since.isoformat() if scope.since else None,
        "before": scope.before.isoformat() if scope.before else None,
        "at": export.at.isoformat(),
    }


def export_of(post: Post) -> Export:
    """Return what this row asks for."""
    args = post.args or _args_of_key(post.key)
    scope = ExportScope(
        post.channel.workspace.tenant,
        post.channel.slack_id,
        Kind(args["kind"]) if args["kind"] else None,
        args["state"],
        args["since"] and datetime.fromisoformat(args["since"]),
        args["before"] and datetime.fromisoformat(args["before"]),
    )
    return Export(Format(args["format"]), scope, datetime.fromisoformat(args["at"]))


def _key(export: Export, person: str) -> str:
    """Return the key of a request, which has everything that was asked for.

    Example: `export:csv:priority:open:<since>:<before>:U1:<at>`, with times in Unix seconds. The
    longest key has 120 characters. The previous release reads the request from the key.
    """
    scope = export.scope
    times = [
        str(int(moment.timestamp())) if moment else "" for moment in (scope.since, scope.before)
    ]
    parts = ("export", export.format, scope.kind or "", scope.state or "", *times, person)
    return ":".join((*parts, str(int(export.at.timestamp()))))


def _args_of_key(key: str) -> dict[str, Any]:
    """Return the arguments of a row that the previous release wrote, from its key."""
    _, format, kind, state, since, before, _, at = key.split(":")
    args = {"format": format, "kind": kind, "state": state or None}
    return args | {"since": _moment(since), "before": _moment(before), "at": _moment(at)}


def _moment(seconds: str) -> str | None:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat() if seconds else None


def export_post(post: Post, session: Session) -> Message:
    """Build the message with the file for the person who asked, and a sentence on what is in it."""
    export = export_of(post)
    scope = export.scope
    asked = [f"kind {post.channel.words.kind(scope.kind)}"] if scope.kind else []
    asked += [f"state {scope.state.replace('_', ' ')}"] if scope.state else []
    asked += [f"raised since {scope.since:%Y-%m-%d %H:%M} UTC"] if scope.since else []
    asked += [f"raised before {scope.before:%Y-%m-%d %H:%M} UTC"] if scope.before else []
    narrowed = f" ({', '.join(asked)})" if asked else ""
    return Message(
        f"The decisions of {where(post.channel.slack_id)}{narrowed}, as you asked.", file=export
    )


def failed_post(post: Post, session: Session) -> Message:
    """Tell the person who asked that the file did not go out, and what to do."""
    args = post.args or {"export": int(post.key.split(":")[1])}
    lost = session.get_one(Post, args["export"])
    why = (
        MAYBE if lost.state is PostState.UNKNOWN else WHY_NOT.get(lost.last_error or "", TRY_AGAIN)
    )
    sentence = f"Your export of {where(post.channel.slack_id)} could not be sent. {why}."
    return Message(sentence, [blocks.section(sentence)])
