"""DMN decision tables as dmn-js writes them: cells become expressions when the deployment is parsed, and are only run
here.

Hit policies UNIQUE (two hits are a fault; the catch-all row yields to a specific one), FIRST and COLLECT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bihuan.engine.expressions import Expression, Functions


class NoDecision(ValueError):
    """A table did not come to exactly one answer."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a test for each input (None: anything), an expression for each output (None: nothing)."""

    tests: tuple[Expression | None, ...]
    outputs: tuple[Expression | None, ...]

    @property
    def catches_all(self) -> bool:
        """Whether it holds whatever comes."""
        return all(test is None for test in self.tests)


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table."""

    id: str
    name: str
    file: str
    policy: str
    inputs: tuple[Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def decide(self, names: Mapping[str, Any], functions: Functions) -> dict[str, Any]:
        """The outputs by name. Raises NoDecision when UNIQUE finds two rows, or no row holds."""
        values = [each.value(names, functions) for each in self.inputs]
        hits = [rule for rule in self.rules if self._holds(rule, values, names, functions)]
        if self.policy == "UNIQUE" and len(hits) > 1:
            hits = [rule for rule in hits if not rule.catches_all]
            if len(hits) > 1:
                raise NoDecision(f"table {self.id}: {len(hits)} rows match {values}")
        if not hits:
            raise NoDecision(f"table {self.id}: no row matches {values}")
        rows = [self._row(rule, names, functions) for rule in hits]
        if self.policy == "COLLECT":
            return {name: [row[name] for row in rows] for name in self.outputs}
        return rows[0]

    @staticmethod
    def _holds(rule: Rule, values: list[Any], names: Mapping[str, Any], functions: Functions) -> bool:
        return all(
            test is None or test.value({**names, "cell": value}, functions)
            for test, value in zip(rule.tests, values, strict=True)
        )

    def _row(self, rule: Rule, names: Mapping[str, Any], functions: Functions) -> dict[str, Any]:
        values = [each.value(names, functions) if each else None for each in rule.outputs]
        return dict(zip(self.outputs, values, strict=True))
