"""Refusal to stand in: nobody asks a delegate beforehand, so a delegate may decline at any time."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.answers import Answer, Message, Reply
from handlers.delegation import coming_back
from handlers.delegation.coming_back import Over
from handlers.delegation.departures import depart
from handlers.requests import Click
from handlers.ui import blocks
from models import locks
from models.mrkdwn import who
from models.refusals.absence import NotStandingIn
from models.rules import Standing
from models.tables import workspace
from models.tables.absence import standing_in_for


def decline(click: Click, session: Session) -> Answer:
    """End a leave as its delegate: the role holder gets the open work back, and is told.

    If the role holder has left Slack meanwhile, the work goes where a departure brings it
    (`depart`).
    """
    locks.lock_who_decides_to_change_it(session, click.workspace)
    workspace_id = workspace.ensure_workspace(session, click.workspace).id
    duties = standing_in_for(session, workspace_id, click.at, click.person.id)
    duty = next((duty for duty in duties if coming_back.duty_value(duty) == click.value), None)
    if duty is None:
        raise NotStandingIn
    if click.look_up(duty.person)[0].standing is Standing.DEACTIVATED:
        depart(click, session, duty.person)
    else:
        coming_back.end(click, session, duty, click.act, why=Over.DECLINED)
    sentence = (
        f"You no longer act for {who(duty.person)}. Their open work is not with you any more."
    )
    return Reply(Message(sentence, [blocks.section(sentence)]))
