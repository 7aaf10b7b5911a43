"""What is in force in a locality: the deployment for new cases, and the calendar's version."""

from dataclasses import dataclass

from bihuan.domain.errors import NotFound
from bihuan.store.deployments import locality_row
from bihuan.store.unit_of_work import Reader


@dataclass(frozen=True, slots=True)
class InForce:
    """A deployment by its hash, and a version of the calendar."""

    deployment: str
    calendar_version: int


def in_force_in(reader: Reader, locality: str) -> InForce:
    """As it is now. Raises NotFound when nothing was ever deployed there."""
    row = locality_row(reader, locality)
    if row is None:
        raise NotFound(f"Expected a deployment in {locality}, but there is none")
    return InForce(row["deployment"], row["calendar_version"])
