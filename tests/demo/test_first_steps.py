"""The steps that the demo prints when it starts, and how its page marks them as done."""

from __future__ import annotations

from bot.demo.page.progress import Hint, Progress
from bot.demo.run import first_steps
from bot.demo.seed.company import HINTS


def test_an_empty_demo_says_first_that_no_channel_is_set_up() -> None:
    full, empty = first_steps(empty=False), first_steps(empty=True)
    assert full[0] == "  1. Alice: raise a tradeoff"
    assert empty[1:] == full
    assert empty[0].startswith("No channel is set up yet. Step 1 asks first who decides")


def test_a_step_is_done_only_by_the_form_that_it_is_about() -> None:
    progress = Progress([Hint(**hint) for hint in HINTS])
    raising = progress.hints[0]
    progress.did("alice", typed="/tradeoff ask 24 @Erin How many?")
    progress.sent_last_form("alice", "Ask about #24")
    assert raising not in progress.done
    progress.did("alice", typed="/tradeoff Something of her own")
    progress.sent_last_form("alice", raising.form)
    assert raising in progress.done
