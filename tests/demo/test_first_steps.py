"""The steps that the demo prints when it starts."""

from __future__ import annotations

from bot.demo.run import first_steps


def test_an_empty_demo_says_first_that_no_channel_is_set_up() -> None:
    full, empty = first_steps(empty=False), first_steps(empty=True)
    assert full[0] == "  1. Alice: raise a tradeoff"
    assert empty[1:] == full
    assert empty[0].startswith("No channel is set up yet. Step 1 asks first who decides")
