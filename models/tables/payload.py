"""Payload: the base of what a history event says, and how its fields are read from JSON."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar, Self


def fact(kind: type, *, if_null: Any = None) -> Any:
    """Declare a field whose value is hashed as it is. A JSON null is read as `if_null`."""
    return field(default=None, metadata={"kind": kind, "if_null": if_null})


def personal(kind: type = str, *, if_null: Any = None) -> Any:
    """Declare a field that names a person or that a person typed.

    Only its salted digest is hashed.
    """
    return field(default=None, metadata={"kind": kind, "if_null": if_null, "personal": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Content of an event besides its verb, actor and time.

    `redacted` has the names of the values that were deleted.
    """

    # Names for the elements of the list "commitment" in a version 1 event.
    COMMITMENT: ClassVar[tuple[str, ...]] = ()

    redacted: frozenset[str] = frozenset()

    @classmethod
    def from_json(cls, said: Mapping[str, Any], redacted: Collection[str] = ()) -> Self:
        """Read the content of an event of any release.

        A value that does not have its field's type is left out, because somebody has changed it.
        """
        if isinstance(said.get("commitment"), list):
            said = {**said, **dict(zip(cls.COMMITMENT, said["commitment"], strict=False))}
        values: dict[str, Any] = {"redacted": frozenset(redacted)}
        for name, declared in declared_fields(cls).items():
            value = said.get(name)
            if name in said and value is None:
                value = declared.metadata["if_null"]
            if isinstance(value, list) and declared.metadata["kind"] is tuple:
                value = _frozen(value)
            if isinstance(value, declared.metadata["kind"]):
                values[declared.name] = value
        return cls(**values)

    def as_json(self) -> dict[str, Any]:
        """Return what the event says, by name; a field that is None is left out."""
        return {**self.facts(), **self.personal()}

    def facts(self) -> dict[str, Any]:
        """Return the values that are hashed as they are."""
        return self._said(False)

    def personal(self) -> dict[str, Any]:
        """Return the values that name people or that people typed."""
        return self._said(True)

    def _said(self, personal: bool) -> dict[str, Any]:
        found = {
            name: getattr(self, declared.name)
            for name, declared in declared_fields(type(self)).items()
            if declared.metadata.get("personal", False) is personal
        }
        return {name: value for name, value in found.items() if value is not None}


def declared_fields(cls: type[Payload]) -> dict[str, Field[Any]]:
    """Return the fields by their names in the JSON.

    They are cached, because every event needs them.
    """
    if cls not in _DECLARED:
        _DECLARED[cls] = {field.name.rstrip("_"): field for field in fields(cls) if field.metadata}
    return _DECLARED[cls]


_DECLARED: dict[type[Payload], dict[str, Field[Any]]] = {}


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
