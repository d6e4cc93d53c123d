"""Words after `/tradeoff`: verbs with a number, slips of the finger, titles in quotation marks."""

from __future__ import annotations

import re

from bot.demo.slack.workspace import Channel
from handlers.card.missing_buttons import ACTIONS
from handlers.subcommands import VERBS
from models.mrkdwn import ISOLATE
from support.harness import Actor

RAISE = "Raise a tradeoff"


def types(actor: Actor, text: str, checkout: Channel) -> str:
    """Type this text; return the title of the form that opens, or an empty string if none does."""
    if actor.form:
        actor.harness.run(actor.member.closes())
    actor.types(text, checkout)
    return str(actor.form.view["title"]["text"]) if actor.form else ""


def title(actor: Actor) -> str:
    return str(actor.form.values["title"]["title"]["value"])


def chosen(actor: Actor, field: str) -> str:
    """Return the person who is chosen in this field."""
    return str(actor.form.values[field][field]["selected_user"])


def test_a_number_after_a_verb_opens_that_decision(
    alice: Actor, erin: Actor, checkout: Channel
) -> None:
    assert set(ACTIONS) == set(VERBS)
    erin.raises("Guest checkout", kind="requirements")
    for verb in (*VERBS, "show", "accept"):
        assert types(alice, f"/tradeoff {verb} 1", checkout) == "Decision #1", verb
    assert "Approve" in alice.form_words()
    more = (
        "delegate 1",
        "ask #1 when",
        "defer 1 until Friday",
        "approve #1 because it pays",
        "Undo 1",
    )
    for typed in more:
        assert types(alice, f"/tradeoff {typed}", checkout) == "Decision #1", typed
    for typed in ("/accept 1", "/tradeoff 1", "/tradeoff #1"):
        assert types(alice, typed, checkout) == "Decision #1", typed
    assert types(alice, "/tradeoff 1 more week", checkout) == RAISE
    assert types(alice, "/tradeoff approve 35", checkout) == ""
    assert "I cannot show you #35" in alice.was_told()


def test_what_follows_the_number_is_filled_in(
    alice: Actor, bob: Actor, erin: Actor, checkout: Channel
) -> None:
    erin.raises("Guest checkout", kind="requirements")
    for typed in ("delegate #1 @bob", "delegate 1 to @bob"):
        assert types(alice, f"/tradeoff {typed}", checkout) == "Delegate #1", typed
        assert chosen(alice, "delegate") == bob.id
    assert types(alice, "/tradeoff ask #1 @bob Is <this> ready?", checkout) == "Ask about #1"
    assert chosen(alice, "person") == bob.id
    assert alice.form.values["question"]["question"]["value"] == "Is <this> ready?"
    for name in ("@erin", "@Erin"):
        assert types(alice, f"/tradeoff away {name}", checkout) == "Away"
        assert chosen(alice, "delegate") == erin.id
    assert types(erin, "/tradeoff delegate 1 @bob", checkout) == ""
    assert "Only @alice" in erin.was_told()
    assert types(alice, "/tradeoff ask #7 @bob When?", checkout) == ""
    assert "I cannot show you #7" in alice.was_told()


def test_a_title_may_begin_with_a_verb(erin: Actor, checkout: Channel) -> None:
    for typed in ("Approve 3 new vendors", "Ask guests for a phone number", "Edit addresses"):
        assert types(erin, f"/tradeoff {typed}", checkout) == RAISE
        assert title(erin) == typed


def test_a_word_that_means_to_raise_is_no_title(erin: Actor, checkout: Channel) -> None:
    for typed in ("raise", "New"):
        assert types(erin, f"/tradeoff {typed}", checkout) == RAISE
        assert not erin.form.values["title"]["title"].get("value"), typed
    assert types(erin, "/tradeoff raise the price", checkout) == RAISE
    assert title(erin) == "raise the price"


def test_help_has_other_names_too(erin: Actor, checkout: Channel) -> None:
    for asked in ("?", "-h", "--help", "—help"):
        assert types(erin, f"/tradeoff {asked}", checkout) == "", asked
        said = erin.member.sees(checkout)[-1].text
        assert said.startswith("*Make a tradeoff visible*"), asked


def test_help_names_no_kind_because_a_workspace_can_rename_it(
    erin: Actor, checkout: Channel
) -> None:
    assert types(erin, "/tradeoff help", checkout) == ""
    assert "kind:" not in erin.member.sees(checkout)[-1].text


def test_help_promises_no_command_that_opens_the_form_of_a_new_tradeoff(
    erin: Actor, alice: Actor, checkout: Channel
) -> None:
    """A command that help names shows the decision: `state impact 1` does not, `approve 1` does."""
    erin.raises("Guest checkout", kind="requirements")
    assert types(erin, "/tradeoff help", checkout) == ""
    said = erin.member.sees(checkout)[-1].text
    assert "its other buttons" not in said
    commands = re.findall(r"`(/tradeoff \w+) 42`", said)
    assert len(commands) == 2
    for command in commands:
        assert types(alice, f"{command} 1", checkout) == "Decision #1", command


