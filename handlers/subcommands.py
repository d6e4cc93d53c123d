"""TODO-DOC handlers.subcommands"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import after_the_fact
from handlers.acceptance import claim
from handlers.answers import Answer, Message, Reply
from handlers.board import link
from handlers.card import detail
from handlers.commitments import ledger
from handlers.delegation import leave
from handlers.digest import posting
from handlers.export import request
from handlers.requests import Command
from handlers.rights import people, show
from handlers.search import results
from handlers.tradeoff.raising import ask
from handlers.ui import fields
from models.mrkdwn import escaped

# Subcommands that take no words.
ALONE = ("help", "rights", "setup", "commitments", "back")


HELP = (
    "*Make a tradeoff visible*\n"
    "• `/tradeoff Add Apple Pay to Sprint 14` raises a tradeoff; `/tradeoff` alone opens the empty form\n"
    "• `/accept Checkout redesign` (or `/tradeoff accept …`) asks for acceptance of finished work\n"
    "• `/tradeoff record` records what a meeting has decided already\n"
    "• `/tradeoff rights` shows who decides what here; `/tradeoff setup` says who is product owner and project manager\n"
    "• `/tradeoff commitments` shows what is promised here, and what has moved it\n"
    "• `/tradeoff list apple pay kind:priority state:open by:@someone` finds decisions, as `state:overdue` and `state:reopened` do; `/tradeoff show 42` shows one whole\n"
    "• `/tradeoff digest` shows the week so far\n"
    "• `/tradeoff board` gives you a link to a page of it all, for people outside Slack\n"
    "• `/tradeoff export csv since:30d` sends you this channel's decisions as a file: `csv`, `json` or `markdown`\n"
    "• `/tradeoff away @someone until 2026-12-24` names who decides for you; `/tradeoff back` ends that\n"
    "• `/tradeoff help` shows this\n"
    "In a thread, use the message's menu: “Raise a tradeoff” or “Ask for acceptance”.\n"
    'A title that begins with one of these words goes in quotation marks: `/tradeoff "Setup fee or free trial"`.'
)


def usage(command: Command) -> Answer | None:
    """Help, and what to do about a subcommand with words behind it; None for all that is no matter of usage."""
    text = fields.unescape(command.text).strip()
    word, _, rest = text.partition(" ")
    if word.lower() not in ALONE or not rest.strip():
        return Reply(Message(HELP)) if word.lower() == "help" else None
    quoted = escaped(text)
    return Reply(
        Message(
            f'`/tradeoff {word.lower()}` stands alone. If you meant a title, quote it: `/tradeoff "{quoted}"`.'
        )
    )


def command(command: Command, session: Session) -> Answer:
    """`/tradeoff …`: a subcommand where the first word is one, else the title of a new tradeoff."""
    text = fields.unescape(command.text).strip()
    word, _, rest = text.partition(" ")
    rest = rest.strip()
    match word.lower():
        case "accept":
            return claim.ask(command, session, rest)
        case "rights":
            return show.show(command, session)
        case "setup":
            return people.open_setup(command, session)
        case "commitments":
            return ledger.show(command, session)
        case "digest" if not rest or rest[:1].isdigit():
            return posting.show(command, session, rest)
        case "board" if not rest:
            return link.make_link(command, session)
        case "record":
            return after_the_fact.open_record(command, session, rest)
        case "export" if request.is_meant(rest):
            return request.ask(command, session, command.text.strip().partition(" ")[2].strip())
        case "list":
            return results.show(command, session)
        case "show" if not rest or rest.removeprefix("#").isdecimal():
            return detail.show(command, session, rest)
        case "away" if not rest or rest.startswith(("@", "until")):
            return leave.open_leave(command, session)
        case "back":
            return leave.back(command, session)
    return ask(command, session, text)
