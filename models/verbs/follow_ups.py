"""After a decision: follow-ups are ticked off by their owners, and forecasts are held against what
happened.
"""

from __future__ import annotations

from models.acts import Act
from models.refusals import afterwards, asking, refused
from models.rules import Held, Person, Verb, next_state
from models.tables.acceptance import FollowUp
from models.tables.decision import Decision
from models.tables.history_payloads import FollowUpFinished, ForecastReviewed
from models.tables.settlement import Settlement
from models.tables.tradeoff import ImpactStatement


def standing_follow_ups(decision: Decision) -> list[FollowUp]:
    """Those of the outcome that stands; a round that was reopened or undone takes its follow-ups
    with it.
    """
    lasting = {one.round for one in decision.settlements if one.since in (None, Verb.SUPERSEDE)}
    return [one for one in decision.follow_ups if one.round in lasting]


def open_follow_ups(decision: Decision, owner: str) -> list[FollowUp]:
    """What this person still owes."""
    return [
        one for one in standing_follow_ups(decision) if one.owner == owner and one.done_at is None
    ]


def finish_follow_up(decision: Decision, position: int, act: Act) -> None:
    """Its owner says that it is done."""
    found = next((one for one in standing_follow_ups(decision) if one.position == position), None)
    if found is None:
        raise afterwards.FollowUpGone(decision.number)
    if found.owner != act.person.id:
        raise afterwards.NotYourFollowUp(found.owner)
    refused.check_can_act(act.person)
    if found.done_at:
        return
    found.done_at = act.at
    decision.state = next_state(decision.state, Verb.FINISH_FOLLOW_UP)
    finished = FollowUpFinished(follow_up=position, what=found.what)
    decision.record(Verb.FINISH_FOLLOW_UP, act, finished)


def forecast_of(decision: Decision, round: int) -> ImpactStatement | None:
    """The impact statement that this round was decided on."""
    return next((one for one in reversed(decision.impacts) if one.round <= round), None)


def review_to_answer(decision: Decision, round: int, person: Person) -> Settlement:
    """The outcome of this round, if this person forecast its impact and has not said yet whether
    that held.

    Raises Refused.
    """
    done, forecast = decision.settlement_of(round), forecast_of(decision, round)
    if done is None or done.review_on is None or forecast is None:
        raise refused.NotFound
    if done.held is None and done.since not in (None, Verb.SUPERSEDE):
        raise afterwards.NothingToReview(decision.number)
    if person.id not in (forecast.by, decision.counterpart, decision.counterpart_for):
        raise asking.NotYourImpact(forecast.by, decision.decides.asked_for_impact)
    refused.check_can_act(person)
    if done.held:
        assert done.reviewed_by
        assert done.reviewed_at
        raise afterwards.AlreadyReviewed(decision.number, done.reviewed_by, done.reviewed_at)
    return done


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
