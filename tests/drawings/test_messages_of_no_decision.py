"""Messages about no decision, with hostile text: rights, commitments, empty seats, refusals.

The forms with which something begins are here too.
"""

from __future__ import annotations

import inspect
import pkgutil
from datetime import date, timedelta
from importlib import import_module

import pytest

import models
from handlers import after_the_fact, errors, left_channel, not_posted, subcommands
from handlers.acceptance import claim
from handlers.acceptance.claim import claim_form
from handlers.answers import FormErrors, OpenForm, Reply, UpdateForm
from handlers.commitments import adding, closing, ledger
from handlers.delegation import leave_forms, seat_notices
from handlers.requests import Click, Command, Form, Shortcut
from handlers.rights import change_forms, new_holders, pending, renamed, rhythm, show, table
from handlers.rights.people import setup_form
from handlers.tradeoff import form as tradeoff_form
from handlers.tradeoff import raising
from handlers.ui import forms
from models.acts import Act, Seat
from models.mrkdwn import escaped, without_isolates
from models.refusals import deciding, refused
from models.refusals.deciding import Deciders
from models.rules import TRADEOFF_KINDS, Decider, Kind, Person, Right, Role, Sort, Standing
from models.tables.commitment import CommitmentMove, CommitmentState
from models.tables.post import Drawing, Post
from models.tables.rights_change import ChangeState, RightsChange
from models.visible_text import cleaned
from models.words import NAME_LIMIT, USUAL
from support.checks import check_form, check_message, check_words
from support.sample import ABOUT, ALICE, BOB, ERIN, HERE, MONDAY, OLGA, SAM, sample, stored
from support.typed_texts import TYPINGS, Typing, retype_commitment

TODAY = MONDAY.date()


@pytest.fixture(params=TYPINGS)
def types(request: pytest.FixtureRequest) -> Typing:
    return TYPINGS[request.param]


# ---- rights, commitments -------------------------------------------------------------------------


@pytest.mark.parametrize("two_hats", [False, True], ids=["two people", "two hats"])
def test_rights_in_every_version(types: Typing, two_hats: bool) -> None:
    here = sample("priority", two_hats)
    first, second = here.rights(1), here.rights(2, reason=types(forms.REASON_LIMIT), reminds=False)
    post = Post(drawing=Drawing.RIGHTS, channel=first.channel)
    check_message(show.rights_in_words(second))
    check_message(show.rights_message(first, None))
    confirmed = show.rights_message(second, first, "Confirmed by <@U0ALICE>: rights v2.")
    check_message(confirmed)
    assert " Confirmed by" not in confirmed.text, "it would run on after the typed reason"
    second.author = ERIN.id
    second.table = {kind: Right(Decider.JOINT, kind is not Kind.ACCEPTANCE) for kind in Kind}
    second.product_owner = OLGA.id
    second.sponsor = None
    check_message(show.rights_message(second, first))
    check_message(new_holders.message(second, OLGA.id))
    check_message(show.welcome(post))
    check_message(not_posted.not_posted(post, here.session))
    for error in ("not_in_channel", "is_archived"):
        post.args = {"error": error, "person": None, "back": True}
        check_message(not_posted.not_posted(post, here.session))
    for slack in (False, True):
        post.args = {"person": ALICE.id, "number": 999_999_999, "others": 999, "slack": slack}
        check_message(left_channel.left_channel(post, here.session))
        post.args |= {"question": True}
        check_message(left_channel.left_channel(post, here.session))
    counted = [(2026, month, kind, 999) for month in range(12, 0, -1) for kind in Kind]
    check_words(show.attempts_in_words(counted, first.words))


@pytest.mark.parametrize("state", ChangeState)
@pytest.mark.parametrize("author", [BOB, SAM], ids=["one is asked", "both are asked"])
def test_a_change_that_somebody_confirms(types: Typing, state: ChangeState, author: Person) -> None:
    here = stored()
    change = RightsChange(
        channel_id=here.version.channel_id,
        author=author.id,
        reason=types(forms.REASON_LIMIT),
        asked_at=MONDAY,
        made_with="V1",
        facts={"product_owner": OLGA.id, "sponsor": None, "confirms": False, "impact_days": 9},
        rows={kind: Right(Decider.JOINT, True) for kind in Kind if kind is not Kind.ACCEPTANCE},
        goes_along=True,
        confirmed={} if state is ChangeState.PENDING else {Role.PRODUCT_OWNER.value: ALICE.id},
        expires_at=MONDAY,
        state=ChangeState.PENDING,
    )
    if state is not ChangeState.PENDING:
        because = types(forms.REASON_LIMIT) if state is ChangeState.DECLINED else None
        change.end(state, MONDAY, None if state is ChangeState.LAPSED else ALICE.id, because)
    here.session.add(change)
    here.session.flush()
    for person in (None, ALICE.id, BOB.id, ERIN.id):
        post = Post(person=person, args={"change": change.id}, due_at=MONDAY)
        check_message(told := pending.change_post(post, here.session))
        assert "\n" in told.text.partition("Why: ")[2], "the bot's words would run on"
        check_message(pending.change_request(post, here.session))
        check_message(pending.change_ended(post, here.session))
    check_form(change_forms.asked_view(here.version, change, here.session, MONDAY))
    check_form(change_forms.decline_form(change, here.version))
    check_form(change_forms.confirm_form(change, here.version))


