"""Messages about a decision: its card, its outcome, and what people are told about it.

Pure functions: record in, message out (docs/reference/behaviour.md, Screens).
"""

from __future__ import annotations

from handlers.answers import Block, Element, Message
from handlers.card import face
from handlers.card.body import HELD, follow_up_line, question_and_answer, quoted_reasons
from handlers.card.buttons import (
    answer_button,
    buttons,
    buttons_of,
    details_button,
    follow_up_button,
    resubmit_button,
    review_button,
    settled_menu,
    state_impact_button,
    undo_buttons,
)
from handlers.card.question import IN_A_MESSAGE, made_by_whom, stated_since, why_again, why_now
from handlers.ui import blocks, cutting, outcomes, phrases, reasons, verdicts, wording
from models.mrkdwn import day, escaped, when, who
from models.rules import RAISED, Impact, Outcome, State, Verb
from models.tables.decision import Decision
from models.tables.departure import departures_of
from models.tables.post import Drawing, Post
from models.verbs.follow_ups import forecast_of, standing_follow_ups
from models.verbs.impact import revision_asked_by

# Outcomes after which the matter is not settled, in the message to the raiser.
UNFINISHED = {Outcome.DEFERRED: "not decided yet", Outcome.SENT_BACK: "not accepted yet"}


def card(decision: Decision, post: Post) -> Message:
    """Build the card in the channel: the question, or the outcome once it is settled."""
    title = face.title(decision, f"#{decision.number}")
    if decision.state.settled:
        menu, note = settled_menu(decision), outcomes.may_undo(decision)
        shown = face.settled_face(decision, title, menu, note)
    else:
        shown = [*face.open_face(decision, title), *buttons(decision)]
    return Message(wording.summary(decision), shown)


def outcome(decision: Decision, post: Post) -> Message:
    """Build the outcome post in the channel.

    The post begins with one sentence that makes sense by itself. The reason follows, or, if two
    people signed, the reason of each. A small line has the version of the rights and the hash.
    """
    settlement = decision.settlement_of(post.round)
    assert settlement
    words = outcomes.outcome_words(decision, settlement) + verdicts.sentences(decision, settlement)
    words += verdicts.owed(decision, settlement)
    since = outcomes.since(decision, settlement)
    withdrawn = decision.state is State.WITHDRAWN and since
    then = " It was withdrawn after that." if withdrawn else ""
    title = wording.title_then(decision, settlement)
    shown: list[Block] = [blocks.section(f"*{title}*: {words}")]
    shown += quoted_reasons(decision, settlement, whole=True)
    shown += reasons.since_then(decision, settlement, then)
    why = reasons.why(decision, settlement, whole=True)
    said = [f"{title}: {words} {why}".strip(), since, then.strip()]
    return Message(
        phrases.limited("\n".join(filter(None, said))),
        [*shown, blocks.context(outcomes.facts(decision, settlement))],
    )


# ---- to whoever must act -------------------------------------------------------------------------


def impact_request(decision: Decision, post: Post) -> Message:
    """Ask for the impact and say until when; if it is not this person's turn, say why."""
    ask = (
        f"{escaped(decision.title)} ({wording.reference(decision)}) in {wording.channel(decision)}"
    )
    overtaken = _overtaken(decision, post)
    # The seat may have gone to somebody else since, so the message names the authors.
    authors = list(dict.fromkeys(statement.by for statement in decision.statements))
    missing = list(dict.fromkeys(decision.to_state_impact.values()))
    is_stated = decision.impact in (Impact.STATED, Impact.LATE)
    has_stated = (is_stated or post.person in authors) and post.person not in missing
    if overtaken:
        first = overtaken
    elif has_stated or (authors and not missing):
        stated = phrases.have_stated(authors, post.person)
        first = f"{wording.title(decision)}: {stated} the impact. {wording.state_words(decision)}"
    elif decision.impact is Impact.AWAITED and post.person not in missing:
        now = f"{' and '.join(map(who, missing))} {'states' if len(missing) == 1 else 'state'}"
        first = f"{wording.title(decision)}: {now} the impact now. Nothing waits for you here."
    else:
        first = _impact_asked(decision, ask, post)
    is_open = decision.impact not in (Impact.NOT_ASKED, Impact.REVISION_ASKED)
    yours = not overtaken and is_open and post.person in missing
    return _direct(decision, post, first, state_impact_button(decision) if yours else [])


