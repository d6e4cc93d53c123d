"""A Slack that misbehaves when told to: limits reached, errors, silence, connections that break after the work was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["ratelimited", "server_error", "timeout", "broken_after", "broken_before"]


@dataclass
class Fault:
    method: str
    kind: Kind
    times: int
    retry_after: int


@dataclass
class Faults:
    """What is still to go wrong. `one_post_a_second` refuses a second post to a channel within one second of the clock."""

    planned: list[Fault] = field(default_factory=list)
    one_post_a_second: bool = False

    def add(self, method: str, kind: Kind, *, times: int = 1, retry_after: int = 30) -> None:
        """Let the next calls of this method go wrong in this way."""
        self.planned.append(Fault(method, kind, times, retry_after))

    def next_for(self, method: str) -> Fault | None:
        """What must go wrong with this call, if anything; it is then used up once."""
        for fault in self.planned:
            if fault.method == method and fault.times > 0:
                fault.times -= 1
                return fault
        return None
