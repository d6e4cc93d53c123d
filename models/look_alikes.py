"""Names that people take for each other, though their letters are not the same.

Names of roles, kinds and commitments are compared here.
"""

from __future__ import annotations

import unicodedata

from models.visible_text import is_drawn

# Letters of other alphabets that look like Latin ones: Cyrillic, Greek, and then dashes.
_CAPITALS = str.maketrans("АВЕКМНОРСТУХІЈЅԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSQWABEZHIKMNOPTYX")
_SMALL = str.maketrans("асеорухіјѕһԁԛԝѵӏανορυχικγ", "aceopyxijshdqwvlavopuxiky")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")


def shapes(name: str) -> set[str]:
    """Return what this name looks like, in capitals and in small letters.

    Two names look alike if they have a shape in common. They may differ in capitals, in variants of
    a letter, in letters of another alphabet that look the same, and in what is not drawn.
    """
    plain = unicodedata.normalize("NFKC", name).translate(_DASHES)
    drawn = " ".join("".join(sign for sign in plain if sign == " " or is_drawn(sign)).split())
    return {drawn.upper().translate(_CAPITALS), drawn.casefold().translate(_SMALL)}


def look_alike(name: str, other: str) -> bool:
    """Return True if people take one of these names for the other."""
    return not shapes(name).isdisjoint(shapes(other))
