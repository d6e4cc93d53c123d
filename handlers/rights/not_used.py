"""Kinds that a channel does not use: nothing new of them can be raised.

See docs/reference/behaviour.md, Kinds that are not used.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers.requests import Request
from handlers.ui.phrases import capital
from models.mrkdwn import who
from models.reads import lookups
from models.refusals.refused import FieldsInvalid
from models.refusals.rights import KindNotUsed, not_used_here
from models.rules import Kind
from models.tables.rights import RightsVersion


def check_is_used(session: Session, rights: RightsVersion, kind: Kind, line: str = "") -> None:
    """Raise KindNotUsed if this kind is not used in the channel.

    `line` is the command that the person typed; the refusal repeats it.
    """
    if kind in rights.kinds:
        return
    version = lookups.switched_off_with(session, rights, kind)
    name = capital(rights.words.kind(kind))
    raise KindNotUsed(name, rights.channel.slack_id, who(version.author), version.number, line)


def check_chosen(request: Request, session: Session, rights: RightsVersion, kind: Kind) -> None:
    """Raise FieldsInvalid for the form's field `kind` if this kind is not used in the channel."""
    if kind in rights.kinds:
        return
    version = lookups.switched_off_with(session, rights, kind)
    (author,) = request.look_up(version.author)
    # Slack does not read mentions in the errors of a form.
    by = f"@{author.mention or 'someone'}"
    name = capital(rights.words.kind(kind))
    said = not_used_here(f"{name} is not used here", by, version.number)
    raise FieldsInvalid({"kind": f"{said} Or choose another kind."})
