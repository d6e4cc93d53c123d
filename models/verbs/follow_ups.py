"""Follow-ups and forecasts, after a decision.

Owners tick off their follow-ups, and forecasts are compared with what happened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from models.acts import Act
from models.refusals import afterwards, refused
from models.rules import Held, Person, Role, Verb, next_state
from models.tables.acceptance import FollowUp
from models.tables.decision import Decision
from models.tables.departure import first_here
from models.tables.history_payloads import FollowUpFinished, ForecastReviewed
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement


def standing_follow_ups(decision: Decision) -> list[FollowUp]:
    """Return the follow-ups of the outcomes that are in force.

    A round that was reopened or undone takes its follow-ups with it.
    """
    lasting = {
        settlement.round
        for settlement in decision.settlements
        if settlement.since in (None, Verb.SUPERSEDE)
    }
    return [follow_up for follow_up in decision.follow_ups if follow_up.round in lasting]


def open_follow_ups(decision: Decision, owner: str) -> list[FollowUp]:
    """Return the follow-ups that this person still owes."""
    return [
        follow_up
        for follow_up in standing_follow_ups(decision)
        if follow_up.owner == owner and follow_up.done_at is None
    ]


def finish_follow_up(decision: Decision, position: int, act: Act, role_holders: list[str]) -> None:
    """Mark a follow-up as done, as its owner.

    Raise FollowUpGone, NotYourFollowUp, or another Refused if this person cannot act. If the owner
    has left Slack, the refusal names the `role_holders`, who may reopen the decision.
    """
    found = next(
        (
            follow_up
            for follow_up in standing_follow_ups(decision)
            if follow_up.position == position
        ),
        None,
    )
    if found is None:
        raise afterwards.FollowUpGone(decision.number)
    if found.owner != act.person.id:
        gone = decision.gone_among(found.owner, *role_holders)
        reopeners = refused.either(role_holders, gone) if found.owner in gone else None
        raise afterwards.NotYourFollowUp(decision.number, found.owner, reopeners)
    refused.check_can_act(act.person)
    if found.done_at:
        return
    found.done_at = act.at
    decision.state = next_state(decision.state, Verb.FINISH_FOLLOW_UP)
    finished = FollowUpFinished(follow_up=position, what=found.what)
    decision.record(Verb.FINISH_FOLLOW_UP, act, finished)


def forecast_of(decision: Decision, round: int) -> ImpactStatement | None:
    """Return the impact statement on which this round was decided; None if there was none."""
    return next(
        (statement for statement in reversed(decision.impacts) if statement.round <= round), None
    )


def reviewer_of(
    decision: Decision, round: int, holders: Mapping[Role, str], outsiders: Collection[str] = ()
) -> str:
    """Return the person who is asked whether the forecast of this round held.

    The author of the forecast comes first, then today's holder of the author's role, then the
    holder of the other role. The first of them who has not left Slack and may read the channel is
    returned. If there is none, the holder of the author's role is. Without a forecast, the
    counterpart is. `holders` are the channel's role holders; `outsiders` are the people who may not
    read it.
    """
    forecast = forecast_of(decision, round)
    if forecast is None:
        return decision.counterpart
    role = forecast.role
    people = [forecast.by, holders[role], holders[role.other]]
    found = first_here(decision.session, decision.workspace_id, people, outsiders)
    return found or holders[role]


def review_to_answer(
    decision: Decision, round: int, person: Person, reviewer: str, today: date
) -> Settlement:
    """Return how this round ended, if this person may review its forecast `today`.

    The person must have forecast the impact, or be the `reviewer` (see `reviewer_of`). Raise the
    Refused that says why this person cannot review it; one reason is that somebody already has.
    """
    settlement, forecast = decision.settlement_of(round), forecast_of(decision, round)
    if settlement is None or settlement.review_on is None or forecast is None:
        raise refused.NotFound
    if settlement.held is None and settlement.since not in (None, Verb.SUPERSEDE):
        raise afterwards.NothingToReview(decision.number)
    if person.id not in (forecast.by, reviewer):
        gone = decision.gone_among(reviewer)
        raise afterwards.NotYourReview(decision.number, reviewer, gone)
    if today < settlement.review_on:
        raise afterwards.ReviewNotDue(decision.number, settlement.review_on)
    refused.check_can_act(person)
    if settlement.held:
        assert settlement.reviewed_by
        assert settlement.reviewed_at
        raise afterwards.AlreadyReviewed(
            decision.number, settlement.reviewed_by, settlement.reviewed_at
        )
    return settlement


def review(
    decision: Decision, settlement: Settlement, held: Held, actual_days: int, note: str, act: Act
) -> None:
    """Keep whether the forecast held, and the days it really cost."""
    settlement.held = held
    settlement.actual_days = actual_days
    settlement.review_note = note
    settlement.reviewed_by = act.person.id
    settlement.reviewed_at = act.at
    decision.state = next_state(decision.state, Verb.REVIEW)
    reviewed = ForecastReviewed(
        round=settlement.round, held=held, actual_days=actual_days, note=note
    )
    decision.record(Verb.REVIEW, act, reviewed)
