"""Dates as one reader sees them: Slack's `<!date^…>` tokens, in the reader's time zone.

See docs/reference/slack.md, Escaping.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_TOKEN = re.compile(r"\{(\w+)\}")


def slack_date(unix: int, pattern: str, *, zone: str, now: datetime) -> str:
    """Fill in the tokens of a pattern; a token that Slack does not know stays as it is."""
    moment = datetime.fromtimestamp(unix, ZoneInfo(zone))
    today = now.astimezone(ZoneInfo(zone))
    return _TOKEN.sub(lambda found: _token(found[1], moment, today) or found[0], pattern)


def clock_time(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"


def day_heading(moment: datetime, *, zone: str, now: datetime) -> str:
    """Return the heading above the messages of one day."""
    local, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    near = _near(local, today)
    if near:
        return near.capitalize()
    return f"{local:%A} {local.day} {local:%B}" + (
        f" {local.year}" if local.year != today.year else ""
    )


def _near(moment: datetime, today: datetime) -> str:
    apart = (moment.date() - today.date()) // timedelta(days=1)
    return {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(apart, "")


def _token(name: str, moment: datetime, today: datetime) -> str:
    base = name.removesuffix("_pretty")
    if base != name and (near := _near(moment, today)):
        return near
    match base:
        case "date_num":
            return f"{moment:%Y-%m-%d}"
        case "date_slash":
            return f"{moment:%d/%m/%Y}"
        case "date":
            return f"{moment.day} {moment:%B %Y}"
        case "date_short":
            return f"{moment.day} {moment:%b %Y}"
        case "date_long":
            return f"{moment:%A} {moment.day} {moment:%B %Y}"
        case "time":
            return f"{moment:%H:%M}"
        case "time_secs":
            return f"{moment:%H:%M:%S}"
        case "day_divider":
            return f"{moment:%A} {moment.day} {moment:%B}"
        case "ago":
            return _ago(today - moment)
    return ""


def _ago(passed: timedelta) -> str:
    minutes = round(passed.total_seconds() / 60)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if abs(minutes) >= size:
            count = abs(minutes) // size
            words = f"{count} {word}{'' if count == 1 else 's'}"
            return f"{words} ago" if minutes > 0 else f"in {words}"
    return "just now"
