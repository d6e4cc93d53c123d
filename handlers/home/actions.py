"""Actions of Home: raise, ask for acceptance, record, see who decides.

Home belongs to no channel, so each action asks for a channel first, and goes on as its command does
there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handlers import access, after_the_fact
from handlers.acceptance import claim
from handlers.answers import Answer, Block, OpenForm, Reply, UpdateForm, View
from handlers.requests import Click, Command, Form
from handlers.rights import show
from handlers.tradeoff import raising
from handlers.ui import blocks, fields, forms, inputs
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.rules import Standing


@dataclass(frozen=True, slots=True)
class Action:
    """A button of Home, and what it does in the chosen channel."""

    label: str
    go_on: Callable[[Command, Session], Answer]


ACTIONS = {
    "raise": Action("Raise a tradeoff", lambda command, session: raising.ask(command, session, "")),
    "accept": Action(
        "Ask for acceptance", lambda command, session: claim.ask(command, session, "")
    ),
    "record": Action(
        "Record", lambda command, session: after_the_fact.open_record(command, session, "")
    ),
    "rights": Action("Who decides?", show.show),
}


def row(standing: Standing) -> Block:
    """Build the row of buttons with which Home begins.

    People of other companies can raise nothing, so they get only the last button.
    """
    rights = blocks.button(ACTIONS["rights"].label, "home.rights", "rights")
    if standing is Standing.EXTERNAL:
        return blocks.actions(rights)
    return blocks.actions(
        blocks.button(ACTIONS["raise"].label, "home.raise", "raise", style="primary"),
        blocks.button(ACTIONS["accept"].label, "home.accept", "accept"),
        blocks.button(ACTIONS["record"].label, "home.record", "record"),
        rights,
    )


def choose_channel(click: Click, session: Session) -> Answer:
    """Open the form that asks for the channel; each of the buttons does this first."""
    return OpenForm(channel_form(click.action.removeprefix("home.")))


def channel_form(name: str) -> View:
    field = inputs.field("channel", "In which channel?", inputs.channel_input())
    return inputs.form(
        "home.channel", ACTIONS[name].label, [field], forms.metadata(act=name), submit="Next"
    )


def _check_is_in_use(form: Form, session: Session, channel: str) -> None:
    """Raise FieldsInvalid if nothing can be asked of this channel yet.

    The form stays open, so that the person can choose another channel or press *Next* again.
    """
    place = form.look_at(channel)
    if place.is_known and not place.bot_is_member:
        raise FieldsInvalid(
            {
                "channel": "I am not in this channel, so I cannot post there. Type /invite and my "
                "name there, then press Next again."
            }
        )
    asks_who_decides = forms.remembered(form.metadata)["act"] == "rights"
    if asks_who_decides and lookups.current_rights(session, form.workspace, channel) is None:
        raise FieldsInvalid(
            {
                "channel": "Nobody has said yet who decides what in this channel. Type "
                "/tradeoff setup there: it is one short form."
            }
        )


def go_on(form: Form, session: Session) -> Answer:
    """Go on in the chosen channel, as the command would there."""
    channel = fields.channel(form.state, "channel")
    if not channel:
        raise FieldsInvalid({"channel": "Choose a channel."})
    if access.unseen(form, [channel]):
        raise FieldsInvalid(
            {"channel": "I cannot show you this channel now. Choose one that you are in."}
        )
    _check_is_in_use(form, session, channel)
    command = Command(
        workspace=form.workspace,
        at=form.at,
        looked_up=form.looked_up,
        find_person=form.find_person,
        find_place=form.find_place,
        find_room=form.find_room,
        bot_user=form.bot_user,
        user=form.user,
        channel=channel,
        name="/tradeoff",
        text="",
    )
    action = ACTIONS[forms.remembered(form.metadata)["act"]]
    answer = action.go_on(command, session)
    if isinstance(answer, Reply):
        return UpdateForm(inputs.notice(action.label, answer.message.blocks))
    return UpdateForm(answer.view) if isinstance(answer, OpenForm) else answer
