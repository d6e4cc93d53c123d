"""Questions before a decision, and their answers, which Details shows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import access, subjects
from handlers.answers import Answer, Done, OpenForm, View
from handlers.card import detail
from handlers.requests import Click, Command, Form, Request
from handlers.ui import blocks, fields, forms, inputs, marks
from models.mrkdwn import who
from models.refusals.refused import FieldsInvalid
from models.rules import Standing
from models.tables.decision import Decision
from models.tables.question import Question
from models.verbs import questions

# In a private channel, "everyone" would be false.
READERS = "Everyone who may read the decision can read this in Details."


def ask(click: Click, session: Session) -> Answer:
    """Open the question's form, addressed to the raiser unless the raiser asks."""
    decision = subjects.clicked_decision(click, session)
    questions.check_may_ask(decision, click.person, _outsiders(click, decision))
    return OpenForm(question_form(decision, click.person.id))


def ask_person(command: Command, session: Session, rest: str) -> Answer:
    """Answer `/tradeoff ask 42 @erin How many?` with the form, filled in.

    If no person is mentioned, show Details.
    """
    person, words = fields.mentioned(rest)
    if not person:
        return detail.show(command, session, rest)
    decision = subjects.typed_decision(command, session, rest)
    questions.check_may_ask(decision, command.person, _outsiders(command, decision))
    asked = fields.as_typed(command, words)
    return OpenForm(question_form(decision, command.person.id, person, asked))


def save_question(form: Form, session: Session) -> Answer:
    decision = subjects.form_decision(form, session)
    outsiders = _outsiders(form, decision)
    questions.check_may_ask(decision, form.person, outsiders)
    person, words = fields.person(form.state, "person"), fields.text(form.state, "question")
    errors = {} if words else {"question": "Write the question."}
    errors |= _person_errors(form, decision, person)
    if errors:
        raise FieldsInvalid(errors)
    questions.ask(decision, person, words, form.act, outsiders)
    return Done()


def _outsiders(request: Request, decision: Decision) -> set[str]:
    """Return a set with the person whose answer is missing, if they may not read the channel."""
    asked = decision.open_question
    if asked is None:
        return set()
    return access.outsiders(request, decision.channel.slack_id, [asked.asked_of])


def _person_errors(form: Form, decision: Decision, person: str) -> dict[str, str]:
    if not person:
        return {"person": "Choose whom to ask."}
    if person == form.person.id:
        return {"person": "That is you. Choose somebody else."}
    (asked,) = form.look_up(person)
    if asked.standing in (Standing.BOT, Standing.DEACTIVATED, Standing.UNKNOWN):
        return {"person": f"This person is {asked.standing.phrase}. Choose someone who can answer."}
    return access.invite_errors(form, "person", [person], [decision.channel.slack_id])


def answer(click: Click, session: Session) -> Answer:
    """Open the answer's form for the person who was asked."""
    decision, question = _asked(click.value, click, session)
    return OpenForm(answer_form(decision, question))


def save_answer(form: Form, session: Session) -> Answer:
    decision, question = _asked(forms.remembered(form.metadata)["question"], form, session)
    words = forms.read_words(form.state, "answer", "Write the answer.")
    questions.answer(decision, question, words, form.act)
    return Done()


def _asked(value: str, request: Click | Form, session: Session) -> tuple[Decision, Question]:
    decision, question_id = subjects.decision_and_part(value, request, session)
    question = questions.question_to(decision, question_id, request.person)
    marks.check_part(value, question.mark)
    return decision, question


# ---- forms ---------------------------------------------------------------------------------------


def question_form(
    decision: Decision, asker: str, person: str | None = None, words: str = ""
) -> View:
    raiser = decision.raiser_here if decision.raised_by != asker else None
    you = "The date to decide by stays as it is, and you" if decision.due_on else "You"
    shown = [
        forms.titled(decision),
        inputs.field("person", "Whom do you ask?", inputs.person_input(person or raiser)),
        inputs.field(
            "question",
            "Question",
            inputs.text_input(limit=forms.REASON_LIMIT, initial=words, multiline=True),
            hint=f"{READERS} {you} can decide without the answer.",
        ),
    ]
    return inputs.form(
        "questions.ask",
        f"Ask about #{decision.number}",
        shown,
        forms.about(decision),
        submit="Ask",
    )


def answer_form(decision: Decision, question: Question) -> View:
    shown = [
        forms.titled(decision),
        blocks.context(f"{who(question.asked_by)} asks:"),
        blocks.quote(question.text),
        inputs.field(
            "answer",
            "Answer",
            inputs.text_input(limit=forms.REASON_LIMIT, multiline=True),
            hint=READERS,
        ),
    ]
    remember = forms.metadata(question=marks.value_of(decision, question.id, question.mark))
    return inputs.form(
        "questions.answer", f"Answer on #{decision.number}", shown, remember, submit="Answer"
    )
