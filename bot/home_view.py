"""Home as Slack shows it: published, and remembered in the forms that are opened from it.

With a form, Slack says neither that it was opened from Home nor which Home was shown then. So the
form's metadata says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack_client import UNREACHABLE, SlackClient, error_name

log = structlog.get_logger("homes")

View = dict[str, Any]

MARK = "home "
# Characters that Slack keeps for a view.
LONGEST = 3000


@dataclass(frozen=True, slots=True)
class Seen:
    """Home that a person had before them when they acted: its hash and its memory (a JSON line)."""

    hash: str
    metadata: str


def came_from(view: View | None) -> tuple[Seen | None, str]:
    """Return the Home that a click or form came from, if any, and the view's own metadata."""
    if view is None:
        return None, ""
    metadata: str = view["private_metadata"]
    if view["type"] == "home":
        return Seen(view["hash"], metadata), metadata
    if not metadata.startswith(MARK):
        return None, metadata
    mark, _, own = metadata.partition("\n")
    hash, _, remembered = mark.removeprefix(MARK).partition(" ")
    return Seen(hash, remembered), own


def marked(form: View, seen: Seen | None) -> View:
    """Return the form with the Home that it was opened from in its metadata.

    The Home's pages are left out if the form has too much to remember itself.
    """
    if seen is None:
        return form
    own = form.get("private_metadata", "")
    whole = f"{MARK}{seen.hash} {seen.metadata}\n{own}"
    return {
        **form,
        "private_metadata": whole if len(whole) <= LONGEST else f"{MARK}{seen.hash} \n{own}",
    }


async def publish(client: SlackClient, person: str, view: View, hash: str | None) -> bool:
    """Show `view` as the person's Home; return False if another one was shown since `hash`."""
    try:
        await client.views_publish(user_id=person, view=view, hash=hash)
    except SlackApiError as error:
        if error_name(error) == "hash_conflict":
            return False
        log.warning("home not published", error=error_name(error))
    except UNREACHABLE as error:
        log.warning("home not published", error=type(error).__name__)
    return True
