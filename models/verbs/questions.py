"""The holder asks somebody before deciding; the answer stands on the card. No date moves by it.

See docs/reference/behaviour.md, What people do.
"""

from __future__ import annotations

from datetime import datetime

from models.refusals import deciding
from models.rules import Person, Verb, next_state
from models.tables.decision import Decision
from models.tables.post import Drawing
from models.tables.question import Question


def check_may_ask(decision: Decision, person: Person) -> None:
    """Raise the Refused that says why this person cannot ask now. One question is open at a time."""
    decision.check_may_decide(person)
    if decision.open_question:
        raise deciding.QuestionOpen(decision.number, decision.open_question.asked_of)


def ask(decision: Decision, of: str, words: str, by: Person, at: datetime) -> None:
    """Put it to one person; the holder may still decide without the answer."""
    check_may_ask(decision, by)
    question = Question(round=decision.round, asked_by=by.id, asked_of=of, text=words, asked_at=at)
    decision.questions.append(question)
    decision.state = next_state(decision.state, Verb.ASK)
    decision.record(Verb.ASK, by.id, at, {"asked_of": of, "question": words})
    decision.owe(Drawing.QUESTION, at, of, about=str(decision.event_count), question=question)


def question_to(decision: Decision, question_id: int, person: Person) -> Question:
    """This open question, if it is theirs to answer. Raises the Refused that says why not."""
    decision.check_open()
    question = next((one for one in decision.questions if one.id == question_id), None)
    if question is None or question.answer is not None or question.round != decision.round:
        raise deciding.NothingToAnswer(decision.number)
    if question.asked_of != person.id:
        raise deciding.NotYourQuestion(question.asked_of)
    deciding.check_can_act(person)
    return question


def answer(decision: Decision, question: Question, words: str, by: Person, at: datetime) -> None:
    """What came back; whoever asked is told."""
    question.answer, question.answered_at = words, at
    decision.state = next_state(decision.state, Verb.ANSWER)
    decision.record(Verb.ANSWER, by.id, at, {"question": question.text, "answer": words})
    decision.owe(
        Drawing.ANSWERED, at, question.asked_by, about=str(decision.event_count), question=question
    )
