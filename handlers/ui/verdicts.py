"""Verdicts on the criteria of a claim, in a few words. Typed text is escaped here."""

from __future__ import annotations

from handlers.ui.cutting import fitted
from handlers.ui.phrases import capital
from models.mrkdwn import day, escaped, number, who
from models.rules import Outcome, Verdict
from models.tables.decision import Decision
from models.tables.settlement import Settlement

# The most columns of all follow-ups that are named; if they are longer, only the first is named.
NAMED = 120


def sentences(decision: Decision, settlement: Settlement) -> str:
    """Say which criteria were not met, or how many were waived, with a space before it."""
    said = (not_met(decision, settlement), waived(decision, settlement))
    return "".join(f" {capital(words)}." for words in said if words)


def waived(decision: Decision, settlement: Settlement) -> str:
    """Say how many criteria the verdict of this round waived; empty if none."""
    count = len(_given(decision, settlement, Verdict.WAIVED))
    criteria = "criterion" if count == 1 else "criteria"
    return f"{count} {criteria} waived" if count else ""


def not_met(decision: Decision, settlement: Settlement) -> str:
    """Name the first criterion that was not met in this round, and say how many more; or empty."""
    missed = _given(decision, settlement, Verdict.NOT_MET)
    if not missed or settlement.outcome is not Outcome.SENT_BACK:
        return ""
    more = f", and {len(missed) - 1} more" if len(missed) > 1 else ""
    return f"not met: {escaped(missed[0])}{more}"


def owed(decision: Decision, settlement: Settlement) -> str:
    """Name the follow-ups of this round, with a space before it; empty if there are none."""
    follow_ups = [found for found in decision.follow_ups if found.round == settlement.round]
    if not follow_ups:
        return ""
    is_long = sum(len(follow_up.what) for follow_up in follow_ups) > NAMED
    named = [
        f"{escaped(fitted(follow_up.what, NAMED))} ({who(follow_up.owner)}, by "
        f"{day(follow_up.due_on)})"
        for follow_up in (follow_ups[:1] if is_long else follow_ups)
    ]
    rest = len(follow_ups) - len(named)
    more = f", and {rest} more" if rest else ""
    label = "Follow-up" if len(follow_ups) == 1 else number(len(follow_ups), "follow-up")
    return f" {label}: {'; '.join(named)}{more}."


def _given(decision: Decision, settlement: Settlement, verdict: Verdict) -> list[str]:
    """Return the criteria that got this verdict in this round; none if it was withdrawn."""
    if settlement.outcome is None:
        return []
    given = [
        (criterion.text, criterion.verdict_in(settlement.round)) for criterion in decision.criteria
    ]
    return [text for text, found in given if found and found.verdict is verdict]
