"""Home in Slack: it is published unless another Home was shown meanwhile."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack_client import UNREACHABLE, SlackClient, error_name
from handlers.answers import View

log = structlog.get_logger("homes")


async def publish(client: SlackClient, person: str, view: View, hash: str | None) -> bool:
    """Show `view` as the person's Home. Return False if another Home was shown since `hash`.

    Any other failure is logged only.
    """
    try:
        await client.views_publish(user_id=person, view=view, hash=hash)
    except SlackApiError as error:
        if error_name(error) == "hash_conflict":
            return False
        log.warning("home not published", error=error_name(error))
    except UNREACHABLE as error:
        log.warning("home not published", error=type(error).__name__)
    return True
