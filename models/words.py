"""Words of a workspace: what it calls the roles, the sponsor and the kinds of decisions.

The one place that gives these words; everything that people read takes them from the workspace's
row. What is stored with a decision (who settled it in which role) stays as it was said that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.rules import Kind, Role

SPONSOR = "sponsor"
# Characters of a name: it is in buttons' sentences, in titles of fields and in lines of cards.
NAME_LIMIT = 30


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Names that a workspace has given to roles and kinds. The others keep the product's names.

    A role is in `names` by its value, the sponsor as `sponsor`, a kind as `kind:priority`.
    """

    names: Mapping[str, str] = field(default_factory=dict)

    def role(self, role: Role) -> str:
        return self.names.get(role.value) or _plain(role.value)

    def roles(self, roles: Iterable[Role]) -> str:
        """Return these roles as `product owner and project manager`."""
        return " and ".join(self.role(role) for role in roles)

    @property
    def sponsor(self) -> str:
        return self.names.get(SPONSOR) or SPONSOR

    def kind(self, kind: Kind) -> str:
        return self.names.get(key_of(kind)) or _plain(kind.value)


USUAL = Words()


def key_of(kind: Kind) -> str:
    """Return the key of a kind's name."""
    return f"kind:{kind.value}"


def _plain(value: str) -> str:
    return value.replace("_", " ")
