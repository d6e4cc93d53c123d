"""Progress through the steps to try. All tabs share it.

A step with a form is done when the last form that it led to is sent and accepted.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hint:
    """One thing to try: as whom, where, and what is put into the text box or pressed there.

    `form` is the title of the form that ends it; if it is empty, any form does.
    """

    label: str
    person: str
    place: str
    advice: str = ""
    text: str = ""
    press: str = ""
    form: str = ""
    opens_form: bool = True


class Progress:
    """Steps that are done, and the step that each person's open form belongs to."""

    def __init__(self, hints: list[Hint]) -> None:
        self.hints = hints
        self.done: set[Hint] = set()
        self.open: dict[str, Hint] = {}

    def did(self, person: str, *, typed: str = "", pressed: str = "") -> None:
        """Note what a person has typed or pressed.

        It may finish a step, or begin one whose form has to be sent too.
        """
        self.open.pop(person, None)
        for hint in self.hints:
            command = hint.text.partition(" ")[0]
            is_typed = bool(command) and typed.partition(" ")[0] == command
            is_it = is_typed or bool(pressed and pressed == hint.press)
            if hint.person == person and hint not in self.done and is_it:
                if hint.opens_form:
                    self.open[person] = hint
                else:
                    self.done.add(hint)
                return

    def sent_last_form(self, person: str, title: str) -> None:
        hint = self.open.pop(person, None)
        if hint and hint.form in ("", title):
            self.done.add(hint)
