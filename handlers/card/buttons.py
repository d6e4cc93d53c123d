"""Buttons of a decision in its present state: a card has at most four, and a menu with the rest.

Everybody sees the same card, so the right of the person is checked at the click.
"""

from __future__ import annotations

from handlers.answers import Block, Element, MenuItem
from handlers.ui import blocks
from handlers.ui.marks import value_of
from models.rules import Impact, Outcome, State
from models.tables.acceptance import FollowUp
from models.tables.decision import Decision
from models.tables.question import Question
from models.tables.settlement import Settlement


def buttons(decision: Decision) -> list[Block]:
    """Build the row of buttons under an open card, with a menu for Details and rarer acts."""
    return [blocks.actions(*_main(decision), *blocks.more([_details(decision), *_menu(decision)]))]


def settled_menu(decision: Decision) -> Element:
    """Build the menu of a settled card, or a button if Details is its only entry."""
    items = [_details(decision), *_menu(decision)]
    if decision.undo_ends_at:
        items.insert(0, blocks.menu_item("Undo", "second_thoughts.undo", value_of(decision)))
    if may_be_submitted_again(decision):
        again = blocks.menu_item("Submit again", "accept.resubmit", value_of(decision))
        items.insert(0, again)
    return blocks.more(items)[0]


def buttons_in_details(decision: Decision, person: str, *, gives_back: bool = False) -> list[Block]:
    """Build the row of buttons in Details; empty if the decision has none in this state.

    `gives_back` is True if this person, the reader, may give the decision back.
    """
    again = [resubmit_button(decision)] if may_be_submitted_again(decision) else []
    shown = [*again, *undo_buttons(decision, person), *_main(decision)]
    shown += blocks.more(_menu(decision, gives_back=gives_back))
    return [blocks.actions(*shown)] if shown else []


def details_button(decision: Decision) -> Element:
    about = f"Details of #{decision.number}"
    return blocks.button("Details", "records.open", value_of(decision), about=about)


def undo_buttons(decision: Decision, person: str | None) -> list[Element]:
    """Build the button with which this person takes back what they just decided.

    There is none for other people, and none once the time to undo is over.
    """
    if decision.undo_ends_at is None or decision.settled_by != person:
        return []
    about = f"Take back your decision on #{decision.number}"
    return [blocks.button("Undo", "second_thoughts.undo", value_of(decision), about=about)]


def state_impact_button(decision: Decision) -> list[Block]:
    """Build the button with which a counterpart states impact, and the button for Details."""
    about = f"State impact of #{decision.number}"
    return [
        blocks.actions(
            blocks.button(
                "State impact", "impact.state", value_of(decision), style="primary", about=about
            ),
            details_button(decision),
        )
    ]


def buttons_of(decision: Decision, person: str) -> list[Block]:
    """Build the buttons with which this person acts now; none if they have nothing to do."""
    if person not in decision.asked_to_act:
        return []
    waits = decision.state is State.AWAITING_IMPACT
    return state_impact_button(decision) if waits else buttons(decision)


def follow_up_button(decision: Decision, follow_up: FollowUp, label: str) -> Element:
    """Build the button with which the owner of a follow-up ticks it off."""
    about = f"Follow-up {follow_up.position} of #{decision.number} is done"
    value = value_of(decision, follow_up.position, decision.outcome_mark(follow_up.round))
    return blocks.button(label, "accept.follow_up_done", value, about=about)


def review_button(decision: Decision, settlement: Settlement) -> Element:
    """Build the button with which the person who is asked says if this round's forecast held."""
    about = f"Say how #{decision.number} went"
    return blocks.button(
        "Say how it went",
        "review.say",
        value_of(decision, settlement.round, decision.outcome_mark(settlement.round)),
        style="primary",
        about=about,
    )


def answer_button(decision: Decision, question: Question) -> Element:
    """Build the button with which the person who was asked answers this question."""
    return blocks.button(
        "Answer",
        "questions.answer",
        value_of(decision, question.id, question.mark),
        style="primary",
        about=f"Answer the question about #{decision.number}",
    )


def resubmit_button(decision: Decision) -> Element:
    return blocks.button(
        "Submit again",
        "accept.resubmit",
        value_of(decision),
        about=f"Submit #{decision.number} again",
    )


def _main(decision: Decision) -> list[Element]:
    value, about = value_of(decision), f"#{decision.number}"
    if decision.state.settled:
        return []
    if decision.state is State.AWAITING_IMPACT:
        return [
            blocks.button(
                "State impact",
                "impact.state",
                value,
                style="primary",
                about=f"State impact of {about}",
            )
        ]
    return _deciding(decision, value, about)


def _deciding(decision: Decision, value: str, about: str) -> list[Element]:
    ask = blocks.button("Ask", "questions.ask", value, about=f"Ask somebody about {about}")
    if decision.is_after_the_fact:
        return [
            blocks.button(
                "Acknowledge",
                "records.acknowledge",
                value,
                style="primary",
                about=f"Acknowledge {about}",
            ),
            blocks.button("Dispute", "records.dispute", value, about=f"Dispute {about}"),
            ask,
        ]
    if decision.is_acceptance:
        return [
            blocks.button(
                "Accept", "accept.accept", value, style="primary", about=f"Accept {about}"
            ),
            blocks.button(
                "Accept with follow-ups",
                "accept.follow_ups",
                value,
                about=f"Accept {about} with follow-ups",
            ),
            blocks.button("Send back", "accept.send_back", value, about=f"Send {about} back"),
            ask,
        ]
    return [
        blocks.button(
            "Approve", "decide.approve", value, style="primary", about=f"Approve {about}"
        ),
        blocks.button("Reject", "decide.reject", value, about=f"Reject {about}"),
        blocks.button("Defer", "decide.defer", value, about=f"Defer {about}"),
        ask,
    ]


def may_be_submitted_again(decision: Decision) -> bool:
    """Return True if this is a claim that was sent back, and not submitted again since."""
    return decision.state is State.DECIDED and decision.outcome is Outcome.SENT_BACK


def _details(decision: Decision) -> MenuItem:
    return blocks.menu_item("Details", "records.open", value_of(decision))


def _menu(decision: Decision, *, gives_back: bool = False) -> list[MenuItem]:
    """Return the entries for everybody; `gives_back` is for one reader, in Details."""
    value = value_of(decision)
    if decision.state.settled:
        return _afterwards(decision, value) if decision.state is State.DECIDED else []
    items = []
    if decision.state is not State.AWAITING_IMPACT:
        if decision.impact in (Impact.LAPSED, Impact.REVISION_ASKED):
            items.append(blocks.menu_item("State impact", "impact.state", value))
        elif decision.statement:
            items.append(blocks.menu_item("Ask to revise the impact", "impact.ask_revision", value))
    label = "Give it back" if gives_back else "Delegate"
    items.append(blocks.menu_item(label, "delegation.delegate", value))
    if decision.is_acceptance:
        items.append(blocks.menu_item("Edit", "accept.edit", value))
    elif not decision.is_after_the_fact:
        items.append(blocks.menu_item("Edit", "tradeoff.edit", value))
    items.append(blocks.menu_item("Withdraw", "decide.withdraw", value))
    return items


def _afterwards(decision: Decision, value: str) -> list[MenuItem]:
    if decision.is_disputed:
        return []
    items = [blocks.menu_item("Reopen", "second_thoughts.reopen", value)]
    if not decision.is_acceptance:
        items.append(blocks.menu_item("Supersede", "second_thoughts.supersede", value))
    return items
