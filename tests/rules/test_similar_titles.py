"""Similar titles: earlier decisions are offered before a new one about the same thing is raised."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.similar_titles import close_matches, words_of


@dataclass(frozen=True)
class Decided:
    title: str


def matches(title: str, *earlier: str) -> list[str]:
    decided = [Decided(title) for title in earlier]
    return [match.title for match in close_matches(title, decided)]


@pytest.mark.parametrize(
    ("title", "earlier"),
    [
        ("Add Apple Pay to Sprint 14", "Apple Pay before the beta?"),
        ("Apple Pay", "Add Apple Pay to Sprint 14"),
        ("Should we build dark mode?", "Dark mode for the settings page"),
        ("Move the beta launch to January", "Beta launch: move by a week"),
        ("Drop the CSV import", "CSV imports out of the beta scope"),
        ("Delay public launch for the pen test", "Launch delayed for pen testing"),
        ("Refunds in the partner portal", "Partner portal refunds"),
        ("REFUNDS IN THE PARTNER PORTAL", "refunds, partner portal"),
        ("Onboarding", "onboarding!"),
        ("Two releases a week", "A release every week"),
        ("New pricing features", "Price of the new feature"),
        ("Invoice by mail", "Mail the invoices"),
        ("Refund policies", "The refund policy"),
        ("Cookie banner", "Do we need a banner for cookies?"),
        ("Review process", "Two processes for review"),
        ("Neue Zahlungsart für Österreich", "Zahlungsart für Österreich ändern"),
    ],
)
def test_what_is_about_the_same_thing_is_offered(title: str, earlier: str) -> None:
    assert matches(title, earlier) == [earlier]
    assert matches(earlier, title) == [title]


@pytest.mark.parametrize(
    ("title", "earlier"),
    [
        ("Add Apple Pay to Sprint 14", "Add Google login to Sprint 14"),
        ("Move the beta", "Move the runner"),
        ("Search results page", "Search for a new runner"),
        ("Apple Pay", "Pay rise for the support team"),
        ("What should we do next?", "Which of these is next for us?"),
        ("Sprint 14", "Sprint 15"),
        ("Payment provider for Brazil", "Payment reminders by mail"),
        ("Accessibility audit before launch", "Security audit after the summer"),
        ("!!!", "???"),
        ("", "Apple Pay"),
    ],
)
def test_what_is_about_something_else_is_not_offered(title: str, earlier: str) -> None:
    assert matches(title, earlier) == []
    assert matches(earlier, title) == []


def test_the_closest_comes_first_and_no_more_than_three() -> None:
    earlier = [
        "Apple Pay in the partner portal for refunds",
        "Apple Pay",
        "Apple Pay in Brazil",
        "Apple Pay at launch",
        "Tax",
    ]
    found = matches("Apple Pay", *earlier)
    assert found[0] == "Apple Pay"
    assert len(found) == 3
    assert "Apple Pay in the partner portal for refunds" not in found


@given(some.text(max_size=60))
def test_a_title_is_close_to_itself_if_it_says_anything(title: str) -> None:
    assert matches(title, title) == ([title] if words_of(title) else [])


@given(some.text(max_size=60), some.text(max_size=60))
def test_being_close_goes_both_ways(first: str, second: str) -> None:
    assert bool(matches(first, second)) is bool(matches(second, first))
