"""TODO-DOC handlers.deciding.shared"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from handlers.answers import Answer, Block, OpenForm, View
from handlers.requests import Asking, Click
from handlers.ui import blocks, wording
from models import locks
from models.mrkdwn import who
from models.tables.decision import Decision
from models.working_time import local_day


def in_whose_place(decision: Decision, person: str) -> list[Block]:
    instead = decision.role_holder(person)
    if instead:
        return [blocks.context(f"You decide for {who(instead)}; both names stand in the record.")]
    if person == decision.escalated_to and person not in decision.holders.values():
        return [blocks.context("You decide as sponsor, by escalation; the record says so.")]
    return []


def stated_impact(decision: Decision) -> list[Block]:
    statement = decision.statement
    if statement:
        sentence = f"Impact, says {who(statement.by)}: {wording.slip(statement.days)}, {statement.confidence} confidence."
        return [
            blocks.context(sentence),
            *([blocks.typed("Displaces", statement.displaces)] if statement.displaces else []),
        ]
    if decision.impact_due_at:
        return [
            blocks.context("No impact was stated. The record will say “decided without impact”.")
        ]
    return []


def open_form(click: Click, session: Session, form: Callable[[Decision], View]) -> Answer:
    decision = locks.lock_decision(session, click.workspace, click.value)
    decision.check_may_decide(click.person)
    return OpenForm(form(decision))


def today_in(asking: Asking, decision: Decision) -> date:
    return local_day(asking.at, decision.rights_version.time_zone)
