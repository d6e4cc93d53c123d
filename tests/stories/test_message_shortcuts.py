"""Stories that begin with a message: quote, author and link are kept.

If they cannot be kept, the bot says what to do.
"""

from __future__ import annotations

from bot.demo.slack.workspace import Channel, Message
from support.harness import Actor, Harness

RAISE, ACCEPT = "Raise a tradeoff", "Ask for acceptance"


def raised_from(person: Actor, message: Message, checkout: Channel) -> Message:
    person.uses(RAISE, on=message)
    fields = {
        "kind": "requirements",
        "why_now": "Asked for",
        "option1_name": "Yes",
        "option2_name": "No",
    }
    assert person.submits(**fields) == {}
    return person.card(checkout)


def link_to(harness: Harness, message: Message) -> str:
    """Return the last part of the link to this message."""
    return f"{message.channel}/p{message.ts.replace('.', '')}"


def test_a_tradeoff_is_raised_from_what_somebody_said(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    said = bob.says("Guests <cannot> order & that costs us 4%", checkout)
    erin.uses(RAISE, on=said)
    assert (
        "From this message; Details keeps the quote, and the card links to it:" in erin.form_words()
    )
    assert "Guests <cannot> order & that costs us 4%" in erin.form_words()
    assert erin.form.values["title"]["title"]["value"] == "Guests <cannot> order & that costs us 4%"
    erin.presses(erin.form, "Add another option")
    assert (
        "From this message; Details keeps the quote, and the card links to it:" in erin.form_words()
    )
    fields = {
        "kind": "requirements",
        "why_now": "Asked for",
        "option1_name": "Yes",
        "option2_name": "No",
        "option3_name": "Later",
    }
    assert erin.submits(title="Guest checkout", **fields) == {}
    card = erin.card(checkout)
    assert "From a message by @bob" in harness.whole(card)
    assert "Guests <cannot> order & that costs us 4%" in harness.whole(card)
    assert link_to(harness, said) in str(card.blocks)
    assert harness.decision().source_author == bob.id


def test_a_claim_is_made_from_what_somebody_said(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    said = bob.says("Refunds are live for everyone", checkout)
    erin.uses(ACCEPT, on=said)
    assert erin.form.values["evidence"]["evidence"]["value"] == "Refunds are live for everyone"
    assert erin.submits(item="Refund by e-mail", criteria="Works") == {}
    card = erin.card(checkout)
    assert "From a message by @bob" in harness.whole(card)
    assert link_to(harness, said) in str(card.blocks)
    assert "@erin says Refund by e-mail (#1) is finished." in harness.plain(alice.dm()[-1])


def test_in_a_thread_where_commands_do_not_work(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    said = bob.says("Shall guests order?", checkout)
    reply = erin.says("It would help the partners", checkout, under=said)
    card = raised_from(bob, reply, checkout)
    assert card.thread_ts is None
    assert "It would help the partners" in harness.whole(card)
    assert "From a message by @erin" in harness.whole(card)
    assert link_to(harness, reply) in str(card.blocks)
    bob.uses(RAISE, on=card)
    assert not bob.form.values["title"]["title"]["value"], "a card is nobody's title"
    bob.uses(ACCEPT, on=card)
    assert not bob.form.values["item"]["item"]["value"]


def test_a_message_raises_nothing_until_the_bot_is_in_the_channel(
    harness: Harness, erin: Actor, bob: Actor, checkout: Channel
) -> None:
    place = harness.workspace.add_channel("random", ["erin", "bob"], bot_in=False)
    said = bob.says("Lunch outside?", place)
    for shortcut in (RAISE, ACCEPT):
        erin.uses(shortcut, on=said)
        told = erin.was_told().splitlines()[-1]
        assert told == (
            "I am not in this channel, so I cannot post here. Type /invite @tradeoffs here, "
            f"then choose “{shortcut}” in the message's menu again."
        )
    assert erin.form is None
    harness.run(erin.member.invites_bot(place))
    harness.settle()
    erin.uses(RAISE, on=said)
    assert "Say once who decides what" in erin.form_words()


def test_where_nothing_is_set_up_the_message_is_not_lost(
    harness: Harness, bob: Actor, erin: Actor, search: Channel
) -> None:
    said = bob.says("Rank by price?", search)
    erin.uses(RAISE, on=said)
    assert "Say once who decides what" in erin.form_words()
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert "Rank by price?" in erin.form_words()
    assert (
        erin.submits(kind="requirements", why_now="x", option1_name="Yes", option2_name="No") == {}
    )
    card = erin.card(search)
    assert "From a message by @bob" in harness.whole(card)
    assert link_to(harness, said) in str(card.blocks)


def test_a_claim_where_nothing_is_set_up(
    harness: Harness, bob: Actor, erin: Actor, search: Channel
) -> None:
    said = bob.says("Ranking is live", search)
    erin.uses(ACCEPT, on=said)
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert erin.form.view["title"]["text"] == "Ask for acceptance"
    assert erin.submits(criteria="Works") == {}
    assert "From a message by @bob" in harness.whole(erin.card(search))


def test_a_claim_by_command_where_nothing_is_set_up(
    harness: Harness, erin: Actor, search: Channel
) -> None:
    erin.types("/accept Ranking", search)
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert erin.form.values["item"]["item"]["value"] == "Ranking"


def test_a_message_without_words_is_not_quoted(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    picture = harness.workspace.add_message(
        Message(checkout.id, harness.workspace.next_ts(), bob.id, "")
    )
    erin.uses(RAISE, on=picture)
    assert (
        "That message has no text that I could quote. Run `/tradeoff` in the channel instead."
        in erin.was_told()
    )
    erin.uses(ACCEPT, on=picture)
    assert "Run `/accept` in the channel instead." in erin.was_told()
    assert erin.form is None


def test_a_very_long_message_is_quoted_in_part(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    said = bob.says('He said "no"\n' * 900, checkout)
    card = raised_from(erin, said, checkout)
    assert 'He said "no"' in harness.whole(card)
    assert len(harness.decision().source_text or "") <= 1200
    erin.uses(ACCEPT, on=said)
    assert erin.submits(item="Talks", criteria="Done") == {}
    assert harness.decision(2).title == "Talks"


def test_a_message_in_a_direct_message_raises_nothing(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    told = harness.workspace.add_message(
        Message(
            harness.workspace.direct(erin.id).id,
            harness.workspace.next_ts(),
            harness.workspace.bot.id,
            "Hello",
        )
    )
    erin.uses(RAISE, on=told)
    assert "Decisions belong to a team channel." in erin.was_told()
    assert "the message's menu" in erin.was_told()


def test_a_message_in_an_archived_channel_raises_nothing(
    harness: Harness, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    said = bob.says("One last thing", checkout)
    harness.run(bob.member.archives(checkout))
    erin.uses(RAISE, on=said)
    assert "#checkout is archived, so nothing new can be raised there." in erin.was_told()
    erin.types("/tradeoff board", checkout)
    assert "Unarchive it first, then run `/tradeoff board` again." in erin.was_told()


def test_guests_raise_from_messages_and_strangers_do_not(
    harness: Harness, gus: Actor, olga: Actor, bob: Actor, checkout: Channel
) -> None:
    said = bob.says("Shall guests order?", checkout)
    card = raised_from(gus, said, checkout)
    assert "Raised by @gus." in harness.whole(card)
    olga.uses(RAISE, on=said)
    assert olga.form is None, "she fills in nothing that is refused afterwards"
    assert "You are from another company" in olga.was_told()
    assert len(harness.decisions()) == 1