@pytest.mark.parametrize("state", CommitmentState)
def test_a_commitment_with_a_long_ledger(types: Typing, state: CommitmentState) -> None:
    here = sample()
    for number in range(1, 61):
        move = CommitmentMove(
            decision_id=number,
            decision_number=number,
            round=1,
            days=number % 3 - 1,
            scope="Refunds go out",
            at=MONDAY,
            undoes=number % 5 == 0,
        )
        here.promise.enter(move)
    if state is not CommitmentState.OPEN:
        here.promise.close(state, "It is late", Act(ALICE, MONDAY))
    retype_commitment(here.promise, types)
    post = Post(channel=here.version.channel)
    check_message(ledger.commitment_post(here.promise, post))
    if not here.promise.is_open:
        check_message(ledger.closed_post(here.promise, post))
    for entry in range(1, len(here.promise.moves) + 1):
        told = Post(channel=here.version.channel, person=ALICE.id, args={"entry": entry})
        check_message(ledger.moved_post(here.promise, told))
    for reader in (ALICE.id, "U0NOBODY00"):
        ending = ledger.ending(here.promise, here.version, reader)
        for today in (here.promise.promised_on, here.promise.promised_on + timedelta(days=9)):
            check_form(ledger.ledger_view(here.promise, ending, today))
    touching = here.raised()
    touching.title = types(forms.TITLE_LIMIT)
    check_form(closing.close_form(here.promise, 7 * [touching]))
    check_form(adding.add_form("C0CHECKOUT"))


# ---- forms to begin with -------------------------------------------------------------------------


def test_forms_to_begin_with(types: Typing) -> None:
    here = sample()
    version, title = here.version, types(forms.TITLE_LIMIT)
    retype_commitment(here.promise, types)
    given = {"title": title, "why_now": types(raising.LONGEST_TEXT)}
    for options in range(tradeoff_form.FEWEST_OPTIONS, tradeoff_form.MOST_OPTIONS + 1):
        for effect in (False, True):
            rows = tradeoff_form.Rows(options, effect, [here.promise])
            check_form(tradeoff_form.tradeoff_form(version, rows, given=given))
    check_form(tradeoff_form.tradeoff_form(sample("priority", two_hats=True).version))
    check_form(setup_form("C0CHECKOUT", None, ["Europe/London"], given))
    check_form(setup_form("C0CHECKOUT", version, ["Europe/London"], given))
    check_form(table.table_form(version))
    check_form(rhythm.rhythm_form(version))
    check_form(claim_form(version, title))
    check_form(after_the_fact.record_form(version, title, TODAY))
    waiting = leave_forms.WaitingCounts(moving=7, going_back=2, escalated=3)
    check_form(leave_forms.leave_form(BOB.id, date(2026, 12, 24), waiting, is_sponsor=True))


def test_every_kind_fits_into_the_menus_of_kinds() -> None:
    here = sample()
    for view in (
        tradeoff_form.tradeoff_form(here.version),
        after_the_fact.record_form(here.version, "", TODAY),
    ):
        (menu,) = [
            block["element"]["options"]
            for block in view["blocks"]
            if block.get("block_id") == "kind"
        ]
        assert [option["value"] for option in menu] == [kind.value for kind in TRADEOFF_KINDS]
        assert [option for option in menu if "…" in str(option)] == []


# ---- from a message ------------------------------------------------------------------------------


LINK = (
    f"https://a-very-long-name-of-a-company.enterprise.slack.com/archives/{'C' * 20}/"
    f"p1{'0' * 15}?thread_ts=1{'0' * 16}&cid={'C' * 20}"
)


def shortcut(said: str) -> Shortcut:
    message = {"text": said}
    return Shortcut(
        **ABOUT,
        callback="x",
        channel=HERE.id,
        find_place={HERE.id: HERE}.get,
        author=ERIN.id,
        message=message,
        link=LINK,
    )