def _impact_asked(decision: Decision, ask: str, post: Post) -> str:
    """Say whether a statement that is missing is wanted, from whom, and until when."""
    if decision.impact is Impact.NOT_ASKED:
        return (
            f"{wording.title(decision)} needs no impact statement any more. "
            f"{wording.state_words(decision)}"
        )
    if decision.impact is Impact.REVISION_ASKED:
        return (
            f"{wording.title(decision)}: {' and '.join(map(who, decision.to_revise.values()))} "
            "revises the impact now. Nothing waits for you here."
        )
    missing = [*dict.fromkeys(decision.to_state_impact.values())]
    if decision.impact is not Impact.AWAITED and post.person not in missing:
        return (
            f"{wording.title(decision)}: the time to state the impact has passed; "
            f"{' and '.join(map(who, missing))} still can. {wording.state_words(decision)}"
        )
    if decision.impact is not Impact.AWAITED:
        return (
            f"The time to state the impact of {ask} has passed. You still can, and it will "
            "be marked as late."
        )
    assert decision.impact_due_at
    asked = f"{who(decision.raised_by)} asks: what would {ask} cost?"
    if post.person == decision.raised_by:
        asked = f"You raised {ask}. What would it cost?"
    return (
        f"{asked} Please state the impact by {when(decision.impact_due_at)}"
        f"{wording.days_off_before(decision, decision.impact_due_at)}."
    )


def revision_request(decision: Decision, post: Post) -> Message:
    """Ask for a revision of an impact statement that the holder doubts."""
    waiting = decision.impact is Impact.REVISION_ASKED and not _overtaken(decision, post)
    waiting = waiting and post.person in decision.to_revise.values()
    # While we wait for the revision, the doubted statement is still the newest of its role. Later,
    # there may be newer ones, so we look through all of them.
    told = decision.statements if waiting else [*reversed(decision.impacts)]
    doubted = next((statement for statement in told if statement.revision_asked), None)
    stated = f"{who(doubted.by)} stated" if doubted and doubted.by != post.person else "you stated"
    are = "are" if waiting else "were"
    asked = f"{wording.title(decision)}: you {are} asked to revise the impact {stated}."
    if doubted:
        asker = revision_asked_by(decision)
        asks = "asks" if waiting else "asked"
        by = f"{who(asker)} {asks}: " if asker else ""
        asked += f" {by}“{escaped(doubted.revision_asked or '')}”"
    newest = decision.impacts[-1] if decision.impacts else None
    has_revised = newest is not doubted and newest is not None and newest.by == post.person
    if waiting:
        first = asked
    elif doubted and has_revised:
        first = f"{wording.title(decision)}: you have revised the impact. "
        first += phrases.capital(wording.state_words(decision))
    else:
        now = phrases.capital(wording.state_words(decision))
        first = f"{asked}\nNo revision is asked of you any more. {now}"
    shown = state_impact_button(decision) if waiting else []
    return _direct(decision, post, first, shown, ends_typed=waiting)


