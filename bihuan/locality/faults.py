"""Faults of a locality's folder, gathered while it is read, so that a process owner sees all of them at once.

Rules of reading have ids that begin with L: what is accepted at all (L01, L02), settings (L03), organisation (L04),
forms (L05), notices (L06), documents (L07), reports (L08). Those of `check` begin with C, the engine's with D.
"""

from collections.abc import Iterable

from bihuan.domain.errors import BadInput
from bihuan.engine.errors import Finding


class FolderFault(BadInput):
    """A locality's folder cannot be used; `findings` holds everything that is wrong with it."""

    code = "folder-fault"

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        first = self.findings[0]
        super().__init__(f"processes/{first.file}", place(first), first.fault, first.cure)
        self.chinese = "\n".join(line(finding) for finding in self.findings)

    def __str__(self) -> str:
        return self.chinese


class Notes:
    """Findings being gathered while one file is read."""

    def __init__(self, file: str, rule: str) -> None:
        self.file, self.rule = file, rule
        self.findings: list[Finding] = []

    def add(self, place: str, fault: str, cure: str, *, name: str = "", rule: str | None = None) -> None:
        """Note one fault and its cure (Chinese, without full stops)."""
        self.findings.append(Finding(rule or self.rule, self.file, place, name, fault, cure))

    def refuse_if_any(self) -> None:
        """Raise FolderFault with all that was noted, if anything was."""
        if self.findings:
            raise FolderFault(self.findings)


def place(finding: Finding) -> str:
    """Where in the file: the element's name with its id, or the id alone."""
    return f"{finding.name} ({finding.element})" if finding.name else finding.element


def line(finding: Finding, root: str = "processes") -> str:
    """One finding as `bihuan check` prints it: file · place · fault · cure [rule]. `root`: where the folder lies."""
    file = f"{root}/{finding.file}" if root and finding.file else finding.file
    parts = (file, place(finding), f"故障：{finding.fault}", finding.cure and f"改法：{finding.cure}")
    return " · ".join(part for part in parts if part) + f" [{finding.rule}]"
