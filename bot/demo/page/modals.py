"""Forms that a person has open: the top one of their stack, as a dialog.

A redraw keeps what the person has typed.
"""

from __future__ import annotations

import json

from nicegui import ui

from bot.demo.page.blocks import draw_form_blocks
from bot.demo.page.desk import Desk
from bot.demo.page.dialogs import dialog
from bot.demo.page.dom import Tag, button, html, icon
from bot.demo.page.inputs import InputForm, Key
from bot.demo.page.surface import Block
from bot.demo.slack.workspace import View


class Modals:
    """Dialog that follows the person's stack of views."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.box: Tag | None = None
        self.shown: tuple[str, str] | None = None
        self.forms: dict[str, InputForm] = {}
        # How many presses of the button that sends have arrived, in this dialog. A press on a
        # button that a redraw has replaced does not arrive; the page then presses the new one.
        self.presses = 0

    def refresh(self) -> None:
        """Redraw if another view is on top, or if the bot has changed the top one."""
        stack = self.desk.workspace.modals(self.desk.person.id)
        self.forms = {view.id: self.forms[view.id] for view in stack if view.id in self.forms}
        top = stack[-1] if stack else None
        looks = (top.id, json.dumps(top.view, default=str)) if top else None
        if looks == self.shown:
            return
        same = bool(top and self.shown and self.box and self.shown[0] == top.id)
        self.shown = looks
        if self.box and not same:
            self.box.delete()
            self.box = None
        if top:
            self._draw(top)

    def forget(self) -> None:
        """Forget what was typed, because the visitor now acts as another person."""
        self.forms.clear()

    def _draw(self, view: View) -> None:
        before = self.forms.get(view.id)
        form = InputForm(
            self.desk.surface(),
            lambda *press: self.press(view, *press),
            dict(before.values) if before else {},
        )
        self.forms[view.id] = form
        if self.box is None:
            self.box = dialog("modal", view.view["title"]["text"], lambda: self._close())
            self.presses = 0
        else:
            self.box.clear()
        with self.box:
            self._head(view)
            with Tag("div", "modal-body"):
                draw_form_blocks(view.view["blocks"], form.surface, form.draw)
            self._foot(view)
        form.forget_all_but(_keys(view.view["blocks"]))

    def _head(self, view: View) -> None:
        with Tag("header", "modal-head"):
            html(icon("app"), "avatar small", tag="span")
            Tag("h2", "", view.view["title"]["text"])
            with button("", "tool", self._close, aria_label="Close this form", title="Close (Esc)"):
                html(icon("close"), tag="span")

    def _foot(self, view: View) -> None:
        with Tag("footer", "dialog-foot"):
            self.trouble = Tag("p", "error trouble", "", role="alert")
            close = (view.view.get("close") or {}).get(
                "text", "Cancel" if "submit" in view.view else "Close"
            )
            button(close, "button", self._close)
            if "submit" in view.view:
                label = view.view["submit"]["text"]
                self.submit = button(
                    label,
                    "button primary",
                    lambda: self._submit(view),
                    data_submit=str(self.presses),
                )

    async def press(self, view: View, block_id: str, element: Block, value: object) -> None:
        """Use an element of the top form. The bot also gets the fields as they are filled in."""
        self.desk.fill(view, self.forms[view.id].values)
        await self.desk.press(view, block_id, element, value)

    async def _close(self) -> None:
        # Esc may be pressed again while the form is on its way out.
        if self.desk.workspace.modals(self.desk.person.id):
            await self.desk.attempt(self.desk.member.closes())

    async def _submit(self, view: View) -> None:
        """Send the form once; the button is disabled until Slack has answered."""
        self.presses += 1
        form, submit = self.forms[view.id], self.submit
        if submit.props.get("disabled"):
            return
        if wrong := form.mistakes(view.view["blocks"]):
            self._show_errors(form, wrong)
            return
        submit.set("disabled", True)
        submit.set("aria-busy", "true")
        try:
            errors = await self.desk.submit(view, form.values)
        finally:
            if not submit.is_deleted:
                submit.set("disabled", None)
                submit.set("aria-busy", None)
        # The bot may have closed the form meanwhile, or have drawn it anew.
        newest = self.forms.get(view.id)
        if errors is not None and newest and self.shown and self.shown[0] == view.id:
            self._show_errors(newest, errors)

    def _show_errors(self, form: InputForm, errors: dict[str, str]) -> None:
        form.show_errors(errors)
        self.trouble.set_text(errors.get("", ""))
        if self.box and errors:
            ui.run_javascript(f"demo.firstError('{self.box.html_id}')")


def _keys(blocks: list[Block]) -> set[Key]:
    return {
        (block["block_id"], block["element"]["action_id"])
        for block in blocks
        if block["type"] == "input"
    }