def decision_request(decision: Decision, post: Post) -> Message:
    """Ask the holder to decide, with value and impact side by side, and the buttons.

    If it is not this person's turn, say why.
    """
    overtaken = _overtaken(decision, post) or _not_yet(decision)
    if undo := _undo(decision, post):
        return _decided_by_you(decision, undo)
    if overtaken:
        first = overtaken
    elif post.person not in decision.holders.values():
        # A sponsor who stood in for the holder may decide all the same, once it is escalated.
        may_still = post.person == decision.escalated_to
        gone = "has gone to somebody else" if may_still else "is not yours to decide any more"
        first = f"{wording.title(decision)} {gone}. {wording.state_words(decision)}"
    elif post.person not in decision.still_to_sign.values():
        has = "acknowledged it" if decision.is_after_the_fact else "signed"
        first = f"{wording.title(decision)}: you have {has}.{stated_since(decision, post.person)}"
        first += f" {wording.state_words(decision, to_signer=True)}"
    else:
        first = " ".join([_your_turn(decision, post.person or ""), *wording.late(decision)])
        return _direct(decision, post, first, buttons(decision))
    return _direct(decision, post, first)


def _undo(decision: Decision, post: Post) -> list[Element]:
    return undo_buttons(decision, post.person) if post.round == decision.round else []


def _decided_by_you(decision: Decision, undo: list[Element]) -> Message:
    """Confirm the decision to the person who just made it, and offer to take it back."""
    assert decision.undo_until
    first = (
        f"{wording.title(decision)}: {outcomes.settled_words(decision)} You can take this back "
        f"until {when(decision.undo_until)}."
    )
    return Message(
        phrases.limited(first),
        [blocks.section_with(first, details_button(decision)), blocks.actions(*undo)],
    )


def _your_turn(decision: Decision, person: str) -> str:
    instead = decision.stands_in_for(person)
    because = f", {decision.because(person)}" if decision.because(person) else ""
    for_whom = f" You decide for {who(instead)}{because}." if instead else ""
    if decision.is_acceptance:
        claimant = decision.claims[-1].by
        says = "You say" if claimant == person else f"{who(claimant)} says"
        return (
            f"{says} {escaped(decision.title)} "
            f"({wording.reference(decision)}) is finished. Does it meet the need?{for_whom}"
        )
    if decision.is_after_the_fact:
        recorder = "You" if decision.raised_by == person else who(decision.raised_by)
        return (
            f"{recorder} recorded {wording.title(decision)} in "
            f"{wording.channel(decision)}, {made_by_whom(decision, person)}: please acknowledge "
            f"or dispute it.{for_whom}"
        )
    expected = "your decision"
    if len(decision.holders) > 1:
        signed = f" ({outcomes.signers(decision)} has signed)" if decision.first_signature else ""
        expected = f"your signature{signed}"
    newest = decision.statement
    # A revision in an earlier round is no news.
    revised = (
        f" The impact was revised: {phrases.slip(newest.days)}."
        if newest and newest.round == decision.round and decision.is_revision(newest)
        else ""
    )
    return (
        f"{wording.title(decision)} in {wording.channel(decision)} waits for "
        f"{expected}.{revised}{for_whom}"
    )


def escalated(decision: Decision, post: Post) -> Message:
    """Tell the sponsor, or their delegate, that the decision is overdue and they may decide too."""
    if undo := _undo(decision, post):
        return _decided_by_you(decision, undo)
    overtaken = _overtaken(decision, post)
    if not overtaken and post.person != decision.escalated_to:
        ended = (
            "is not escalated to you any more" if decision.overdue_at else "is no longer overdue"
        )
        waits = wording.state_words(decision, reader=post.person)
        now = f"{wording.title(decision)} {ended}. {waits}"
        overtaken = _not_yet(decision) or now
    people = " and ".join(who(person) for person in dict.fromkeys(decision.still_to_sign.values()))
    due = f" by {day(decision.due_on)}" if decision.due_on else ""
    passed = (
        f"should have been decided{due}" if decision.overdue_at else "was overdue before an edit"
    )
    late = f"{wording.title(decision)} in {wording.channel(decision)} {passed}, and is still open."
    if overtaken:
        return _direct(decision, post, overtaken)
    absent = decision.escalated_for
    for_whom = f", for {who(absent)} ({decision.words.sponsor})" if absent else ""
    as_whom = f"{for_whom}, by escalation"
    if decision.state is State.AWAITING_IMPACT:
        return _direct(
            decision, post, f"{late} The impact comes first; then you may decide it too{as_whom}."
        )
    yours = f"from now on you may decide it too{as_whom}. The record will say so."
    return _direct(decision, post, f"{late} It waits for {people}; {yours}", buttons(decision))


