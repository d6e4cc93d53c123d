"""Records of what a meeting decided: making one, acknowledging and disputing it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from handlers import subjects
from handlers.access import check_place
from handlers.answers import Answer, Block, Done, OpenForm, View
from handlers.card.question import in_whose_place
from handlers.holders import check_may_raise, rights_now, routed
from handlers.requests import Click, Command, Form
from handlers.rights import not_used, people
from handlers.ui import blocks, fields, forms, inputs, outcomes, phrases
from models import locks
from models.mrkdwn import where, who
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import TRADEOFF_KINDS, Decider, Kind, Right, Role
from models.tables.decision import Decision
from models.tables.rights import RightsVersion
from models.tables.write_behind import write_now
from models.verbs import deciding
from models.verbs.raising import Ask, Origin, Past, raise_tradeoff, record_past
from models.verbs.routing import Matter
from models.words import Words
from models.working_time import local_day


def open_record(command: Command, session: Session, title: str) -> Answer:
    """Open the form of `/tradeoff record [title]`."""
    title = fields.one_line(fields.unquoted(fields.as_typed(command, title)))
    title = blocks.shorten(title, forms.TITLE_LIMIT)
    check_place(command, "/tradeoff record", title)
    current = lookups.current_rights(session, command.workspace, command.place.id)
    if current is None:
        return people.open_setup(command, session, {"title": title, "record": True})
    return OpenForm(record_form(current, title, local_day(command.at, current.time_zone)))


def record(form: Form, session: Session) -> Answer:
    """Record a decision that was made elsewhere, marked as after the fact.

    If the person who records it holds the right, the record also counts as their acknowledgement.
    """
    locks.lock_who_decides(session, form.workspace)
    current = check_may_raise(form, session, forms.remembered(form.metadata)["channel"])
    if current is None:
        return Done()
    past = read_record(form, local_day(form.at, current.time_zone))
    not_used.check_chosen(form, session, current, past.kind)
    routing = routed(form, session, current, Matter(past.kind))
    decision = record_past(session, routing, past, form.act, Origin(form.id))
    if form.person.id in decision.holders.values():
        write_now(session)
        session.refresh(decision, ["posts"])
        own = [post for post in decision.posts if post.person == form.person.id]
        for post in own:
            decision.posts.remove(post)
            session.delete(post)
        deciding.approve(decision, deciding.Approval(decision.options[0], ""), form.act)
    return Done()


def acknowledge(click: Click, session: Session) -> Answer:
    decision = subjects.clicked_decision(click, session)
    decision.check_may_decide(click.person)
    return OpenForm(acknowledge_form(decision, click.person.id))


def save_acknowledgement(form: Form, session: Session) -> Answer:
    decision = subjects.form_decision(form, session)
    approval = deciding.Approval(decision.options[0], fields.text(form.state, "note"))
    deciding.approve(decision, approval, form.act)
    return Done()


def dispute(click: Click, session: Session) -> Answer:
    decision = subjects.clicked_decision(click, session)
    decision.check_may_decide(click.person)
    return OpenForm(dispute_form(decision, click.person.id))


def save_dispute(form: Form, session: Session) -> Answer:
    """Reject the record, and raise a normal tradeoff in its place.

    Its options are what was recorded and what the holder says instead.
    """
    locks.lock_who_decides(session, form.workspace)
    decision = subjects.form_decision(form, session)
    decision.check_may_decide(form.person)
    instead = fields.one_line(fields.text(form.state, "instead"))
    if not instead or instead.casefold() == decision.options[0].name.casefold():
        raise FieldsInvalid(
            {"instead": "Say what should hold instead; it becomes the other option."}
        )
    reason = forms.read_reason(form.state)
    current = rights_now(form, session, decision)
    routing = routed(form, session, current, Matter(decision.kind))
    deciding.reject(decision, reason, form.act)
    options = [(decision.options[0].name, "", ""), (instead, "", "")]
    ask = Ask(decision.title, decision.kind, reason, options, None)
    origin = Origin(form.id, disputes=decision.number)
    opened = raise_tradeoff(session, routing, ask, form.act, origin)
    decision.disputed_in = opened.number
    return Done()


# ---- forms ---------------------------------------------------------------------------------------


def record_form(current: RightsVersion, title: str, today: date) -> View:
    kinds = [
        inputs.choice(
            kind.value,
            f"{phrases.capital(current.words.kind(kind))}: {kind.meaning}",
            _acknowledged_by(current.table[kind], current.words),
        )
        for kind in TRADEOFF_KINDS
        if kind in current.kinds
    ]
    first = (
        f"For a decision that was made elsewhere. In {where(current.channel.slack_id)}, whoever "
        "holds the right acknowledges or disputes it."
    )
    if Kind.COMMITMENT in current.kinds:
        first += " A record moves no commitment; a tradeoff does, with `/tradeoff`."
    shown = [
        blocks.context(first),
        inputs.field(
            "title", "What was it about?", inputs.text_input(limit=forms.TITLE_LIMIT, initial=title)
        ),
        inputs.field(
            "kind", "Kind", inputs.select(kinds, placeholder="What sort of decision was it?")
        ),
        inputs.field("decided", "What was decided?", inputs.text_input(limit=forms.NAME_LIMIT)),
        inputs.field("made_by", "By whom?", inputs.person_input()),
        inputs.field("made_on", "On which day?", inputs.date_input(today)),
        inputs.field("reason", "Why", inputs.text_input(limit=forms.REASON_LIMIT, multiline=True)),
    ]
    return inputs.form(
        "records.record",
        "Record a decision",
        shown,
        forms.metadata(channel=current.channel.slack_id),
        submit="Record",
    )


def _acknowledged_by(right: Right, words: Words) -> str:
    """Say who acknowledges a record of this kind. Nobody is asked for its impact."""
    if right.decides is Decider.JOINT:
        return f"{phrases.capital(words.roles(Role))} acknowledge it"
    return f"The {words.role(right.decides.roles[0])} acknowledges it"


def read_record(form: Form, today: date) -> Past:
    """Read the fields of the form. Raise FieldsInvalid."""
    state, errors = form.state, dict[str, str]()
    title, decided = (fields.one_line(fields.text(state, name)) for name in ("title", "decided"))
    kind, made_by, made_on = (
        fields.chosen(state, "kind"),
        fields.person(state, "made_by"),
        fields.chosen_day(state, "made_on"),
    )
    why = fields.text(state, "reason")
    if not title:
        errors["title"] = "Give it a title, so that people can speak of it."
    if not decided:
        errors["decided"] = "Say what was decided."
    if kind not in [kind_.value for kind_ in TRADEOFF_KINDS]:
        errors["kind"] = "Choose a kind: it says who should have decided."
    if not made_by:
        errors["made_by"] = "Say who decided it."
    if made_on is None or made_on > today:
        errors["made_on"] = "Choose the day on which it was decided: today or earlier."
    if not why:
        errors["reason"] = "Say why: the reason is what people look for later."
    if errors:
        raise FieldsInvalid(errors)
    assert made_on
    return Past(title, Kind(kind), decided, made_by, made_on, why)


def acknowledge_form(decision: Decision, person: str) -> View:
    assert decision.made_by
    note = inputs.text_input(limit=forms.REASON_LIMIT, multiline=True)
    shown = [
        forms.titled(decision),
        *in_whose_place(decision, person),
        blocks.typed("Decided", decision.options[0].name),
        blocks.context(
            f"Decided by {who(decision.made_by)}. You say that this was, and stays, the decision."
        ),
        *_acknowledged(decision),
        inputs.field("note", "Note", note, optional=True),
    ]
    return inputs.form(
        "records.acknowledge",
        f"Acknowledge #{decision.number}",
        shown,
        forms.about(decision),
        submit="Acknowledge",
    )


def _acknowledged(decision: Decision) -> list[Block]:
    """Say who has acknowledged the record already, and their note; show nothing if nobody has."""
    shown: list[Block] = []
    for signature in decision.signatures:
        if signature.round == decision.round:
            shown.append(blocks.section(f"*{outcomes.signer(signature)} has acknowledged it*"))
            shown += [blocks.quote(signature.reason)] if signature.reason else []
    return shown


def dispute_form(decision: Decision, person: str) -> View:
    shown = [
        forms.titled(decision),
        *in_whose_place(decision, person),
        blocks.typed("Recorded", decision.options[0].name),
        *_acknowledged(decision),
        blocks.context("This raises a normal tradeoff, with what was recorded as one option."),
        inputs.field(
            "instead",
            "What should hold instead?",
            inputs.text_input(limit=forms.NAME_LIMIT),
            hint="It becomes the other option.",
        ),
        forms.reason_field("The channel reads it."),
    ]
    return inputs.form(
        "records.dispute",
        f"Dispute #{decision.number}",
        shown,
        forms.about(decision),
        submit="Dispute",
    )
