"""States that a decision can be in, and everything that Slack then shows of it.

They are reached by every order of up to three acts, and by some longer stories.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import Any

from handlers import posts
from handlers.answers import Message, View
from models.refusals.refused import Refused
from models.tables.decision import Decision
from models.tables.post import Post
from models.words import Words
from support.acts import Step, acts_on
from support.open_forms import open_forms
from support.sample import Sample, sample
from support.typed_texts import TYPINGS, retype

# Numbers, days and hashes. Two drawings that differ only in these count as the same.
PASSING = re.compile(
    r"\d+|[A-Z][a-z]{2} \d+ [A-Z][a-z]{2}|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|record \w+"
)

# The highest numbers of acts after the raise: in all, in a shape that differs from another only in
# hats or words, and of acts that do not take the decision towards its outcome.
MOST_ACTS, MOST_ACTS_AGAIN, MOST_BESIDE = 3, 2, 1
Path = tuple[str, ...]

# Longer stories: a third round, and several acts of `BESIDE` in one round.
STORIES = {
    "priority": [
        "impact > asked > answered > approved > review asked > reopened > edited > "
        "impact > rejected > reopened > deferred",
        "impact > approved > review asked > reopened > edited > impact > approved > undone > asked",
        "lapse > overdue > escalated > sponsor approves > reopened > edited > lapse > "
        "impact > revision asked",
        "impact > approved > review asked > reviewed > superseded > restored > "
        "reopened > ground moves",
        "impact > approved > rights change > reopened > asked > answered > approved",
        "impact > overdue > escalated > asked > edited > impact > delegated > taken "
        "back > rejected",
        "impact > deferred > undo ends > rights change > returned > rejected",
    ],
    "commitment": [
        "impact > approved > approved > reopened > approved > edited > impact > "
        "approved > approved > undone",
        "impact > approved > asked > answered > approved > superseded > restored > "
        "reopened > rejected",
        "impact > approved > overdue > escalated > sponsor approves > reopened > "
        "ground moves > approved > promise closes",
    ],
    "acceptance": [
        "sent back > resubmitted > sent back > resubmitted > follow-ups > finished > "
        "finished > finished > reopened > waived",
        "asked > sent back > resubmitted > asked > answered > follow-ups > undo ends > "
        "reopened > withdrawn",
    ],
    "schedule": [
        "overdue > escalated > impact > sponsor approves",
        "overdue > escalated > lapse > asked > edited > withdrawn",
    ],
    "recorded, joint": ["approved > approved > reopened > approved > approved > undone > rejected"],
}


def every_state(
    shape: str, two_hats: bool = False, words: Words | None = None
) -> list[tuple[str, Decision]]:
    """Return a decision of this shape in each situation that these acts lead to.

    The name of each decision is the shape and the acts. The tests of a process share the decisions,
    and retype their texts.
    """
    return _every_state(shape, two_hats, words)


@cache
def _every_state(shape: str, two_hats: bool, words: Words | None) -> list[tuple[str, Decision]]:
    way, beside = acts_on(shape)
    here = sample(shape, two_hats, words)
    first = _played((), {}, here)
    found, seen, paths = [(shape, first)], {_situation(first, here)}, deque[Path]([()])
    most = MOST_ACTS_AGAIN if two_hats or words else MOST_ACTS
    while paths and len(path := paths.popleft()) < most:
        full = sum(name in beside for name in path) == MOST_BESIDE
        for name, decision in _next(path, way if full else way | beside, way | beside, here):
            situation = _situation(decision, here)
            if situation not in seen:
                seen.add(situation)
                paths.append((*path, name))
                found.append((" > ".join((shape, *path, name)), decision))
    for story in () if two_hats else STORIES.get(shape, ()):
        path = tuple(story.split(" > "))
        found.append((f"{shape} > {story}", _played(path, way | beside, here)))
    return found


def _next(
    path: Path, acts: dict[str, Step], steps: dict[str, Step], here: Sample
) -> Iterator[tuple[str, Decision]]:
    """Yield the decision at the end of this path after each act that is possible there."""
    decision = None
    for name, act in acts.items():
        decision = decision or _played(path, steps, here)
        try:
            here.a_minute_passes()
            act(decision, here)
        except Refused:
            continue
        except KeyError:
            # The table of states has no such step. The act may have changed the decision before.
            decision = None
            continue
        here.settle(decision)
        yield name, decision
        decision = None


def _played(path: Path, acts: dict[str, Step], here: Sample) -> Decision:
    """Make a new decision and do these acts to it."""
    here.clear()
    decision = here.raised()
    for name in path:
        here.a_minute_passes()
        acts[name](decision, here)
        here.settle(decision)
    return decision


def as_it_goes(shape: str, story: str) -> Iterator[tuple[str, Decision]]:
    """Yield the same decision after each act of a story."""
    way, beside = acts_on(shape)
    here = sample(shape)
    decision = here.raised()
    for name in story.split(" > "):
        here.a_minute_passes()
        (way | beside)[name](decision, here)
        here.settle(decision)
        yield name, decision


def _situation(decision: Decision, here: Sample) -> Any:
    """Return the facts by which two decisions may differ in what is drawn of them."""
    question = decision.questions[-1] if decision.questions else None
    promise, before = decision.commitment, decision.settlement_of(decision.round - 1)
    return (
        decision.state,
        decision.outcome,
        decision.impact,
        decision.round,
        decision.decides,
        decision.statement is None,
        decision.holder,
        decision.counterpart,
        bool(decision.first_signature),
        bool(decision.undo_until),
        bool(decision.overdue_at),
        decision.escalated_to,
        question and (question.answer is None, question.round == decision.round),
        promise and (promise.state, decision.commitment_has_moved),
        decision.superseded_by,
        here.version.number,
        before and before.since,
        decision.settlement and (decision.settlement.held, decision.settlement.by_escalation),
        sum(follow_up.done_at is None for follow_up in decision.follow_ups),
        decision.untouched,
    )


def messages(decision: Decision) -> Iterator[tuple[Post, Message]]:
    """Draw every message that is owed for this decision by now."""
    for post in decision.posts:
        yield post, _message(decision, post)


def _message(decision: Decision, post: Post) -> Message:
    return posts.OF_DECISIONS[post.drawing](decision, post)


@lru_cache(maxsize=1)
def every_message(shape: str) -> list[tuple[str, Decision, list[tuple[Post, Message]]]]:
    """Return each state with all its messages, drawn once for the tests of a shape."""
    drawn = []
    for name, decision in every_state(shape):
        retype(decision, TYPINGS["a word"])
        drawn.append((name, decision, list(messages(decision))))
    return drawn


# ---- what is drawn -------------------------------------------------------------------------------


def drawings(decision: Decision) -> list[Callable[[], Message | View]]:
    """Return functions that draw the messages owed by now, and the forms that can be opened."""
    return [*(partial(_message, decision, post) for post in decision.posts), *open_forms(decision)]


@cache
def pictures(
    shape: str, two_hats: bool = False, words: Words | None = None
) -> list[tuple[str, Decision, list[int]]]:
    """Return the states with a new drawing; the numbers are the new ones' places in `drawings`.

    A drawing is new if no drawing of an earlier state has the same blocks in the same order.
    """
    seen: set[tuple[str, ...]] = set()
    kept = []
    for name, decision in every_state(shape, two_hats, words):
        retype(decision, TYPINGS["a word"])
        new = []
        for at, draw in enumerate(drawings(decision)):
            drawing = draw()
            blocks = drawing.blocks if isinstance(drawing, Message) else drawing["blocks"]
            looks = tuple(PASSING.sub("0", str(block)) for block in blocks)
            if looks not in seen:
                seen.add(looks)
                new.append(at)
        if new:
            kept.append((name, decision, new))
    return kept
