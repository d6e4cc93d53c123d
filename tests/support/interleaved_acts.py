"""Pairs of acts that overlap, drawn at random, and what must hold after each pair.

The checks read the rows themselves and do not call the models' own methods.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.commands import verify
from handlers.answers import OpenForm
from handlers.ui.forms import metadata
from models.rules import Standing
from models.verbs.delegating import ONE_DECISION
from support.held_transactions import HeldTransactions, Work
from support.route_runner import ALICE, BOB, CHANNEL, DORA, ERIN, NINA, SAM, Pick, Who

PEOPLE = (ALICE, BOB, SAM, ERIN, DORA, NINA)
Act = Callable[["InterleavedActs", int], Work | None]

SEATS = """
    SELECT number, side.person, side.owner, side.because, side.signed, channel_sponsor.sponsor
    FROM decision
    CROSS JOIN LATERAL (VALUES
        (holder, holder_for, holder_because, EXISTS (
            SELECT 1 FROM signature
            WHERE decision_id = decision.id AND round = decision.round AND person = holder)),
        (counterpart, counterpart_for, counterpart_because, EXISTS (
            SELECT 1 FROM signature
            WHERE decision_id = decision.id AND round = decision.round AND person = counterpart))
    ) AS side (person, owner, because, signed)
    JOIN LATERAL (
        SELECT sponsor FROM rights_version WHERE channel_id = decision.channel_id
        ORDER BY rights_version.number DESC LIMIT 1
    ) AS channel_sponsor ON true
    WHERE state NOT IN ('decided', 'superseded', 'withdrawn')
