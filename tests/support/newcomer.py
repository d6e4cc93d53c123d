"""Demo started as a process, and a newcomer in a browser."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from playwright.sync_api import Locator, expect

from support.browser_tab import Tab
from support.command_line import PATIENCE, environment

TESTS = str(Path(__file__).parents[1])
# A file that is locked while a demo starts.
STARTING = Path(tempfile.gettempdir()) / f"tradeoff-demo-starts-{os.getuid()}"
EMPTY: Mapping[str, str] = MappingProxyType({})


@contextlib.contextmanager
def one_start_at_a_time() -> Iterator[None]:
    """Wait while another process of the tests starts a demo.

    After a change of the code, the first demo plays its story and keeps it for the others.
    """
    with STARTING.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Started:
    """Process of `tradeoff demo --port 0`, in which the bot and Slack wait long for each other.

    It works in `folder`; its temporary files are in a folder inside that.
    """

    def __init__(self, folder: Path, *options: str, variables: Mapping[str, str] = EMPTY) -> None:
        self.variables = variables
        self.left = folder / "temporary"
        self.left.mkdir()
        with one_start_at_a_time():
            self.process = subprocess.Popen(
                [sys.executable, "-m", "support.patient_demo", "demo", "--port", "0", *options],
                cwd=folder,
                env={**environment(), **variables, "PYTHONPATH": TESTS, "TMPDIR": str(self.left)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            try:
                self.url = self._address()
            except BaseException:
                self.kill()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _address(self) -> str:
        """Return the address that a person would copy from the terminal."""
        assert self.process.stdout
        for line in self.process.stdout:
            if found := re.match(r"Open (http://127\.0\.0\.1:\d+)$", line):
                return found[1]
        _, errors = self.process.communicate(timeout=PATIENCE)
        raise AssertionError(f"no address was printed: {errors}")

    def interrupt(self) -> None:
        """Press Ctrl+C; check that the process ends well and leaves no temporary file."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=PATIENCE)
        assert errors == ""
        assert self.process.returncode == 0
        assert list(self.left.iterdir()) == []

    def kill(self) -> None:
        """End the process if it has not ended yet, wait for it, and close its pipes."""
        with self.process:
            self.process.kill()


class Newcomer(Tab):
    """Person who reads the strip at the top of the page and does what it says."""

    def follows(self, hint: str) -> None:
        self.page.get_by_role("link", name=hint).click()

    def has_done(self, hint: str) -> None:
        """Check that the strip shows this hint as done, and says so."""
        expect(self.page.get_by_role("link", name=f"{hint} (done)")).to_be_visible()
        expect(self.page.get_by_role("status").filter(has_text="Done.")).to_be_visible()

    def is_led_to(self, button: str) -> None:
        """Check that the strip names this button, and that it is in view and has the focus."""
        expect(self.page.get_by_role("status").filter(has_text=f"Press {button}")).to_be_visible()
        found = self.last_card().locator("button", has_text=re.compile(f"^{button}$"))
        expect(found).to_be_focused()
        expect(found).to_be_in_viewport()

    def last_card(self) -> Locator:
        return self.log().get_by_role("article").filter(has=self.page.locator(".bk")).last

    def presses(self, button: str) -> None:
        self.last_card().locator("button", has_text=re.compile(f"^{button}$")).click()

    def submits(self, button: str, fields: dict[str, str] | None = None) -> None:
        """Fill in the open form, label by label, and send it."""
        for label, value in (fields or {}).items():
            field = self.dialog.get_by_label(re.compile(rf"^{re.escape(label)}\s*(optional)?$"))
            if field.evaluate("field => field.tagName") == "SELECT":
                entry = field.locator('option:not([value=""])', has_text=re.compile(f"^{value}"))
                field.select_option(label=entry.inner_text())
                if label == "Kind":
                    # The bot now draws the form anew. A newcomer reads who decides, and goes on.
                    expect(self.dialog).to_contain_text(" this here")
            elif field.get_attribute("role") == "radiogroup":
                field.get_by_role("radio", name=re.compile(f"^{re.escape(value)}")).check()
            else:
                field.fill(value)
        self.dialog.get_by_role("button", name=button, exact=True).click()

    def is_asked_for_nothing_more(self) -> None:
        expect(self.dialog).to_have_count(0)

    def becomes(self, person: str) -> None:
        if self.page.get_by_role("button", name="Show channels").is_visible():
            self.page.get_by_role("button", name="Show channels").click()
        self.page.get_by_role("button", name=re.compile("^You are")).click()
        self.page.get_by_role("menuitem", name=re.compile(f"^{person}")).click()
        expect(self.page.locator(".switcher strong").first).to_have_text(person)

    def reads(self, *sentences: str) -> None:
        for sentence in sentences:
            expect(self.log().get_by_text(sentence).last).to_be_visible()
