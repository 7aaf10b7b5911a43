"""Handlers of service tasks (`camunda:topic`): what happens outside, between two transactions.

A handler may be called twice for the same job: it must be repeatable. It returns control values for the procedure,
raises `HandlerFailed` to be tried again, or `HandlerRefused` with a code that the diagram catches.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Errand:
    """What a handler is told: the job, the case's number, the topic. Never who complained."""

    job_id: UUID
    case_no: str
    topic: str


class HandlerFailed(Exception):
    """It did not work this time; the text names no person."""


class HandlerRefused(Exception):
    """The other side answered with an error the diagram knows."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def handle(errand: Errand) -> dict[str, str | int | bool | None]:
    """Run the handler of the errand's topic. Raises HandlerFailed for a topic that nobody handles."""
    match errand.topic:
        case "province.upload":
            return upload_to_province(errand)
        case topic:
            raise HandlerFailed(f"no handler for topic {topic}")


def upload_to_province(errand: Errand) -> dict[str, str | int | bool | None]:
    """Hand the result to the province (ZB-21). The province reads this same installation with an account of its own:
    its review task, which follows, is the delivery.
    """
    return {}
