"""Subcommands of `/tradeoff`: one table, from which help, usage hint and parsing are derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from sqlalchemy.orm import Session

from handlers import after_the_fact, questions
from handlers.acceptance import claim
from handlers.answers import Answer, Message, Reply
from handlers.board import link
from handlers.card import detail
from handlers.commitments import ledger
from handlers.delegation import coming_back, leave, one_decision, return_day
from handlers.digest import posting
from handlers.export import request
from handlers.requests import Command
from handlers.rights import labels, people, show
from handlers.search import results
from handlers.tradeoff.raising import ask
from handlers.ui import blocks, fields
from models.mrkdwn import with_entities


def anything(rest: str) -> bool:
    """Accept any words after the subcommand."""
    return True


def nothing(rest: str) -> bool:
    """Accept no words after the subcommand."""
    return not rest


def a_decision(rest: str) -> bool:
    """Accept the number of a decision."""
    return fields.decision_number(rest) is not None


@dataclass(frozen=True, slots=True)
class Subcommand:
    """Subcommand of `/tradeoff`. The handler gets the words after it, as Slack escaped them.

    `takes` says whether these words belong to the subcommand; if not, the line may be a title. If
    words follow a subcommand that `stands_alone`, the answer says so, and how to quote a title.
    `usage` is the subcommand's part of Slack's usage hint. If `help` is empty, the line of help of
    another subcommand explains this one. If other words follow a subcommand that `wants`
    something, in lower case, the answer says what it wants.
    """

    handler: Callable[[Command, Session, str], Answer]
    help: str = ""
    usage: str = ""
    takes: Callable[[str], bool] = anything
    stands_alone: bool = False
    wants: str = ""


def _without_rest(
    handler: Callable[[Command, Session], Answer],
) -> Callable[[Command, Session, str], Answer]:
    def answer(command: Command, session: Session, rest: str) -> Answer:
        return handler(command, session)

    return answer


def _help(command: Command, session: Session, rest: str) -> Answer:
    return Reply(Message(HELP))


VERBS = (
    "approve",
    "reject",
    "defer",
    "sign",
    "acknowledge",
    "dispute",
    "ask",
    "answer",
    "delegate",
    "edit",
    "withdraw",
    "undo",
    "reopen",
    "supersede",
)

# Words of other tools, and other words for an act → the subcommand that is probably meant.
OTHER_WORDS = {
    **dict.fromkeys(("search", "find", "filter", "lookup", "query"), "list"),
    **dict.fromkeys(("status", "pending", "waiting", "overdue", "view", "details", "show"), "list"),
    **dict.fromkeys(("decide", "open"), "list"),
    **dict.fromkeys(("roles", "who"), "rights"),
    **dict.fromkeys(("config", "configure", "settings"), "setup"),
    **dict.fromkeys(("leave", "vacation", "ooo"), "away"),
}

# Texts after `/tradeoff` that ask for the empty form.
ASKS_FOR_FORM = ("raise", "new", "create")

# Texts after `/tradeoff` that ask for help. Some keyboards replace two hyphens by a dash.
ASKS_FOR_HELP = ("help", "?", "-h", "--help", "—help")

# Said of a subcommand that takes no words.
NO_WORDS = "takes no words after it."

# Slack takes up to 2,000 characters as a button's value (docs/reference/slack.md, Limits).
LONGEST_VALUE = 2000

SUBCOMMANDS: dict[str, Subcommand] = {
    "accept": Subcommand(
        claim.ask,
        "`/accept Checkout redesign` (or `/tradeoff accept …`) asks for acceptance of "
        "finished work",
        usage="accept [item]",
    ),
    "record": Subcommand(
        after_the_fact.open_record,
        "`/tradeoff record` records what a meeting has decided already",
        usage="record",
    ),
    "rights": Subcommand(
        _without_rest(show.show),
        "`/tradeoff rights` shows who decides what here; `/tradeoff setup` says who holds which "
        "role, and `/tradeoff labels` what roles and kinds are called",
        usage="rights",
        stands_alone=True,
    ),
    "setup": Subcommand(_without_rest(people.open_setup), stands_alone=True),
    "labels": Subcommand(_without_rest(labels.open_labels), takes=nothing, wants=NO_WORDS),
    "commitments": Subcommand(
        _without_rest(ledger.show),
        "`/tradeoff commitments` shows what is promised here, and what has moved it",
        usage="commitments",
        stands_alone=True,
    ),
    "list": Subcommand(
        results.show,
        "`/tradeoff list` shows what is open here; with words or filters after it, as in "
        "`/tradeoff list apple pay state:overdue by:@someone`, it finds decisions "
        "everywhere\n• `/tradeoff show 42` shows one in full, with its buttons; "
        "`/tradeoff approve 42` does the same",
        usage="list [words]",
    ),
    "show": Subcommand(
        detail.show,
        usage="show 42",
        takes=lambda rest: nothing(rest) or a_decision(rest),
    ),
    "digest": Subcommand(
        posting.show,
        "`/tradeoff digest` shows the last seven days",
        usage="digest",
        takes=lambda rest: not rest or rest[:1].isdigit(),
        wants="takes a number of weeks, as in `/tradeoff digest 4`.",
    ),
    "board": Subcommand(
        _without_rest(link.make_link),
        "`/tradeoff board` gives you a link to a page about this channel, for people outside Slack",
        usage="board",
        takes=nothing,
        wants=NO_WORDS,
    ),
    "export": Subcommand(
        request.ask,
        "`/tradeoff export csv since:30d` sends you this channel's decisions as a file: `csv`, "
        "`json` or `markdown`",
        usage="export csv",
        takes=request.is_meant,
    ),
    "away": Subcommand(
        leave.open_leave,
        "`/tradeoff away @someone until 24 Dec` (or `for two weeks`) names who decides for you; "
        "`/tradeoff back` ends that",
        usage="away @someone",
        takes=return_day.is_meant,
    ),
    "back": Subcommand(_without_rest(coming_back.back), stands_alone=True),
    "help": Subcommand(_help, "`/tradeoff help` shows this", usage="help", stands_alone=True),
    # Names of a decision's buttons: `/tradeoff approve 42` opens the decision.
    **{verb: Subcommand(detail.show, takes=a_decision) for verb in VERBS},
    # With a person after the number, these two open the form, filled in.
    "delegate": Subcommand(one_decision.delegate_to, takes=a_decision),
    "ask": Subcommand(questions.ask_person, takes=a_decision),
}

USAGE_HINT = " | ".join(
    ["[title]", *(entry.usage for entry in SUBCOMMANDS.values() if entry.usage)]
)

HELP = "\n".join(
    [
        "*Make a tradeoff visible*",
        "• `/tradeoff Add Apple Pay to Sprint 14` raises a tradeoff; "
        "`/tradeoff` alone opens the empty form",
        *(f"• {entry.help}" for entry in SUBCOMMANDS.values() if entry.help),
        "In a thread, use the message's menu: “Raise a tradeoff” or “Ask for acceptance”.",
        "A title that begins with one of these words goes in quotation marks: "
        '`/tradeoff "Setup fee or free trial"`.',
    ]
)


def at_once(command: Command) -> Answer | None:
    """Return help if the text is one of `ASKS_FOR_HELP`; else None.

    Help needs no record, so dispatch calls this first, without a thread or a transaction.
    """
    return Reply(Message(HELP)) if command.text.strip().lower() in ASKS_FOR_HELP else None


def command(command: Command, session: Session) -> Answer:
    """Run the subcommand that the first word names, or show the decision whose number is typed.

    For other texts, ask back if the first word looks like a slip or like a word of another tool.
    Else open the form of a tradeoff with this text as its title.
    """
    typed, rest = fields.first_word(command.text)
    word = typed.lower()
    subcommand = SUBCOMMANDS.get(word)
    if subcommand and subcommand.stands_alone and rest:
        return _ask_for_quotes(f"`/tradeoff {word}` {NO_WORDS}", command)
    if a_decision(typed) and not rest:
        return detail.show(command, session, typed)
    if subcommand and subcommand.takes(rest):
        return subcommand.handler(command, session, rest)
    if typed == word and (problem := _not_a_command(word, rest, command)):
        return _ask_for_quotes(problem, command)
    meant = None if subcommand else _meant(word, rest)
    if meant:
        line = " ".join([meant, with_entities(fields.as_typed(command, rest))]).rstrip()
        return _ask_for_quotes(f"Did you mean `/tradeoff {line}`?", command)
    return ask(command, session, "" if word in ASKS_FOR_FORM and not rest else command.text)


def _ask_for_quotes(problem: str, command: Command) -> Reply:
    """Say the problem, and how to raise a tradeoff with this title all the same.

    A command to copy gets no isolates: they would be copied too.
    """
    title = fields.as_typed(command, command.text)
    words = f'{problem} If it is a title, quote it: `/tradeoff "{with_entities(title)}"`.'
    value = f"{command.channel} {fields.one_line(title)}"
    # A direct message is recognised by its id, without asking Slack.
    if len(value) > LONGEST_VALUE or command.channel.startswith("D"):
        return Reply(Message(words))
    button = blocks.button("Raise a tradeoff with this title", "tradeoff.raise_titled", value)
    return Reply(Message(words, [blocks.section(words), blocks.actions(button)]))


def _not_a_command(word: str, rest: str, command: Command) -> str:
    """Say what was probably meant: a verb without a number, wrong words, a leave without @.

    Return an empty string if the line may be a title.

    The caller asks only about words without a capital, because most titles begin with one.
    """
    number, more = fields.first_word(rest)
    if more and a_decision(number) and word in (*VERBS, "show"):
        return f"Did you mean `/tradeoff {word} {number}`?"
    if word in VERBS:
        return (
            f"`/tradeoff {word}` takes the number of a decision, as in `/tradeoff {word} 42`; "
            "`/tradeoff list` shows the numbers."
        )
    if word in SUBCOMMANDS and SUBCOMMANDS[word].wants:
        return f"`/tradeoff {word}` {SUBCOMMANDS[word].wants}"
    other = OTHER_WORDS.get(word, word)
    sign = "@" if other == "away" and return_day.lacks_only_the_sign(rest) else ""
    if word not in OTHER_WORDS and not sign:
        return ""
    meant = "show" if a_decision(rest) else other
    line = " ".join([meant, sign + with_entities(fields.as_typed(command, rest))]).rstrip()
    return f"Did you mean `/tradeoff {line}`?"


def _meant(word: str, rest: str) -> str | None:
    """Return the subcommand that was probably meant; None if none was.

    `lst`, `stup` and `aprove 42` are slips; `Lists are slow` and `Accepted cards` are titles.
    """
    close = get_close_matches(word, SUBCOMMANDS, n=1, cutoff=0.75) if word.isalpha() else []
    if not close or not rest:
        return close[0] if close else None
    meant, subcommand = close[0], SUBCOMMANDS[close[0]]
    if subcommand.stands_alone or not subcommand.takes(rest):
        return None
    if subcommand.takes is not anything:
        return meant
    near = SequenceMatcher(None, word, meant).ratio() >= 0.85
    return meant if near and not word.startswith(meant) and f"{word}s" != meant else None
