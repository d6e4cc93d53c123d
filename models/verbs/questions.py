"""Questions that the holder asks somebody before deciding.

They do not postpone the day to decide by. Details shows question and answer. See
docs/reference/behaviour.md, What people do.
"""

from __future__ import annotations

from collections.abc import Collection

from models.acts import Act
from models.refusals import asking, refused
from models.rules import Person, Verb, next_state
from models.tables.decision import Decision
from models.tables.history_payloads import QuestionAnswered, QuestionAsked
from models.tables.post import Drawing
from models.tables.question import Question


def check_may_ask(decision: Decision, person: Person, outsiders: Collection[str] = ()) -> None:
    """Raise the Refused that says why this person cannot ask now.

    Only one question is open at a time. Another one may take its place if the person who was asked
    has left Slack, or is one of the `outsiders`, who may not read the channel.
    """
    decision.check_may_decide(person)
    question = decision.open_question
    if question is None or question.asked_of in outsiders:
        return
    if not decision.gone_among(question.asked_of):
        raise asking.QuestionOpen(decision.number, question.asked_of)


def ask(decision: Decision, of: str, words: str, act: Act, outsiders: Collection[str] = ()) -> None:
    """Put a question to one person; the holder may still decide without the answer.

    Raise the Refused of `check_may_ask`.
    """
    check_may_ask(decision, act.person, outsiders)
    question = Question(
        round=decision.round, asked_by=act.person.id, asked_of=of, text=words, asked_at=act.at
    )
    decision.questions.append(question)
    decision.state = next_state(decision.state, Verb.ASK)
    decision.record(Verb.ASK, act, QuestionAsked(asked_of=of, question=words))
    about = str(decision.event_count)
    decision.owe(Drawing.QUESTION, act.at, of, about=about, question=question)


def question_to(decision: Decision, question_id: int, person: Person) -> Question:
    """Return this open question. Raise the Refused that says why this person cannot answer it."""
    decision.check_open()
    question = decision.open_question
    if question is None or question.id != question_id:
        raise asking.NothingToAnswer(decision.number)
    if question.asked_of != person.id:
        has_left = bool(decision.gone_among(question.asked_of))
        raise asking.NotYourQuestion(question.asked_of, has_left=has_left)
    refused.check_can_act(person)
    return question


def answer(decision: Decision, question: Question, words: str, act: Act) -> None:
    """Keep the answer, and tell the person who asked.

    If somebody else decides now, for example during a leave, they are told too.
    """
    question.answer = words
    question.answered_at = act.at
    decision.state = next_state(decision.state, Verb.ANSWER)
    decision.record(Verb.ANSWER, act, QuestionAnswered(question=question.text, answer=words))
    about = str(decision.event_count)
    still_decides = question.asked_by in decision.allowed_to_decide
    others = [] if still_decides else decision.still_to_sign.values()
    for person in dict.fromkeys([question.asked_by, *others]):
        if person != act.actor:
            decision.owe(Drawing.ANSWERED, act.at, person, about=about, question=question)
