"""Unexpected input, typed and pressed: nothing breaks, nobody is pinged, nothing typed is lost."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.demo.slack import payloads, readable
from bot.demo.slack.workspace import Channel
from models.acts import Act
from models.mrkdwn import isolated
from models.rules import DEFAULT_RIGHTS, Kind, Outcome, Person, Standing, State
from models.tables.attempt import AttemptOutsideRight
from models.tables.channel import ensure_channel
from models.tables.history import HistoryEvent
from models.tables.post import Post, PostState
from models.tables.rights import RightsVersion
from models.tables.write_behind import write_now
from models.verbs.raising import Ask, Origin, raise_tradeoff
from models.verbs.routing import Matter, route
from support.harness import Actor, Harness

HOSTILE = {
    "channel": "Ship <!channel> now",
    "here": "<!here|@here> <!everyone>",
    "mention": "Ask <@U0OLGA0000> first",
    "group": "<!subteam^S123|@devs>",
    "link": "<https://evil.example|Approve>",
    "entities": "AT&amp;T &lt;!channel&gt; a<b && c>d",
    "markup": "*bold* _it_ `code` ~no~ > quote",
    "right to left": "שלום مرحبا",
    "emoji": "👩‍👩‍👧‍👦 :tada: 🇬🇧",
    "payload": "change webhook payload format",
    "payload as a form": 'payload={"type":"block_actions"}&payload=1',
    "sql": "'); DROP TABLE decision; --",
    "format": "%s {0} {title} ${HOME} \\n",
}


def said_by_the_bot(harness: Harness) -> str:
    """Return all that Slack reads as markup in what the bot sent: texts, and mrkdwn in blocks."""
    every = [
        message
        for messages in harness.workspace.messages.values()
        for message in messages
        if message.bot_id
    ]
    marked = [
        re.findall(r"'type': 'mrkdwn', 'text': '(.*?)'", str(message.blocks)) for message in every
    ]
    return "\n".join(
        [*(message.text for message in every), *(text for texts in marked for text in texts)]
    )


def pings_nobody(harness: Harness, olga: Actor) -> None:
    said = said_by_the_bot(harness)
    # Numbers link to their cards; nothing that somebody typed does.
    said = re.sub(r"<https://demo\.slack\.com/archives/\w+/p\d+\|#\d+>", "", said)
    assert not re.search(r"<!(channel|here|everyone|subteam)|<https?:", said)
    assert f"<@{olga.id}" not in said


def read(harness: Harness, words: str) -> str:
    """Return these words as a person reads them in mrkdwn.

    The harness reads the words of rich text in the same way, so mentions and entities that were
    typed look like real ones there.
    """
    return readable.plain(words, harness.workspace)


def count(harness: Harness, table: type) -> int:
    return int(
        harness.query(lambda session: session.scalar(select(func.count()).select_from(table)))
    )


# ---- typed ---------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words(
    harness: Harness, alice: Actor, erin: Actor, olga: Actor, checkout: Channel, words: str
) -> None:
    card = erin.raises(
        words, kind="requirements", why_now=words, option1_name=words, option1_value=words
    )
    title = " ".join(words.split())
    assert harness.decision().title == title
    assert f"#1 {title}" in harness.text(card)
    alice.approves(card, because=words, option=f"A. {isolated(words)}")
    assert harness.decision().settled_reason == words
    assert read(harness, words) in harness.text(erin.dm()[-1])
    pings_nobody(harness, olga)


@pytest.mark.parametrize(
    "words", [HOSTILE[name] for name in ("mention", "link", "entities", "payload as a form")]
)
def test_hostile_claims_stay_words(
    harness: Harness, erin: Actor, alice: Actor, olga: Actor, checkout: Channel, words: str
) -> None:
    card = erin.claims(words, criteria=words)
    alice.presses(card, "Accept")
    assert alice.submits(reason=words) == {}
    assert harness.decision().outcome is Outcome.ACCEPTED
    assert f"#1 {words}" in harness.text(card)
    # The reason is rich text, in which Slack reads no markup; an address in it is a link node.
    nodes = card.blocks[1]["elements"][0]["elements"]
    assert "".join(node.get("text") or node["url"] for node in nodes) == f"Why: {words}"
    pings_nobody(harness, olga)


@pytest.mark.parametrize(
    "words", [HOSTILE[name] for name in ("mention", "link", "entities", "payload as a form")]
)
def test_hostile_words_survive_a_set_up(
    harness: Harness, bob: Actor, erin: Actor, olga: Actor, search: Channel, words: str
) -> None:
    erin.types(f"/tradeoff {words}", search)
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert erin.form.values["title"]["title"]["value"] == " ".join(words.split())
    bob.sets_up_again(search, impact_days=3, reason=words)
    # An address is a link node there, between the text before it and the text after it.
    assert read(harness, words) in harness.text(bob.card(search)).replace("\n", "")
    pings_nobody(harness, olga)


@pytest.mark.parametrize(
    "nothing",
    [" ", "\t \n", "\u200b\u200b", "\u202e\u202c", "\u2066 \u2069", "\x00", "\ud800", "\ufeff"],
)
def test_a_title_of_nothing_is_no_title(
    harness: Harness, erin: Actor, checkout: Channel, nothing: str
) -> None:
    erin.types("/tradeoff", checkout)
    assert erin.form.values["title"]["title"]["value"] is None
    fields = {"kind": "risk", "why_now": nothing, "option1_name": nothing, "option2_name": "b"}
    errors = erin.submits(title=nothing, **fields)
    assert {"Title", "Why now", "Option A"} <= set(errors)
    assert harness.decisions() == []


def test_what_nobody_sees_is_not_kept(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises(
        "Pay\u202eelppA\x00 now", kind="requirements", option1_name="A\u2067dd\ud83d"
    )
    assert harness.decision().title == "PayelppA now"
    alice.approves(card, because="Yes\x00\x1f", option="A. Add")
    assert harness.decision().settled_reason == "Yes"


@pytest.mark.both_databases
@pytest.mark.parametrize("letter", ["<", "&", '"', "\\", "👩", "א"])
def test_ten_thousand_characters_come_back_whole(
    harness: Harness, erin: Actor, search: Channel, letter: str
) -> None:
    for command in ("/tradeoff", "/accept"):
        erin.types(f"{command} {letter * 10_000}", search)
        assert letter * 10_000 in erin.was_told()
    assert erin.form is None
    erin.types(f"/tradeoff {letter * 1_300}", search)
    assert "Say once who decides what" in erin.form_words()
    assert erin.submits(product_owner="alice", project_manager="bob") == {}
    assert letter * 1_298 in erin.form.values["why_now"]["why_now"]["value"]


def test_a_channel_may_be_called_payload(harness: Harness, alice: Actor, erin: Actor) -> None:
    channel = harness.workspace.add_channel("payload", ["alice", "bob", "erin", "sam"])
    alice.sets_up(channel)
    erin.raises("payload", kind="risk", in_=channel)
    assert harness.decision().title == "payload"


def test_options_are_two_and_differ(harness: Harness, erin: Actor, checkout: Channel) -> None:
    erin.types("/tradeoff Pick", checkout)
    assert "Option B" in erin.submits(
        kind="risk", why_now="x", option1_name="One", option2_name="\u200b"
    )
    for same in ("one", "ONE", "  One ", "One\u200b", "O\u202ene"):
        assert "the same as an option above" in erin.submits(option2_name=same)["Option B"]
    assert erin.submits(option2_name="Two") == {}


def test_a_day_that_has_passed_where_the_channel_is(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    today = harness.clock.now.date()
    erin.types("/tradeoff Pick", checkout)
    fields = {"kind": "risk", "why_now": "x", "option1_name": "a", "option2_name": "b"}
    for past in (today - timedelta(days=1), datetime(1999, 1, 1, tzinfo=UTC).date()):
        assert "has passed" in erin.submits(**fields, due_on=past)["Decide by"]
    assert erin.submits(due_on=today) == {}
    assert harness.decision().due_on == today


# ---- twice ---------------------------------------------------------------------------------------


def submits_twice(harness: Harness, actor: Actor, **fields: str) -> list[int]:
    """Submit the same open form twice at once, as an impatient client does."""
    actor.fills(**fields)
    payload = payloads.submission(harness.workspace, actor.member.person, actor.form)
    delivery = actor.member.delivery

    async def both() -> list[int]:
        answers = await asyncio.gather(delivery.interaction(payload), delivery.interaction(payload))
        assert not any("Something went wrong" in answer.body for answer in answers)
        return [answer.status for answer in answers]

    statuses = harness.run(both())
    harness.settle()
    return statuses


@pytest.mark.both_databases
@pytest.mark.parametrize("form", ["/tradeoff", "/accept"])
def test_a_form_submitted_twice_raises_once(
    harness: Harness, erin: Actor, checkout: Channel, form: str
) -> None:
    erin.types(f"{form} Pick", checkout)
    tradeoff = {"kind": "risk", "why_now": "x", "option1_name": "a", "option2_name": "b"}
    claim = {"evidence": "x", "criteria": "Works"}
    assert submits_twice(harness, erin, **(tradeoff if form == "/tradeoff" else claim)) == [
        200,
        200,
    ]
    assert [decision.number for decision in harness.decisions()] == [1]
    assert count(harness, HistoryEvent) == 1


@pytest.mark.both_databases
def test_set_up_impact_approval_and_withdrawal_count_once_if_submitted_twice(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, search: Channel
) -> None:
    alice.types("/tradeoff setup", search)
    assert submits_twice(harness, alice, product_owner="alice", project_manager="bob") == [200, 200]
    assert count(harness, RightsVersion) == 1
    card = erin.raises("Add Apple Pay", in_=search)
    bob.presses(card, "State impact")
    assert submits_twice(harness, bob, days="5", confidence="low") == [200, 200]
    alice.presses(card, "Approve")
    assert submits_twice(harness, alice, option="A. Add it now", reason="Yes") == [200, 200]
    assert (harness.decision().outcome, harness.decision().event_count) == (Outcome.APPROVED, 3)
    other = erin.raises("Withdraw me", kind="requirements", in_=search)
    erin.presses(other, "Withdraw")
    assert submits_twice(harness, erin, reason="Yes") == [200, 200]
    assert (harness.decision(2).state, harness.decision(2).event_count) == (State.WITHDRAWN, 2)
    assert count(harness, AttemptOutsideRight) == 0


# ---- old buttons ---------------------------------------------------------------------------------


def test_a_button_of_last_month_says_where_to_go(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.presses_stale(card, "tradeoff.approve_all", "1")
    assert "This button is older than I am. Use the newest card" in alice.was_told()
    for value in (
        "999",
        "0",
        "-1",
        "abc",
        "",
        "1.5",
        " ",
        "9" * 30,
        "9" * 5000,
        "٣",
        "1; DROP TABLE decision",
    ):
        alice.presses_stale(card, "decide.approve", value)
        assert (
            alice.was_told()
            .splitlines()[-1]
            .startswith("I cannot show you that decision now. Either it does not exist")
        )
    for action in (
        "decide.reject",
        "decide.withdraw",
        "impact.state",
        "accept.accept",
        "accept.send_back",
    ):
        alice.presses_stale(card, action, "nonsense")
        assert alice.was_told().splitlines()[-1].startswith("I cannot show you that decision now")
    assert alice.form is None
    assert count(harness, AttemptOutsideRight) == 0


def raised_elsewhere(harness: Harness, alice: Actor) -> int:
    """Raise a decision in another workspace, and return its id; our bot sends nothing of it."""

    def work(session: Session) -> int:
        channel = ensure_channel(session, "T0STRANGER", "C0STRANGER")
        version = RightsVersion(
            channel_id=channel.id,
            product_owner=alice.id,
            project_manager=alice.id,
            time_zone="UTC",
            impact_days=2,
            author=alice.id,
            reason="x",
            channel=channel,
            number=1,
            made_at=harness.clock.now,
            table=DEFAULT_RIGHTS,
        )
        session.add(version)
        ask = Ask("Secret", Kind.REQUIREMENTS, "x", [("a", "", ""), ("b", "", "")], None, [])
        decision = raise_tradeoff(
            session,
            route(session, version, Matter(ask.kind), harness.clock.now),
            ask,
            Act(Person(alice.id, Standing.MEMBER), harness.clock.now),
            Origin("V0STRANGER"),
        )
        write_now(session)
        session.execute(
            update(Post).where(Post.decision_id == decision.id).values(state=PostState.PARKED)
        )
        return decision.id

    id: int = harness.query(work)
    return id


@pytest.mark.both_databases
def test_a_decision_of_another_workspace_is_not_found(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    id = raised_elsewhere(harness, alice)
    for action in ("decide.approve", "decide.reject", "decide.withdraw", "impact.state"):
        alice.presses_stale(card, action, str(id))
    assert alice.was_told().count("I cannot show you that decision now") == 4
    assert "Secret" not in alice.was_told() + said_by_the_bot(harness)
    assert alice.form is None
