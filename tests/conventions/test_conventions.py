"""Conventions that import-linter cannot see.

Forbidden calls, routes against buttons and forms, migrations, the wheel, the README's commands.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect

from bot import migrate
from handlers import routes
from support.python_files import python_files

ROOT = Path(__file__).parents[2]
CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "monotonic"),
    ("time", "perf_counter"),
    ("time", "time_ns"),
    ("func", "now"),
    ("func", "current_timestamp"),
}


def places(found: Callable[[ast.AST], bool], *folders: str) -> list[str]:
    """Return the file and line of each node in these folders for which `found` is true."""
    return [
        f"{file.name}:{getattr(node, 'lineno', 0)}"
        for file in python_files(*folders)
        for node in file.nodes
        if found(node)
    ]


def dotted(node: ast.AST) -> tuple[str, str]:
    """Return the last two names of `a.b.c`: ("b", "c")."""
    if not isinstance(node, ast.Attribute):
        return "", ""
    owner = node.value
    return (owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")), node.attr


# ---- who may do what -----------------------------------------------------------------------------


def test_imports_go_the_allowed_ways() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_bot_reads_a_clock() -> None:
    def reads(node: ast.AST) -> bool:
        return dotted(node) in CLOCK or getattr(node, "module", "") == "time"

    assert places(reads, "models", "handlers") == []


def test_days_come_from_a_calendar_and_not_from_utc() -> None:
    """Late in the evening in California, `at.date()` is the next day already: `at` is in UTC."""

    def utc_day(node: ast.AST) -> bool:
        moment = dotted(node)[0].split("_")[-1] if dotted(node)[1] == "date" else ""
        return moment == "at" and isinstance(node, ast.Attribute)

    # `offers.py` only checks that a day is not absurdly far away, which needs no calendar.
    found = places(utc_day, "models", "handlers")
    assert [place for place in found if not place.startswith("handlers/ui/offers.py")] == []


def test_only_the_settings_read_the_environment() -> None:
    def reads(node: ast.AST) -> bool:
        imported = isinstance(node, ast.ImportFrom) and node.module == "os"
        return dotted(node) in {("os", "environ"), ("os", "getenv")} or (
            imported
            and any(name.name in ("environ", "getenv") for name in getattr(node, "names", []))
        )

    found = places(reads, "bot", "handlers", "models", "alembic")
    assert [place for place in found if not place.startswith("bot/settings.py")] == []


def test_handlers_and_models_do_not_commit() -> None:
    assert places(lambda node: dotted(node)[1] == "commit", "models", "handlers") == []


def test_only_the_outbox_posts() -> None:
    def posts(node: ast.AST) -> bool:
        by_name = (
            isinstance(node, ast.Constant)
            and re.fullmatch(r"chat\.[a-zA-Z]+", str(node.value)) is not None
        )
        return dotted(node)[1].startswith("chat_") or by_name

    # `chat.getPermalink` posts nothing. The list below has the other places that may name a method.
    found = places(
        lambda node: posts(node) and dotted(node)[1] != "chat_getPermalink",
        "bot",
        "handlers",
        "models",
    )
    assert [
        place
        for place in found
        if not place.startswith(("bot/outbox/slack.py", "bot/outbox/pace.py", "bot/demo/"))
    ] == []


def test_clients_of_slack_are_made_where_their_proxy_is_known() -> None:
    clients = {"AsyncWebClient", "AsyncWebhookClient"}

    def makes_one(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and getattr(node.func, "id", "") in clients

    found = places(makes_one, "bot", "handlers", "models")
    assert [place for place in found if not place.startswith("bot/proxies.py")] == []


def test_handlers_and_models_catch_no_general_exception() -> None:
    def catches_all(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        names = ast.walk(node.type) if node.type else ()
        general = ("Exception", "BaseException")
        return node.type is None or any(getattr(name, "id", "") in general for name in names)

    assert places(catches_all, "models", "handlers") == []


# ---- drawn against routed ------------------------------------------------------------------------


def passed_to(position: int, *builders: str) -> set[str]:
    """Return the constants that `handlers/` passes to these builders at this position.

    A builder is called as `blocks.<builder>` or `inputs.<builder>`.
    """
    found = set()
    for file in python_files("handlers"):
        for node in file.nodes:
            if isinstance(node, ast.Call) and dotted(node.func) in {
                (module, builder) for module in ("blocks", "inputs") for builder in builders
            }:
                given = node.args[position]
                assert isinstance(given, ast.Constant), (
                    f"{file.name}:{node.lineno}: write the id out, so that it can be found"
                )
                found.add(str(given.value))
    return found


def test_every_button_has_a_route_and_every_route_a_button() -> None:
    assert passed_to(1, "button", "menu_item", "pick") == set(routes.clicks)


def test_every_form_has_a_route_and_every_route_a_form() -> None:
    assert passed_to(0, "form") == set(routes.forms)


# ---- migrations ----------------------------------------------------------------------------------


def check(url: str) -> None:
    """Raise AutogenerateDiffsDetected if the models say more or less than the migrations made."""
    engine = create_engine(url)
    with engine.connect() as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        command.check(settings)
    engine.dispose()


def down(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        settings = migrate.config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, "base")
        connection.commit()
    engine.dispose()


# An index over expressions is not compared: SQLAlchemy and Alembic each say so.
@pytest.mark.filterwarnings("ignore:.*expression-based index.*")
@pytest.mark.both_databases
def test_migrations_go_up_make_what_the_models_say_and_go_down(database_url: str) -> None:
    engine = create_engine(database_url)
    try:
        check(database_url)
        down(database_url)
        assert inspect(engine).get_table_names() == ["alembic_version"]
        migrate.upgrade(database_url)
        check(database_url)
        assert migrate.is_current(engine)
    finally:
        engine.dispose()


def test_migrations_import_nothing_of_ours() -> None:
    def ours(node: ast.AST) -> bool:
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [name.name for name in node.names] if isinstance(node, ast.Import) else []
        return any(name.split(".")[0] in ("bot", "handlers", "models") for name in names)

    assert places(ours, "alembic/versions") == []
    assert not (ROOT / "alembic" / "__init__.py").exists(), (
        "it would hide the package that our folder shares its name with"
    )


# ---- what is handed out --------------------------------------------------------------------------


def test_the_wheel_brings_the_migrations_and_leaves_alembic_alone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {f"bot/pages/{path.name}" for path in (ROOT / "bot" / "pages").iterdir()} <= set(names)
    versions = {path.name for path in (ROOT / "alembic" / "versions").glob("*.py")}
    assert {
        "bot/migrations/env.py",
        *(f"bot/migrations/versions/{name}" for name in versions),
    } <= set(names)
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"bot", "handlers", "models"}
    assert any(name.endswith("/entry_points.txt") for name in names)


def test_what_the_readme_says_to_run_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test", "check", "bench", "screenshots", "lock"} <= targets
    blocks = re.findall(r"```\w*\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    named = [re.findall(r"^\$? ?make ([a-z]+)", block, re.MULTILINE) for block in blocks]
    assert {target for names in named for target in names} <= targets
    ours = [re.findall(r"(?:^|bin/|\s)tradeoff ([a-z]+)", block) for block in blocks]
    from bot.cli import main

    assert {name for names in ours for name in names} <= set(main.commands)
