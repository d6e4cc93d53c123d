"""Native modal dialogs.

The browser keeps the focus inside, reports Esc, and makes the rest of the page inert.
"""

from __future__ import annotations

import asyncio

from nicegui import context, ui

from bot.demo.page.dom import Act, Tag, button, html
from bot.demo.page.surface import Block, Surface


def dialog(css: str, label: str, on_escape: Act) -> Tag:
    """Open a dialog at the end of the page; we answer Esc, so that the bot can be told first."""
    with context.client.layout:
        element = Tag("dialog", css, aria_label=label)
    element.on(
        "cancel",
        lambda: on_escape(),
        js_handler="(e) => { if (e.target === e.currentTarget) { e.preventDefault(); emit() } }",
    )
    ui.run_javascript(f"demo.openDialog('{element.html_id}')")
    return element


async def confirmed(confirm: Block, surface: Surface) -> bool:
    """Ask, and wait for the answer; Esc means no."""
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def say(yes: bool) -> None:
        if not answer.done():
            answer.set_result(yes)

    box = dialog("confirm", confirm["title"]["text"], lambda: say(False))
    box.client.on_delete(lambda: say(False))
    with box:
        Tag("h2", "", confirm["title"]["text"])
        html(surface.text(confirm["text"]), "text")
        with Tag("div", "dialog-foot"):
            button(confirm["deny"]["text"], "button", lambda: say(False))
            style = "danger" if confirm.get("style") == "danger" else "primary"
            button(confirm["confirm"]["text"], f"button {style}", lambda: say(True))
    try:
        return await answer
    finally:
        if not box.is_deleted:
            box.delete()