def question(decision: Decision, post: Post) -> Message:
    """Put a question to the person who is asked; once it is answered, show the answer."""
    asked = post.question
    assert asked
    about = f"{wording.title(decision)} in {wording.channel(decision)}"
    if asked.answer is not None:
        first = f"You answered {who(asked.asked_by)} about {about}."
    elif _overtaken(decision, post):
        is_open = decision.open_question not in (None, asked)
        which = "earlier question" if is_open else "question"
        first = f"{_overtaken(decision, post)} The {which} needs no answer any more."
    elif asked is not decision.open_question:
        first = f"{who(decision.questions[-1].asked_by)} has asked somebody else about {about}."
    else:
        first = f"{who(asked.asked_by)} asks you about {about}: {escaped(asked.text)}"
        shown = [blocks.section(first), *why_now(decision), *face.asked(decision)]
        shown.append(blocks.actions(answer_button(decision, asked), details_button(decision)))
        return Message(phrases.limited(first), shown)
    why = reasons.why_withdrawn(decision) if asked.answer is None else ""
    text = phrases.limited(f"{first} {wording.short('Why', why)}".strip())
    shown = [blocks.section(first), *([blocks.quote(why)] if why else [])]
    return Message(text, [*shown, *question_and_answer(asked)])


def answered(decision: Decision, post: Post) -> Message:
    """Give the answer to the person who asked, and to whoever decides now."""
    asked = post.question
    assert asked
    yours = post.person == asked.asked_by
    said = "your question" if yours else f"what {who(asked.asked_by)} asked"
    first = (
        f"{who(asked.asked_of)} answered {said} about {wording.title(decision)}: "
        f"{escaped(asked.answer or '')}"
    )
    theirs = post.person in decision.allowed_to_decide and not _overtaken(decision, post)
    withdrawn = decision.state is State.WITHDRAWN
    if withdrawn:
        # The reason of the withdrawal follows, and would otherwise read as a part of the answer.
        first += f"\n{phrases.capital(wording.state_words(decision))}"
    shown = buttons(decision) if theirs else []
    return _direct(decision, post, first, shown, ends_typed=not withdrawn)


def handed_over(decision: Decision, post: Post) -> Message:
    """Say who acts now, to a person whose turn has come or has ended."""
    about = f"{wording.title(decision)} in {wording.channel(decision)}"
    newer = any(
        other.drawing is post.drawing and other.person == post.person and other.id > post.id
        for other in decision.posts
    )
    if _overtaken(decision, post):
        first = _overtaken(decision, post)
    elif newer:
        first = f"{about} was handed on, and has moved again since."
    elif post.person in (decision.holder, decision.counterpart):
        requests = (Drawing.IMPACT_REQUEST, Drawing.DECISION_REQUEST)
        asked = any(
            other.drawing in requests and other.person == post.person and other.id < post.id
            for other in decision.posts
        )
        turn = "again" if asked else "now"
        waits = wording.state_words(decision, reader=post.person)
        first = f"{about} is with you {turn}. {waits}"
        return _direct(decision, post, first, buttons_of(decision, post.person))
    elif post.person in (decision.holder_for, decision.counterpart_for):
        acts_now = decision.holder if decision.holder_for == post.person else decision.counterpart
        first = f"{who(acts_now)} acts for you on {about} from now on. Nothing waits for you here."
    else:
        first = f"{about} is not with you any more. {wording.state_words(decision)}"
    return _direct(decision, post, first)


# ---- to whoever should know ----------------------------------------------------------------------


