"""A Slack that misbehaves when told to: limits reached, errors, silence, connections that break after the work was done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Literal

# "…_after": the work was done, and nobody is told. "proxy_error" is somebody else's answer in Slack's place.
# "held" waits until it is `released`, and then does its work. "refused" has a name of the test's choice. "no_ts" and "only_true" are answers to a call that did its work.
Kind = Literal[
    "ratelimited",
    "held",
    "refused",
    "no_ts",
    "only_true",
    "server_error",
    "proxy_error",
    "broken_before",
    "broken_after",
    "timeout_before",
    "timeout_after",
]


@dataclass
class Fault:
    method: str
    kind: Kind
    times: int
    retry_after: int | float | str
    channel: str
    error: str = "ratelimited"


@dataclass
class Faults:
    """What is still to go wrong. `one_post_a_second` refuses a second post to a channel within one second of the clock."""

    planned: list[Fault] = field(default_factory=list)
    one_post_a_second: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def add(
        self,
        method: str,
        kind: Kind,
        *,
        times: int = 1,
        retry_after: int | float | str = 30,
        channel: str = "",
        error: str = "ratelimited",
    ) -> None:
        """Let the next calls of this method (for this channel or person) go wrong in this way."""
        self.planned.append(Fault(method, kind, times, retry_after, channel, error))

    @property
    def used_up(self) -> bool:
        """All that was planned has gone wrong, or is going wrong now."""
        return all(fault.times == 0 for fault in self.planned)

    def next_for(self, method: str, channel: str = "") -> Fault | None:
        """What must go wrong with this call, if anything; it is then used up once."""
        for fault in self.planned:
            if fault.method == method and fault.channel in ("", channel) and fault.times > 0:
                fault.times -= 1
                return fault
        return None
