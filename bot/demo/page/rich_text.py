"""Block Kit's rich text as HTML, for one reader: sections, lists, quotes and preformatted text."""

from __future__ import annotations

from typing import Any

from bot.demo.page.dates import slack_date
from bot.demo.page.mrkdwn import Reader, channel_mention, escaped_html, link, person_mention

_STYLES = {"bold": "strong", "italic": "em", "strike": "s", "underline": "u", "code": "code"}


def rich_text(block: dict[str, Any], reader: Reader) -> str:
    return "".join(_part(part, reader) for part in block["elements"])


def _part(part: dict[str, Any], reader: Reader) -> str:
    match part["type"]:
        case "rich_text_section":
            return f"<p>{_nodes(part, reader)}</p>"
        case "rich_text_quote":
            return f"<blockquote>{_nodes(part, reader)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{_nodes(part, reader)}</pre>"
        case "rich_text_list":
            tag = "ol" if part.get("style") == "ordered" else "ul"
            items = "".join(f"<li>{_nodes(item, reader)}</li>" for item in part["elements"])
            return f'<{tag} style="--indent: {int(part.get("indent", 0))}">{items}</{tag}>'
    return ""


def _nodes(part: dict[str, Any], reader: Reader) -> str:
    return "".join(
        _styled(_node(node, reader), node.get("style") or {}) for node in part["elements"]
    )


def _node(node: dict[str, Any], reader: Reader) -> str:
    match node["type"]:
        case "text":
            return escaped_html(node["text"])
        case "link":
            return link(node["url"], node.get("text", ""))
        case "user":
            return person_mention(node["user_id"], reader)
        case "channel":
            return channel_mention(node["channel_id"], reader)
        case "broadcast":
            return f'<span class="mention mine">@{escaped_html(node["range"])}</span>'
        case "emoji":
            return _emoji(node)
        case "date":
            shown = slack_date(
                int(node["timestamp"]), node["format"], zone=reader.zone, now=reader.now
            )
            return (
                link(node["url"], shown)
                if node.get("url")
                else f"<time>{escaped_html(shown)}</time>"
            )
        case "usergroup":
            return f'<span class="mention">@{escaped_html(node["usergroup_id"])}</span>'
        case "color":
            return escaped_html(node["value"])
    return ""


def _emoji(node: dict[str, Any]) -> str:
    if points := node.get("unicode"):
        return "".join(chr(int(point, 16)) for point in points.split("-"))
    return f":{escaped_html(node['name'])}:"


def _styled(drawn: str, styles: dict[str, bool]) -> str:
    for name, tag in _STYLES.items():
        if styles.get(name):
            drawn = f"<{tag}>{drawn}</{tag}>"
    return drawn
