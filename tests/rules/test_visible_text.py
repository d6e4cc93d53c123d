"""Invisible characters, which are removed from typed text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.visible_text import cleaned, cleaned_line

REMOVED = {
    "control characters of the first half": ("a\x00\x07\x1b[31mb\x7f", "a[31mb"),
    "control characters of the second half": ("\x9b31mred\x85", "31mred"),
    "a right-to-left override": ("Pay\u202eelppA\u202c now", "PayelppA now"),
    "isolates": ("a\u2066b\u2069c", "abc"),
    "a word joiner and a byte order mark": ("a\u2060b\ufeffc", "abc"),
    "half a character": ("Add\ud83d it", "Add it"),
    "code points that are not characters": ("a\ufffe\uffff\ufdd0b", "ab"),
    "hidden tags": ("a\U000e0041\U000e0042\U000e007fb", "ab"),
    "other ends of lines": ("a\r\nb\rc\u2028d\u2029e", "a\nb\nc\nd\ne"),
    "blanks around it": ("\u3000\u00a0 a b \t\n\u200b", "a b"),
}
KEPT = {
    "a family": "👩‍👩‍👧‍👦",
    "the flag of Wales": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "a heart": "a ❤️",
    "Persian": "می\u200cخواهم",
    "Hebrew with a mark": "שלום\u200e 1",
    "accents": "e\u0301",
    "lines": "one\n\n\ttwo",
    "Hangul": "한글",
    "Japanese": "決済を追加",
    "dollars": "$5 < $6 && a\\b",
}
EMPTY = [
    *("", " ", "\t \n", "\u00a0\u3000", "\u200b\u200b", "\u202e\u202c", "\x00\x85", "\ufeff"),
    *("\u3164", "\uffa0\u115f\u1160", "\u2060", "\u200d\u200d", "\u200c", "\u00ad", "\u2800"),
    *("\u034f", "\ufe0f", "\u180e", "\u061c\u200e", "\U000e0020\U000e007f", "\U000e0100"),
]


@pytest.mark.parametrize("case", REMOVED)
def test_what_nobody_sees_is_removed(case: str) -> None:
    typed, kept = REMOVED[case]
    assert cleaned(typed) == kept


@pytest.mark.parametrize("case", KEPT)
def test_what_scripts_and_emoji_need_stays(case: str) -> None:
    assert cleaned(KEPT[case]) == KEPT[case]


@pytest.mark.parametrize("typed", EMPTY)
def test_invisible_text_is_empty(typed: str) -> None:
    assert cleaned(typed) == cleaned_line(typed) == ""


@given(some.text(some.characters(codec=None), max_size=30))
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    once = cleaned(typed)
    assert cleaned(once) == once
    assert not any(0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000 for letter in once)


@given(some.text(max_size=30))
def test_a_cleaned_line_has_single_blanks_and_no_line_end(typed: str) -> None:
    assert cleaned_line(typed) == " ".join(cleaned_line(typed).split())
