"""Decisions by random people in random order; the state machine that hypothesis runs."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from handlers.answers import OpenForm, UpdateForm
from handlers.ui.forms import metadata
from models.rules import TRADEOFF_KINDS, Held, Impact, Kind, Outcome, Verdict
from models.tables.commitment import CommitmentState
from support.random_acts import (
    TITLES,
    decided,
    is_acceptance,
    is_open,
    is_tradeoff,
    needs,
    to_decide,
    was_decided_elsewhere,
)
from support.random_events import RandomEvents, picks, whos, yes_or_no
from support.route_runner import CHANNEL, ERIN, PEOPLE, Pick, Who

anybody = some.sampled_from(PEOPLE)


days_on = some.integers(0, 12)


effects = some.none() | some.integers(0, 15)


# Acts that `goes_on` leaves out, because they would end too much too soon.
RARE = {
    "closes",
    "promises",
    "leaves_slack",
    "all_are_back",
    "withdraws",
    "changes_who_decides",
    "changes_the_people",
    "changes_reminders",
}


class RandomDecisions(RandomEvents):
    # ---- how it begins, and what comes before a decision -----------------------------------------

    @rule(
        who=anybody,
        kind=some.sampled_from(TRADEOFF_KINDS),
        title=some.sampled_from(TITLES),
        due=some.none() | days_on,
        effect=effects,
    )
    def raises(self, who: str, kind: Kind, title: str, due: int | None, effect: int | None) -> None:
        self.raise_tradeoff(who, kind, title, due, effect)

    @rule(who=anybody, count=some.integers(1, 3))
    def claims(self, who: str, count: int) -> None:
        self.claim(who, count)

    @rule(who=anybody, made_by=anybody, kind=some.sampled_from(TRADEOFF_KINDS))
    def records(self, who: str, made_by: str, kind: Kind) -> None:
        fields = {
            "title": "In the meeting",
            "kind": Pick(kind.value),
            "decided": "Go",
            "made_by": Who(made_by),
        }
        self.submits(
            who,
            "records.record",
            metadata(channel=CHANNEL),
            **fields,
            made_on=self.day(-1),
            reason="It was time",
        )

    @needs(is_open, lambda row: row.made_on is None)
    @rule(
        pick=picks,
        who=whos,
        kind=some.sampled_from(TRADEOFF_KINDS),
        due=some.none() | days_on,
        effect=effects,
    )
    def edits(
        self, pick: int, who: str | None, kind: Kind, due: int | None, effect: int | None
    ) -> None:
        row = self.one(pick, is_open, sort=lambda row: row.made_on is None)
        who = who or row.raised_by
        if row.kind is Kind.ACCEPTANCE:
            fields: dict[str, Any] = {
                "item": "Checkout, all of it",
                "evidence": "Another demo",
                "criteria": "Works\nIs kind",
            }
            self.submits(who, "accept.claim", metadata(channel=CHANNEL, edit=row.id), **fields)
        else:
            fields = self.question(kind, f"{row.title}, again", due, effect)
            self.submits(who, "tradeoff.raise", metadata(channel=CHANNEL, edit=row.id), **fields)

    @needs(is_open, lambda row: row.impact is not Impact.NOT_ASKED)
    @rule(pick=picks, who=whos, days=some.integers(-3, 9), opens=yes_or_no)
    def states_impact(self, pick: int, who: str | None, days: int, opens: bool) -> None:
        row = self.one(
            pick,
            is_open,
            lambda row: row.impact in (Impact.AWAITED, Impact.LAPSED, Impact.REVISION_ASKED),
        )
        fields = {
            "days": days,
            "confidence": Pick("low"),
            "displaces": "Wallets",
            "risk": "Load",
            "note": "",
        }
        self.about(row, who or row.counterpart, "impact.state", opens, **fields)

    @needs(to_decide, lambda row: row.impact in (Impact.STATED, Impact.LATE))
    @rule(pick=picks, who=whos, opens=yes_or_no)
    def asks_to_revise(self, pick: int, who: str | None, opens: bool) -> None:
        row = self.one(pick, to_decide, lambda row: row.impact in (Impact.STATED, Impact.LATE))
        self.about(
            row, who or self.holder(row, pick), "impact.ask_revision", opens, reason="So much?"
        )

    @needs(to_decide)
    @rule(pick=picks, who=whos, of=anybody, opens=yes_or_no)
    def asks(self, pick: int, who: str | None, of: str, opens: bool) -> None:
        row = self.one(pick, to_decide)
        self.about(
            row,
            who or self.holder(row, pick),
            "questions.ask",
            opens,
            person=Who(of),
            question="For whom?",
        )

    @precondition(lambda machine: any(machine.truths.questions.values()))
    @rule(pick=picks, who=whos)
    def answers(self, pick: int, who: str | None) -> None:
        every = [question for found in self.truths.questions.values() for question in found]
        asked = [question for question in every if question.answer is None] or every
        question = asked[pick % len(asked)]
        remember = metadata(question=f"{question.decision_id}:{question.id}")
        self.submits(who or question.asked_of, "questions.answer", remember, answer="For everyone")

    # ---- who acts --------------------------------------------------------------------------------

    @needs(is_open)
    @rule(pick=picks, who=whos, to=anybody, both=yes_or_no, opens=yes_or_no)
    def delegates(self, pick: int, who: str | None, to: str, both: bool, opens: bool) -> None:
        row = self.one(pick, is_open)
        who = who or row.holder_for or self.holder(row, pick)
        self.about(
            row,
            who,
            "delegation.delegate",
            opens,
            delegate=Who(to),
            **{"both": True} if both else {},
        )

    # ---- how it ends -----------------------------------------------------------------------------

    @needs(to_decide, is_tradeoff)
    @rule(
        pick=picks, who=whos, moves=yes_or_no, review=some.none() | days_on, old=some.integers(0, 5)
    )
    def approves(
        self, pick: int, who: str | None, moves: bool, review: int | None, old: int
    ) -> None:
        row = self.one(pick, to_decide, sort=is_tradeoff)
        promised = self.truths.commitments.get(row.commitment_id)
        fields = {
            "option": Pick("1"),
            "reason": "It pays",
            "review_on": None if review is None else self.day(review + 1),
        }
        if promised and promised.state is CommitmentState.OPEN:
            fields["moves"] = Pick("yes" if moves else "no")
        remember = self.opened.get((row.id, "decide.approve")) if old == 5 else None
        self.decides(row, who or self.holder(row, pick), "decide.approve", remember, **fields)

    @needs(to_decide, is_tradeoff)
    @rule(pick=picks, who=whos)
    def rejects(self, pick: int, who: str | None) -> None:
        row = self.one(pick, to_decide, sort=is_tradeoff)
        self.decides(row, who or self.holder(row, pick), "decide.reject", reason="No")

    @needs(to_decide, is_tradeoff)
    @rule(pick=picks, who=whos, days=some.integers(1, 40))
    def defers(self, pick: int, who: str | None, days: int) -> None:
        row = self.one(pick, to_decide, sort=is_tradeoff)
        self.decides(
            row,
            who or self.holder(row, pick),
            "decide.defer",
            until=self.day(days),
            reason="Not now",
        )

    @needs(to_decide, was_decided_elsewhere)
    @rule(pick=picks, who=whos, yes=yes_or_no)
    def acknowledges_or_disputes(self, pick: int, who: str | None, yes: bool) -> None:
        row = self.one(pick, to_decide, sort=was_decided_elsewhere)
        fields = {"note": ""} if yes else {"instead": "Stop", "reason": "It was not theirs"}
        callback = "records.acknowledge" if yes else "records.dispute"
        self.decides(row, who or self.holder(row, pick), callback, **fields)

    @needs(to_decide, is_acceptance)
    @rule(pick=picks, who=whos, verdict=some.sampled_from(Verdict), owner=anybody, due=days_on)
    def judges(self, pick: int, who: str | None, verdict: Verdict, owner: str, due: int) -> None:
        row = self.one(pick, to_decide, sort=is_acceptance)
        outcome = Outcome.ACCEPTED if verdict is not Verdict.NOT_MET else Outcome.SENT_BACK
        outcome = Outcome.ACCEPTED_WITH_FOLLOW_UPS if pick % 2 else outcome
        fields: dict[str, Any] = {
            f"criterion{position}": Pick(verdict.value) for position in range(1, 4)
        }
        who = who or self.holder(row, pick)
        answer = self.decides(row, who, "accept.verdict", outcome=outcome, reason="Seen", **fields)
        if isinstance(answer, UpdateForm) and answer.view.get("callback_id"):
            details = self.details(outcome, (owner, ERIN), due)
            self.submits(who, "accept.details", answer.view["private_metadata"], **details)

    @needs(is_open)
    @rule(pick=picks, who=whos, opens=yes_or_no)
    def withdraws(self, pick: int, who: str | None, opens: bool) -> None:
        row = self.one(pick, is_open)
        self.about(row, who or row.raised_by, "decide.withdraw", opens, reason="Not needed")

    # ---- second thoughts, and what comes afterwards ----------------------------------------------

    @needs(decided)
    @rule(pick=picks, who=whos, due=some.none() | days_on, opens=yes_or_no)
    def reopens(self, pick: int, who: str | None, due: int | None, opens: bool) -> None:
        row, due_on = self.one(pick, decided), None if due is None else self.day(due)
        who = who or self.rights.product_owner
        self.about(row, who, "second_thoughts.reopen", opens, due_on=due_on, reason="It is not so")

    @needs(decided, lambda row: row.undo_until)
    @rule(pick=picks, who=whos)
    def undoes(self, pick: int, who: str | None) -> None:
        row = self.one(pick, decided, lambda row: row.undo_until)
        who = who or row.settled_by or ERIN
        self.acts(who, lambda: self.runner.presses(who, "second_thoughts.undo", row.id))

    @needs(decided, is_tradeoff)
    @rule(
        pick=picks,
        due=some.none() | days_on,
        effect=effects,
        kind=some.sampled_from(TRADEOFF_KINDS),
    )
    def supersedes(self, pick: int, due: int | None, effect: int | None, kind: Kind) -> None:
        row, who = self.one(pick, decided, sort=is_tradeoff), self.rights.product_owner
        if isinstance(self.runner.presses(who, "second_thoughts.supersede", row.id), OpenForm):
            self.raise_tradeoff(who, kind, row.title, due, effect, supersedes=row.number)

    @needs(decided, lambda row: row.outcome is Outcome.SENT_BACK)
    @rule(pick=picks, who=anybody)
    def submits_again(self, pick: int, who: str) -> None:
        row = self.one(
            pick,
            decided,
            lambda row: row.outcome is Outcome.SENT_BACK,
            sort=lambda row: row.kind is Kind.ACCEPTANCE,
        )
        self.submits(
            who,
            "accept.claim",
            metadata(resubmit=row.id),
            evidence="Mended",
            link="https://example.com/demo",
        )

    @needs(lambda row: row.outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS)
    @rule(pick=picks, who=whos)
    def finishes_a_follow_up(self, pick: int, who: str | None) -> None:
        row, doer = (
            self.one(pick, lambda row: row.outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS),
            who or ERIN,
        )
        self.acts(
            doer,
            lambda: self.runner.presses(doer, "accept.follow_up_done", f"{row.id}:{pick % 2 + 1}"),
        )

    @precondition(
        lambda machine: any(
            settlement.review_on
            for found in machine.truths.settlements.values()
            for settlement in found
        )
    )
    @rule(pick=picks, who=whos, held=some.sampled_from(Held), days=some.integers(-3, 9))
    def says_how_it_went(self, pick: int, who: str | None, held: Held, days: int) -> None:
        asked = [
            settlement
            for found in self.truths.settlements.values()
            for settlement in found
            if settlement.review_on
        ]
        settlement = asked[pick % len(asked)]
        who = who or self.truths.decisions[settlement.decision_id].counterpart
        remember = metadata(about=f"{settlement.decision_id}:{settlement.round}")
        self.submits(
            who, "review.say", remember, held=Pick(held.value), days=days, note="So it went"
        )

    @rule(data=some.data())
    def goes_on(self, data: some.DataObject) -> None:
        """Do up to three of the acts that this rule has done least so far.

        Hypothesis leaves out half of the rules in each run, so without this rule few decisions
        would get far.
        """
        for _ in range(3):
            can = [
                candidate
                for candidate in self.rules
                if candidate.preconditions and all(test(self) for test in candidate.preconditions)
            ]
            acts = {
                candidate.function.__name__: candidate
                for candidate in can
                if candidate.function.__name__ not in RARE
            }
            least = min((self.done[name] for name in acts), default=0)
            if new := [name for name in acts if self.done[name] <= least + 1]:
                name = data.draw(some.sampled_from(new))
                self.done[name] += 1
                acts[name].function(
                    self, **data.draw(some.fixed_dictionaries(acts[name].arguments))
                )
