"""Ask for acceptance of finished work, again after it was sent back; give the verdict; tick off what was left to do."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import accept_forms, blocks, forms, records, rights, seeing, typed
from handlers.answers import Answer, Done, Message, OpenForm, Reply, UpdateForm
from handlers.decide import form_decision
from handlers.requests import Click, Command, Form, Shortcut
from handlers.routing import check_may_raise, rights_now, routed
from models import deciding, queries, rounds
from models.acceptance import Claim, CriterionVerdict, FollowUp
from models.decision import Decision
from models.follow_ups import finish_follow_up
from models.raising import Source, change_claim, claim_finished, claims_the_same
from models.refusals import FieldsInvalid, NothingToRead, NotSentBack
from models.rules import Outcome, Standing, State, Verdict
from models.words import escaped
from models.working_time import local_day

LONGEST_QUOTE = 1200


def command(command: Command, session: Session) -> Answer:
    """`/accept [item]`."""
    return ask(command, session, typed.unescape(command.text).strip())


def ask(command: Command, session: Session, item: str) -> Answer:
    """Open the claim, with what was typed as the item."""
    title = typed.one_line(typed.unquoted(item)[0])
    if len(title) > forms.TITLE_LIMIT:
        first = f"The name of an item has up to {forms.TITLE_LIMIT} characters; this has {len(title):,}. Run `/accept` with a short one. You typed:"
        return Reply(Message(f"{first}\n{escaped(item)}"))
    rights.check_place(command, "/accept")
    current = queries.current_rights(session, command.workspace, command.place.id)
    if current is None:
        return rights.open_setup(command, session, {"title": title, "claim": True})
    return OpenForm(accept_forms.claim(current, title))


def from_message(shortcut: Shortcut, session: Session) -> Answer:
    """The menu of a message: its text becomes the evidence, and the card keeps quote, author and link."""
    rights.check_place(shortcut, "choose “Ask for acceptance” in the message's menu")
    text = typed.unescape(shortcut.text).strip()
    if not text:
        raise NothingToRead("/accept")
    source = {"text": blocks.shorten(text, LONGEST_QUOTE), "author": shortcut.author, "link": shortcut.link}
    title = blocks.shorten(typed.one_line(text), forms.TITLE_LIMIT)
    current = queries.current_rights(session, shortcut.workspace, shortcut.place.id)
    if current is None:
        return rights.open_setup(shortcut, session, {"title": title, "source": source, "claim": True})
    return OpenForm(accept_forms.claim(current, title, source=source))


def claim(form: Form, session: Session) -> Answer:
    """Number the claim, route it to whoever accepts, record it. The same form submitted twice claims once."""
    remember = forms.remembered(form.metadata)
    if remember.get("resubmit"):
        return _save_resubmission(form, session)
    if remember.get("edit"):
        return _save_edit(form, session)
    current = check_may_raise(form, session, remember["channel"])
    if current is None:
        return Done()
    finished = accept_forms.read_claim(form.state)
    routing, zone = routed(form, session, current, accept_forms.KIND)
    source = Source(**remember["source"]) if remember.get("source") else None
    claim_finished(session, routing, finished, form.person.id, form.at, form.id, zone, source)
    return Done()


def resubmit(click: Click, session: Session) -> Answer:
    """What was sent back is finished again: anyone in the team may say so."""
    decision = queries.decision(session, click.workspace, click.value)
    if decision.state is not State.DECIDED or decision.outcome is not Outcome.SENT_BACK:
        raise NotSentBack(decision.number)
    return OpenForm(accept_forms.again(decision))


def _save_resubmission(form: Form, session: Session) -> Answer:
    decision = queries.decision(session, form.workspace, forms.remembered(form.metadata)["resubmit"])
    current = check_may_raise(form, session, decision.channel.slack_id)
    if current is None:
        return Done()
    link, evidence = accept_forms.read_evidence(form.state)
    routing, zone = routed(form, session, current, decision.kind)
    new = Claim(link=link, evidence=evidence, by=form.person.id, at=form.at)
    rounds.resubmit(decision, new, routing, form.at, zone)
    return Done()


def edit(click: Click, session: Session) -> Answer:
    """Whoever claimed it changes the claim."""
    decision = queries.decision(session, click.workspace, click.value)
    rounds.check_may_edit(decision, click.person)
    return OpenForm(accept_forms.claim(rights_now(click, session, decision), decision.title, edited=decision))


def _save_edit(form: Form, session: Session) -> Answer:
    decision = queries.decision(session, form.workspace, forms.remembered(form.metadata)["edit"])
    rounds.check_may_edit(decision, form.person)
    finished = accept_forms.read_claim(form.state)
    if not claims_the_same(decision, finished):
        routing, zone = routed(form, session, rights_now(form, session, decision), decision.kind)
        rounds.edit(
            decision, routing, form.person, form.at, zone, lambda: change_claim(decision, finished, form.person.id)
        )
    return Done()


# ---- the verdict -----------------------------------------------------------------------------------------------------


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
    today = local_day(form.at, decision.rights_version.time_zone)
    follow_ups = accept_forms.read_follow_ups(form.state, today, first=len(decision.follow_ups) + 1)
    _check_owners(form, decision.channel.slack_id, follow_ups)
    _settle(decision, form, outcome, verdicts, remembered["reason"], waivers, follow_ups)
    return Done()


def _decision(form: Form, session: Session) -> tuple[Decision, Outcome]:
    decision = form_decision(form, session)
    decision.check_may_decide(form.person)
    return decision, Outcome(forms.remembered(form.metadata)["outcome"])


def _check_owners(form: Form, channel: str, follow_ups: list[FollowUp]) -> None:
    owners = {one.id: one for one in form.look_up(*dict.fromkeys(one.owner for one in follow_ups))}
    errors = {
        f"follow_up{row}_owner": f"This person is {owners[one.owner].standing.phrase}. Choose someone who can do it."
        for row, one in enumerate(follow_ups, start=1)
        if owners[one.owner].standing in (Standing.BOT, Standing.DEACTIVATED, Standing.UNKNOWN)
    }
    outside = seeing.outsiders(form, channel, list(owners))
    why = "This person is not in the channel. Invite them first, or choose another."
    if not seeing.is_room_known(form, channel):
        why = "Slack did not tell me who is in the channel just now. Try again in a moment."
    for row, one in enumerate(follow_ups, start=1):
        if one.owner in outside:
            errors[f"follow_up{row}_owner"] = why
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
    for one in follow_ups:
        one.round = decision.round
    decision.follow_ups.extend(follow_ups)
    changes = {
        "verdicts": [[verdict, waivers.get(position)] for position, verdict in enumerate(verdicts, start=1)],
        "follow_ups": [[one.what, one.owner, one.due_on.isoformat()] for one in follow_ups],
    }
    deciding.judge(decision, outcome, reason, changes, form.person, form.at)


def follow_up_done(click: Click, session: Session) -> Answer:
    """Its owner ticks it off: in their direct message, or in the form that shows the whole decision."""
    decision_id, _, position = click.value.partition(":")
    decision = queries.decision(session, click.workspace, decision_id)
    finish_follow_up(decision, int(position), click.person, click.at)
    return UpdateForm(records.decision_whole(click, session, decision))
