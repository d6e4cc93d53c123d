"""Words of a workspace: what it calls the roles, the sponsor and the kinds of decisions.

The words are kept in the workspace's row. A settlement stores what the role and the kind were
called on that day, so that new names do not change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.rules import Kind, Role

SPONSOR = "sponsor"
# The most characters of a name. Names are parts of sentences, of labels of fields and of cards.
NAME_LIMIT = 30


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Names that a workspace has given to roles and kinds; the other ones have the product's names.

    The keys of `names` are `product_owner`, `project_manager`, `sponsor`, and one for each kind,
    such as `kind:priority`.
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
