"""What is promised here, and every decision that moved it: see it, add to it, close it. A date moves by a decision only."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import blocks, forms, rights, sentences, typed
from handlers.answers import Answer, Block, Done, Message, OpenForm, Reply, View
from handlers.requests import Click, Command, Form, Request
from handlers.seeing import check_may_see
from models import queries
from models.commitment import Commitment, CommitmentMove, CommitmentState
from models.commitments import add_commitment, close_commitment
from models.place_refusals import NotSetUp
from models.post import Post
from models.refusals import CommitmentClosed, FieldsInvalid, OnlyRoleHoldersPromise, check_can_act
from models.rights import RightsVersion
from models.words import day, escaped, number, who
from models.working_time import local_day

# A message holds 50 blocks; the rest is counted.
MOST_SHOWN = 20
MOST_MOVES = 40

CLOSINGS = {
    CommitmentState.MET: "Met",
    CommitmentState.MISSED: "Missed",
    CommitmentState.WITHDRAWN: "Withdrawn",
}


def show(command: Command, session: Session) -> Answer:
    """`/tradeoff commitments`: each with its date, how far it has moved, and its ledger a click away."""
    rights.check_place(command, "/tradeoff commitments")
    current = _rights(command, command.place.id, session)
    found = queries.commitments(session, current.channel_id)
    first = f"{number(len([one for one in found if one.is_open]), 'open commitment')} here." if found else (
        "Nothing is promised here yet. A commitment is a milestone with a date, promised to somebody; decisions that move it write on it."
    )  # fmt: skip
    shown: list[Block] = [blocks.section(f"*Commitments* · {first}")]
    for one in found[:MOST_SHOWN]:
        shown.append(
            blocks.section_with(
                _line(one), blocks.button("Ledger", "commitments.ledger", str(one.id), about=f"Ledger of {one.name}")
            )
        )
    if len(found) > MOST_SHOWN:
        shown.append(blocks.context(f"and {len(found) - MOST_SHOWN} more that were closed."))
    shown.append(blocks.actions(blocks.button("Add a commitment", "commitments.add", command.place.id)))
    lines = " ".join(_line(one).replace("*", "") for one in found[:MOST_SHOWN])
    return Reply(Message(sentences.limited(f"Commitments. {first} {lines}".strip()), shown))


def _line(one: Commitment) -> str:
    closed = "" if one.is_open else f", closed: {one.state.value}"
    return f"*{escaped(one.name)}* for {escaped(one.promised_to)}: {day(one.promised_on)}, {_slip(one)}{closed}."


def _slip(one: Commitment) -> str:
    if not one.slip:
        return "as first promised"
    return f"{sentences.signed_days(one.slip)} from {day(one.baseline_on)}"


def ledger(click: Click, session: Session) -> Answer:
    """Baseline, each move with its decision, and the total: always the sum of the moves."""
    commitment = queries.commitment(session, click.workspace, click.value)
    check_may_see(click, commitment.channel.slack_id, "this commitment")
    return OpenForm(ledger_view(commitment))


def add(click: Click, session: Session) -> Answer:
    _check_may_promise(click, _rights(click, click.value, session))
    return OpenForm(add_form(click.value))


def save(form: Form, session: Session) -> Answer:
    """Promise it; the same form submitted twice promises once."""
    channel = forms.remembered(form.metadata)["channel"]
    current = _rights(form, channel, session)
    _check_may_promise(form, current)
    if session.scalar(
        select(Commitment.id).where(Commitment.channel_id == current.channel_id, Commitment.made_with == form.id)
    ):
        return Done()
    name, promised_to, scope, promised_on = _read(form, local_day(form.at, current.time_zone))
    add_commitment(session, current.channel, name, promised_to, scope, promised_on, form.person.id, form.at, form.id)
    return Done()


def close(click: Click, session: Session) -> Answer:
    commitment = queries.commitment(session, click.workspace, click.value)
    _check_may_promise(click, _rights(click, commitment.channel.slack_id, session))
    if not commitment.is_open:
        raise CommitmentClosed(commitment.name, commitment.state)
    return OpenForm(close_form(commitment))


def save_closing(form: Form, session: Session) -> Answer:
    commitment = queries.commitment(session, form.workspace, forms.remembered(form.metadata)["commitment"])
    _check_may_promise(form, _rights(form, commitment.channel.slack_id, session))
    chosen = typed.chosen(form.state, "how")
    if chosen not in [one.value for one in CLOSINGS]:
        raise FieldsInvalid({"how": "Say how it ended."})
    close_commitment(
        session, commitment, CommitmentState(chosen), forms.read_reason(form.state), form.person.id, form.at
    )
    return Done()


def _rights(request: Request, channel: str, session: Session) -> RightsVersion:
    found = queries.current_rights(session, request.workspace, channel)
    if found is None:
        raise NotSetUp(channel)
    return found


def _check_may_promise(request: Request, current: RightsVersion) -> None:
    if request.person.id not in current.role_holders:
        raise OnlyRoleHoldersPromise(current.role_holders)
    check_can_act(request.person)


def _read(form: Form, today: date) -> tuple[str, str, str, date]:
    name, promised_to = (typed.one_line(typed.text(form.state, one)) for one in ("name", "promised_to"))
    scope, promised_on = typed.text(form.state, "scope"), typed.day(form.state, "promised_on")
    errors = {} if name else {"name": "Give it a name, as people speak of it."}
    if not promised_to:
        errors["promised_to"] = "Say to whom it is promised."
    if promised_on is None or promised_on < today:
        errors["promised_on"] = "Choose today or a later day."
    if errors:
        raise FieldsInvalid(errors)
    assert promised_on
    return name, promised_to, scope, promised_on


# ---- drawn -----------------------------------------------------------------------------------------------------------


def add_form(channel: str) -> View:
    shown = [
        blocks.field("name", "Name", blocks.text_input(limit=forms.NAME_LIMIT, placeholder="Beta")),
        blocks.field("promised_on", "Promised for", blocks.date_input(), hint="From then on only decisions move it."),
        blocks.field(
            "promised_to", "Promised to", blocks.text_input(limit=forms.NAME_LIMIT, placeholder="The partners")
        ),
        blocks.field(
            "scope", "What is in it", blocks.text_input(limit=forms.SIDE_LIMIT, multiline=True), optional=True
        ),
    ]
    return blocks.form(
        "commitments.add", "Add a commitment", shown, forms.metadata(channel=channel), submit="Promise it"
    )


def close_form(commitment: Commitment) -> View:
    choices = [blocks.choice(one.value, label) for one, label in CLOSINGS.items()]
    shown = [
        blocks.section(f"*{escaped(commitment.name)}*, promised for {day(commitment.promised_on)}"),
        blocks.field("how", "How did it end?", blocks.select(choices, placeholder="Met, missed or withdrawn")),
        forms.reason_field("The channel reads it."),
    ]
    return blocks.form(
        "commitments.close", "Close a commitment", shown, forms.metadata(commitment=commitment.id), submit="Close it"
    )


def ledger_view(one: Commitment) -> View:
    """A form to read only."""
    shown: list[Block] = [
        blocks.section(
            f"*{escaped(one.name)}*, promised to {escaped(one.promised_to)}\nBaseline: {day(one.baseline_on)}"
        ),
        *([blocks.typed("Scope", one.scope)] if one.scope else []),
        blocks.divider(),
    ]
    older = one.moves[:-MOST_MOVES]
    if older:
        days = sum(move.days for move in older)
        shown.append(blocks.context(f"{number(len(older), 'earlier move')}, together {sentences.signed_days(days)}"))
    for move in one.moves[-MOST_MOVES:]:
        shown += _entry(move)
    total = (
        f"*Total: {sentences.signed_days(one.slip)}*, now {day(one.promised_on)}"
        if one.moves
        else "*No decision has moved it.*"
    )
    closed = f" Closed as {one.state.value} by {who(one.closed_by)}." if one.closed_by else ""
    shown.append(blocks.section(f"{total}{closed}"))
    if one.is_open:
        shown.append(
            blocks.actions(blocks.button("Close it", "commitments.close", str(one.id), about=f"Close {one.name}"))
        )
    return blocks.notice("Ledger", shown)


def _entry(move: CommitmentMove) -> list[Block]:
    back = " (taken back)" if move.undoes else ""
    dates = (
        f"{sentences.short_day(move.from_on)} → {sentences.short_day(move.to_on)}, {sentences.signed_days(move.days)}"
    )
    words = f"*#{move.decision_number}*{back}: {dates if move.days else 'scope only'}"
    return [blocks.section(words), *([blocks.typed("Scope", move.scope)] if move.scope else [])]


def commitment_post(one: Commitment, post: Post) -> Message:
    """To the channel: the promise, kept true as decisions move it."""
    name, to = escaped(one.name), escaped(one.promised_to)
    first = f"Commitment {name}: promised to {to} for {day(one.promised_on)} by {who(one.made_by)}."
    if one.slip:
        last = one.moves[-1]
        first += f" First promised for {day(one.baseline_on)}; moved {sentences.signed_days(one.slip)} in all, last by #{last.decision_number}."
    if not one.is_open and one.closed_by:
        first += f" Closed as {one.state.value} by {who(one.closed_by)}: {escaped(one.closed_reason or '')}"
    button = blocks.button("Ledger", "commitments.ledger", str(one.id), about=f"Ledger of {one.name}")
    return Message(sentences.limited(first), [blocks.section(first), blocks.actions(button)])
