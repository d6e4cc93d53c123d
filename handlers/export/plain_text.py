"""Plain text for files outside Slack, from sentences in mrkdwn, ids, moments and addresses."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from handlers.export.names import Names
from models import mrkdwn

# ASCII signs that stay as they are in an address; others, such as blanks and angle brackets, are
# percent-encoded.
_OF_ADDRESSES = "%/:?#[]@!$&'()*+,;=~-._"


def plain(sentence: str, names: Names) -> str:
    """Turn one of our own sentences into plain text, with people and channels by name.

    Isolates are left out, because programs read the text too.
    """
    text = mrkdwn.plain(mrkdwn.without_links(sentence), lambda id: called(id, names))
    return mrkdwn.without_isolates(text)


def called(id: str, names: Names) -> str:
    """Return the name; the id if Slack does not say the name."""
    return names.get(id) or id


def iso_utc(at: datetime | None) -> str:
    """Write a time in UTC, to the second, as ISO 8601; empty if there is none."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""


def address(url: str) -> str:
    """Write an address for Markdown, as a link that shows it.

    No mark is read in such a link, so the address stays whole.
    """
    return f"<{quote(url, safe=_OF_ADDRESSES)}>"
