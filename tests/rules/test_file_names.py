"""Names of files in an export, made from titles in many scripts."""

from __future__ import annotations

import unicodedata

import pytest

from handlers.export import markdown_file


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Café: crème brûlée?", "cafe-creme-brulee-"),
        ("Größe ändern", "grosse-andern"),
        ("Østfold først", "østfold-først"),
        ("Йод или нет", "йод-или-нет"),
        ("ガイド 購入", "ガイド-購入"),
        ("नई सुविधा", "नई-सुविधा"),
        ("../../etc/passwd\u202e", "-etc-passwd-"),
        ("🎉🎉", "-"),
    ],
)
def test_a_file_name_folds_accents_and_keeps_other_scripts(title: str, name: str) -> None:
    assert markdown_file.file_name(title) == unicodedata.normalize("NFC", name)
