"""Ask for acceptance of finished work, and give the verdict: per criterion, then on the whole."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import accept_forms, forms, rights, typed
from handlers.answers import Answer, Done, Message, OpenForm, Reply, UpdateForm
from handlers.blocks import escape
from handlers.requests import Click, Command, Form
from models import queries
from models.acceptance import CriterionVerdict, FollowUp
from models.decision import Decision
from models.raising import claim_finished
from models.refusals import ChannelArchived, FieldsInvalid, NotSetUp, check_may_raise
from models.rules import Outcome, Standing, Verdict, local_day


def command(command: Command, session: Session) -> Answer:
    """`/accept [item]`."""
    return ask(command, session, typed.unescape(command.text).strip())


def ask(command: Command, session: Session, item: str) -> Answer:
    """Open the claim, with what was typed as the item."""
    title = typed.one_line(typed.unquoted(item)[0])
    if len(title) > forms.TITLE_LIMIT:
        first = f"The name of an item has up to {forms.TITLE_LIMIT} characters; this has {len(title):,}. Run `/accept` with a short one. You typed:"
        return Reply(Message(f"{first}\n{escape(item)}"))
    rights.check_place(command, "/accept")
    current = queries.current_rights(session, command.workspace, command.place.id)
    if current is None:
        return rights.open_setup(command, session)
    return OpenForm(accept_forms.claim(current, title))


def claim(form: Form, session: Session) -> Answer:
    """Number the claim, route it to whoever accepts, record it. The same form submitted twice claims once."""
    if queries.raised_with(session, form.workspace, form.id):
        return Done()
    check_may_raise(form.person)
    channel = forms.remembered(form.metadata)["channel"]
    current = queries.current_rights(session, form.workspace, channel)
    if current is None:
        raise NotSetUp(channel)
    finished = accept_forms.read_claim(form.state)
    if form.look_at(channel).is_archived:
        raise ChannelArchived(channel)
    claim_finished(session, current, finished, form.person.id, form.at, form.id)
    return Done()


def accept(click: Click, session: Session) -> Answer:
    return _open_verdict(click, session, Outcome.ACCEPTED)


def accept_with_follow_ups(click: Click, session: Session) -> Answer:
    return _open_verdict(click, session, Outcome.ACCEPTED_WITH_FOLLOW_UPS)


def send_back(click: Click, session: Session) -> Answer:
    return _open_verdict(click, session, Outcome.SENT_BACK)


def _open_verdict(click: Click, session: Session, outcome: Outcome) -> Answer:
    decision = queries.decision(session, click.workspace, click.value)
    decision.check_may_decide(click.person)
    return OpenForm(accept_forms.verdict(decision, outcome))


def save_verdict(form: Form, session: Session) -> Answer:
    """Take the verdicts; where one is waived or follow-ups are due, ask for those first."""
    decision, outcome = _decision(form, session)
    verdicts, reason = accept_forms.read_verdicts(form.state, decision, outcome)
    if outcome is Outcome.ACCEPTED_WITH_FOLLOW_UPS or Verdict.WAIVED in verdicts:
        return UpdateForm(accept_forms.details(decision, outcome, verdicts, reason))
    _settle(decision, form, outcome, verdicts, reason, {}, [])
    return Done()


def add_follow_up(click: Click, session: Session) -> Answer:
    """One more follow-up in the open form; what was typed stays."""
    remembered = forms.remembered(click.metadata)
    decision = queries.decision(session, click.workspace, remembered["decision"])
    verdicts = [Verdict(one) for one in remembered["verdicts"]]
    rows = min(int(click.value), accept_forms.MOST_FOLLOW_UPS)
    return UpdateForm(
        accept_forms.details(decision, Outcome(remembered["outcome"]), verdicts, remembered["reason"], rows)
    )


def save_details(form: Form, session: Session) -> Answer:
    """The second step: waivers with their reasons, follow-ups with owner and date."""
    decision, outcome = _decision(form, session)
    remembered = forms.remembered(form.metadata)
    verdicts = [Verdict(one) for one in remembered["verdicts"]]
    waivers = accept_forms.read_waivers(form.state, decision, verdicts)
    follow_ups = accept_forms.read_follow_ups(form.state, local_day(form.at, decision.rights_version.time_zone))
    _check_owners(form, follow_ups)
    _settle(decision, form, outcome, verdicts, remembered["reason"], waivers, follow_ups)
    return Done()


def _decision(form: Form, session: Session) -> tuple[Decision, Outcome]:
    remembered = forms.remembered(form.metadata)
    decision = queries.decision(session, form.workspace, remembered["decision"])
    decision.check_may_decide(form.person)
    return decision, Outcome(remembered["outcome"])


def _check_owners(form: Form, follow_ups: list[FollowUp]) -> None:
    owners = {one.id: one for one in form.look_up(*dict.fromkeys(one.owner for one in follow_ups))}
    errors = {
        f"follow_up{one.position}_owner": f"This person is {owners[one.owner].standing.phrase}. Choose someone who can do it."
        for one in follow_ups
        if owners[one.owner].standing in (Standing.BOT, Standing.DEACTIVATED, Standing.UNKNOWN)
    }
    if errors:
        raise FieldsInvalid(errors)


def _settle(
    decision: Decision, form: Form, outcome: Outcome, verdicts: list[Verdict], reason: str,
    waivers: dict[int, str], follow_ups: list[FollowUp],
) -> None:  # fmt: skip
    for criterion, verdict in zip(decision.criteria, verdicts, strict=True):
        criterion.verdicts.append(
            CriterionVerdict(round=decision.round, verdict=verdict, reason=waivers.get(criterion.position))
        )
    decision.follow_ups.extend(follow_ups)
    changes = {
        "verdicts": [[verdict, waivers.get(position)] for position, verdict in enumerate(verdicts, start=1)],
        "follow_ups": [[one.what, one.owner, one.due_on.isoformat()] for one in follow_ups],
    }
    decision.judge(outcome, reason, changes, form.person, form.at)
