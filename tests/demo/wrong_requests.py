"""Doubtful requests, each with Slack's answer, as data (docs/reference/slack.md, "Limits").

"$name" is the id of something in the workspace that `test_wrong_requests.py` makes: a channel, a
message, a trigger. `word` is "ok" or the name of the refusal. If no source says what Slack does,
the demo Slack takes the request, unless a comment above the row says "Believed".
"""

from __future__ import annotations

from typing import Any, NamedTuple

from support.small_slack import mrkdwn, plain, section


class Request(NamedTuple):
    what: str
    method: str
    arguments: dict[str, Any]
    word: str


Json = dict[str, Any]
POST, UPDATE = "chat.postMessage", "chat.update"
HERE = {"channel": "$checkout", "text": "Hello"}
OWN = {"channel": "$checkout", "ts": "$own", "text": "Hello"}
BAD_BLOCKS, BAD_VIEW = "invalid_blocks", "invalid_arguments"
PNG = {"type": "image", "slack_file": {"id": "$png"}, "alt_text": "A chart"}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def options(count: int, text: str = "An option", value: str = "v") -> list[Json]:
    return [{"text": plain(text), "value": f"{value}{number or ''}"} for number in range(count)]


def select(offered: list[Json], **more: Any) -> Json:
    return {"type": "static_select", "action_id": "pick", "options": offered, **more}


def table(*rows: list[Json]) -> Json:
    return {"type": "table", "rows": list(rows)}


CELL = {"type": "raw_text", "text": "A cell"}


def posted(what: str, word: str, *blocks: Json) -> Request:
    return Request(what, POST, {**HERE, "blocks": list(blocks)}, word)


def rich_text(text: str) -> Json:
    part = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [part]}


CHAT = [
    Request("text 40,001 characters", POST, {**HERE, "text": "a" * 40_001}, "ok"),
    posted("section 3,001", BAD_BLOCKS, section("a" * 3001)),
    posted("header 151", BAD_BLOCKS, {"type": "header", "text": plain("a" * 151)}),
    posted("header with mrkdwn", BAD_BLOCKS, {"type": "header", "text": mrkdwn("a")}),
    posted("51 blocks", BAD_BLOCKS, *[{"type": "divider"}] * 51),
    posted("15,000 characters in all", "msg_blocks_too_long", *[section("a" * 3000)] * 5),
    posted("unknown block type", BAD_BLOCKS, {"type": "hologram"}),
    posted("unknown key in a section", BAD_BLOCKS, section(colour="red")),
    posted("unknown key in a button", BAD_BLOCKS, actions(button(disabled=True))),
    posted("alert block in a message", BAD_BLOCKS, {"type": "alert", "text": plain("Mind")}),
    posted("section without text", BAD_BLOCKS, {"type": "section"}),
    posted("empty text object", BAD_BLOCKS, section("")),
    posted("context of 11", BAD_BLOCKS, {"type": "context", "elements": [mrkdwn("a")] * 11}),
    posted("actions of 26", BAD_BLOCKS, actions(*[button(action_id=f"{n}") for n in range(26)])),
    posted("empty actions", BAD_BLOCKS, actions()),
    posted("same block_id twice", BAD_BLOCKS, section(block_id="b"), section(block_id="b")),
    posted("same action_id twice in one block", BAD_BLOCKS, actions(button(), button())),
    posted("same action_id in two blocks", "ok", actions(button()), actions(button())),
    posted("button without action_id", "ok", actions({"type": "button", "text": plain("Go")})),
    posted("button text 76", BAD_BLOCKS, actions(button(text=plain("a" * 76)))),
    posted("button value 2,001", BAD_BLOCKS, actions(button(value="a" * 2001))),
    posted("button with an http url that is not one", "ok", actions(button(url="nonsense"))),
    posted("button style 'loud'", BAD_BLOCKS, actions(button(style="loud"))),
    posted(
        "overflow of 6",
        BAD_BLOCKS,
        actions({"type": "overflow", "action_id": "more", "options": options(6)}),
    ),
    posted("select of 101", BAD_BLOCKS, actions(select(options(101)))),
    posted("option text 76", BAD_BLOCKS, actions(select(options(1, "a" * 76)))),
    posted("option value 76", "ok", actions(select(options(1, value="a" * 76)))),
    posted("option value 151", BAD_BLOCKS, actions(select(options(1, value="a" * 151)))),
    posted(
        "initial_option not offered",
        BAD_BLOCKS,
        actions(select(options(1), initial_option=options(1, value="other")[0])),
    ),
    posted("two tables", BAD_BLOCKS, table([CELL]), table([CELL])),
    posted("table of 21 columns", BAD_BLOCKS, table([CELL] * 21)),
    posted("table cell mrkdwn", BAD_BLOCKS, table([mrkdwn("a")])),
    posted("empty rich text node", BAD_BLOCKS, rich_text("")),
    posted("image without alt_text", BAD_BLOCKS, {"type": "image", "image_url": "https://a.b/c"}),
    posted(
        "slack_file that does not exist", BAD_BLOCKS, {**PNG, "slack_file": {"id": "F0NOTTHERE"}}
    ),
    Request("no text, no blocks", POST, {"channel": "$checkout"}, "no_text"),
    Request("blocks without text", POST, {"channel": "$checkout", "blocks": [section()]}, "ok"),
    Request("unknown channel", POST, {**HERE, "channel": "C0NOTTHERE"}, "channel_not_found"),
    Request("channel by name", POST, {**HERE, "channel": "#checkout"}, "ok"),
    Request("a channel the bot is not in", POST, {**HERE, "channel": "$apart"}, "not_in_channel"),
    Request(
        "an unknown person as channel",
        POST,
        {**HERE, "channel": "U0NOTTHERE"},
        "channel_not_found",
    ),
    Request("archived channel", POST, {**HERE, "channel": "$old"}, "is_archived"),
    Request("missing scope", "users.list", {"without": "users:read"}, "missing_scope"),
    Request("wrong token", POST, {**HERE, "token": "another-token"}, "invalid_auth"),
    Request("unknown method", "chat.shout", HERE, "unknown_method"),
]


