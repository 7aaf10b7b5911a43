"""Control data (控制数据): the few scalars a procedure decides by. Refuses what may not enter a state."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bihuan.domain.workdays import Due
from bihuan.engine.expressions import Failed, bounded

RESERVED = frozenset({"pressed_at", "cell"})


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, when every name and value may enter a state. Raises Failed."""
    for name, value in values.items():
        if not is_name(name):
            raise Failed(f"{name!r} is no name for control data")
        _check(name, value)
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


def _check(name: str, value: Any, depth: int = 0) -> None:
    if isinstance(value, list) and depth < 2:
        for item in value:
            _check(name, item, depth + 1)
    elif isinstance(value, dict) and depth < 2:
        for key, item in value.items():
            _check(name, key, 2)
            _check(name, item, depth + 1)
    elif value is not None and not isinstance(value, str | int | float):
        raise Failed(f"{name} is {type(value).__name__}: control data holds texts, numbers and truth values")
    bounded(value)
