"""Faults that people reported of other bots, tried here.

A test's docstring says what was reported, and where.
"""

from __future__ import annotations

import pytest

from bot.demo.slack.workspace import Channel
from support.harness import Actor, Harness


@pytest.mark.parametrize("line", ["Add Apple Pay\nto Sprint 14", "Add Apple Pay\n\nto Sprint 14\n"])
def test_a_command_of_several_lines_is_one_title(erin: Actor, checkout: Channel, line: str) -> None:
    """Only the first line was read, or none (shomali11/slacker#144, hermes-agent#41522)."""
    erin.types(f"/tradeoff {line}", checkout)
    assert "Add Apple Pay to Sprint 14" in erin.form_words()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("list\nkind:requirements", "Guest checkout"),
        ("rights\n", "Who decides"),
        ("show\n1", "Guest checkout"),
    ],
)
def test_a_subcommand_before_a_line_break(
    erin: Actor, checkout: Channel, line: str, said: str
) -> None:
    """A multi-line argument lost its command (hermes-desktop#809)."""
    erin.raises("Guest checkout", kind="requirements")
    erin.types(f"/tradeoff {line}", checkout)
    assert said in f"{erin.was_told()} {erin.form_words()}"
    assert erin.form is None or erin.form.callback_id != "tradeoff.raise"


@pytest.mark.parametrize("pair", ["“”", "‘’", "„“", "«»", '"”'])
def test_quotation_marks_that_a_telephone_makes(erin: Actor, checkout: Channel, pair: str) -> None:
    """Slack and iOS make typographic quotation marks (errbot#1145, rota-slackbot#29)."""
    erin.types(f"/tradeoff {pair[0]}Setup fee or free trial{pair[1]}", checkout)
    title = erin.form.view["blocks"][1]["element"]["initial_value"]
    assert title == "Setup fee or free trial"


@pytest.mark.parametrize("day", ["2026–11–01", "2026—11—01", "２０２６-１１-０１"])
def test_dashes_that_a_telephone_makes_of_hyphens(erin: Actor, checkout: Channel, day: str) -> None:
    """The argument was not recognised (hermes-agent#14363, lita-keyword-arguments#5)."""
    erin.types(f"/tradeoff list since:{day}", checkout)
    assert "Raised since Sun 1 Nov 2026" in erin.form_words()


def test_wide_digits_of_a_japanese_keyboard_are_read(erin: Actor, checkout: Channel) -> None:
    erin.raises("Guest checkout", kind="requirements")
    erin.types("/tradeoff show １", checkout)
    assert "Guest checkout" in f"{erin.was_told()} {erin.form_words()}"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_first_and_last_day_of_the_calendar_are_refused(
    erin: Actor, checkout: Channel, day: str
) -> None:
    """After such a day, every request failed (ZeusWPI/Haldis#173, python-discord/bot#1390)."""
    erin.types("/tradeoff Guest checkout", checkout)
    fields = {"kind": "requirements", "why_now": "Guests leave", "due_on": day}
    errors = erin.submits(**fields, option1_name="Yes", option2_name="No")
    assert set(errors) == {"Decide by"}


def test_a_role_holder_whom_slack_no_longer_knows(
    harness: Harness, sam: Actor, erin: Actor, checkout: Channel
) -> None:
    """One missing approver stopped every request (terraform-aws-sso-elevator#139)."""
    harness.workspace.forget(sam.member.person)
    harness.bot.people.forget_person(harness.workspace.team_id, sam.id)
    card = erin.raises("Guest checkout", kind="requirements")
    assert "Waiting for @alice to decide" in harness.text(card)
    harness.workspace.bad_requests.clear()


def test_a_person_without_a_name(harness: Harness, dora: Actor, checkout: Channel) -> None:
    """External and imported people came without a name (claude-code#80259)."""
    dora.member.person.real_name = ""
    harness.bot.people.forget_person(harness.workspace.team_id, dora.id)
    card = dora.raises("Guest checkout", kind="requirements")
    assert f"<@{dora.id}>" in str(card.blocks)


def test_late_in_the_evening_west_of_greenwich_it_is_still_today(
    harness: Harness, alice: Actor, erin: Actor, search: Channel
) -> None:
    """What was done late was filed under the next day (dolores-landingham-slack-bot#111)."""
    erin.member.person.time_zone = "America/Los_Angeles"
    alice.types("/tradeoff setup", search)
    people = {"product_owner": "alice", "project_manager": "bob"}
    assert alice.submits(**people, time_zone="America/Los_Angeles") == {}
    harness.later(hours=18)  # Monday evening there, Tuesday in UTC
    card = erin.claims("Refund by e-mail", in_=search)
    alice.presses(card, "Accept with follow-ups")
    assert alice.submits(criterion1="met", criterion2="not_met", reason="Ship it") == {}
    today = {"follow_up1_what": "Cache", "follow_up1_owner": "erin", "follow_up1_due": "2026-11-23"}
    assert alice.submits(**today) == {}
    erin.presses(erin.dm()[-1], "Done")
    assert "done on Mon 23 Nov 2026" in harness.whole(card)
    assert "Tue 24 Nov" not in harness.whole(card)
    assert "Done on Mon 23 Nov 2026" in harness.text(erin.dm()[-1])
    card = erin.raises("Guest checkout", kind="requirements", in_=search, due_on="2026-11-23")
    assert harness.decision(2).overdue_at is None
    alice.rejects(card)
    erin.types("/tradeoff Guest checkout", search)
    erin.submits(kind="requirements", why_now="Again", option1_name="Yes", option2_name="No")
    assert "rejected on Mon 23 Nov 2026" in erin.form_words()