@pytest.mark.parametrize("length", [1200, 3000])
def test_a_quoted_message_fits_into_what_a_form_remembers(types: Typing, length: int) -> None:
    """Quotation marks, backslashes and line ends take two characters in JSON; Slack takes 3,000."""
    here = stored()
    said = types(length).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for opened in (
        raising.from_message(shortcut(said), here.session),
        claim.from_message(shortcut(said), here.session),
    ):
        assert isinstance(opened, OpenForm)
        check_form(opened.view)
        source = forms.remembered(opened.view["private_metadata"])["source"]
        assert (source["author"], source["link"]) == (ERIN.id, LINK)
        assert source["text"].rstrip("…")
        assert len(opened.view["private_metadata"].encode("utf-16-le")) <= 2 * 3000, (
            "Slack may count as JavaScript does"
        )


def test_a_quote_of_the_worst_text() -> None:
    """1,200 characters of quotation marks, backslashes and emoji."""
    here = stored()
    said = ('"\\👩‍👩‍👧‍👦' * 1200)[:1200]
    for opened in (
        raising.from_message(shortcut(said), here.session),
        claim.from_message(shortcut(said), here.session),
    ):
        assert isinstance(opened, OpenForm)
        check_form(opened.view)
        assert len(opened.view["private_metadata"].encode("utf-16-le")) <= 2 * 3000


def test_a_quote_outlives_redrawings_of_the_form() -> None:
    here = stored()
    opened = raising.from_message(shortcut('"\\' * 600), here.session)
    assert isinstance(opened, OpenForm)
    metadata = opened.view["private_metadata"]
    for step, press in (("3", raising.add_option), ("yes", raising.add_effect)):
        redrawn = press(
            Click(
                **ABOUT,
                action="x",
                value=step,
                metadata=metadata,
                callback="tradeoff.raise",
                find_place=lambda id: HERE,
            ),
            here.session,
        )
        assert isinstance(redrawn, UpdateForm)
        check_form(redrawn.view)
        assert (
            forms.remembered(redrawn.view["private_metadata"])["source"]
            == forms.remembered(metadata)["source"]
        )


# ---- other names ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "A", "m" * NAME_LIMIT])
def test_other_names(name: str) -> None:
    after = dict.fromkeys(["product_owner", "sponsor", "kind:scope_control"], name)
    args = {"by": [ALICE.id, BOB.id], "before": {"product_owner": "founder"}, "after": after}
    check_message(renamed.names_post(Post(drawing=Drawing.NAMES, args=args)))


# ---- an empty seat -------------------------------------------------------------------------------


@pytest.mark.parametrize("sponsor", ["", SAM.id])
def test_an_empty_seat(sponsor: str) -> None:
    here = stored()
    post = Post(
        drawing=Drawing.SEAT,
        key=f"seat:{here.version.id}:{BOB.id}:{sponsor}",
        rights_version_id=here.version.id,
    )
    check_message(seat_notices.seat_post(post, here.session))
    here.version.channel.rights_number += 1
    check_message(seat_notices.seat_post(post, here.session))


@pytest.mark.parametrize("back", [False, True])
def test_a_seat_whose_holder_is_not_in_the_channel(back: bool) -> None:
    here = stored()
    post = Post(
        drawing=Drawing.SEAT,
        args={"person": BOB.id, "outside": True, "back": back},
        rights_version_id=here.version.id,
    )
    check_message(seat_notices.seat_post(post, here.session))


# ---- refusals ------------------------------------------------------------------------------------

HOLDERS = {Role.PRODUCT_OWNER: ALICE.id, Role.PROJECT_MANAGER: BOB.id}
# Arguments of refusals, by name.
GIVEN = {
    "role_holders": [ALICE.id, BOB.id],
    "sort": Sort.CLAIM,
    "holders": HOLDERS,
    "deciders": Deciders(
        HOLDERS, {Role.PROJECT_MANAGER: ERIN.id}, Seat(ALICE.id, BOB.id), [ALICE.id, BOB.id]
    ),
    "decides": Decider.JOINT,
    "kind": Kind.COMMITMENT,
    "attempt": refused.Attempt(1, Kind.PRIORITY),
    "role": Role.PROJECT_MANAGER,
    "at": MONDAY,
    "lapses_at": MONDAY,
    "review_on": TODAY,
    "outcome": "accepted with follow-ups",
    "words": USUAL,
    "how": "Declined by <@U0ALICE>.",
    "verb": "edit",
    "state": "missed",
    "signed": True,
    "people": [ALICE.id, BOB.id],
    "reopeners": [ALICE.id, BOB.id],
    "channel": "C0CHECKOUT",
    "usage": "/tradeoff",
    "bot": "U0BOT",
    "asked": {Role.PROJECT_MANAGER: BOB.id},
    "gone": [ALICE.id, BOB.id],
    "on_behalf_of": {Role.PROJECT_MANAGER: ERIN.id},
    "person": Person(ERIN.id, Standing.EXTERNAL),
    "standing": Standing.GUEST,
    "has_left": True,
}


