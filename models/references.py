"""References to where work lives: addresses as they were typed, each with a short name.

This file imports the standard library alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

MOST, LONGEST, LONGEST_NAME = 10, 500, 60

# No blank, no quotation mark, and nothing that begins or ends markup.
_SAFE = re.compile(r"https://[^\s<>|\"'`\\^{}]+", re.IGNORECASE)
_ISSUE = re.compile(r"[A-Z][A-Z0-9_]{0,19}-[0-9]{1,9}")
_NUMBERED = re.compile(
    r"/([\w.-]+)/([\w.-]+)/(?:-/)?(?:issues|pull|merge_requests|discussions)/([0-9]{1,9})(?:/.*)?",
    re.ASCII,
)


# Well-known trackers: hosts, and domains whose hosts are all trackers. Their tickets are shown by
# name alone. On any other host, a ticket could have the name of somebody else's ticket.
TRACKERS = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "linear.app"}
DOMAINS_OF_TRACKERS = (".atlassian.net", ".youtrack.cloud")


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web, and the short name that people know it by."""

    url: str
    name: str

    @property
    def shown(self) -> str:
        """Return the name as people read it: with its host, unless that is a known tracker."""
        name, host = self._name_and_host()
        return _together(name, _end_of(host, LONGEST_NAME))

    def shown_in(self, columns: int) -> str:
        """Return what `shown` says, cut to this many columns; an added … is extra.

        The end of the host stays, because it says whose the host is.
        """
        if len(self.shown) <= columns:
            return self.shown
        name, host = self._name_and_host()
        host = _end_of(host, columns * 2 // 3 if name else columns)
        left = columns - (len(f" ({host})") if host else 0)
        return _together(f"{name[:left]}…" if name and len(name) > left else name, host)

    def _name_and_host(self) -> tuple[str, str]:
        """Return the name and the host; one of them is empty if people read only the other.

        A host with letters outside ASCII is written as a browser asks for it (`xn--…`), because
        such letters can look like others.
        """
        host = _host(urlsplit(self.url))
        name = "" if self.name == host[:LONGEST_NAME] else self.name
        if name and (host in TRACKERS or host.endswith(DOMAINS_OF_TRACKERS)):
            return name, ""
        try:
            return name, host.encode("idna").decode()
        except UnicodeError:
            return name, host


class NoReference(ValueError):
    """Raised if references cannot be read; its text is a sentence for the person who typed them."""


def parsed(text: str) -> list[Link]:
    """Return the references that are typed one per line, each once.

    Raise NoReference if a line is no reference, or if there are more than MOST.
    """
    links = list(dict.fromkeys(_link(line.strip()) for line in text.splitlines() if line.strip()))
    if len(links) > MOST:
        raise NoReference(f"These are {len(links)} references; {MOST} fit.")
    return links


def _link(line: str) -> Link:
    try:
        address = urlsplit(line)
        safe = _SAFE.fullmatch(line) and address.hostname and "@" not in address.netloc
        _ = address.port
    except ValueError:
        safe = None
    if not safe:
        shown = line if len(line) <= 40 else f"{line[:39]}…"
        raise NoReference(
            f"“{shown}” cannot be a reference. Write each as https://…, one per line."
        )
    if len(line) > LONGEST:
        raise NoReference(f"An address has up to {LONGEST} characters; one has {len(line)}.")
    return Link(line, _name(address)[:LONGEST_NAME])


def _name(address: SplitResult) -> str:
    """Return `SHOP-123`, `owner/repo#12`, or else the host."""
    numbered = _NUMBERED.fullmatch(address.path)
    if numbered:
        owner, repository, issue = numbered.groups()
        return f"{owner}/{repository}#{issue}"
    parts = [*address.path.split("/"), *(value for _, value in parse_qsl(address.query))]
    found = next((part for part in parts if _ISSUE.fullmatch(part)), None)
    return found or _host(address)


def _host(address: SplitResult) -> str:
    return str(address.hostname).removeprefix("www.")


def _end_of(host: str, longest: int) -> str:
    """Return the host; if it is long, its end."""
    return host if len(host) <= longest else f"…{host[1 - longest :]}"


def _together(name: str, host: str) -> str:
    return f"{name} ({host})" if name and host else name or host


def searched(text: str) -> str:
    """Return a name as the search compares it: in small letters, without blanks around it."""
    return text.strip().casefold()
