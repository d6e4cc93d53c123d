"""Faults that the demo Slack is told to have.

They are limits, errors, silence, and connections that break before or after the work is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

# "…_before" does no work. "…_after" does the work, but the answer is lost. "proxy_error" and
# "text_plain" are answers of a proxy in Slack's place. "refused" is a refusal with the name that
# the test gives (`error`). "no_ts" and "only_true" are answers to a call that did its work. "held"
# waits until `released`, and "delayed" for `seconds`; then the call is answered as usual.
Kind = Literal[
    "ratelimited",
    "server_error",
    "proxy_error",
    "broken_before",
    "broken_after",
    "timeout_before",
    "timeout_after",
    "refused",
    "text_plain",
    "no_ts",
    "only_true",
    "held",
    "delayed",
]


@dataclass
class Fault:
    method: str
    kind: Kind
    times: int = 1
    # The header as Slack or a proxy sends it: seconds, or an HTTP date.
    retry_after: float | str = 30
    channel: str = ""
    error: str = "ratelimited"
    seconds: float = 0


@dataclass
class Faults:
    """Faults that are still to come.

    `one_post_a_second` refuses a second post to a channel within one second of the clock.
    """

    planned: list[Fault] = field(default_factory=list)
    one_post_a_second: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def add(self, method: str, kind: Kind, **how: Any) -> None:
        """Let the next calls of this method (for this channel or person) go wrong in this way."""
        self.planned.append(Fault(method, kind, **how))

    @property
    def used_up(self) -> bool:
        """Return True if every planned fault has happened, or is happening now."""
        return all(fault.times == 0 for fault in self.planned)

    def next_for(self, method: str, channel: str = "") -> Fault | None:
        """Return the fault of this call, and count it as used once; None if the call goes well."""
        for fault in self.planned:
            if fault.method == method and fault.channel in ("", channel) and fault.times > 0:
                fault.times -= 1
                return fault
        return None
