"""Control data (控制数据): the few scalars a procedure decides by. Refuses what may not enter a state."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bihuan.domain.workdays import Due
from bihuan.engine.expressions import Failed, bounded

RESERVED = frozenset({"pressed_at", "cell"})
MOST_IN_ALL = 20_000
"""So many letters and values may enter a state at a time: lists of lists of texts, each within its bound, are more."""


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, when every name and value may enter a state. Raises Failed."""
    size = 0
    for name, value in values.items():
        if not is_name(name):
            raise Failed(f"{name!r} is no name for control data")
        for part in _parts(name, value):
            size += part
            if size > MOST_IN_ALL:
                raise Failed(f"with {name} it is more control data at a time than {MOST_IN_ALL} letters and values")
    return dict(values)


def is_name(name: object) -> bool:
    """Whether control data may be called so: an identifier, not `…_at`, not reserved, no leading underscore."""
    if not isinstance(name, str) or len(name) > 100 or not name.isidentifier():
        return False
    return not (name.startswith("_") or name.endswith("_at") or name in RESERVED)


def as_json(value: Any) -> Any:
    """The value with moments and days as ISO text, for a message's payload."""
    match value:
        case Due():
            return value.due_at.isoformat()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case dict():
            return {name: as_json(item) for name, item in value.items()}
        case list():
            return [as_json(item) for item in value]
    return value


def _parts(name: str, value: Any, depth: int = 0) -> Iterator[int]:
    """How large each part of a value is, one after the other: of a text its letters. Raises Failed."""
    bounded(value)
    if isinstance(value, list) and depth < 2:
        yield 1
        for item in value:
            yield from _parts(name, item, depth + 1)
    elif isinstance(value, dict) and depth < 2:
        yield 1
        for key, item in value.items():
            yield from _parts(name, key, 2)
            yield from _parts(name, item, depth + 1)
    elif value is not None and not isinstance(value, str | int | float):
        raise Failed(f"{name} is {type(value).__name__}: control data holds texts, numbers and truth values")
    else:
        yield len(value) if isinstance(value, str) else 1
