"""References: the addresses that are taken, and their short names."""

from __future__ import annotations

import pytest

from models.references import LONGEST, MOST, Link, NoReference, parsed

NAMES = {
    "https://shop.atlassian.net/browse/SHOP-123": "SHOP-123",
    "https://shop.atlassian.net/jira/boards/7?selectedIssue=SHOP-9": "SHOP-9",
    "https://linear.app/shop/issue/WEB-42/guest-checkout": "WEB-42",
    "https://github.com/shop/web.site/issues/12": "shop/web.site#12",
    "https://github.com/shop/web/pull/7/files": "shop/web#7",
    "https://gitlab.com/shop/web/-/merge_requests/3": "shop/web#3",
    "HTTPS://www.Example.com/a/page": "example.com",
    "https://example.com:8443/?q=1": "example.com",
    "https://example.com/shop-123": "example.com",
    f"https://{'a' * 63}.example.com/": "a" * 60,
}
REFUSED = (
    "http://example.com/",
    "javascript:alert(1)",
    "JavaScript:https://example.com",
    "data:text/html,x",
    "SHOP-123",
    "https://",
    "https:///path",
    "https://github.com@evil.example/SHOP-1",
    "https://user:secret@example.com/",
    "https://example.com/a b",
    "https://example.com/<!channel>",
    'https://example.com/"onclick="x',
    "https://example.com/a|b",
    "https://example.com:port/",
    "https://[::1/",
    f"https://example.com/{'a' * LONGEST}",
)


@pytest.mark.parametrize("url", NAMES)
def test_the_short_name_is_the_issue_or_the_host(url: str) -> None:
    assert parsed(f"  {url} \n\n") == [Link(url, NAMES[url])]


SHOWN = {
    "https://shop.atlassian.net/browse/SHOP-123": "SHOP-123",
    "https://www.github.com/shop/web/pull/7": "shop/web#7",
    "https://evil.example/shop/web/pull/7": "shop/web#7 (evil.example)",
    "https://evil.example/browse/SHOP-123": "SHOP-123 (evil.example)",
    "https://github.com.evil.example/shop/web/pull/7": "shop/web#7 (github.com.evil.example)",
    "https://evilatlassian.net/browse/SHOP-123": "SHOP-123 (evilatlassian.net)",
    "https://g\u0456thub.com/shop/web/pull/7": "shop/web#7 (xn--gthub-n2e.com)",
    "https://g\u0456thub.com/": "xn--gthub-n2e.com",
    f"https://{'a.' * 60}evil.example/a/b/issues/1": f"a/b#1 (…{'.a' * 23}.evil.example)",
    f"https://{'a' * 64}.example/a/b/issues/1": f"a/b#1 (…{'a' * 51}.example)",
    "https://example.com/page": "example.com",
}


@pytest.mark.parametrize("url", SHOWN)
def test_the_host_is_shown_unless_many_know_the_tracker(url: str) -> None:
    (link,) = parsed(url)
    assert link.shown == SHOWN[url]


SHOWN_ON_A_CARD = {
    "https://evil.example/shop/web/pull/7": "shop/web#7 (evil.example)",
    "https://evil.example/microsoft/vscode-for-the-web/issues/7": "microsoft/vscod… (evil.example)",
    "https://github.com.aaaaaaaaaaaaaaaaaaaaaaaa.evil.example/browse/SHOP-123": (
        "SHOP-12… (…aaaaaa.evil.example)"
    ),
    "https://github.com.aaaaaaaaaaaaaaaaaaaaaaaa.evil.example/": "…aaaaaaaaaaaaaaaa.evil.example",
    "https://github.com/microsoft/vscode-for-the-web-and-more/issues/7": (
        "microsoft/vscode-for-the-web-a…"
    ),
}


@pytest.mark.parametrize("url", SHOWN_ON_A_CARD)
def test_a_card_shows_the_end_of_a_host_however_long_the_name_is(url: str) -> None:
    (link,) = parsed(url)
    assert link.shown_in(30) == SHOWN_ON_A_CARD[url]


@pytest.mark.parametrize("line", REFUSED)
def test_only_whole_https_addresses_are_taken(line: str) -> None:
    with pytest.raises(NoReference) as refused:
        parsed(f"https://example.com/\n{line}")
    assert len(str(refused.value)) < 150


def test_an_address_counts_once_and_too_many_are_refused() -> None:
    lines = [f"https://example.com/browse/SHOP-{number}" for number in range(1, MOST + 2)]
    with pytest.raises(NoReference, match=f"These are {MOST + 1} references; {MOST} fit"):
        parsed("\n".join(lines))
    assert [link.name for link in parsed("\n".join(lines[:2] * 9))] == ["SHOP-1", "SHOP-2"]
