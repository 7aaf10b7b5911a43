"""What the engine refuses, and what goes wrong in a diagram. Raised by the engine only; mapped to pages by
`domain.errors`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.domain import errors
from bihuan.domain.ids import Key


class NotOpen(errors.TaskNotOpen):
    """The wait is gone, or never was there. Nothing has changed."""

    def __init__(self, key: Key) -> None:
        super().__init__(str(key))
        self.key = key


class Refused(errors.Refused):
    """The diagram does not allow this deed now: too late (`until`), or a condition (`requires`) does not hold."""

    def __init__(self, key: Key, clause: str, refusal: str) -> None:
        super().__init__(str(key), clause=clause, reason=refusal)
        self.key, self.refusal = key, refusal


class ExecutionFault(errors.BihuanError):
    """A diagram failed while it ran: an expression, a decision table, an error nobody catches. An incident (异常) for
    people.

    The state handed to `advance` is untouched.
    """

    code, status = "faulted", 500
    chinese = "流程执行遇到异常，已登记并通知管理人员处理，您提交的内容未生效，请稍后再试。"

    def __init__(self, process: str, element: str, why: str) -> None:
        super().__init__(f"Expected element {process}/{element} to run, but {why}")
        self.process, self.element, self.why = process, element, why


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a diagram, for its process owner: where, what is wrong, and how to put it right (Chinese)."""

    rule: str
    file: str
    element: str
    name: str
    fault: str
    cure: str

    @property
    def message_zh(self) -> str:
        """One line: file, element, fault, cure."""
        place = f"“{self.name}”（{self.element}）" if self.name else self.element
        parts = [self.file, place, self.fault + "。", self.cure + "。" if self.cure else ""]
        return f"[{self.rule}] " + " ".join(part for part in parts if part)


class DiagramFault(errors.BadInput):
    """A file the engine cannot carry out faithfully; the first of its findings."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.file, finding.element, f"[{finding.rule}] {finding.fault}", finding.cure)
        self.finding = finding
        self.rule, self.file, self.element = finding.rule, finding.file, finding.element
        self.fault, self.cure, self.message_zh = finding.fault, finding.cure, finding.message_zh


class DiagramFaults(DiagramFault):
    """All faults of a deployment's files at once: `findings` holds every one."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings[0])
        self.findings = tuple(findings)
        self.chinese = "\n".join(finding.message_zh for finding in findings)

    def __str__(self) -> str:
        return self.chinese
