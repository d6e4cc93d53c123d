"""Raising of a tradeoff, from the command, from a message, or in place of an older decision.

Editing is here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Block, Done, Message, OpenForm, Reply, UpdateForm, View
from handlers.holders import check_may_raise, routed
from handlers.quoting import quote
from handlers.requests import Asking, Click, Command, Form, FormState, Shortcut
from handlers.rights import not_used, people
from handlers.tradeoff import form as tradeoff_form
from handlers.tradeoff import superseding
from handlers.tradeoff.form import AT_FIRST, Rows
from handlers.tradeoff.who_decides import rows_of, with_kind
from handlers.ui import blocks, fields, forms, marks, seals
from handlers.ui.marks import value_of
from handlers.ui.phrases import capital
from models import locks
from models.mrkdwn import day, escaped, with_link
from models.reads import lookups, references
from models.reads.replaced_moves import open_replacements, was_disputed
from models.refusals.refused import FieldsInvalid, either
from models.rules import Kind
from models.similar_titles import close_matches
from models.tables.commitment import Commitment
from models.tables.decision import Decision, number_of
from models.tables.post import card_links
from models.tables.rights import RightsVersion
from models.verbs import rounds
from models.verbs.changing import asks_the_same, change_question
from models.verbs.commitment_moves import is_at_stake, move_stands
from models.verbs.raising import Ask, Origin, Source, raise_tradeoff
from models.verbs.references import change_references
from models.verbs.routing import Matter
from models.working_time import local_day

# A title that is too long for its field is put under "Why now" as well. If it is longer than this,
# no form is opened: the answer repeats the whole text, and asks for a short title. The answer is
# the same if a form cannot remember the text.
LONGEST_TEXT = 1300
# If the bot is not in the channel, for example, no title opens a form. The refusal repeats the
# title, up to this many characters.
MOST_REPEATED = 500
MATCHES_SINCE = timedelta(days=365)


def ask(command: Command, session: Session, text: str) -> Answer:
    """Open the form with the typed text as the title.

    If the text is too long for the title, the title is cut, and all of the text is under "Why now".
    """
    text = fields.as_typed(command, text)
    title = fields.one_line(fields.unquoted(text))
    if len(title) > LONGEST_TEXT or not seals.fits(forms.metadata(title=title)):
        return _too_long(text)
    given = tradeoff_form.titled(title)
    access.check_place(command, "/tradeoff", blocks.shorten(title, MOST_REPEATED))
    current = lookups.current_rights(session, command.workspace, command.place.id)
    if current is None:
        return people.open_setup(command, session, given)
    return OpenForm(_form(session, current, given))


def ask_titled(click: Click, session: Session) -> Answer:
    """Open the form with the title that a button in the answer to an unknown command carries."""
    channel, _, title = click.value.partition(" ")
    subjects.readable_channel(click, session, channel)
    current = lookups.require_rights(session, click.workspace, channel)
    return OpenForm(_form(session, current, tradeoff_form.titled(fields.one_line(title))))


def _too_long(text: str) -> Answer:
    first = (
        f"A title has up to {forms.TITLE_LIMIT} characters; this has {len(text):,}. "
        "Run `/tradeoff` with a short title and put the rest under “Why now”. You typed:"
    )
    return Reply(Message(f"{first}\n{escaped(text)}"))


def from_message(shortcut: Shortcut, session: Session) -> Answer:
    """Open the form from the menu of a message: the message's text becomes the title.

    The record keeps the quote, its author and the link.
    """
    quoted = quote(shortcut, "Raise a tradeoff", "/tradeoff")
    given = {"title": quoted.title}
    current = lookups.current_rights(session, shortcut.workspace, shortcut.place.id)
    if current is None:
        return people.open_setup(shortcut, session, {**given, "source": quoted.source})
    return OpenForm(_form(session, current, given, source=quoted.source))


def edit(click: Click, session: Session) -> Answer:
    """Open the form to change what was asked, for its raiser."""
    decision = subjects.clicked_decision(click, session)
    rounds.check_may_edit(decision, click.person)
    current = lookups.require_rights(session, click.workspace, decision.channel.slack_id)
    links = references.of_decisions(session, [decision.id])[decision.id]
    given = {**tradeoff_form.given_by(decision), "references": links}
    rows = rows_of(decision, click, session, current)
    remember: dict[str, Any] = {
        "edit": value_of(decision),
        "asked": forms.as_asked(decision),
        "number": decision.number,
        "next_round": not decision.untouched,
        "kind": decision.kind.value,
    }
    return OpenForm(_form(session, current, given, rows, **remember))


def add_option(click: Click, session: Session) -> Answer:
    """Add a row of options to the open form; what was typed stays."""
    rows = _rows_in(click.state)
    options = min(rows.options + 1, tradeoff_form.MOST_OPTIONS)
    return _redrawn(click, session, replace(rows, options=options))


def add_effect(click: Click, session: Session) -> Answer:
    """Add the effect on a commitment to the open form; what was typed stays."""
    return _redrawn(click, session, replace(_rows_in(click.state), effect=True))


def choose_kind(click: Click, session: Session) -> Answer:
    """Say in the open form who decides the kind that was chosen; what was typed stays."""
    return _redrawn(click, session, _rows_in(click.state))


def _rows_in(state: FormState) -> Rows:
    """Return the parts that the open form shows."""
    return Rows(tradeoff_form.option_count(state), effect="commitment" in state)


def _redrawn(
    asked: Click | Form,
    session: Session,
    rows: Rows,
    above: list[Block] | None = None,
    **also: Any,
) -> Answer:
    """Draw the open form again; to the facts that it remembers, add those in `also`."""
    remember = forms.Remembered(forms.remembered(asked.metadata) | also)
    subjects.readable_channel(asked, session, remember["channel"])
    current = lookups.require_rights(session, asked.workspace, remember["channel"])
    kind = fields.chosen(asked.state, "kind")
    if kind not in tradeoff_form.kinds_offered(current, remember):
        kind = ""
    rows = with_kind(rows, kind, asked, session, current)
    # A long list of commitments is cut. The chosen one is named here, so that it is offered again.
    given = {"commitment": fields.chosen(asked.state, "commitment")}
    view = _form(session, current, given, rows, above=above, **remember)
    return UpdateForm(forms.refilled(view, asked.state))


def _ask_for_commitment(form: Form, session: Session, current: RightsVersion) -> Answer | None:
    """Return the form again, with a field for the commitment; None if it need not ask for one.

    The form is redrawn with that field as soon as the kind is chosen, but people can submit it
    before that.
    """
    is_asked = "commitment" in form.state
    if is_asked or fields.chosen(form.state, "kind") != Kind.COMMITMENT:
        return None
    if not lookups.commitments(session, current.channel_id, open_only=True):
        return None
    words = "*Say which commitment this would change, and how.* It is asked for below the options."
    return _redrawn(form, session, _rows_in(form.state), [blocks.section(words)])


def raise_(form: Form, session: Session) -> Answer:
    """Number the decision, route it and record it; or save an edit.

    The same form submitted twice raises once.
    """
    remember = forms.remembered(form.metadata)
    locks.lock_who_decides(session, form.workspace)
    if remember.get("edit"):
        return _save_edit(form, session, remember)
    current = check_may_raise(form, session, remember["channel"])
    if current is None:
        return Done()
    if asking := _ask_for_commitment(form, session, current):
        return asking
    older = _older(form, session, remember)
    ask = tradeoff_form.read_tradeoff(
        form.state,
        local_day(form.at, current.time_zone),
        _promised(form, session, current),
        [older.id] if older else [],
    )
    not_used.check_chosen(form, session, current, ask.kind)
    channel = current.channel.slack_id
    _check_consulted(form, ask, channel)
    if not remember.get("offered") and older is None:
        matches = close_matches(
            ask.title, lookups.decided_since(session, current.channel_id, form.at - MATCHES_SINCE)
        )
        if matches:
            access.check_may_see(form, channel, "that channel", anew=True)
            return _offer(form, session, current, matches)
    matter = _matter(ask, older)
    if older:
        superseding.check_may_supersede(form, current, older, matter)
        forms.check_same_round(older, remember)
    routing = routed(form, session, current, matter)
    source = Source(**remember["source"]) if remember.get("source") else None
    origin = Origin(form.id, source, remember.get("supersedes"))
    raise_tradeoff(session, routing, ask, form.act, origin)
    return Done()


def _older(form: Form, session: Session, remember: Mapping[str, Any]) -> Decision | None:
    """Return the decision that the new one is to replace, locked; None if it replaces none.

    The commitment that is chosen is locked too.
    """
    chosen = tradeoff_form.chosen_commitment(form.state)
    if not remember.get("supersedes"):
        for commitment in chosen:
            locks.lock_ledger(session, commitment)
        return None
    older = subjects.decision_by_number(form, session, remember["supersedes"], chosen)
    marks.check(older, remember.get("mark", ""))
    return older


def _check_consulted(form: Form, ask: Ask, channel: str) -> None:
    """Raise FieldsInvalid if somebody is to be consulted who may not read the channel."""
    errors = access.invite_errors(form, "consulted", ask.consulted, [channel])
    if errors:
        raise FieldsInvalid(errors)


def _matter(ask: Ask, older: Decision | None = None) -> Matter:
    """Return what is asked: the kind, and the commitment that it touches.

    If the form names no commitment, the decision touches the one that the replaced decision has
    moved, if that is still open.
    """
    touched = ask.effect.commitment if ask.effect else None
    if older and touched is None and is_at_stake(older):
        touched = older.commitment
    return Matter(ask.kind, touched.name if touched else None)


def _offer(
    form: Form,
    session: Session,
    current: RightsVersion,
    matches: list[lookups.Decided],
) -> Answer:
    """Show the form again, with similar decisions above it.

    Everyone can open their Details. A role holder can reopen one of them; others read who can.
    Everyone can submit the form again to raise this tradeoff all the same.
    """
    may_reopen = form.person.id in current.role_holders
    can = f"{capital(either(current.role_holders, current.gone_editors))} can reopen it;"
    above = [
        blocks.section(
            f"*This may have been decided before.* {'Reopen it,' if may_reopen else can} or raise "
            "yours all the same."
        )
    ]
    links = card_links(session, [match.id for match in matches])
    for match in matches:
        number = with_link(f"#{match.number}", links.get(match.id))
        on = day(local_day(match.settled_at, current.time_zone))
        words = f"{number} {escaped(match.title)}: {match.outcome.label} on {on}."
        about, value = f"#{match.number}", value_of(match)
        details = blocks.button("Details", "records.open", value, about=f"Details of {about}")
        above.append(blocks.section_with(words, details))
        if may_reopen:
            reopen = blocks.button(
                "Reopen", "second_thoughts.reopen", value, about=f"Reopen {about}"
            )
            above.append(blocks.actions(reopen))
    above.append(blocks.divider())
    return _redrawn(form, session, _rows_in(form.state), above, offered=True)


def _promised(form: Form, session: Session, current: RightsVersion) -> list[Commitment]:
    """Return the open commitments if the form asks about them, else none."""
    asked = "commitment" in form.state
    return lookups.commitments(session, current.channel_id, open_only=True) if asked else []


def _save_edit(form: Form, session: Session, remember: Mapping[str, Any]) -> Answer:
    """Save an edit. Raise ChangedMeanwhile if the question was changed while the form was open.

    If others have acted since the form was drawn, the form is drawn again, and says that the edit
    begins the next round. Nothing is saved until the form is submitted again.
    """
    chosen = tradeoff_form.chosen_commitment(form.state)
    decision = subjects.decision_by_id(form, session, remember["edit"], chosen)
    rounds.check_may_edit(decision, form.person)
    current = lookups.require_rights(session, form.workspace, decision.channel.slack_id)
    if asking := _ask_for_commitment(form, session, current):
        return asking
    replaced = subjects.replaced_by(decision, session)
    ask = tradeoff_form.read_tradeoff(
        form.state,
        local_day(form.at, current.time_zone),
        _promised(form, session, current),
        [decision.id, *([replaced.id] if replaced else [])],
        decision.due_on,
    )
    if asks_the_same(decision, ask):
        links = references.of_decisions(session, [decision.id])[decision.id]
        if ask.references not in (None, links):
            change_references(decision, ask.references or [], form.act)
        return Done()
    forms.check_as_asked(decision, remember)
    if not decision.untouched and not remember.get("next_round", True):
        return _redrawn(form, session, _rows_in(form.state), next_round=True)
    if ask.kind is not decision.kind:
        not_used.check_chosen(form, session, current, ask.kind)
    _check_consulted(form, ask, decision.channel.slack_id)
    matter = _matter(ask, replaced)
    if matter.commitment is None and move_stands(decision) and decision.commitment:
        matter = Matter(ask.kind, decision.commitment.name)
    superseding.check_edited(current, decision, replaced, matter, form.person.id)
    routing = routed(form, session, current, matter)
    rounds.edit(decision, routing, form.act, lambda: change_question(decision, ask))
    return Done()


def _form(
    session: Session,
    current: RightsVersion,
    given: Mapping[str, Any],
    rows: Rows = AT_FIRST,
    *,
    above: list[Block] | None = None,
    **remember: Any,
) -> View:
    promised = lookups.commitments(session, current.channel_id, open_only=True)
    if rows.effect and not promised:
        words = "No commitment is open here; a role holder adds one with `/tradeoff commitments`."
        rows = replace(rows, decides=f"{rows.decides} {words}".strip())
    replaced, rivals, disputed = "", list[str](), False
    if older := remember.get("supersedes"):
        workspace_id = current.channel.workspace_id
        replaced = number_of(session, workspace_id, older)
        others = set(open_replacements(session, current.channel_id, older))
        others.discard(remember.get("number", 0))
        rivals = [number_of(session, workspace_id, number) for number in sorted(others)]
        disputed = was_disputed(session, current.channel_id, older)
    first = tradeoff_form.said_first(remember, replaced, rivals, disputed=disputed)
    said_first = [*(above or []), *first]
    return tradeoff_form.tradeoff_form(
        current,
        replace(rows, effect=rows.effect and bool(promised), commitments=promised),
        given=given,
        above=said_first,
        remember={**remember, "channel": current.channel.slack_id},
    )


def supersede_form(asking: Asking, session: Session, current: RightsVersion, old: Decision) -> View:
    """Build the form of a tradeoff that replaces the `old` decision once it is approved."""
    links = references.of_decisions(session, [old.id])[old.id]
    given = {**tradeoff_form.given_by(old), "why_now": "", "due_on": None, "references": links}
    rows = rows_of(old, asking, session, current)
    if old.kind not in current.kinds:
        rows = replace(rows, decides="", needs_commitment=False)
    remember: dict[str, Any] = {"supersedes": old.number, "mark": old.mark}
    remember["asked"] = forms.as_asked(old)
    return _form(session, current, given, rows, **remember)
