"""axe-core in a page: what it finds there that some people cannot see or use."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# NiceGUI's note that the connection is lost. It is outside of all landmarks, and on a busy machine
# it may show for a moment.
NOT_OURS = {"exclude": [["#popup"]]}
# A page keeps axe-core from one look to the next, because reading it takes half of a look.
AXE = Axe(f"if (!window.axe) {{ {AXE_SCRIPT} }}")
# Of what passes, axe-core describes one element of each rule only. That halves the time of a look.
OPTIONS = {"resultTypes": ["violations"]}


def assert_axe_finds_nothing(page: Page, inside: str = "") -> None:
    """Look at the whole page, or only `inside` these elements if the rest was looked at before."""
    context = {"include": [[inside]]} if inside else NOT_OURS
    found = AXE.run(page, context=context, options=OPTIONS)
    assert found.violations_count == 0, found.generate_report()
    assert found.response["passes"]