def test_a_leave_without_the_sign_of_a_person_gets_a_question(
    erin: Actor, checkout: Channel
) -> None:
    for typed in ("away bob until Friday", "away bob for two weeks", "away Bob Jones till 24 Dec"):
        assert types(erin, f"/tradeoff {typed}", checkout) == "", typed
        meant = typed.replace("away ", "away @")
        assert f"Did you mean `/tradeoff {meant}`? If it is a title" in erin.was_told()
        erin.presses(erin.member.sees(checkout)[-1], "Raise a tradeoff with this title")
        assert title(erin) == typed
    assert types(erin, "/tradeoff vacation bob until Friday", checkout) == ""
    assert "Did you mean `/tradeoff away @bob until Friday`?" in erin.was_told()
    for typed in ("away page for guests", "away games until we know more", "Away kit for Friday"):
        assert types(erin, f"/tradeoff {typed}", checkout) == RAISE, typed


def test_a_near_miss_gets_a_question(erin: Actor, checkout: Channel) -> None:
    for typed, meant in {
        "lst": "list",
        "stup": "setup",
        "hlep": "help",
        "lst voucher": "list voucher",
        "lst עגלה": "list עגלה",
        "shwo 1": "show 1",
        "aprove 1": "approve 1",
        "exprot csv": "export csv",
    }.items():
        assert types(erin, f"/tradeoff {typed}", checkout) == ""
        quoted = f'/tradeoff "{typed}"'
        told = f"Did you mean `/tradeoff {meant}`? If it is a title, quote it: `{quoted}`."
        assert told in erin.was_told()
        assert ISOLATE not in erin.member.sees(checkout)[-1].text
        assert types(erin, quoted, checkout) == RAISE
        assert title(erin) == typed


def test_a_word_of_another_tool_gets_a_hint_and_keeps_what_was_typed(
    erin: Actor, checkout: Channel
) -> None:
    for typed, said in {
        "search apple <pay>": "Did you mean `/tradeoff list apple <pay>`?",
        "find vouchers": "Did you mean `/tradeoff list vouchers`?",
        "find עגלה": "Did you mean `/tradeoff list עגלה`?",
        "status": "Did you mean `/tradeoff list`?",
        "status 1": "Did you mean `/tradeoff show 1`?",
        "show 1 2": "Did you mean `/tradeoff show 1`?",
        "withdraw 1 because": "Did you mean `/tradeoff withdraw 1`?",
        "show vouchers": "Did you mean `/tradeoff list vouchers`?",
        "approve": "`/tradeoff approve` takes the number of a decision, as in `/tradeoff approve",
        "digest two": "`/tradeoff digest` takes a number of weeks, as in `/tradeoff digest 4`.",
        "board of directors": "`/tradeoff board` takes no words after it.",
        "approve apple pay": "`/tradeoff list` shows the numbers.",
    }.items():
        assert types(erin, f"/tradeoff {typed}", checkout) == "", typed
        assert said in erin.was_told(), erin.was_told()
        answer = erin.member.sees(checkout)[-1]
        assert ISOLATE not in answer.text, "a command to copy has no invisible characters"
        erin.presses(answer, "Raise a tradeoff with this title")
        assert title(erin) == typed
    for typed in ("Search results by price", "Status page", "Show prices", "Digest e-mails"):
        assert types(erin, f"/tradeoff {typed}", checkout) == RAISE, typed


def test_a_title_that_only_looks_like_a_slip(erin: Actor, checkout: Channel) -> None:
    for typed in (
        "Lists are slow",
        "Accepted cards in the basket",
        "Right column",
        "Way to pay",
        "Backend",
    ):
        assert types(erin, f"/tradeoff {typed}", checkout) == RAISE, typed
        assert title(erin) == typed


def test_quotation_marks_of_many_languages_enclose_a_title(erin: Actor, checkout: Channel) -> None:
    for pair in (
        '""',
        "“”",
        "„“",
        "„”",
        "””",
        "«»",
        "»«",
        "‘’",
        "‚‘",
        "‹›",
        "「」",
        "『』",
        "＂＂",
    ):
        assert types(erin, f"/tradeoff {pair[0]}Setup fee{pair[1]}", checkout) == RAISE
        assert title(erin) == "Setup fee"
    types(erin, "/tradeoff record « Setup fee »", checkout)
    assert title(erin) == "Setup fee"
    types(erin, "/accept „Setup fee“", checkout)
    assert erin.form.values["item"]["item"]["value"] == "Setup fee"
    for typed in ('"Fast" or "cheap"', "“Fast” or “cheap”"):
        types(erin, f"/tradeoff {typed}", checkout)
        assert title(erin) == typed
