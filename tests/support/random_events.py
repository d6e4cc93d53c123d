"""Events around decisions: commitments, rights, people who come and go, and time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule

from handlers.rights.table import field_of, value_of
from handlers.ui.forms import metadata
from models.rules import Decider, Kind, Right, Standing
from support.random_acts import RandomActs
from support.route_runner import ALICE, BOB, CHANNEL, DORA, ERIN, NINA, PEOPLE, SAM, Pick, Who

MEMBERS = (ALICE, BOB, SAM, ERIN, DORA, NINA)
# Who acts: None stands for a person who may; now and then it is anybody.
whos = some.sampled_from([*[None] * 16, *PEOPLE])
members = some.sampled_from(MEMBERS)
picks = some.integers(0, 59)
yes_or_no = some.booleans()
few_versions = precondition(lambda machine: len(machine.truths.versions) < 6)
TIMES = [
    timedelta(minutes=1),
    timedelta(minutes=4),
    timedelta(minutes=50),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=2, hours=3),
    timedelta(days=4),
    timedelta(days=9),
    timedelta(weeks=5),
]


class RandomEvents(RandomActs):
    # ---- who is there

    @rule(
        who=some.sampled_from([ALICE, BOB, *MEMBERS]),
        to=members,
        days=some.integers(1, 20),
        both=yes_or_no,
    )
    def leaves(self, who: str, to: str, days: int, both: bool) -> None:
        fields = {"delegate": Who(to), "until": self.day(days), **({"both": True} if both else {})}
        self.leave(who, **fields)

    @precondition(lambda machine: machine.truths.away)
    @rule(pick=picks)
    def comes_back(self, pick: int) -> None:
        away = sorted(self.truths.away)
        self.come_back(away[pick % len(away)])

    @precondition(
        lambda machine: (
            sum(
                person.standing is Standing.DEACTIVATED for person in machine.runner.people.values()
            )
            < 2
        )
    )
    @rule(who=members)
    def leaves_slack(self, who: str) -> None:
        gone = self.runner.people[who].standing is Standing.DEACTIVATED
        self.slack_says(who, Standing.MEMBER if gone else Standing.DEACTIVATED)

    @precondition(
        lambda machine: any(
            person.standing is Standing.DEACTIVATED for person in machine.runner.people.values()
        )
    )
    @rule()
    def all_are_back(self) -> None:
        for who, person in list(self.runner.people.items()):
            if person.standing is Standing.DEACTIVATED:
                self.slack_says(who, Standing.MEMBER)

    # ---- commitments, rights, time ---------------------------------------------------------------

    @precondition(lambda machine: len(machine.truths.commitments) < 3)
    @rule(name=some.sampled_from(["GA", "Audit"]))
    def promises(self, name: str) -> None:
        self.promise(name)

    @precondition(lambda machine: len(machine.decisions) > 3)
    @rule(
        pick=some.integers(0, 9), how=some.sampled_from(["met", "missed", "withdrawn"]), who=members
    )
    def closes(self, pick: int, how: str, who: str) -> None:
        promised = list(self.truths.commitments)
        remember = metadata(commitment=promised[pick % len(promised)])
        self.submits(who, "commitments.close", remember, how=Pick(how), reason="It is so")

    @few_versions
    @rule(
        who=whos, kind=some.sampled_from(Kind), decides=some.sampled_from(Decider), first=yes_or_no
    )
    def changes_who_decides(
        self, who: str | None, kind: Kind, decides: Decider, first: bool
    ) -> None:
        remember = metadata(channel=CHANNEL, version=self.rights.number)
        table = {**self.rights.table, kind: Right(decides, first)}
        rows = {field_of(kind): Pick(value_of(right)) for kind, right in table.items()}
        self.submits(
            who or self.rights.product_owner,
            "rights.table",
            remember,
            **rows,
            confirms=Pick("yes"),
            reason="As we do it",
        )

    @precondition(lambda machine: machine.truths.waiting_changes)
    @rule(who=whos, answer=some.sampled_from(["confirm", "confirm", "decline", "withdraw"]))
    def answers_a_change(self, who: str | None, answer: str) -> None:
        change = self.truths.waiting_changes[0]
        value = f"{change.id}:{self.rights.number}:{int(change.asked_at.timestamp())}"
        person = who or self.rights.project_manager
        self.acts(person, lambda: self.runner.presses(person, f"rights.{answer}", value))

    @few_versions
    @rule(
        who=whos,
        product_owner=members,
        project_manager=members,
        sponsor=some.none() | members,
        days=some.integers(1, 3),
    )
    def changes_the_people(
        self,
        who: str | None,
        product_owner: str,
        project_manager: str,
        sponsor: str | None,
        days: int,
    ) -> None:
        fields = {
            "product_owner": Who(product_owner),
            "project_manager": Who(project_manager),
            "time_zone": Pick("Europe/London"),
            "working_week": Pick("01234"),
        }
        fields |= {"sponsor": Who(sponsor)} if sponsor else {}
        remember = metadata(channel=CHANNEL, version=self.rights.number)
        self.submits(
            who or self.rights.product_owner,
            "rights.setup",
            remember,
            **fields,
            impact_days=days,
            reason="New people",
        )

    @few_versions
    @rule(who=whos, reminds=yes_or_no, grace=some.integers(1, 4))
    def changes_reminders(self, who: str | None, reminds: bool, grace: int) -> None:
        fields = {
            "reminds": Pick("yes" if reminds else "no"),
            "digest_weekday": Pick("4"),
            "digest_hour": Pick("16"),
        }
        fields |= {"digest_when_empty": Pick("no")}
        remember = metadata(channel=CHANNEL, version=self.rights.number)
        self.submits(
            who or self.rights.product_owner,
            "rights.rhythm",
            remember,
            **fields,
            grace_days=grace,
            reason="Calm",
        )

    @rule(who=members, days=some.sampled_from(["1", "3", "7"]))
    def snoozes(self, who: str, days: str) -> None:
        self.acts(who, lambda: self.runner.presses(who, "silence.snooze", days))

    @rule(by=some.sampled_from(TIMES), asleep=yes_or_no)
    def time_passes(self, by: timedelta, asleep: bool) -> None:
        self.pass_time(by, asleep)

    @rule(by=some.sampled_from(TIMES[4:]))
    def days_pass(self, by: timedelta) -> None:
        self.pass_time(by, False)
