"""Search after the migration that stores words: it finds the decisions that were there before."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness
from support.migrations import migrate_to
from support.story_helpers import found, listed, numbers


@pytest.mark.both_databases
def test_the_migration_finds_the_words_that_the_model_keeps(
    harness: Harness, database_url: str, checkout: Channel, alice: Actor, bob: Actor, erin: Actor
) -> None:
    card = erin.raises(
        "Déjà vu: “Wallets” & 日本 🍏", why_now="Prices, pricing and deliveries of 2026_Q4"
    )
    bob.states_impact(card)
    alice.presses(card, "Ask")
    assert alice.submits(person="erin", question="Whose stories?") == {}
    alice.approves(card, because="Shipping it")
    erin.claims("Refund by e-mail")
    kept = words_kept(database_url)
    migrate_to(database_url, "0003")
    migrate_to(database_url, "head")
    assert words_kept(database_url) == kept
    assert len(kept) == 2
    shown = listed(erin, "déjà delivery", checkout)
    assert numbers(shown) == [1], shown
    assert found(erin, "friday", checkout) == [2]


def words_kept(url: str) -> dict[int, frozenset[str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT decision_id, words FROM decision_words")).all()
    engine.dispose()
    return {id: frozenset(word.strip("'") for word in kept.split()) for id, kept in rows}
