"""Two tenants in one database, with the same people and channels: neither reads the other's.

On Enterprise Grid, a person has the same id in every workspace of the company.
"""

from __future__ import annotations

import pytest

from bot.commands import digest
from bot.commands.tenants import TenantUnclear, tenant_of
from bot.demo.slack import payloads
from bot.demo.slack.member import Member
from bot.demo.slack.workspace import Channel
from models.tables.workspace import Workspace
from support.harness import GENEROUS, Actor, Harness
from support.home_visitor import opens_home

OTHER, COMPANY = "T0OTHER001", "E0COMPANY"


def as_another_tenant(harness: Harness) -> None:
    """Let the bot work for another tenant from now on, with the same database."""
    harness.bot.installations.tenant = OTHER


@pytest.fixture
def elsewhere(harness: Harness, alice: Actor, erin: Actor, checkout: Channel) -> Channel:
    """Return the channel as another tenant meets it: there, nothing is set up or decided."""
    erin.raises("Fire the vendor", kind="requirements")
    as_another_tenant(harness)
    return checkout


def test_home_shows_nothing_of_another_tenant(
    elsewhere: Channel, alice: Actor, erin: Actor
) -> None:
    for person in (erin, alice):
        shown = opens_home(person)
        assert "Nothing here yet" in shown
        assert "Fire the vendor" not in shown


@pytest.mark.parametrize("line", ["list", "list vendor", "list by:me", "show 1", "rights"])
def test_commands_find_nothing_of_another_tenant(
    elsewhere: Channel, erin: Actor, line: str
) -> None:
    erin.types(f"/tradeoff {line}", elsewhere)
    told = erin.was_told() or erin.form_words()
    assert told
    assert "Fire the vendor" not in told
    assert "product owner" not in told


def test_each_tenant_has_its_own_rights_and_numbers(
    harness: Harness, alice: Actor, erin: Actor, elsewhere: Channel
) -> None:
    alice.sets_up(elsewhere, po="erin")
    erin.raises("Guest checkout", kind="requirements")
    numbers = [(decision.number, decision.title) for decision in harness.decisions()]
    assert numbers == [(1, "Fire the vendor"), (1, "Guest checkout")]
    erin.types("/tradeoff rights", elsewhere)
    assert "@erin, product owner, decides" in erin.was_told().replace("*", "")


@pytest.mark.both_databases
def test_the_operator_says_which_of_two_is_meant(
    harness: Harness, alice: Actor, elsewhere: Channel
) -> None:
    ours = harness.workspace.team_id
    assert harness.query(lambda session: tenant_of(session, elsewhere.id, None)) == ours
    alice.sets_up(elsewhere)
    with pytest.raises(TenantUnclear, match=f"add --tenant {ours} or {OTHER}"):
        harness.query(lambda session: tenant_of(session, elsewhere.id, None))

    def printed(tenant: str | None) -> str:
        asked = digest.Asked(elsewhere.id, tenant, None)
        return harness.query(lambda session: digest.printed(session, asked, harness.clock.now))

    with pytest.raises(digest.NoDigest, match="add --tenant"):
        printed(None)
    assert "Fire the vendor" in printed(ours)


# ---- Enterprise Grid -----------------------------------------------------------------------------


def test_a_workspace_with_a_record_stays_its_own_tenant(
    harness: Harness, alice: Actor, checkout: Channel
) -> None:
    """The hashes of the record cover the workspace's id, so the company cannot take its place."""
    tenants = harness.query(lambda session: session.query(Workspace.tenant).all())
    assert [tenant for (tenant,) in tenants] == [harness.workspace.team_id]
    harness.workspace.enterprise_id = COMPANY
    harness.bot.installations.identity = None
    harness.run(harness.bot.installations.identify(GENEROUS))
    assert harness.bot.installations.tenant == harness.workspace.team_id


def test_a_company_without_a_record_is_one_tenant(
    harness: Harness, alice: Actor, people: dict[str, Actor]
) -> None:
    harness.workspace.enterprise_id = COMPANY
    harness.bot.installations.identity = None
    alice.sets_up(harness.workspace.add_channel("payments", ["alice", "bob", "sam"]))
    tenants = harness.query(lambda session: session.query(Workspace.tenant).all())
    assert [tenant for (tenant,) in tenants] == [COMPANY]


@pytest.mark.parametrize("is_org_install", [True, False])
def test_two_workspaces_of_a_company_share_the_record_of_a_channel(
    database_url: str, is_org_install: bool
) -> None:
    """One rights table and one record, whichever workspace somebody acts in."""
    harness = Harness(database_url, enterprise_id=COMPANY, is_org_install=is_org_install)
    harness.start()
    alice, erin = harness.person("alice"), harness.person("erin")
    harness.person("bob")
    harness.person("sam")
    harness.workspace.add_sister_person("nora")
    nora = Actor(harness, Member(harness.slack.delivery, harness.workspace.person("nora")))
    shared = harness.workspace.add_channel("shared", ["alice", "bob", "sam", "erin", "nora"])
    alice.sets_up(shared, po="nora")
    card = erin.raises("Guest checkout", kind="requirements", in_=shared)
    nora.approves(card, because="Guests leave")
    assert "approved by @nora" in harness.plain(erin.member.sees(shared)[-1])
    if is_org_install:
        nora.types("/tradeoff rights", shared)
        assert "(rights v1)" in nora.was_told()
    bad = list(harness.workspace.bad_requests)
    harness.stop()
    assert bad == []


# ---- another workspace ---------------------------------------------------------------------------


def test_a_request_of_another_workspace_is_answered_with_a_sentence(
    harness: Harness, erin: Actor, checkout: Channel, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = harness.slack.delivery
    typed = payloads.command(harness.workspace, erin.member.person, checkout, "/tradeoff", "rights")
    harness.workspace.calls.clear()
    answer = harness.run(delivery.command({**typed, "team_id": "T0FOREIGN1"}))
    assert answer.status == 200
    assert "I work for another workspace" in answer.body
    assert {method for method, _, _ in harness.workspace.calls} <= {"auth.test"}
    assert "request not understood" not in capsys.readouterr().out
