"""Finding decisions: words and filters, page by page, and never what the asker may not read."""

from __future__ import annotations

from house import Actor

from bot.demo.workspace import Channel


def listed(person: Actor, asked: str, in_: Channel) -> str:
    """`/tradeoff list …`: what stands in the form that opens, or what was said instead."""
    if person.form:
        person.house.run(person.member.closes())
    before = person.was_told()
    person.types(f"/tradeoff list {asked}".strip(), in_)
    return person.form_words() if person.form else person.was_told().removeprefix(before)


def found(person: Actor, asked: str, in_: Channel) -> list[int]:
    """The numbers of the decisions that are listed, in order."""
    words = listed(person, asked, in_)
    return [int(line[2:].split()[0]) for line in words.splitlines() if line.startswith("*#")]


def test_words_are_found_wherever_they_stand(checkout: Channel, alice: Actor, bob: Actor, erin: Actor) -> None:
    card = erin.raises("Add Apple Pay", why_now="Conversion is sinking", option2_value="Less fraud")
    erin.raises("Drop the beta", kind="requirements")
    assert found(erin, "", checkout) == [2, 1]
    for asked in ("apple", "APPLE pay", "apples", "conversions sink", "fraud", "“apple pay”", "àpple"):
        assert found(erin, asked, checkout) == [1], asked
    assert found(erin, "apple beta", checkout) == []
    bob.states_impact(card)
    alice.presses(card, "Ask")
    alice.submits(person="erin", question="What do merchants say?") if False else None
    alice.approves(card, because="Merchants are waiting")
    assert found(erin, "merchant", checkout) == [1]
    assert "Approved by @alice" in erin.form_words()
    assert "Waiting for @alice to decide" in listed(erin, "beta", checkout)
