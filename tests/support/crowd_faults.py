"""Faults of replicas and of the database: processes end or freeze, transactions are held."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from random import Random

from sqlalchemy import create_engine, text

from support.crowd_replicas import Replicas


async def trouble_replicas(replicas: Replicas, dice: Random, ended: asyncio.Event) -> Counter[str]:
    """Now and then kill a replica, stop it as planned, or freeze it; return how often."""
    count: Counter[str] = Counter()
    while not await passed(ended, dice.uniform(3, 10)):
        number = dice.randrange(len(replicas.ports))
        (what,) = dice.choices(["killed", "stopped", "frozen"], [3, 1, 3])
        count[what] += 1
        if what == "frozen":
            replicas.send(number, signal.SIGSTOP)
            await passed(ended, dice.uniform(0.2, 4))
            replicas.send(number, signal.SIGCONT)
            continue
        await replicas.end(number, signal.SIGKILL if what == "killed" else signal.SIGTERM)
        await passed(ended, dice.uniform(0, 4))
        await replicas.start(number)
    return count


# ---- transactions held before commit -------------------------------------------------------------

# A transaction that has written one of these rows passes the row's gate just before its commit. If
# it waits there too long, the commit fails and the transaction is rolled back.
GATES = 4
GATED = ("decision", "history_event", "post", "timer")
GATE = f"""
    CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = '1500ms' AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(1, (NEW.id % {GATES})::int);
        RETURN NULL;
    END $$
"""
AT_GATE = """
    CREATE CONSTRAINT TRIGGER pass_gate AFTER INSERT OR UPDATE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pass_gate()
"""


def build_gates(url: str) -> None:
    """Put the gates into this database, all of them open."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(GATE))
        for table in GATED:
            connection.execute(text(AT_GATE.format(table=table)))
    engine.dispose()


async def hold_commits(url: str, dice: Random, ended: asyncio.Event) -> Counter[str]:
    """Now and then close a gate, so that transactions overtake each other; return how often."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    count: Counter[str] = Counter()
    with engine.connect() as connection:
        while not await passed(ended, dice.uniform(0.5, 3)):
            gate = {"gate": dice.randrange(GATES)}
            if connection.scalar(text("SELECT pg_try_advisory_lock(1, :gate)"), gate):
                count["commits held"] += 1
                await passed(ended, dice.uniform(0.1, 2.5))
                connection.execute(text("SELECT pg_advisory_unlock(1, :gate)"), gate)
    engine.dispose()
    return count


async def passed(ended: asyncio.Event, seconds: float) -> bool:
    """Wait for this time, or until `ended` is set; return True if it is set."""
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return False
    return True
