"""Subcommands of `/tradeoff`: one table, from which help, usage hint and parsing are derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import after_the_fact
from handlers.acceptance import claim
from handlers.answers import Answer, Message, Reply
from handlers.board import link
from handlers.card import detail
from handlers.commitments import ledger
from handlers.delegation import coming_back, leave
from handlers.digest import posting
from handlers.export import request
from handlers.requests import Command
from handlers.rights import people, show
from handlers.search import results
from handlers.tradeoff.raising import ask
from handlers.ui import fields
from models.mrkdwn import escaped


def anything(rest: str) -> bool:
    """Accept any words after the subcommand."""
    return True


def nothing(rest: str) -> bool:
    """Accept no words after the subcommand."""
    return not rest


@dataclass(frozen=True, slots=True)
class Subcommand:
    """`/tradeoff WORD …`.

    `takes` says whether the words after WORD belong to the subcommand; if not, the whole line is
    the title of a new tradeoff. A subcommand that `stands_alone` answers words after it with its
    usage instead. `usage` is its part of Slack's usage hint; a subcommand without `help` is
    explained in another one's line.
    """

    handler: Callable[[Command, Session, str], Answer]
    help: str = ""
    usage: str = ""
    takes: Callable[[str], bool] = anything
    stands_alone: bool = False


def _without_rest(
    handler: Callable[[Command, Session], Answer],
) -> Callable[[Command, Session, str], Answer]:
    def answer(command: Command, session: Session, rest: str) -> Answer:
        return handler(command, session)

    return answer


def _help(command: Command, session: Session, rest: str) -> Answer:
    return Reply(Message(HELP))


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
        "`/tradeoff rights` shows who decides what here; `/tradeoff setup` says who is product "
        "owner and project manager",
        usage="rights",
        stands_alone=True,
    ),
    "setup": Subcommand(_without_rest(people.open_setup), stands_alone=True),
    "commitments": Subcommand(
        _without_rest(ledger.show),
        "`/tradeoff commitments` shows what is promised here, and what has moved it",
        usage="commitments",
        stands_alone=True,
    ),
    "list": Subcommand(
        _without_rest(results.show),
        "`/tradeoff list apple pay kind:priority state:open by:@someone` finds decisions, as "
        "`state:overdue` and `state:reopened` do; `/tradeoff show 42` shows one whole",
        usage="list [words]",
    ),
    "show": Subcommand(
        detail.show,
        usage="show 42",
        takes=lambda rest: not rest or rest.removeprefix("#").isdecimal(),
    ),
    "digest": Subcommand(
        posting.show,
        "`/tradeoff digest` shows the week so far",
        usage="digest",
        takes=lambda rest: not rest or rest[:1].isdigit(),
    ),
    "board": Subcommand(
        _without_rest(link.make_link),
        "`/tradeoff board` gives you a link to a page of it all, for people outside Slack",
        usage="board",
        takes=nothing,
    ),
    "export": Subcommand(
        _without_rest(request.ask),
        "`/tradeoff export csv since:30d` sends you this channel's decisions as a file: `csv`, "
        "`json` or `markdown`",
        usage="export csv",
        takes=request.is_meant,
    ),
    "away": Subcommand(
        _without_rest(leave.open_leave),
        "`/tradeoff away @someone until 2026-12-24` names who decides for you; `/tradeoff back` "
        "ends that",
        usage="away @someone",
        takes=lambda rest: not rest or rest.startswith(("@", "until")),
    ),
    "back": Subcommand(_without_rest(coming_back.back), stands_alone=True),
    "help": Subcommand(_help, "`/tradeoff help` shows this", usage="help", stands_alone=True),
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


def usage(command: Command) -> Answer | None:
    """Return help, or the usage of a subcommand that stands alone but got words; else None.

    No record is needed: dispatch asks this first, without a thread or a transaction.
    """
    text = fields.unescape(command.text).strip()
    word, _, rest = text.partition(" ")
    word = word.lower()
    if word not in SUBCOMMANDS or not SUBCOMMANDS[word].stands_alone:
        return None
    if not rest.strip():
        return Reply(Message(HELP)) if word == "help" else None
    quoted = escaped(text)
    return Reply(
        Message(
            f"`/tradeoff {word}` stands alone. If you meant a title, quote it: "
            f'`/tradeoff "{quoted}"`.'
        )
    )


def command(command: Command, session: Session) -> Answer:
    """Run the subcommand if the first word names one, else raise a tradeoff with this title."""
    text = fields.unescape(command.text).strip()
    word, _, rest = text.partition(" ")
    subcommand, rest = SUBCOMMANDS.get(word.lower()), rest.strip()
    if subcommand and subcommand.takes(rest):
        return subcommand.handler(command, session, rest)
    return ask(command, session, text)
