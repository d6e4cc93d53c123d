"""Raise a tradeoff, approve or reject it, withdraw it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import accept, blocks, forms, rights, typed
from handlers.answers import Answer, Done, Message, OpenForm, Reply, UpdateForm
from handlers.requests import Click, Command, Form
from models import queries
from models.decision import Decision
from models.raising import raise_tradeoff
from models.refusals import ChannelArchived, NotSetUp, check_may_raise
from models.rules import Standing, local_day

# A form remembers 3,000 characters, of which a quotation mark takes two; what is longer goes back to the person instead of being cut.
LONGEST_TEXT = 1300

# Subcommands that take no words.
ALONE = ("help", "rights", "setup")

HELP = (
    "*Make a tradeoff visible*\n"
    "• `/tradeoff Add Apple Pay to Sprint 14` raises a tradeoff; `/tradeoff` alone opens the empty form\n"
    "• `/accept Checkout redesign` (or `/tradeoff accept …`) asks for acceptance of finished work\n"
    "• `/tradeoff rights` shows who decides what here\n"
    "• `/tradeoff setup` says who is product owner and project manager here\n"
    "• `/tradeoff help` shows this\n"
    'A title that begins with one of these words goes in quotation marks: `/tradeoff "Setup fee or free trial"`.'
)


def usage(command: Command) -> Answer | None:
    """Help, and what to do about a subcommand with words behind it; None for all that is no matter of usage."""
    text = typed.unescape(command.text).strip()
    word, _, rest = text.partition(" ")
    if word.lower() not in ALONE or not rest.strip():
        return Reply(Message(HELP, [blocks.section(HELP)])) if word.lower() == "help" else None
    quoted = blocks.escape(text)
    return Reply(
        Message(f'`/tradeoff {word.lower()}` stands alone. If you meant a title, quote it: `/tradeoff "{quoted}"`.')
    )


def command(command: Command, session: Session) -> Answer:
    """`/tradeoff …`: a subcommand where the first word is one, else the title of a new tradeoff."""
    text = typed.unescape(command.text).strip()
    word, _, rest = text.partition(" ")
    if word.lower() == "accept":
        return accept.ask(command, session, rest.strip())
    if word.lower() == "rights":
        return rights.show(command, session)
    if word.lower() == "setup":
        return rights.open_setup(command, session)
    return ask(command, session, text)


def ask(command: Command, session: Session, text: str) -> Answer:
    """Open the form, with what was typed as its title; a long text goes under "Why now" as well."""
    title = typed.one_line(typed.unquoted(text)[0])
    if len(title) > LONGEST_TEXT:
        return _too_long(text)
    why_now = title if len(title) > forms.TITLE_LIMIT else ""
    title = blocks.shorten(title, forms.TITLE_LIMIT)
    rights.check_place(command, "/tradeoff")
    current = queries.current_rights(session, command.workspace, command.place.id)
    if current is None:
        return rights.open_setup(command, session, {"title": title, "why_now": why_now})
    return OpenForm(forms.tradeoff(current, title, why_now))


def _too_long(text: str) -> Answer:
    first = (
        f"That is {len(text):,} characters; a title has up to {forms.TITLE_LIMIT}. "
        "Run `/tradeoff` with a short title and put the rest under “Why now”. You typed:"
    )
    return Reply(Message(f"{first}\n{blocks.escape(text)}"))


def add_option(click: Click, session: Session) -> Answer:
    """One more row of options in the open form; what was typed stays."""
    current = queries.current_rights(session, click.workspace, forms.remembered(click.metadata)["channel"])
    if current is None:
        raise NotSetUp(forms.remembered(click.metadata)["channel"])
    return UpdateForm(forms.tradeoff(current, options=min(int(click.value), forms.MOST_OPTIONS)))


def raise_(form: Form, session: Session) -> Answer:
    """Number it, route it, record it; what it owes to Slack follows. The same form submitted twice raises once."""
    if queries.raised_with(session, form.workspace, form.id):
        return Done()
    channel = forms.remembered(form.metadata)["channel"]
    check_may_raise(form.person)
    current = queries.current_rights(session, form.workspace, channel)
    if current is None:
        raise NotSetUp(channel)
    ask = forms.read_tradeoff(form.state, local_day(form.at, current.time_zone))
    if form.look_at(channel).is_archived:
        raise ChannelArchived(channel)
    right = current.table[ask.kind]
    zone = current.time_zone
    if right.impact_first:
        (counterpart,) = form.look_up(current.holder_of(right.decides.asked_for_impact))
        zone = counterpart.time_zone if counterpart.standing is Standing.MEMBER else zone
    raise_tradeoff(session, current, ask, form.person.id, form.at, form.id, zone)
    return Done()


def approve(click: Click, session: Session) -> Answer:
    """Ask which option and why before an approval counts."""
    decision = queries.decision(session, click.workspace, click.value)
    decision.check_may_decide(click.person)
    return OpenForm(forms.approval(decision))


def reject(click: Click, session: Session) -> Answer:
    decision = queries.decision(session, click.workspace, click.value)
    decision.check_may_decide(click.person)
    return OpenForm(forms.rejection(decision))


def withdraw(click: Click, session: Session) -> Answer:
    decision = queries.decision(session, click.workspace, click.value)
    decision.check_may_withdraw(click.person)
    return OpenForm(forms.withdrawal(decision))


def save_approval(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    decision.check_may_decide(form.person)
    option, reason = forms.read_approval(form.state, decision)
    decision.approve(option, reason, form.person, form.at)
    return Done()


def save_rejection(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    decision.check_may_decide(form.person)
    decision.reject(forms.read_reason(form.state), form.person, form.at)
    return Done()


def save_withdrawal(form: Form, session: Session) -> Answer:
    decision = form_decision(form, session)
    decision.check_may_withdraw(form.person)
    decision.withdraw(forms.read_reason(form.state), form.person, form.at)
    return Done()


def form_decision(form: Form, session: Session) -> Decision:
    """The decision that this form is about, locked."""
    return queries.decision(session, form.workspace, forms.remembered(form.metadata)["decision"])