def settled(decision: Decision, post: Post) -> Message:
    """Tell the raiser what became of the decision, why, and which follow-ups it has.

    A person who submitted the work again gets this message too.
    """
    settlement = decision.settlement_of(post.round)
    assert settlement
    since = outcomes.since(decision, settlement)
    verb = RAISED[decision.sort]
    title = wording.title_then(decision, settlement)
    tense = "was" if settlement.since else "is"
    ended = UNFINISHED.get(settlement.outcome, "settled") if settlement.outcome else "settled"
    unusual = outcomes.warnings(decision, settlement)
    marked = f" {phrases.capital(', '.join(unusual))}." if unusual else ""
    first = (
        f"What you {verb} in {wording.channel(decision)}, {title}, {tense} {ended}: "
        f"{outcomes.outcome_words(decision, settlement)}"
        f"{verdicts.sentences(decision, settlement)}{marked}"
    )
    reason = quoted_reasons(decision, settlement)
    again = settlement.outcome is Outcome.SENT_BACK and not settlement.since
    shown = [blocks.section_with(first, details_button(decision)), *reason]
    shown += reasons.since_then(decision, settlement)
    if not settlement.since:
        shown += [
            follow_up_line(follow_up, f", by {day(follow_up.due_on)}")
            for follow_up in decision.follow_ups
            if follow_up.round == post.round
        ]
    step = ""
    if again:
        step = "When it is finished, submit it again: same number, next round."
        shown += [blocks.section(step), blocks.actions(resubmit_button(decision))]
    said = " ".join(filter(None, (first, step, reasons.why(decision, settlement))))
    return Message(phrases.limited(f"{said}\n{since}".strip()), shown)


def reopened(decision: Decision, post: Post) -> Message:
    """Tell a person who had a part in an earlier round that the decision is open again."""
    before = decision.settlement_of(post.round - 1)
    by = f" by {who(before.since_by)}" if before and before.since_by else ""
    first = (
        f"{wording.title(decision)} in {wording.channel(decision)}, which you had a part "
        f"in, was reopened{by}."
    )
    now = phrases.capital(wording.state_words(decision))
    if not before or not before.since_reason:
        return _direct(decision, post, f"{first} {now}")
    said = f"{first} Why: {escaped(before.since_reason)}\n{now}"
    head = blocks.section_with(first, details_button(decision))
    reason = blocks.quote(before.since_reason)
    return Message(phrases.limited(said), [head, reason, blocks.section(now)])


def follow_ups_owned(decision: Decision, post: Post) -> Message:
    """Tell an owner what their follow-ups are and when they are due; each open one has a button."""
    owned = [
        follow_up
        for follow_up in standing_follow_ups(decision)
        if follow_up.owner == post.person and follow_up.round == post.round
    ]
    still_open = [follow_up for follow_up in owned if follow_up.done_at is None]
    title, verdict = wording.title(decision), decision.settlement_of(post.round)
    first = f"{title}: your follow-ups are owed no more."
    if verdict and verdict.since and verdict.since_by:
        first += f" The verdict was {outcomes.SINCE[verdict.since]} by {who(verdict.since_by)}."
    if still_open:
        first = f"{title} was accepted with follow-ups that you own: {len(still_open)} open."
    elif owned:
        first = f"Your follow-ups of {title}: nothing is open."
    shown: list[Block] = [blocks.section(first)]
    for follow_up in owned:
        state = (
            f"Done on {wording.day_of(decision, follow_up.done_at)}"
            if follow_up.done_at
            else f"By {day(follow_up.due_on)}"
        )
        shown.append(blocks.typed(state, follow_up.what))
        if follow_up.done_at is None:
            shown.append(blocks.actions(follow_up_button(decision, follow_up, "Done")))
    text = (
        f"{first} "
        f"{' '.join(f'{escaped(task.what)}, by {day(task.due_on)}.' for task in still_open)}"
    )
    return Message(phrases.limited(text.strip()), shown)


