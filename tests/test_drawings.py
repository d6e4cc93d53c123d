"""Every card, message and form in every state, with the longest and the most hostile text: Slack takes it, and nobody is pinged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from drawn import ALICE, BOB, ERIN, MONDAY, SHAPES, TYPINGS, desk, every_state, messages, open_forms
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from bot.demo import limits
from handlers import accept_forms, drawings, errors, forms, rights, rights_forms, routes, tradeoff
from handlers.answers import FormErrors, Message, Reply, UpdateForm, View
from handlers.requests import Click, Command, Form, Place
from models import refusals
from models.channel import Channel
from models.decision import Decision
from models.post import Drawing, Post
from models.rules import TRADEOFF_KINDS, Decider, Impact, Kind, Outcome, Role, Standing, State
from models.words import who

# All that may stand in angle brackets: our own mentions, of people and the channel of these stories, and moments.
OURS = re.compile(
    r"<@U0(ALICE|BOB|ERIN|SAM|OLGA|BOT)>|<#C0CHECKOUT>|<!date\^\d+\^\{date_short_pretty\} at \{time\}\|[-\d :]+ UTC>"
)
ENTITY = re.compile(r"&(amp|lt|gt);")


def parts(part: Any) -> Iterator[dict[str, Any]]:
    """This object and all within it."""
    if isinstance(part, list):
        for one in part:
            yield from parts(one)
    elif isinstance(part, dict):
        yield part
        for one in part.values():
            yield from parts(one)


def check_words(marked: str) -> None:
    """Slack reads this as markup: all of that must be ours, and whole."""
    rest = ENTITY.sub("", OURS.sub("", marked))
    assert not re.search(r"[<>&]", rest), re.findall(r".{0,30}[<>&].{0,30}", rest)[:3]


def check_blocks(blocks: list[dict[str, Any]]) -> None:
    for part in parts(blocks):
        if part.get("type") == "mrkdwn":
            check_words(part["text"])
            assert part["verbatim"], "Slack links @here and #names of its own accord"
        assert part.get("type") not in ("broadcast", "link", "usergroup", "channel", "emoji")
        if part.get("type") == "user":
            check_words(who(part["user_id"]))
        if part.get("type") == "image":
            assert part["alt_text"].strip()
    buttons = [one for one in parts(blocks) if one.get("type") == "button"]
    assert sum(one.get("style") == "primary" for one in buttons) <= 1
    for one in buttons:
        assert one["action_id"] in routes.clicks
        assert one["value"]
        assert len(one["text"]["text"]) <= 30, "Slack shows about thirty characters"
    for block in blocks:
        known = Block.parse(block)
        assert known is not None
        known.validate_json()


def check_message(message: Message) -> None:
    limits.check_message(message.text, message.blocks)
    check_blocks(message.blocks)
    check_words(message.text)
    assert message.text.strip()
    assert len(message.text) <= 4000, "chat.update refuses more"


def check_form(view: View) -> None:
    limits.check_view(view)
    check_blocks(view["blocks"])
    SdkView(**view).validate_json()
    if "submit" in view:
        assert view["callback_id"] in routes.forms
        assert forms.remembered(view["private_metadata"])


@pytest.fixture(params=TYPINGS)
def typing(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# ---- decisions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_every_message_and_form_of_every_state(shape: str, typing: str) -> None:
    check_every_state(shape, typing, two_hats=False)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("typing", ["as much as fits", "pings"])
def test_every_message_and_form_of_every_state_with_two_hats(shape: str, typing: str) -> None:
    check_every_state(shape, typing, two_hats=True)


def check_every_state(shape: str, typing: str, two_hats: bool) -> None:
    for name, decision in every_state(shape, desk(typing, two_hats)):
        try:
            for _, message in messages(decision):
                check_message(message)
                check_buttons(decision, message)
            for view in open_forms(decision):
                check_form(view)
        except (AssertionError, limits.Invalid) as fault:
            raise AssertionError(f"{name}: {fault}") from fault


def check_buttons(decision: Decision, message: Message) -> None:
    """What is settled has no buttons; what is open can at least be withdrawn; each says what it is about."""
    drawn = [one for one in parts(message.blocks) if one.get("type") == "button"]
    labels = [one["text"]["text"] for one in drawn]
    if decision.state.settled:
        assert labels == []
        return
    assert labels[-1] == "Withdraw"
    assert ("Approve" in labels) is (decision.state is not State.AWAITING_IMPACT and not decision.is_acceptance)
    assert ("State impact" in labels) is (decision.impact in (Impact.AWAITED, Impact.LAPSED))
    for one in drawn:
        assert f"#{decision.number}" in one["accessibility_label"]
        assert one["value"] == str(decision.id)


def test_the_states_that_were_drawn_are_all_there_are() -> None:
    drawn = [(decision, dict(messages(decision)))
             for shape in SHAPES for hats in (False, True) for _, decision in every_state(shape, desk(two_hats=hats))]  # fmt: skip
    decisions = [decision for decision, _ in drawn]
    assert {one.state for one in decisions} == set(State)
    assert {one.outcome for one in decisions} == {*Outcome, None}
    assert {one.impact for one in decisions} == set(Impact)
    assert {one.decides for one in decisions} == set(Decider)
    assert {name for _, shown in drawn for name in shown} == set(drawings.DECISIONS)
    assert set(drawings.DECISIONS) == set(Drawing) - {Drawing.WELCOME, Drawing.RIGHTS, Drawing.NOT_POSTED}


def test_the_text_tells_what_the_blocks_tell() -> None:
    for _, decision in every_state("commitment", desk()):
        card = dict(messages(decision))[Drawing.CARD]
        assert card.text.startswith(f"#{decision.number} Wallet. ")
        assert decision.routed in card.text
        if decision.settled_reason:
            assert f"Why: {decision.settled_reason}" in card.text
        for option in decision.options:
            assert f"Option {option.letter}: {option.name}" in card.text


# ---- rights, welcome, forms to begin with ----------------------------------------------------------------------------


@pytest.mark.parametrize("two_hats", [False, True], ids=["two people", "two hats"])
def test_rights_in_every_version(typing: str, two_hats: bool) -> None:
    this = desk(typing, two_hats)
    first, second = this.rights(1), this.rights(2)
    post = Post(drawing=Drawing.RIGHTS, channel=Channel(slack_id="C0CHECKOUT"))
    check_message(rights.rights_in_words(second))
    check_message(rights.rights_post(first, None, post))
    check_message(rights.rights_post(second, first, post))
    second.author = ERIN.id
    check_message(rights.rights_post(second, first, post))
    check_message(rights.welcome("C0CHECKOUT", post))
    check_message(drawings.not_posted(post))


def test_forms_to_begin_with(typing: str) -> None:
    this = desk(typing)
    version, types = this.rights(), this.typing
    for options in range(forms.FEWEST_OPTIONS, forms.MOST_OPTIONS + 1):
        check_form(forms.tradeoff(version, types(forms.TITLE_LIMIT), types(tradeoff.LONGEST_TEXT), options))
    then = {"title": types(forms.TITLE_LIMIT), "why_now": types(tradeoff.LONGEST_TEXT)}
    check_form(rights_forms.setup("C0CHECKOUT", None, "Europe/London", then))
    check_form(rights_forms.setup("C0CHECKOUT", version, "Europe/London", then))
    check_form(rights_forms.table(version))
    check_form(accept_forms.claim(version, types(forms.TITLE_LIMIT)))
    check_form(forms.tradeoff(desk(typing, two_hats=True).rights()))


def test_every_kind_fits_into_the_menu_of_kinds() -> None:
    view = forms.tradeoff(desk().rights())
    (menu,) = [one["element"]["options"] for one in view["blocks"] if one.get("block_id") == "kind"]
    assert [one["value"] for one in menu] == [kind.value for kind in TRADEOFF_KINDS]
    assert [one for one in menu if "…" in str(one)] == []


# ---- refusals --------------------------------------------------------------------------------------------------------

HOLDERS = {Role.PRODUCT_OWNER: ALICE.id, Role.PROJECT_MANAGER: BOB.id}
ATTEMPT = refusals.Attempt(1, Kind.PRIORITY)
REFUSALS: list[refusals.Refused] = [
    refusals.NotYourDecision(HOLDERS, Decider.JOINT, Kind.COMMITMENT, 3, ATTEMPT),
    refusals.AlreadyDecided(42, "accepted with follow-ups", ALICE.id, MONDAY),
    refusals.AlreadySigned(42, BOB.id),
    refusals.ImpactMissing(BOB.id, Role.PROJECT_MANAGER, MONDAY),
    refusals.NotYourImpact(BOB.id, Role.PROJECT_MANAGER),
    refusals.ImpactAlreadyStated(42, BOB.id, MONDAY),
    refusals.ImpactNotAsked(42),
    refusals.OnlyTheRaiser(42, ERIN.id),
    refusals.NotFound(),
    refusals.NotSetUp("C0CHECKOUT"),
    refusals.NotYourSetup([ALICE.id, BOB.id]),
    refusals.RightsMovedOn(4, BOB.id),
    refusals.NotATeamChannel("/tradeoff"),
    refusals.BotNotHere("/tradeoff", "U0BOT"),
    refusals.ChannelArchived("C0CHECKOUT"),
    refusals.OutsidersCannotRaise(ALICE),
    refusals.NotKnownNow(),
    refusals.CannotActAs(Standing.DEACTIVATED, ATTEMPT),
    *(refusals.CannotDecideAs(standing, HOLDERS, ATTEMPT) for standing in Standing),
    *(refusals.CannotSetUpAs(standing) for standing in Standing),
]
ABOUT: dict[str, Any] = {"workspace": "T0DEMO", "bot_user": "U0BOT", "person": ALICE, "at": MONDAY}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: type(one).__name__)
def test_every_refusal_says_what_to_do_next_and_keeps_what_was_typed(refusal: refusals.Refused, typing: str) -> None:
    typed = {f"field{at}": {f"field{at}": {"value": TYPINGS[typing](3000)}} for at in range(20)}
    told = errors.refused(Click(**ABOUT, action="decide.approve", value="1"), refusal)
    assert isinstance(told, Reply)
    check_message(told.message)
    check_form(errors.as_notice(told.message))
    kept = errors.refused(Form(**ABOUT, id="V1", callback="x", metadata="", state=typed), refusal)
    assert isinstance(kept, UpdateForm)
    check_form(kept.view)
    assert sum(one.get("text") == TYPINGS[typing](3000) for one in parts(kept.view)) == 20


def test_all_refusals_are_among_them() -> None:
    def below(parent: type[refusals.Refused]) -> set[type[refusals.Refused]]:
        return {parent, *(kind for child in parent.__subclasses__() for kind in below(child))}

    named = {kind for kind in below(refusals.Refused) if kind.__module__ == refusals.__name__}
    assert named - {type(one) for one in REFUSALS} == {refusals.Refused, refusals.FieldsInvalid}


def test_faults_in_fields_stand_under_them() -> None:
    form = Form(**ABOUT, id="V1", callback="x", metadata="", state={})
    assert errors.refused(form, refusals.FieldsInvalid({"title": "No."})) == FormErrors({"title": "No."})
    failed = errors.failed(Click(**ABOUT, action="x", value="1"), "0a1b2c3d")
    assert isinstance(failed, Reply)
    check_message(failed.message)


def test_what_is_too_long_comes_back_whole_and_harmless(typing: str) -> None:
    typed = TYPINGS[typing](10_000)
    place = Place("C0CHECKOUT", bot_is_member=True)
    for answer in (
        tradeoff.ask(Command(**ABOUT, place=place, name="/tradeoff", text=""), desk().session, typed),
        tradeoff.usage(Command(**ABOUT, place=place, name="/tradeoff", text="rights " + typed)),
    ):
        if isinstance(answer, Reply):
            check_words(answer.message.text)
