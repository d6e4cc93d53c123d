"""The rules as tables: kinds and rights, states and verbs, verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.rules import (
    DEFAULT_RIGHTS,
    MEANINGS,
    NEXT_STATE,
    OPEN_STATES,
    STANDING_PHRASES,
    TRADEOFF_KINDS,
    Decider,
    Impact,
    Kind,
    Outcome,
    Role,
    Standing,
    State,
    Verb,
    Verdict,
    first_state,
    next_state,
    outcomes_open_to,
)
from models.words import USUAL

PO, PM, JOINT = Decider.PRODUCT_OWNER, Decider.PROJECT_MANAGER, Decider.JOINT

# docs/reference/behaviour.md, Kinds and rights, row by row: kind, who decides, whose impact comes
# first.
KINDS = {
    "priority": (PO, Role.PROJECT_MANAGER),
    "requirements": (PO, None),
    "feature": (PO, Role.PROJECT_MANAGER),
    "acceptance": (PO, None),
    "schedule": (PM, Role.PRODUCT_OWNER),
    "scope control": (PM, Role.PRODUCT_OWNER),
    "risk": (PM, None),
    "resources": (PM, Role.PRODUCT_OWNER),
    "communication": (PM, None),
    "commitment": (JOINT, Role.PROJECT_MANAGER),
}


def test_the_default_rights_are_those_of_the_product() -> None:
    table = {
        USUAL.kind(kind): (
            right.decides,
            right.decides.asked_for_impact if right.impact_first else None,
        )
        for kind, right in DEFAULT_RIGHTS.items()
    }
    assert table == KINDS
    assert list(table) == list(KINDS)
    assert set(MEANINGS) == set(Kind)
    assert set(TRADEOFF_KINDS) == set(Kind) - {Kind.ACCEPTANCE}


@pytest.mark.parametrize("decider", Decider)
def test_impact_is_stated_by_the_other_side(decider: Decider) -> None:
    if decider is JOINT:
        assert decider.roles == (Role.PRODUCT_OWNER, Role.PROJECT_MANAGER)
    else:
        assert decider.roles == (decider.asked_for_impact.other,)
    assert {role.other.other for role in decider.roles} == set(decider.roles)


def test_every_standing_has_words_for_it() -> None:
    assert set(STANDING_PHRASES) == set(Standing)
    assert all(standing.phrase for standing in Standing)


# ---- states --------------------------------------------------------------------------------------

# Verbs that begin the next round of a decision in the state DECIDED, and verbs that do not change
# that state (docs/reference/behaviour.md, States).
SECOND_THOUGHTS = {Verb.RESUBMIT, Verb.RETURN, Verb.REOPEN, Verb.UNDO}
AFTERWARDS = {Verb.FINISH_FOLLOW_UP, Verb.REVIEW}
# Verbs that leave the state as it is (docs/reference/behaviour.md, Time: overdue and escalated are
# facts, not states).
BESIDE = {Verb.EDIT, Verb.DELEGATE, Verb.OVERDUE, Verb.ESCALATE}


def verbs_from(state: State) -> dict[Verb, State]:
    return {verb: after for (before, verb), after in NEXT_STATE.items() if before is state}


def test_three_states_are_settled() -> None:
    assert {state for state in State if state.settled} == {
        State.DECIDED,
        State.SUPERSEDED,
        State.WITHDRAWN,
    }
    assert set(OPEN_STATES) == {state for state in State if not state.settled}


def test_nothing_leads_out_of_withdrawn() -> None:
    assert verbs_from(State.WITHDRAWN) == {}


def test_what_is_superseded_only_comes_back_or_is_finished_and_reviewed() -> None:
    assert verbs_from(State.SUPERSEDED) == {
        Verb.RESTORE: State.DECIDED,
        **dict.fromkeys(AFTERWARDS, State.SUPERSEDED),
    }
    assert {state for (state, verb) in NEXT_STATE if verb is Verb.SUPERSEDE} == {State.DECIDED}


def test_what_is_decided_only_begins_a_new_round_or_gives_way() -> None:
    assert verbs_from(State.DECIDED) == {
        **dict.fromkeys(SECOND_THOUGHTS, State.AWAITING_DECISION),
        **dict.fromkeys(AFTERWARDS, State.DECIDED),
        Verb.SUPERSEDE: State.SUPERSEDED,
    }


@pytest.mark.parametrize("state", OPEN_STATES)
def test_what_is_open_can_be_withdrawn_changed_and_handed_over(state: State) -> None:
    after = verbs_from(state)
    assert after[Verb.WITHDRAW] is State.WITHDRAWN
    assert after[Verb.REVISE] is State.AWAITING_DECISION
    assert {verb: after[verb] for verb in BESIDE} == dict.fromkeys(BESIDE, state)
    assert not set(after) & (SECOND_THOUGHTS | AFTERWARDS | {Verb.SUPERSEDE, Verb.RESTORE})


def test_every_verb_has_its_place_and_every_state_is_reached() -> None:
    assert {verb for _, verb in NEXT_STATE} == set(Verb) - {Verb.RAISE, Verb.REDACT}
    reached = {first_state(impact) for impact in Impact}
    for _ in State:
        reached |= {after for (before, _), after in NEXT_STATE.items() if before in reached}
    assert reached == set(State)
    assert {state for state, _ in NEXT_STATE} == set(State) - {State.WITHDRAWN}


@pytest.mark.parametrize("state", OPEN_STATES)
def test_from_every_open_state_there_is_an_end(state: State) -> None:
    reached = {state}
    for _ in State:
        reached |= {after for (before, _), after in NEXT_STATE.items() if before in reached}
    assert {State.DECIDED, State.WITHDRAWN} <= reached


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_what_the_table_does_not_hold_cannot_happen(state: State, verb: Verb) -> None:
    if (state, verb) in NEXT_STATE:
        assert next_state(state, verb) is NEXT_STATE[state, verb]
    else:
        with pytest.raises(KeyError):
            next_state(state, verb)


def test_nothing_is_decided_before_its_impact_was_stated_or_lapsed() -> None:
    out = {
        verb
        for verb, after in verbs_from(State.AWAITING_IMPACT).items()
        if after is not State.AWAITING_IMPACT
    }
    # A changed question begins the next round, whose state `first_state` chooses.
    assert out == {Verb.STATE_IMPACT, Verb.LAPSE_IMPACT, Verb.WITHDRAW, Verb.REVISE}
    assert {impact for impact in Impact if first_state(impact) is State.AWAITING_IMPACT} == {
        Impact.AWAITED
    }


def test_only_a_decision_decides() -> None:
    assert {verb for (_, verb), after in NEXT_STATE.items() if after is State.WITHDRAWN} == {
        Verb.WITHDRAW
    }
    into = {
        verb
        for (before, verb), after in NEXT_STATE.items()
        if after is State.DECIDED and not before.settled
    }
    assert into == {Verb.DECIDE}


def test_time_alone_never_settles_anything() -> None:
    by_time = (Verb.LAPSE_IMPACT, Verb.OVERDUE, Verb.ESCALATE, Verb.RETURN)
    assert not any(after.settled for (_, verb), after in NEXT_STATE.items() if verb in by_time)


def test_one_signature_decides_nothing() -> None:
    assert {after for (_, verb), after in NEXT_STATE.items() if verb is Verb.SIGN} == {
        State.AWAITING_SIGNATURE
    }


# ---- verdicts ------------------------------------------------------------------------------------


@given(some.lists(some.sampled_from(Verdict), min_size=1, max_size=6))
def test_nothing_unmet_is_accepted_as_it_is(verdicts: list[Verdict]) -> None:
    allowed = outcomes_open_to(verdicts)
    unmet = Verdict.NOT_MET in verdicts
    assert (Outcome.ACCEPTED in allowed) is not unmet
    assert (Outcome.SENT_BACK in allowed) is unmet
    assert Outcome.ACCEPTED_WITH_FOLLOW_UPS in allowed
    assert not allowed & {
        Outcome.APPROVED,
        Outcome.REJECTED,
        Outcome.DEFERRED,
        Outcome.ACKNOWLEDGED,
        Outcome.DISPUTED,
    }
    assert outcomes_open_to(verdicts[::-1]) == allowed
