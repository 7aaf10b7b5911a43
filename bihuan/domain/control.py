"""Control data (控制数据): the plain values of a case that its diagram knows, such as a decision, a class, a unit's id.

Never a text that a person wrote.
"""

from collections.abc import Mapping
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Control: TypeAlias = Mapping[str, Scalar | list[Scalar]]
