"""Faults of the crowd: Slack misbehaves, replicas are killed, transactions are held."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import create_engine, text

from bot.demo.slack.faults import Fault, Faults, Kind
from support.crowd_replicas import Replicas

# How likely each sort of fault is, beside the others. A time-out takes ten seconds: it is rare.
OF_A_POST: dict[Kind, int] = {
    "ratelimited": 5,
    "server_error": 3,
    "proxy_error": 2,
    "broken_before": 3,
    "broken_after": 8,
    "timeout_before": 1,
    "timeout_after": 1,
}
OF_A_READ: dict[Kind, int] = {
    "ratelimited": 2,
    "server_error": 2,
    "broken_before": 2,
    "timeout_before": 1,
}
# method → of a hundred calls, so many go wrong; and how
GOES_WRONG: dict[str, tuple[int, dict[Kind, int]]] = {
    "chat.postMessage": (15, OF_A_POST),
    "chat.update": (10, OF_A_POST),
    "conversations.history": (10, OF_A_READ),
    "conversations.replies": (10, OF_A_READ),
    "conversations.open": (5, OF_A_READ),
    "conversations.info": (3, OF_A_READ),
    "conversations.members": (3, OF_A_READ),
    "users.info": (3, OF_A_READ),
    "views.open": (3, OF_A_READ),
}
# While Slack is down.
DOWN = 90
OF_ALL: dict[Kind, int] = {"server_error": 1, "proxy_error": 1, "broken_before": 1}
SENDING = ("chat.postMessage", "chat.update")


@dataclass
class RollingFaults(Faults):
    """Faults of the demo Slack that are not planned: each call may go wrong, by the dice.

    While Slack `is_down`, most do, at once, and none takes effect.
    """

    dice: Random = field(default_factory=Random)
    raging: bool = False
    is_down: bool = False
    gone_wrong: Counter[tuple[str, str]] = field(default_factory=Counter)

    def next_for(self, method: str, channel: str = "") -> Fault | None:
        chance, kinds = (DOWN, OF_ALL) if self.is_down else GOES_WRONG.get(method, (0, {}))
        if not self.raging or self.dice.randrange(100) >= chance:
            return None
        (kind,) = self.dice.choices(list(kinds), list(kinds.values()))
        self.gone_wrong[method, kind] += 1
        return Fault(method, kind, 0, self.dice.randint(1, 3), channel)

    @property
    def of_sending(self) -> int:
        """How many posts and updates went wrong."""
        return sum(count for (method, _), count in self.gone_wrong.items() if method in SENDING)


async def take_slack_down(
    faults: RollingFaults, dice: Random, ended: asyncio.Event
) -> Counter[str]:
    """Let Slack fail whole now and then, so that messages pile up; return how often."""
    count: Counter[str] = Counter()
    while not await passed(ended, dice.uniform(10, 25)):
        count["Slack down"] += 1
        faults.is_down = True
        await passed(ended, dice.uniform(2, 6))
        faults.is_down = False
    return count


async def trouble_replicas(replicas: Replicas, dice: Random, ended: asyncio.Event) -> Counter[str]:
    """Kill a replica now and then, stop it as planned, or freeze it; return how often."""
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

# Whoever wrote one of these rows passes the row's gate as the last thing before the commit. Whoever
# waits there too long is refused: the commit fails, and all that was written is gone.
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
    """Close a gate now and then, so that others overtake who waits there; return how often."""
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
    """Let this time pass, or less when it all ends; return True if it has ended."""
    try:
        await asyncio.wait_for(ended.wait(), seconds)
    except TimeoutError:
        return False
    return True
