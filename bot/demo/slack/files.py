"""Files as Slack keeps them: asked for, sent, completed.

Slack looks at a file before it may be shown in a block. See docs/reference/slack.md, "Rate limits
and sending".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.demo.slack.errors import SlackError
from bot.demo.slack.places import check_id, postable
from bot.demo.slack.sent_file import File
from bot.demo.slack.shapes import file_json
from bot.demo.slack.workspace import Message, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]

MIME_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "zip": "application/zip",
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "txt": "text/plain",
}
IN_BLOCKS = {"image/png", "image/jpeg", "image/gif"}


class Files:
    """`files.*` of one workspace, and the addresses where bytes go in and out."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def get_upload_url(self, arguments: Arguments) -> Answer:
        """Return the address to send the bytes to. Slack takes no JSON here."""
        name, length = str(arguments.get("filename") or ""), str(arguments.get("length") or "0")
        if not name or not length.isdecimal() or int(length) == 0:
            raise SlackError("missing_argument", "filename and a length above 0 are required")
        id = f"F0{len(self.workspace.files) + 1:08d}"
        self.workspace.files[id] = File(id, name, int(length))
        return {"upload_url": f"{self.workspace.base_url}/upload/{id}", "file_id": id}

    def complete(self, arguments: Arguments) -> Answer:
        """Note that these files are complete; share them with a channel, or with nobody."""
        channel = None
        if arguments.get("channel_id"):
            check_id(arguments["channel_id"])
            channel = postable(self.workspace, arguments["channel_id"])
        files = [self._sent(named) for named in (arguments.get("files") or [])]
        if not files:
            raise SlackError("invalid_arguments", "no files")
        for file, title in files:
            file.title = title or file.name
            file.completed = True
        if channel:
            workspace = self.workspace
            workspace.add_message(
                Message(
                    channel.id,
                    workspace.next_ts(),
                    workspace.bot.id,
                    arguments.get("initial_comment") or "",
                    thread_ts=arguments.get("thread_ts"),
                    bot_id=workspace.bot_id,
                    files=[file for file, _ in files],
                )
            )
        return {"files": [{"id": file.id, "title": file.title} for file, _ in files]}

    def _sent(self, named: Any) -> tuple[File, str]:
        file = self.workspace.files.get(named.get("id", ""))
        if file is None or file.data is None or file.completed:
            raise SlackError("file_not_found")
        return file, str(named.get("title") or "")

    def info(self, arguments: Arguments) -> Answer:
        """Describe a file. The first answer has no type, as if Slack had not yet looked at it."""
        file = self.workspace.files.get(str(arguments.get("file", "")))
        if file is None or not file.completed:
            raise SlackError("file_not_found")
        answer = file_json(file, self.workspace)
        file.mimetype = MIME_TYPES.get(
            file.name.rpartition(".")[2].lower(), "application/octet-stream"
        )
        return {"file": answer}

    def fault_of(self, blocks: list[Any]) -> str:
        """Return Slack's objection to a block that shows a file; empty if there is none."""
        for block in blocks:
            if block.get("type") == "image" and "id" in (block.get("slack_file") or {}):
                file = self.workspace.files.get(block["slack_file"]["id"])
                if file is None or not file.completed or file.mimetype not in IN_BLOCKS:
                    return (
                        f"slack_file {block['slack_file']['id']}: not there, not ready "
                        "yet, or no png, jpg or gif"
                    )
        return ""

    # ---- bytes -----------------------------------------------------------------------------------

    async def receive(self, request: Request) -> Response:
        """Take the bytes of a file that was asked for, once."""
        file = self.workspace.files.get(request.path_params["id"])
        fault = self.workspace.faults.next_for("upload")
        data = await request.body()
        if fault or file is None or file.data is not None or len(data) != file.length:
            self.workspace.bad_requests.append(
                ("upload", "failed", fault.kind if fault else f"{len(data)} bytes")
            )
            return PlainTextResponse("upload failed", status_code=500)
        file.data = data
        return PlainTextResponse(f"OK - {len(data)}")

    async def download(self, request: Request) -> Response:
        """Send a file to the page: it is saved, never opened, unless it is a picture."""
        file = self.workspace.files.get(request.path_params["id"])
        if file is None or file.data is None or not file.completed:
            return PlainTextResponse("There is no such file.", status_code=404)
        type = MIME_TYPES.get(file.name.rpartition(".")[2].lower(), "application/octet-stream")
        shown = "inline" if type in IN_BLOCKS else "attachment"
        headers = {
            "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(file.name)}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(file.data, media_type=type, headers=headers)
