"""Every state a decision can be in, reached by its own verbs, and everything Slack then shows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from handlers import accept_forms, drawings, forms
from handlers.answers import Message, View
from models.acceptance import CriterionVerdict, FollowUp
from models.channel import Channel
from models.decision import Decision
from models.raising import Ask, Finished, claim_finished, raise_tradeoff
from models.refusals import Refused
from models.rights import RightsVersion
from models.rules import DEFAULT_RIGHTS, Confidence, Decider, Kind, Outcome, Person, Right, Standing, Verdict
from models.tables import Base
from models.tradeoff import ImpactStatement
from models.workspace import Workspace

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
Typing = Callable[[int], str]


def over_and_over(text: str) -> Typing:
    """Types this until the field is full; what is left blank at the end a person's typing would lose."""
    return lambda limit: (text * (limit // len(text) + 1))[:limit].strip() or text.strip()[:limit]


# What people type into a field of so many characters.
TYPINGS: dict[str, Typing] = {
    "a word": lambda limit: "Wallet"[:limit],
    "as much as fits": over_and_over("worth every word "),
    "one long word": over_and_over("W"),
    "one ping": lambda limit: "<!here>",
    "pings": over_and_over("<!channel> <@U0VICTIM> <!subteam^S1> <#C0OTHER|x> <https://x.example|y> <!here> "),
    "entities": over_and_over("&lt;!channel&gt; &amp;lt; &#60; "),
    "ampersands": over_and_over("&"),
    "brackets": over_and_over("<"),
    "markup": over_and_over("*bold* _it_ ~no~ `code` ```block``` > quote\n• dot "),
    "right to left": over_and_over("\u202eלא עכשיו\u202c مرحبا "),
    "emoji": over_and_over("👩‍👩‍👧‍👦 :tada: 🇬🇧 "),
    "quotes": over_and_over('"\\'),
    "lines": over_and_over("a\nb\n\n"),
}

ALICE, BOB, ERIN = (Person(f"U0{name}", Standing.MEMBER, "Europe/London") for name in ("ALICE", "BOB", "ERIN"))

# Kinds by who decides and whether impact comes first: every shape that a decision can have.
SHAPES = {
    "priority": (Kind.PRIORITY, Right(Decider.PRODUCT_OWNER, True)),
    "schedule": (Kind.SCHEDULE, Right(Decider.PROJECT_MANAGER, True)),
    "scope control": (Kind.SCOPE_CONTROL, Right(Decider.PROJECT_MANAGER, False)),
    "commitment": (Kind.COMMITMENT, Right(Decider.JOINT, True)),
    "joint, no impact": (Kind.FEATURE, Right(Decider.JOINT, False)),
    "acceptance": (Kind.ACCEPTANCE, Right(Decider.PRODUCT_OWNER, False)),
}


@dataclass
class Desk:
    """A channel's rights, and a session that never reaches a table but for the counter of numbers."""

    session: Session
    typing: Typing
    two_hats: bool = False

    def rights(self, number: int = 3, **table: Right) -> RightsVersion:
        channel = Channel(id=1, workspace_id=1, slack_id="C0CHECKOUT", workspace=Workspace(id=1, team="T0DEMO"))
        return RightsVersion(
            id=number, channel=channel, channel_id=1, number=number, product_owner=ALICE.id,
            project_manager=ALICE.id if self.two_hats else BOB.id, sponsor="U0SAM", time_zone="Europe/London",
            impact_days=2, author=BOB.id, reason=self.typing(forms.REASON_LIMIT), made_at=MONDAY,
            table={**DEFAULT_RIGHTS, **{Kind(kind): right for kind, right in table.items()}},
        )  # fmt: skip

    def raised(self, kind: Kind, right: Right) -> Decision:
        types, rights = self.typing, self.rights(**{kind.value: right})
        if kind is Kind.ACCEPTANCE:
            criteria = [types(accept_forms.CRITERION_LIMIT)] * accept_forms.MOST_CRITERIA
            done = Finished(types(forms.TITLE_LIMIT), "https://example.com/demo", types(forms.WHY_LIMIT), criteria)
            decision = claim_finished(self.session, rights, done, ERIN.id, MONDAY, "V1")
        else:
            option = (types(forms.NAME_LIMIT), types(forms.SIDE_LIMIT), types(forms.SIDE_LIMIT))
            ask = Ask(types(forms.TITLE_LIMIT), kind, types(forms.WHY_LIMIT), [option] * forms.MOST_OPTIONS,
                      date(2026, 12, 1), ["U0SAM", "U0OLGA"])  # fmt: skip
            decision = raise_tradeoff(self.session, rights, ask, ERIN.id, MONDAY, "V1", "Europe/London")
        decision.id = decision.number
        self.settle(decision)
        return decision

    def settle(self, decision: Decision) -> None:
        """What a flush would fill in."""
        for post in decision.posts:
            post.wanted = post.wanted or 1


def desk(typing: str = "a word", two_hats: bool = False) -> Desk:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    session = Session(engine, autoflush=False)
    session.add(Workspace(id=1, team="T0DEMO", last_number=0))
    session.commit()
    session.expunge_all()
    return Desk(session, TYPINGS[typing], two_hats)


# ---- what can happen -------------------------------------------------------------------------------------------------

Act = Callable[[Decision, Desk, datetime], None]


def _impact(decision: Decision, desk: Desk, at: datetime) -> None:
    types = desk.typing
    statement = ImpactStatement(
        role=decision.decides.asked_for_impact, days=-3 if decision.number % 2 else 999, confidence=Confidence.LOW,
        displaces=types(forms.SIDE_LIMIT), risk=types(forms.SIDE_LIMIT), note=types(forms.REASON_LIMIT),
    )  # fmt: skip
    decision.state_impact(statement, BOB if decision.counterpart == BOB.id else ALICE, at)


def _lapse(decision: Decision, desk: Desk, at: datetime) -> None:
    before = decision.event_count
    decision.lapse_impact(at)
    if decision.event_count == before:
        raise Refused("there was nothing to lapse")


def _approve(by: Person) -> Act:
    return lambda decision, desk, at: decision.approve(
        decision.options[-1] if decision.options else None, desk.typing(forms.REASON_LIMIT), by, at
    )


def _reject(by: Person) -> Act:
    return lambda decision, desk, at: decision.reject(desk.typing(forms.REASON_LIMIT), by, at)


def _withdraw(decision: Decision, desk: Desk, at: datetime) -> None:
    decision.withdraw(desk.typing(forms.REASON_LIMIT), ERIN, at)


def _judge(outcome: Outcome, verdict: Verdict) -> Act:
    def judge(decision: Decision, desk: Desk, at: datetime) -> None:
        decision.check_may_decide(ALICE)
        waiver = desk.typing(accept_forms.WAIVER_LIMIT) if verdict is Verdict.WAIVED else None
        for criterion in decision.criteria:
            criterion.verdicts.append(CriterionVerdict(round=decision.round, verdict=verdict, reason=waiver))
        if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS:
            what = desk.typing(forms.SIDE_LIMIT)
            decision.follow_ups.extend(
                FollowUp(position=position, what=what, owner=BOB.id, due_on=date(2026, 12, 24))
                for position in range(1, accept_forms.MOST_FOLLOW_UPS + 1)
            )
        decision.judge(outcome, desk.typing(forms.REASON_LIMIT), {}, ALICE, at)

    return judge


TRADEOFF_ACTS: dict[str, Act] = {
    "impact": _impact, "lapse": _lapse, "alice approves": _approve(ALICE), "bob approves": _approve(BOB),
    "alice rejects": _reject(ALICE), "bob rejects": _reject(BOB), "erin withdraws": _withdraw,
}  # fmt: skip
ACCEPTANCE_ACTS: dict[str, Act] = {
    "accepted": _judge(Outcome.ACCEPTED, Verdict.MET), "waived": _judge(Outcome.ACCEPTED, Verdict.WAIVED),
    "follow-ups": _judge(Outcome.ACCEPTED_WITH_FOLLOW_UPS, Verdict.NOT_MET),
    "sent back": _judge(Outcome.SENT_BACK, Verdict.NOT_MET), "erin withdraws": _withdraw,
}  # fmt: skip


def every_state(shape: str, desk: Desk) -> Iterator[tuple[str, Decision]]:
    """Every decision of this shape that some order of acts leads to, with the acts as its name."""
    kind, right = SHAPES[shape]
    acts = ACCEPTANCE_ACTS if kind is Kind.ACCEPTANCE else TRADEOFF_ACTS
    paths: list[tuple[str, ...]] = [()]
    while paths:
        path = paths.pop()
        decision, at = desk.raised(kind, right), MONDAY
        try:
            for name in path:
                at += timedelta(days=1)
                acts[name](decision, desk, at)
                desk.settle(decision)
        except (Refused, KeyError):
            continue
        yield " > ".join((shape, *path)), decision
        paths += [(*path, name) for name in acts if not decision.state.settled]
        desk.session.expunge_all()


# ---- what is then shown ----------------------------------------------------------------------------------------------


def messages(decision: Decision) -> Iterator[tuple[str, Message]]:
    """Every message that is owed for it by now, as it is drawn now."""
    for post in decision.posts:
        yield post.drawing, drawings.DECISIONS[post.drawing](decision, post)


def open_forms(decision: Decision) -> Iterator[View]:
    """Every form that someone can open on it now."""
    for person in (ALICE, BOB, ERIN):
        if _allowed(decision.check_may_state_impact, person):
            yield forms.impact(decision)
        if _allowed(decision.check_may_withdraw, person):
            yield forms.withdrawal(decision)
        if _allowed(decision.check_may_decide, person):
            yield from _verdict_forms(decision) if decision.is_acceptance else _decision_forms(decision)


def _decision_forms(decision: Decision) -> Iterator[View]:
    yield forms.approval(decision)
    yield forms.rejection(decision)


def _verdict_forms(decision: Decision) -> Iterator[View]:
    reason = decision.claims[0].evidence[: forms.REASON_LIMIT]
    for outcome in accept_forms.SUBMITS:
        yield accept_forms.verdict(decision, outcome)
        for verdict in Verdict:
            verdicts = [verdict] * len(decision.criteria)
            for rows in range(1, accept_forms.MOST_FOLLOW_UPS + 1):
                yield accept_forms.details(decision, outcome, verdicts, reason, rows)


def _allowed(check: Callable[[Person], Any], person: Person) -> bool:
    try:
        check(person)
    except Refused:
        return False
    return True