def every_refusal() -> list[type[refused.Refused]]:
    for module in pkgutil.walk_packages(models.__path__, "models."):
        import_module(module.name)

    def below(parent: type[refused.Refused]) -> list[type[refused.Refused]]:
        return [kind for child in parent.__subclasses__() for kind in (child, *below(child))]

    return [
        kind
        for kind in below(refused.Refused)
        if kind.__module__.startswith("models.") and kind is not refused.FieldsInvalid
    ]


def refusal_of(kind: type[refused.Refused], types: Typing) -> refused.Refused:
    """Build a refusal with ids for people, numbers for numbers, and typed text for names."""
    arguments = list(inspect.signature(kind.__init__).parameters.values())[1:]
    by_name = GIVEN | {"name": types(forms.NAME_LIMIT)}
    return kind(
        **{
            argument.name: by_name.get(
                argument.name, 42 if "int" in str(argument.annotation) else BOB.id
            )
            for argument in arguments
        }
    )


@pytest.mark.parametrize("kind", every_refusal(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("typing", ["pings", "as much as fits", "ampersands"])
def test_every_refusal_fits_and_keeps_what_was_typed(
    kind: type[refused.Refused], typing: str
) -> None:
    refusal = refusal_of(kind, TYPINGS[typing])
    typed = {f"field{at}": {f"field{at}": {"value": TYPINGS[typing](3000)}} for at in range(20)}
    told = errors.refused(Click(**ABOUT, action="decide.approve", value="1"), refusal)
    assert isinstance(told, Reply)
    check_message(told.message)
    check_form(errors.as_notice(told))
    assert errors.as_notice(told)["title"]["text"] == "Not possible"
    kept = errors.refused(Form(**ABOUT, id="V1", callback="x", metadata="", state=typed), refusal)
    assert isinstance(kept, UpdateForm)
    check_form(kept.view)
    assert kept.view["title"]["text"] == "Not recorded"
    assert str(kept.view["blocks"]).count("'type': 'rich_text'") == 20


@pytest.mark.parametrize("standing", Standing)
def test_every_standing_is_refused_in_words(standing: Standing) -> None:
    for refusal in (
        deciding.CannotDecideAs(standing, HOLDERS, GIVEN["attempt"]),
        refused.CannotActAs(standing),
    ):
        check_words(str(refusal))
        assert standing.phrase in str(refusal)


def test_faults_in_fields_are_shown_under_them_and_our_own_faults_privately() -> None:
    form = Form(**ABOUT, id="V1", callback="x", metadata="", state={})
    assert errors.refused(form, refused.FieldsInvalid({"title": "No."})) == FormErrors(
        {"title": "No."}
    )
    failed = errors.failed(Click(**ABOUT, action="x", value="1"), "0a1b2c3d")
    assert isinstance(failed, Reply)
    check_message(failed.message)
    assert errors.as_notice(failed)["title"]["text"] == "Not done"
    unsure = errors.unsure(Click(**ABOUT, action="x", value="1"))
    assert isinstance(unsure, Reply)
    assert errors.as_notice(unsure)["title"]["text"] == "Not confirmed"


@pytest.mark.parametrize(
    ("callback", "title"),
    [
        ("home.channel", "Not possible"),
        ("questions.ask", "Not asked"),
        ("decide.approve", "Not recorded"),
    ],
)
def test_the_title_of_a_refused_form_says_what_was_not_done(callback: str, title: str) -> None:
    form = Form(**ABOUT, id="V1", callback=callback, metadata="", state={})
    answer = errors.refused(form, refused.Refused("No."))
    assert isinstance(answer, UpdateForm)
    assert answer.view["title"]["text"] == title


def test_what_is_too_long_comes_back_whole_and_harmless(types: Typing) -> None:
    typed, here = escaped(types(10_000)), stored()
    for answer in (
        raising.ask(
            Command(
                **ABOUT, channel=HERE.id, find_place={HERE.id: HERE}.get, name="/tradeoff", text=""
            ),
            here.session,
            typed,
        ),
        subcommands.command(
            Command(
                **ABOUT,
                channel=HERE.id,
                find_place={HERE.id: HERE}.get,
                name="/tradeoff",
                text="rights " + typed,
            ),
            here.session,
        ),
    ):
        if isinstance(answer, OpenForm):
            # The text is short enough for a title.
            check_form(answer.view)
        else:
            assert isinstance(answer, Reply)
            check_words(answer.message.text)
            typed = escaped(cleaned(types(10_000)))
            assert without_isolates(typed) in without_isolates(answer.message.text)