"""
ABSENCES = "SELECT person, delegate FROM absence WHERE ended_at IS NULL"


class InterleavedActs(RuleBasedStateMachine):
    """Product owner, project manager, sponsor and others, on two replicas at once."""

    empty: Callable[[], str]
    happened: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.two = HeldTransactions(self.empty())
        # What happened: a failed test prints it.
        self.log: list[str] = []

    def teardown(self) -> None:
        assert verify.walk(self.two.database, lambda count: None).named == []
        self.two.close()

    @initialize()
    def set_up(self) -> None:
        self.two.acts(self.sets_up(ALICE, ALICE, BOB))
        for kind in ("requirements", "priority", "commitment"):
            self.two.acts(self.raises(kind))

    @rule(first=some.integers(0, 10_000), second=some.integers(0, 10_000))
    def at_once(self, first: int, second: int) -> None:
        """Let two acts overlap. No timer fires, so no leave ends by itself."""
        begun, meanwhile = self.act(first), self.act(second)
        if begun is None or meanwhile is None:
            return
        first_outcome, second_outcome = outcomes = self.two.at_once(begun, meanwhile)
        assert [outcome.collisions for outcome in outcomes] == [0, 0], second_outcome.error
        self.happened["waited"] += second_outcome.waited
        for outcome in outcomes:
            self.happened[type(outcome.answer).__name__] += 1
        indexes = first % len(ACTS), second % len(ACTS)
        self.log.append(f"{indexes}: {first_outcome.answer}, {second_outcome.answer}"[:300])
        self.check()

    def act(self, pick: int) -> Work | None:
        return ACTS[pick % len(ACTS)](self, pick // len(ACTS))

    # ---- what people do --------------------------------------------------------------------------

    @property
    def version(self) -> int:
        found = self.two.rows("SELECT max(number) FROM rights_version")[0][0]
        return int(found or 0)

    def sets_up(self, who: str, product_owner: str, project_manager: str, **more: Any) -> Work:
        fields: dict[str, Any] = {"sponsor": Who(SAM), "time_zone": Pick("Europe/London")}
        fields |= {"working_week": Pick("01234")}
        fields |= {"product_owner": Who(product_owner), "project_manager": Who(project_manager)}
        remember = metadata(channel=CHANNEL, version=self.version)
        return self.two.form(
            who, "rights.setup", remember, **fields, impact_days=2, reason="So be it", **more
        )

    def raises(self, kind: str) -> Work:
        fields: dict[str, Any] = {"title": "Wish", "kind": Pick(kind), "why_now": "Because"}
        fields |= {"option1_name": "Yes", "option2_name": "No"}
        remember = metadata(channel=CHANNEL, offered=True)
        return self.two.form(ERIN, "tradeoff.raise", remember, **fields)

    def leaves(self, who: str, to: str) -> Work:
        until = self.two.now.date() + timedelta(days=3)
        return self.two.form(who, "delegation.leave", "", delegate=Who(to), until=until, both=True)

    def slack_says(self, who: str) -> Work:
        """Let `who` leave Slack. If `who` has left already, or two people have, let one return."""
        gone = [
            id for id, person in self.two.people.items() if person.standing is Standing.DEACTIVATED
        ]
        if who in gone or len(gone) > 1:
            return self.two.slack_says([*gone, who][0], Standing.MEMBER)
        return self.two.slack_says(who, Standing.DEACTIVATED)

    def one_of(self, pick: int, where: str) -> Any | None:
        query = f"SELECT id, holder, counterpart, settled_by, number FROM decision WHERE {where}"
        found = self.two.rows(f"{query} ORDER BY id")
        return found[pick % len(found)] if found else None

    def about(self, pick: int, callback: str, where: str, **fields: Any) -> Work | None:
        """Open a form about a decision as one of its people; return its submission.

        Return None if there is no such decision, or if the form does not open.
        """
        row = self.one_of(pick, where)
        if row is None:
            return None
        who = {"decided": row[3]}.get(where.split("'")[1], row[1 + pick % 2])
        opened = self.two.acts(self.two.click(who, callback, row[0])).answer
        if not isinstance(opened, OpenForm):
            return None
        form = opened.view["callback_id"]
        return self.two.form(who, form, opened.view["private_metadata"], **fields)

    def undoes(self, pick: int) -> Work | None:
        row = self.one_of(pick, "state = 'decided'")
        return row and self.two.click(row[3], "second_thoughts.undo", row[0])

    # ---- what must hold --------------------------------------------------------------------------

    def check(self) -> None:
        absences = self.two.rows(ABSENCES)
        away = dict(absences)
        gone = {person for (person,) in self.two.rows("SELECT person FROM departure")}
        assert len(away) == len(absences), "a person is away once at a time"
        for person, delegate in away.items():
            assert delegate not in away, f"{delegate} stands in for {person} and is away"
            assert not {person, delegate} & gone
        for number, person, owner, because, signed, sponsor in self.two.rows(SEATS):
            if signed:
                continue
            seat = f"#{number}: {person} for {owner}"
            nobody = sponsor is None or sponsor in gone
            assert person not in gone or nobody, f"{seat}: has left"
            assert person not in away, f"{seat}: is away"
            if owner and because != ONE_DECISION:
                named = {away.get(owner)}
                if owner in gone:
                    named = {sponsor, away.get(sponsor)}
                assert person in named, "\n".join([f"{seat}: the facts name {named}", *self.log])


def _leave(who: str, to: str) -> Act:
    return lambda machine, pick: machine.leaves(who, to)


def _departs(who: str) -> Act:
    return lambda machine, pick: machine.slack_says(who)


def _raise(kind: str) -> Act:
    return lambda machine, pick: machine.raises(kind)


def _back(who: str) -> Act:
    return lambda machine, pick: machine.two.command(who, "back")


def _set_up(who: str, product_owner: str, project_manager: str, goes: str) -> Act:
    return lambda machine, pick: machine.sets_up(
        who, product_owner, project_manager, goes_along=Pick(goes)
    )


def _about(callback: str, where: str, **fields: Any) -> Act:
    return lambda machine, pick: machine.about(pick, callback, where, **fields)


OPEN = "state IN ('awaiting_decision', 'awaiting_impact', 'awaiting_signature')"
ACTS: tuple[Act, ...] = (
    _raise("requirements"),
    _raise("priority"),
    _raise("commitment"),
    _leave(ALICE, DORA),
    _leave(ALICE, BOB),
    _leave(BOB, ALICE),
    _leave(BOB, NINA),
    _leave(SAM, DORA),
    _leave(DORA, NINA),
    _back(ALICE),
    _back(BOB),
    _back(SAM),
    _departs(ALICE),
    _departs(BOB),
    _departs(DORA),
    _departs(SAM),
    _set_up(ALICE, DORA, BOB, "yes"),
    _set_up(SAM, ALICE, BOB, "yes"),
    _set_up(BOB, NINA, BOB, "no"),
    _about("delegation.delegate", OPEN, delegate=Who(NINA), both=True),
    _about("delegation.delegate", OPEN, delegate=Who(DORA), both=True),
    _about("decide.approve", "state = 'awaiting_decision'", option=Pick("1"), reason="It pays"),
    _about("impact.state", "state = 'awaiting_impact'", days=2, confidence=Pick("low")),
    _about("second_thoughts.reopen", "state = 'decided'", reason="Once more"),
    lambda machine, pick: machine.undoes(pick),
)