def with_metadata(what: str, metadata: Any, word: str) -> Request:
    return Request(what, POST, {**HERE, "metadata": metadata}, word)


METADATA = [
    with_metadata(
        "metadata without event_payload", {"event_type": "card"}, "invalid_metadata_schema"
    ),
    with_metadata(
        "metadata payload is a string",
        {"event_type": "card", "event_payload": "1"},
        "invalid_metadata_schema",
    ),
    with_metadata("metadata that is no JSON", "{nonsense", "invalid_metadata_format"),
    with_metadata(
        "metadata of 20 kB",
        {"event_type": "card", "event_payload": {"a": "a" * 20_000}},
        "metadata_too_large",
    ),
]
CHANGES = [
    Request("reply to a thread that is not there", POST, {**HERE, "thread_ts": "1.000001"}, "ok"),
    Request("thread_ts is no time stamp", POST, {**HERE, "thread_ts": "x"}, "thread_not_found"),
    Request(
        "update: somebody else's message", UPDATE, {**OWN, "ts": "$erins"}, "cant_update_message"
    ),
    Request("update: no such message", UPDATE, {**OWN, "ts": "1.000001"}, "message_not_found"),
    Request("update: unknown channel", UPDATE, {**OWN, "channel": "C0NO"}, "channel_not_found"),
    Request(
        "update: a person as channel", UPDATE, {**OWN, "channel": "$alice"}, "channel_not_found"
    ),
    Request("update: text of 4,001", UPDATE, {**OWN, "text": "a" * 4001}, "msg_too_long"),
    Request("update: text of 7,800 bytes", UPDATE, {**OWN, "text": "é" * 3900}, "msg_too_long"),
    Request("update: neither text nor blocks", UPDATE, {**OWN, "text": ""}, "no_text"),
    Request(
        "update: in an archived channel",
        UPDATE,
        {**OWN, "channel": "$old", "ts": "$own_in_old"},
        "is_inactive",
    ),
    Request(
        "delete: somebody else's message",
        "chat.delete",
        {"channel": "$checkout", "ts": "$erins"},
        "cant_delete_message",
    ),
    Request(
        "ephemeral to one who is not in",
        "chat.postEphemeral",
        {**HERE, "user": "$dora"},
        "user_not_in_channel",
    ),
    Request(
        "permalink of no message",
        "chat.getPermalink",
        {"channel": "$checkout", "message_ts": "1.000001"},
        "message_not_found",
    ),
]
LOOKS = [
    Request("users.info unknown", "users.info", {"user": "U0NOTTHERE"}, "user_not_found"),
    Request(
        "conversations.info unknown",
        "conversations.info",
        {"channel": "C0NO"},
        "channel_not_found",
    ),
    Request("members: bot not in (public)", "conversations.members", {"channel": "$apart"}, "ok"),
    Request("open unknown person", "conversations.open", {"users": "U0NO"}, "user_not_found"),
    Request("open two people", "conversations.open", {"users": "$alice,$dora"}, "missing_scope"),
    Request(
        "history: bot not in (public)",
        "conversations.history",
        {"channel": "$apart"},
        "not_in_channel",
    ),
    Request(
        "replies: no such thread",
        "conversations.replies",
        {"channel": "$checkout", "ts": "1.000001"},
        "thread_not_found",
    ),
]


def file(
    what: str, word: str, method: str = "files.completeUploadExternal", **given: Any
) -> Request:
    return Request(f"file: {what}", method, given, word)


ASK = "files.getUploadURLExternal"
SENT = [{"id": "$sent"}]
FILES = [
    file("no length", "missing_argument", ASK, filename="a.csv", as_form=True),
    file("length 0", "missing_argument", ASK, filename="a.csv", length="0", as_form=True),
    file("JSON to getUploadURLExternal", "missing_argument", ASK, filename="a.csv", length=5),
    file("4 bytes sent where 5 were said", "HTTP 500", "upload", id="$asked", data="1234"),
    file("completed before bytes came", "file_not_found", files=[{"id": "$asked"}]),
    file("unknown id completed", "file_not_found", files=[{"id": "F0NOTTHERE"}]),
    file("completed twice", "file_not_found", files=[{"id": "$png"}]),
    file("to a person's id", "invalid_arguments", files=SENT, channel_id="$alice"),
    file("to an unknown channel", "channel_not_found", files=SENT, channel_id="C0NOTTHERE"),
    file("to a channel the bot is not in", "not_in_channel", files=SENT, channel_id="$apart"),
    file("with nobody, then info", "ok", "files.info", file="$csv"),
    posted("file: csv in an image block", BAD_BLOCKS, {**PNG, "slack_file": {"id": "$csv"}}),
]
