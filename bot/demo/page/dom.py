"""Plain HTML: NiceGUI elements, or text for parts of the page that only change as a whole.

A button is a real button, so keyboard and screen reader work without further code.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import GenericEventArguments

_VOID = {"hr", "img", "input"}

Act = Callable[[], Awaitable[None] | None]
Take = Callable[[Any], Awaitable[None] | None]


class Tag(TextElement):
    """One HTML element.

    Attributes are given as Python words (`aria_label`, `for_`); None omits one.
    """

    def __init__(
        self, tag: str, css: str = "", text: str | None = None, /, **attributes: Any
    ) -> None:
        super().__init__(tag=tag, text=text or "")
        if text is None:
            self._text = None
        if css:
            self.classes(css)
        for key, value in attributes.items():
            if value is not None:
                self.props[key.rstrip("_").replace("_", "-")] = value

    def on_click(self, act: Act) -> Tag:
        """Act on a click, without sending the browser's whole event along."""
        self.on("click", lambda: act(), js_handler="() => emit()")
        return self

    def on_value(self, event: str, take: Take, *, read: str = "e.target.value") -> Tag:
        """Pass on what the browser reads from the event.

        `read` is JavaScript, in which `e` is the event.
        """

        def handle(event: GenericEventArguments) -> Awaitable[None] | None:
            return take(event.args)

        self.on(event, handle, js_handler=f"(e) => emit({read})")
        return self

    def set(self, key: str, value: Any) -> None:
        """Change one attribute; None takes it away.

        Nothing is sent if the value is the same.
        """
        if value is None:
            self.props.pop(key, None)
        elif self.props.get(key) != value:
            self.props[key] = value


def html(content: str, css: str = "", *, tag: str = "div", **attributes: Any) -> ui.html:
    """Draw ready-made HTML. The caller must have escaped what people wrote."""
    element = ui.html(content, sanitize=False, tag=tag)
    if css:
        element.classes(css)
    for key, value in attributes.items():
        element.props[key.replace("_", "-")] = value
    return element


def markup(tag: str, css: str = "", inside: str = "", /, **attributes: Any) -> str:
    """Write one element as HTML. `inside` is HTML; attributes are escaped here, None omits one.

    Such elements cost much less than NiceGUI elements, which Vue looks at again at each change of
    the page.
    """
    given = {"class": css or None, **attributes}
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in given.items()
        if value is not None
    )
    return f"<{tag}{written}>" + ("" if tag in _VOID else f"{inside}</{tag}>")


def menu_html(label: str, css: str, items: list[str]) -> str:
    """Write a button that unfolds a menu, as `menu` does."""
    names = {"aria_label": label, "title": label}
    sign = markup("summary", "", "⋯", role="button", aria_haspopup="menu", **names)
    inside = markup("div", "menu-items", "".join(items), role="menu", aria_label=label)
    return markup("details", f"menu {css}", sign + inside)


def menu_item_html(label: str, about: str = "", **attributes: Any) -> str:
    """Write an entry of a menu; its attributes say what the script tells the server."""
    words = markup("span", "", escape(label)) + (
        markup("small", "", escape(about)) if about else ""
    )
    role = {"type": "button", "role": "menuitem", "tabindex": "-1"}
    return markup("button", "menu-item", words, **role, **attributes)


def button(label: str, css: str, act: Act, **attributes: Any) -> Tag:
    return Tag("button", css, label, type="button", **attributes).on_click(act)


def menu(label: str, sign: str, css: str = "") -> tuple[Tag, Tag]:
    """Draw a button that unfolds a menu; put `menu_item`s into the second element.

    The script closes the menu and moves focus in it.
    """
    box = Tag("details", f"menu {css}")
    with box:
        Tag("summary", "", sign, aria_label=label, role="button", title=label, aria_haspopup="menu")
        items = Tag("div", "menu-items", role="menu", aria_label=label)
    return box, items


def menu_item(label: str, act: Act, *, about: str = "", danger: bool = False) -> Tag:
    item = Tag(
        "button",
        "menu-item danger" if danger else "menu-item",
        type="button",
        role="menuitem",
        tabindex="-1",
    )
    with item:
        Tag("span", "", label)
        if about:
            Tag("small", "", about)
    return item.on_click(act)


def icon(name: str) -> str:
    """Return a small line drawing as SVG, so that nothing is loaded from anywhere."""
    return (
        '<svg viewBox="0 0 20 20" width="18" height="18" fill="none" '
        'stroke="currentColor" stroke-width="1.6" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true">{_ICONS[name]}</svg>'
    )


_ICONS = {
    "menu": '<path d="M3 5h14M3 10h14M3 15h14"/>',
    "on": '<path d="M8 5l5 5-5 5"/>',
    "close": '<path d="M5 5l10 10M15 5L5 15"/>',
    "lock": '<rect x="5" y="9" width="10" height="7" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 6 '
    '0V9"/>',
    "hash": '<path d="M8 3L6 17M14 3l-2 14M3.5 7.5h13M3 12.5h13"/>',
    "shared": '<circle cx="7" cy="10" r="4"/><circle cx="13" cy="10" r="4"/>',
    "reply": '<path d="M8 5L3 9.5 8 14M3.5 9.5H12a5 5 0 0 1 5 5V16"/>',
    "send": '<path d="M3.5 10L17 3.5 12.5 17 9.5 11.5z"/>',
    "app": '<rect x="3.5" y="3.5" width="13" height="13" rx="3"/><path d="M7 10.5l2 2 4-5"/>',
    "people": '<circle cx="10" cy="7" r="3.2"/><path d="M3.5 17c0-3.4 2.6-5.4 6.5-5.4s6.5 2 6.5 '
    '5.4"/>',
    "eye": '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/><circle cx="10" cy="10" r="2.2"/>',
}