def review_request(decision: Decision, post: Post) -> Message:
    """Ask whether a forecast held: ask its author, or somebody else in the author's place."""
    settlement, statement = decision.settlement_of(post.round), forecast_of(decision, post.round)
    assert settlement
    title = wording.title(decision)
    if settlement.held:
        by = "you" if settlement.reviewed_by == post.person else who(settlement.reviewed_by or "")
        first = (
            f"{title}: {by} said how it went: {HELD[settlement.held]}, "
            f"{phrases.slip(settlement.actual_days or 0)}."
        )
        return Message(first, [blocks.section(first)])
    if settlement.since not in (None, Verb.SUPERSEDE):
        first = f"{title}: the decision no longer stands. Nothing waits for you here."
        text = phrases.limited(f"{first} {outcomes.since(decision, settlement)}")
        return Message(text, [blocks.section(first), *reasons.since_then(decision, settlement)])
    assert statement
    author = "You"
    if post.person != statement.by:
        gone = departures_of(decision.session, decision.workspace_id, statement.by)
        why = "has left Slack" if gone else "could not be asked"
        author = f"{who(statement.by)}, who {why},"
    since = f" {outcomes.since(decision, settlement, why=False)}" if settlement.since else ""
    first = (
        f"{author} forecast {phrases.slip(statement.days)} for {title}, decided "
        f"{when(settlement.at)}.{since} Did it hold?"
    )
    return Message(
        first, [blocks.section(first), blocks.actions(review_button(decision, settlement))]
    )


# ---- parts of these messages ---------------------------------------------------------------------


def _overtaken(decision: Decision, post: Post) -> str:
    """Return the sentence that replaces a request that is out of date; empty if it is not."""
    if decision.state.settled:
        words = f"{wording.title(decision)}: {outcomes.settled_words(decision)}"
        return f"{words} Nothing waits for you here."
    if post.round < decision.round:
        return (
            f"{wording.title(decision)} has gone on to round {decision.round}. "
            f"{wording.state_words(decision)}"
        )
    return ""


def _not_yet(decision: Decision) -> str:
    """Say that the impact comes first; empty unless it is awaited."""
    if decision.state is not State.AWAITING_IMPACT:
        return ""
    return f"{wording.title(decision)}: {wording.state_words(decision)} Then it is to be decided."


def _direct(
    decision: Decision,
    post: Post,
    first: str,
    shown_buttons: list[Block] | None = None,
    *,
    ends_typed: bool = False,
) -> Message:
    """Build a direct message: the request in a sentence, the facts of the decision, and buttons.

    Without buttons, the message asks for nothing: it is the sentence alone, with the button for
    Details and the reason of a withdrawal. If the sentence `ends_typed`, in somebody's own words,
    the bot's words after it begin a line, and the reason is left out, because they would otherwise
    read as that person's.
    """
    apart = "\n" if ends_typed else " "
    if not shown_buttons:
        reason = "" if ends_typed else reasons.why_withdrawn(decision)
        text = phrases.limited(f"{first}{apart}{wording.short('Why', reason)}".strip())
        shown = [blocks.section_with(first, details_button(decision))]
        return Message(text, [*shown, *([blocks.quote(reason)] if reason else [])])
    meanwhile = face.meanwhile(decision)
    if ends_typed and meanwhile:
        meanwhile = f"\n{meanwhile.lstrip()}"
    lead = blocks.section(f"{first}{meanwhile}")
    why, typed = why_again(decision, post.person)
    typed = cutting.fitted(typed, IN_A_MESSAGE)
    again = [blocks.section(why)] if why else []
    again += [blocks.quote(typed)] if typed else []
    facts = [*again, *why_now(decision), *face.asked(decision)]
    why_said = " ".join(filter(None, [why, f"Why: {escaped(typed)}" if typed else ""]))
    text = f"{first}{apart}{why_said}".strip()
    return Message(phrases.limited(text), [lead, *facts, *shown_buttons])
