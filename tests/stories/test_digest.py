"""Stories of the weekly digest: once a week, at its hour, and nothing of another channel."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.demo.slack.readable import buttons
from bot.demo.slack.workspace import Channel
from models.tables.post import Drawing
from support.harness import Actor, Harness
from support.story_helpers import digests, rhythm, until


def test_the_digest_tells_the_week_and_comes_once_a_week(
    harness: Harness, alice: Actor, erin: Actor, bob: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    harness.later(hours=3)
    alice.approves(card)
    erin.raises("Dark mode")
    erin.claims("Refund by e-mail")
    harness.later(days=6, hours=19)
    assert digests(harness, checkout) == []
    harness.later(hours=1)
    (posted,) = digests(harness, checkout)
    words = harness.text(posted)
    assert (
        harness.plain(posted)
        == "23 Nov – 30 Nov in #checkout. 1 decision was made; 2 decisions wait."
    )
    assert "#1 Guest checkout: approved by @alice" in words
    assert "• #2 Dark mode (6 days so far): waiting for @alice to decide." in words
    assert "• #3 Refund by e-mail (6 days so far): waiting for @alice to give the verdict." in words
    assert "done but not accepted" not in words
    assert "Time to decide, median: 3 hours." in words
    assert "Impact windows that ended without a statement: 1." in words
    assert "09:00 (Europe/London), under rights v1, made by @alice. People of this" in words
    assert "People of this workspace see it at any time with `/tradeoff digest`." in words
    second = harness.new_bot()
    for bot in (second, harness.bot):
        harness.settle(bot)
    assert len(digests(harness, checkout)) == 1
    harness.later(days=7)
    assert len(digests(harness, checkout)) == 2


def test_two_outcomes_of_one_decision_in_a_week_share_a_line(
    alice: Actor, erin: Actor, harness: Harness, checkout: Channel
) -> None:
    card = erin.claims("Refund by e-mail")
    alice.presses(card, "Send back")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Too slow") == {}
    erin.presses(card, "Submit again")
    assert erin.submits(evidence="Now two seconds") == {}
    alice.presses(card, "Accept")
    assert alice.submits(reason="Tried it") == {}
    alice.types("/tradeoff digest", checkout)
    words = harness.text(alice.member.sees(checkout)[-1])
    assert "1 decision was made (2 outcomes); nothing waits." in words
    assert "#1 Refund by e-mail: accepted by @alice. Before that: sent back by @alice." in words


def test_a_missed_digest_is_sent_once_when_less_than_a_day_late(
    harness: Harness, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    harness.later(days=7, hours=20)
    assert len(digests(harness, checkout)) == 1
    harness.later(days=7, hours=14)
    assert len(digests(harness, checkout)) == 1
    harness.later(days=6)
    assert len(digests(harness, checkout)) == 2


def test_an_empty_week_is_told_or_not_as_the_channel_says(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    harness.later(days=7)
    (line,) = digests(harness, checkout)
    assert (
        harness.plain(line) == "23 Nov – 30 Nov in #checkout: nothing was decided; nothing waits."
    )
    assert [block["type"] for block in line.blocks] == ["section"]
    rhythm(alice, checkout, digest_when_empty="no")
    harness.later(days=7)
    assert len(digests(harness, checkout)) == 1


def test_day_and_hour_are_the_channels(harness: Harness, alice: Actor, checkout: Channel) -> None:
    rhythm(alice, checkout, digest_weekday="Thursday", digest_hour="14:00")
    harness.later(days=3, hours=3, minutes=59)
    assert digests(harness, checkout) == []
    harness.later(minutes=2)
    assert len(digests(harness, checkout)) == 1
    harness.later(days=4)
    assert len(digests(harness, checkout)) == 1
    rhythm(alice, checkout, digest_weekday="No digest")
    alice.types("/tradeoff rights", checkout)
    assert "The digest comes" not in harness.text(alice.member.sees(checkout)[-1])
    until(harness, 15, month=12)
    assert len(digests(harness, checkout)) == 1


def test_moving_the_day_within_a_week_gives_no_second_one(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    harness.later(days=7)
    assert len(digests(harness, checkout)) == 1
    rhythm(alice, checkout, digest_weekday="Wednesday")
    harness.later(days=3)
    assert len(digests(harness, checkout)) == 1
    harness.later(days=6, hours=2)
    assert len(digests(harness, checkout)) == 2


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("moved_to", "day"), [({"digest_weekday": "Sunday"}, 13), ({"digest_hour": "17:00"}, 7)]
)
def test_a_digest_that_is_moved_leaves_out_no_decision(
    harness: Harness, alice: Actor, checkout: Channel, moved_to: dict[str, str], day: int
) -> None:
    """The next digest, on this day of December, begins where the last one ended."""
    until(harness, 30, "09:01")
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    until(harness, 30, "17:01")
    rhythm(alice, checkout, **moved_to)
    until(harness, day, "17:01", month=12)
    _, second = digests(harness, checkout)
    assert "30 Nov – " in harness.text(second)
    assert "1 decision was made" in harness.text(second)
    assert "Guest checkout" in harness.text(second)
    until(harness, day + 7, "17:01", month=12)
    assert "nothing was decided" in harness.text(digests(harness, checkout)[2])


def test_the_hour_after_a_digest_is_in_the_next_one_when_the_clocks_are_put_back(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    """Between 29 March and 5 April 2027, a week in Sydney has an hour more."""
    alice.sets_up_again(checkout, time_zone="Australia/Sydney", reason="We moved")
    harness.clock.now = datetime(2027, 3, 28, 21, 0, tzinfo=UTC)
    harness.settle()
    harness.later(hours=1, minutes=1)
    first = digests(harness, checkout)[-1]
    harness.later(minutes=20)
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    harness.clock.now = datetime(2027, 4, 4, 22, 59, tzinfo=UTC)
    harness.settle()
    harness.later(minutes=2)
    second = digests(harness, checkout)[-1]
    assert "Guest checkout" not in harness.text(first)
    assert "Guest checkout" in harness.text(second)


@pytest.mark.parametrize("quiet", [True, False], ids=["after a quiet week", "before the first"])
def test_a_digest_that_is_moved_leaves_out_no_decision_without_a_digest_before_it(
    harness: Harness, alice: Actor, checkout: Channel, quiet: bool
) -> None:
    """A quiet week had no digest, or the channel has had none: the next begins there all the same.

    The digest is moved from Monday to Thursday on a Saturday.
    """
    rhythm(alice, checkout, digest_when_empty="no")
    if quiet:
        until(harness, 1, "10:00", month=12)
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    until(harness, 5 if quiet else 28, "10:00", month=12 if quiet else 11)
    rhythm(alice, checkout, digest_weekday="Thursday")
    until(harness, 10 if quiet else 3, "09:01", month=12)
    (posted,) = digests(harness, checkout)
    assert "Guest checkout" in harness.text(posted)
    assert ("30 Nov – 10 Dec" if quiet else "23 Nov – 3 Dec") in harness.text(posted)


def test_a_digest_that_is_moved_there_and_back_leaves_out_no_decision(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    """From Monday to Sunday, and on Saturday back to Monday: there are two weeks between."""
    until(harness, 30, "09:01")
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    rhythm(alice, checkout, digest_weekday="Sunday")
    until(harness, 12, "10:00", month=12)
    rhythm(alice, checkout, digest_weekday="Monday")
    until(harness, 14, "09:01", month=12)
    assert "Guest checkout" in harness.text(digests(harness, checkout)[-1])


def test_what_was_decided_before_a_missed_digest_is_in_the_next_one(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    """The bot is not there on the day of the digest and the day after."""
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    harness.clock.now = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    harness.settle()
    assert digests(harness, checkout) == []
    until(harness, 7, "09:01", month=12)
    (posted,) = digests(harness, checkout)
    assert "Guest checkout" in harness.text(posted)
    until(harness, 14, "09:01", month=12)
    assert "Guest checkout" not in harness.text(digests(harness, checkout)[-1])


def test_what_a_digest_would_have_told_that_was_not_sent_is_in_the_next_one(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    """Slack does not let the bot write in the channel when the digest is due."""
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    until(harness, 30, "08:59")
    harness.breaks("chat.postMessage", "refused", channel=checkout.id, error="restricted_action")
    until(harness, 30, "09:01")
    assert digests(harness, checkout) == []
    until(harness, 7, "09:01", month=12)
    (posted,) = digests(harness, checkout)
    assert "Guest checkout" in harness.text(posted)


def test_after_a_quiet_week_the_digest_may_come_on_another_day_of_that_week(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    rhythm(alice, checkout, digest_when_empty="no")
    until(harness, 30, "09:01")
    rhythm(alice, checkout, digest_weekday="Thursday")
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    until(harness, 3, "09:01", month=12)
    (posted,) = digests(harness, checkout)
    assert "Guest checkout" in harness.text(posted)


def test_a_digest_that_is_wanted_again_tells_nothing_of_the_time_without(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    rhythm(alice, checkout, digest_weekday="No digest")
    alice.approves(alice.raises("Guest checkout", kind="requirements"))
    until(harness, 12, "10:00", month=12)
    rhythm(alice, checkout, digest_weekday="Monday", digest_hour="09:00")
    until(harness, 14, "09:01", month=12)
    (posted,) = digests(harness, checkout)
    assert "7 Dec – 14 Dec" in harness.text(posted)
    assert "Guest checkout" not in harness.text(posted)


def test_the_digest_tells_nothing_of_another_channel(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    secret = harness.workspace.add_channel("secret", ["alice", "bob", "sam"], private=True)
    alice.sets_up(secret)
    alice.raises("Buy the rival", kind="risk", in_=secret)
    erin.types("/tradeoff digest", checkout)
    assert "rival" not in erin.was_told()
    harness.later(days=7)
    assert "rival" not in harness.text(digests(harness, checkout)[0])
    assert "rival" in harness.text(digests(harness, secret)[0])


def test_what_does_not_fit_is_counted(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    for number in range(11):
        erin.raises(f"Question {chr(65 + number) * 3}", kind="requirements")
    erin.types("/tradeoff digest", checkout)
    assert "…and 3 more: `/tradeoff list`." in harness.text(erin.member.sees(checkout)[-1])


def test_a_person_can_see_the_digest_of_several_weeks_now(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    card = erin.raises("Guest checkout", kind="requirements")
    alice.approves(card)
    harness.later(days=10)
    erin.types("/tradeoff digest", checkout)
    assert "nothing was decided" in erin.was_told()
    erin.types("/tradeoff digest 2", checkout)
    assert "1 decision was made" in erin.was_told()
    erin.types("/tradeoff digest 99", checkout)
    assert "a number of weeks from 1 to 12" in erin.was_told()
    erin.types("/tradeoff Digest of the week", checkout)
    assert erin.form.values["title"]["title"]["value"] == "Digest of the week"
    assert [post.drawing for post in harness.posts()].count(Drawing.DIGEST) == 0


def test_moves_of_commitments_come_first(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.promises("Beta", "2026-12-12")
    card = erin.raises_move("Move Beta", to="2026-12-17", scope="No refunds", kind="commitment")
    bob.states_impact(card)
    bob.approves_move(card)
    alice.approves(card, option=None)
    alice.changes_table(checkout, communication="joint")
    harness.later(days=7)
    posted = digests(harness, checkout)[0]
    assert "1 decision (#1) moved Beta by +5 days, to Thu 17 Dec 2026." in harness.plain(
        posted
    ).replace("*", "")
    assert "#1 changed the scope of Beta." in harness.plain(posted).replace("*", "")
    changed = "Communication: was the project manager's decision; now both sign."
    assert f"Rights v2, made by @alice: {changed}" in harness.text(posted)
    assert harness.text(posted).index("Commitments") < harness.text(posted).index("Decided")


def test_a_picture_shows_the_weeks_and_the_digest_goes_without_it_too(
    harness: Harness, alice: Actor, erin: Actor, checkout: Channel
) -> None:
    alice.approves(erin.raises("Guest checkout", kind="requirements"))
    harness.later(days=7)
    (first,) = digests(harness, checkout)
    (image,) = [block for block in first.blocks if block["type"] == "image"]
    assert "Decided in each week, and waiting at its end, the last 8 weeks:" in image["alt_text"]
    assert image["alt_text"].endswith("0 and 0, 1 and 0.")
    erin.raises("Dark mode")
    harness.workspace.faults.add("files.getUploadURLExternal", "server_error")
    harness.later(days=7)
    second = digests(harness, checkout)[1]
    assert "image" not in [block["type"] for block in second.blocks]


def test_the_most_urgent_come_first_and_no_decision_twice(
    harness: Harness, alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    reopened = erin.raises("Guest checkout", kind="requirements")
    alice.approves(reopened)
    alice.reopens(reopened)
    erin.raises("No date", kind="requirements")
    erin.raises("Later", kind="requirements", due_on="2026-12-20")
    erin.raises("Sooner", kind="requirements", due_on="2026-12-10")
    erin.raises("Late", kind="requirements", due_on="2026-11-25")
    harness.later(days=7)
    (posted,) = digests(harness, checkout)
    words = harness.text(posted)
    places = [words.index(f"#{number} ") for number in (5, 4, 3, 1, 2)]
    assert places == sorted(places)
    assert [words.count(f"#{number} ") for number in range(1, 6)] == [1] * 5
    assert "• #5 Late (7 days so far): waiting for @alice to decide. Overdue: it was" in words
    assert "• #4 Sooner (7 days so far): waiting for @alice to decide, due 10 Dec." in words
    assert "• #2 No date (7 days so far): waiting" in words, "also without a button"
    assert "1 decision was made; 5 decisions wait." in words
    again = "Approved by @alice. Since then: reopened by @alice."
    assert f"• #1 Guest checkout (7 days so far): waiting for @alice to decide. {again}" in words
    assert buttons(posted) == ["Details"] * 3
    erin.presses(posted, "Details")
    assert "Late" in erin.form_words()
