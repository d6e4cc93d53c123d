"""Parts that the forms to approve, reject and defer share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.answers import Answer, Block, OpenForm, View
from handlers.requests import Asking, Click
from handlers.ui import blocks, outcomes
from models.mrkdwn import escaped, who
from models.rules import Role
from models.tables.decision import Decision
from models.working_time import local_day


def also_signs_for(
    decision: Decision, person: str, movers: Iterable[Role], anyway: Sequence[Role]
) -> list[Block]:
    """Say for whom else an approval by this person signs, because the decision moves a commitment.

    `movers` are the roles that sign if the commitment changes, `anyway` those that sign also if it
    stays as it is: all of them, or none. Say nothing if the approval signs only for people whom
    `in_whose_place` names, or only in this person's own right.
    """
    holders, for_whom = decision.holders, decision.on_behalf_of
    if person not in holders.values():
        return []
    named = {for_whom.get(role) for role, holder in holders.items() if holder == person}
    added = [role for role in movers if role not in holders and decision.seat_of(role) == person]
    others = dict.fromkeys(for_whom.get(role) for role in added if for_whom.get(role) not in named)
    if not others or not any({*others, *named}):
        return []
    also = f"also sign for {' and '.join(who(other) if other else 'yourself' for other in others)}"
    words = f"You {also}." if anyway else f"If the commitment changes, you {also}."
    return [blocks.context(words)]


def signed_already(decision: Decision, person: str, act: str, becomes: str) -> list[Block]:
    """Say who has signed, for what and why, and that this ending settles the whole decision."""
    shown = signed_by_others(decision, person)
    if shown:
        shown.append(blocks.context(f"If you {act} it, the whole decision is {becomes}."))
    return shown


def signed_by_others(decision: Decision, person: str) -> list[Block]:
    """Say who else has signed this round, for what and why; show nothing if nobody has."""
    signed = {
        signature.person: signature
        for signature in decision.signatures
        if signature.round == decision.round and signature.person != person
    }
    options = {option.position: option for option in decision.options}
    shown: list[Block] = []
    for signature in signed.values():
        option = options.get(signature.option_position or 0)
        choice = f" {option.letter}. {escaped(option.name)}" if option else ""
        shown.append(blocks.section(f"*{outcomes.signer(signature)} has signed{choice}*"))
        shown += [blocks.quote(signature.reason)] if signature.reason else []
    return shown


def who_reads(decision: Decision, person: str) -> str:
    """Say who reads the reason: the channel, and the raiser unless the reason is their own."""
    own = person == decision.raised_by
    return "The channel reads it." if own else "The raiser reads it; the channel too."


def open_form(click: Click, session: Session, form: Callable[[Decision], View]) -> Answer:
    """Open this form of the clicked decision, if the person may decide it now."""
    decision = subjects.clicked_decision(click, session)
    decision.check_may_decide(click.person)
    return OpenForm(form(decision))


def today_in(asking: Asking, decision: Decision) -> date:
    return local_day(asking.at, decision.rights_version.time_zone)
