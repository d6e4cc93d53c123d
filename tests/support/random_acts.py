"""Machine that acts at random, and checks after each of its acts.

Its rules are in `support/random_decisions.py` and `support/random_events.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition

from handlers.answers import Answer, OpenForm, UpdateForm
from handlers.ui.forms import metadata
from models.refusals.afterwards import CommitmentClosed
from models.refusals.refused import ChangedMeanwhile, Refused
from models.rules import Kind, Outcome, Standing, State
from models.working_time import MONDAY_TO_FRIDAY, OPENING, local_day, moment
from support.expected_seats import Leave
from support.message_invariants import MessageInvariants, signatories_now, still_to_sign
from support.record_invariants import RecordInvariants, Row
from support.route_runner import ALICE, BOB, CHANNEL, ERIN, NINA, SAM, Pick, RouteRunner, Who
from support.timer_invariants import by_now

TITLES = (
    "Add Apple Pay",
    "Apple Pay for wallets",
    "Wallet redesign",
    "Freeze the beta",
    "Second payment provider",
)

ACTIONS = {
    Outcome.ACCEPTED: "accept.accept",
    Outcome.ACCEPTED_WITH_FOLLOW_UPS: "accept.follow_ups",
    Outcome.SENT_BACK: "accept.send_back",
}
Test = Callable[[Row], object]


def is_open(row: Row) -> bool:
    return not row.state.settled


def is_tradeoff(row: Row) -> bool:
    return row.kind is not Kind.ACCEPTANCE and row.made_on is None


def is_acceptance(row: Row) -> bool:
    return row.kind is Kind.ACCEPTANCE


def was_decided_elsewhere(row: Row) -> bool:
    return row.made_on is not None


def to_decide(row: Row) -> bool:
    return is_open(row) and row.state is not State.AWAITING_IMPACT


def decided(row: Row) -> bool:
    return row.state is State.DECIDED


def needs(*tests: Test) -> Callable[[Any], Any]:
    """Run a rule only if there is a decision that passes these tests."""
    return precondition(
        lambda machine: any(all(test(row) for test in tests) for row in machine.decisions)
    )


class RandomActs(RuleBasedStateMachine):
    """Product owner, project manager, sponsor, and the others, in one channel."""

    runner: RouteRunner
    happened: Any

    def __init__(self) -> None:
        super().__init__()
        self.runner.clear()
        self.truths = RecordInvariants(self.runner)
        self.truths.happened = self.happened
        self.told = MessageInvariants(self.runner, self.truths)
        self.resting = False
        self.done: Counter[str] = Counter()
        self.opened: dict[tuple[int, str], str] = {}

    @initialize()
    def set_up(self) -> None:
        fields = {"product_owner": Who(ALICE), "project_manager": Who(BOB), "sponsor": Who(SAM)}
        self.submits(
            ALICE,
            "rights.setup",
            metadata(channel=CHANNEL, version=0),
            **fields,
            time_zone=Pick("Europe/London"),
            working_week=Pick(MONDAY_TO_FRIDAY),
            impact_days=2,
        )
        self.promise("Beta")
        self.raise_tradeoff(ERIN, Kind.PRIORITY, TITLES[0], due=3, effect=9)
        self.raise_tradeoff(NINA, Kind.COMMITMENT, TITLES[2], due=None, effect=5)
        self.claim(ERIN, 2)

    # ---- acting, and looking after each act ------------------------------------------------------

    @property
    def decisions(self) -> list[Row]:
        return list(self.truths.decisions.values())

    @property
    def rights(self) -> Row:
        return list(self.truths.versions.values())[-1]

    def day(self, on: int) -> Any:
        return local_day(
            self.runner.now, self.rights.time_zone if self.truths.versions else "UTC"
        ) + timedelta(days=on)

    def one(self, pick: int, *tests: Test, sort: Test = lambda row: True) -> Row:
        """Pick a decision of this sort: mostly one that passes the tests, now and then any."""
        fit = [row for row in self.decisions if sort(row) and all(test(row) for test in tests)]
        every = [row for row in self.decisions if sort(row)]
        among = every if pick % 6 == 5 or not fit else fit
        return among[pick % len(among)]

    def look(self, actor: str | None, whole: bool = False) -> None:
        def looked(session: Any) -> None:
            self.told.look(session, self.truths.look(session, actor), whole)

        if whole or self.runner.changed():
            self.runner.run(looked)
            self.runner.post_messages()
            self.runner.changed()

    def teardown(self) -> None:
        """Check all decisions once more, also those that did not change; not after a failure."""
        if self.resting:
            self.look(None, whole=True)

    def acts(self, who: str | None, act: Callable[[], Answer | Refused]) -> Answer | Refused:
        self.resting = False
        self.runner.pass_time(timedelta(seconds=1), False, lambda: self.look(None))
        answer = act()
        self.look(who)
        self.runner.fire_due(lambda: self.look(None))
        self.runner.run(partial(by_now, self.runner, self.truths))
        self.resting = True
        return answer

    def submits(self, who: str, callback: str, remember: str, **fields: Any) -> Answer | Refused:
        return self.acts(who, lambda: self.runner.submits(who, callback, remember, **fields))

    def about(
        self, row: Row, who: str, callback: str, opens: bool = False, **fields: Any
    ) -> Answer | Refused:
        """Submit a form about this decision.

        The form is opened now (`opens`), or was opened before, or is made by hand.
        """
        if opens:
            opened = self.runner.presses(who, callback, row.id)
            if not isinstance(opened, OpenForm):
                return opened
            self.opened[row.id, callback] = opened.view["private_metadata"]
        remember = self.opened.get((row.id, callback), metadata(decision=row.id))
        return self.submits(who, callback, remember, **fields)

    def decides(
        self, row: Row, who: str, callback: str, remember: str | None = None, **fields: Any
    ) -> Answer | Refused:
        """Let someone decide; check that they succeed if and only if they have the right.

        `remember` is what an older form remembers; without it, the form is opened now.
        """
        may = to_decide(row) and self.runner.people[who].standing is not Standing.DEACTIVATED
        may = may and who in still_to_sign(row, self.truths) | (
            {row.escalated_to} - set(signatories_now(row, self.truths).values())
        )
        if remember is None:
            action = ACTIONS.get(fields.pop("outcome", None), callback)
            found = self.runner.presses(who, action, row.id)
            assert isinstance(found, OpenForm) is may, f"{who} opens {action}: {found}"
            remember = metadata(decision=row.id)
            if isinstance(found, OpenForm):
                remember = self.opened[row.id, action] = found.view["private_metadata"]
        answer = self.submits(who, callback, remember, **fields)
        if isinstance(answer, UpdateForm):
            assert self.truths.decisions[row.id] == row, (
                "a form was shown again, and something written"
            )
        elif not isinstance(answer, CommitmentClosed | ChangedMeanwhile):
            assert isinstance(answer, Refused) is not may, f"{who} submits {callback}: {answer}"
        return answer

    def holder(self, row: Row, pick: int) -> str:
        people = sorted(still_to_sign(row, self.truths) | ({row.escalated_to} - {None}))
        return people[pick % len(people)] if people else row.holder

    def details(self, outcome: Outcome, owners: tuple[str, ...], due: int) -> dict[str, Any]:
        """Fill in the second step of a verdict, with one follow-up per owner."""
        details: dict[str, Any] = {
            f"waiver{position}": "Nobody needs it" for position in range(1, 4)
        }
        if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS:
            for number, owner in enumerate(owners, start=1):
                named = {"what": "Docs", "owner": Who(owner), "due": self.day(due)}
                details |= {f"follow_up{number}_{name}": value for name, value in named.items()}
        return details

    # ---- how it begins ---------------------------------------------------------------------------

    def promise(self, name: str) -> Answer | Refused:
        fields = {
            "name": name,
            "promised_to": "The partners",
            "promised_on": self.day(30),
            "scope": "Payments",
        }
        return self.submits(ALICE, "commitments.add", metadata(channel=CHANNEL), **fields)

    def question(
        self, kind: Kind, title: str, due: int | None, effect: int | None
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "title": title,
            "kind": Pick(kind.value),
            "why_now": "Drop-offs",
            "option1_name": "Now",
            "option2_name": "Later",
            "consulted": [NINA],
            "due_on": None if due is None else self.day(due),
        }
        promised = [row for row in self.truths.commitments.values() if row.state == "open"]
        if effect is not None and promised:
            chosen = promised[effect % len(promised)]
            move_to = (
                max(self.day(0), chosen.promised_on + timedelta(days=effect - 4))
                if effect % 4
                else None
            )
            fields |= {
                "commitment": Pick(str(chosen.id)),
                "move_to": move_to,
                "scope": None if effect % 3 else "Wallets out",
            }
        return fields

    def raise_tradeoff(
        self, who: str, kind: Kind, title: str, due: int | None, effect: int | None, **remember: Any
    ) -> None:
        fields, form = self.question(kind, title, due, effect), self.runner.new_form()
        answer = self.submits(
            who, "tradeoff.raise", metadata(channel=CHANNEL, **remember), form=form, **fields
        )
        if isinstance(answer, UpdateForm):
            answer = self.submits(
                who, "tradeoff.raise", answer.view["private_metadata"], form=form, **fields
            )
        if not isinstance(answer, Refused):
            self.runner.submits(
                who, "tradeoff.raise", metadata(channel=CHANNEL, offered=True), form=form, **fields
            )

    def claim(self, who: str, count: int) -> None:
        criteria = "\n".join(("Works", "Is fast", "Is safe")[:count])
        asked = {"item": "Checkout", "evidence": "A demo", "criteria": criteria}
        self.submits(who, "accept.claim", metadata(channel=CHANNEL), **asked)

    # ---- who is there, and time ------------------------------------------------------------------

    def leave(self, who: str, **fields: Any) -> None:
        def act() -> Answer | Refused:
            answer = self.runner.submits(who, "delegation.leave", "", **fields)
            if not isinstance(answer, Refused):
                until = moment(fields["until"], OPENING, self.runner.people[who].time_zone)
                # A stand-in can go away too, and then acts for nobody any more.
                self.truths.away = {
                    person: leave
                    for person, leave in self.truths.away.items()
                    if leave.delegate != who
                }
                both = "both" in fields
                self.truths.away[who] = Leave(fields["delegate"].id, until, both)
            return answer

        self.acts(who, act)

    def come_back(self, who: str) -> None:
        def act() -> Answer | Refused:
            answer = self.runner.types(who, "back")
            if not isinstance(answer, Refused):
                del self.truths.away[who]
            return answer

        self.acts(who, act)

    def slack_says(self, who: str, standing: Standing) -> None:
        """Let Slack say that someone has left or is back.

        A person who has left is no longer away, and no longer anybody's delegate.
        """
        if standing is Standing.DEACTIVATED:
            self.truths.away = {
                person: seat
                for person, seat in self.truths.away.items()
                if who not in (person, seat.delegate)
            }
        self.acts(None, lambda: self.runner.slack_says(who, standing))

    def pass_time(self, by: timedelta, asleep: bool) -> None:
        self.resting = False
        self.runner.pass_time(by, asleep, lambda: self.look(None))
        self.truths.away = {
            who: seat for who, seat in self.truths.away.items() if seat.until > self.runner.now
        }
        self.runner.run(partial(by_now, self.runner, self.truths))
        self.resting = True
