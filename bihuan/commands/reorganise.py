"""Rename, add or close a unit (机构调整): the folder in force with organisation.toml other, checked and put in force.

One truth, as with the texts of notices (docs/decisions/0070): which units there are says the deployment. Who supervises
whom, who answers people and who fills in for them are rights, and stay with the process owner.
"""

import re
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from bihuan.commands.accounts import reason_of
from bihuan.commands.in_force import UNIT_ADDED, UNIT_CLOSED, UNIT_RENAMED, in_force, put_changed_in_force
from bihuan.domain import access
from bihuan.domain.errors import InvalidAnswers, NotFound
from bihuan.locality.deployments import deployment_of
from bihuan.locality.faults import FolderFault, line
from bihuan.locality.files import Files
from bihuan.locality.organisation import Organisation, Unit
from bihuan.locality.organisation_file import FILE, renamed, with_unit, without_unit
from bihuan.store import tables
from bihuan.store.administration import repeated
from bihuan.store.deployments import files_of
from bihuan.store.orders import STANDS, supervision_order
from bihuan.store.statement import compiled
from bihuan.store.unit_of_work import Row, UnitOfWork

KINDS: Final = ("handling", "office")
"""Kinds that a page may give: the others are the procedure's own desks."""
LONGEST_NAME: Final = 50
_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,40}")
_QUOTES: Final = frozenset("\"'\\")
_SHOWN: Final = 5
_TEXTS: Final = (".form", ".txt", ".toml", ".bpmn", ".dmn")

_task, _case, _membership, _account = tables.task, tables.case_file, tables.membership, tables.account
_LOCALITY, _UNIT = sa.bindparam("locality", type_=sa.Text), sa.bindparam("unit", type_=sa.Text)
_order = supervision_order


def _number(*conditions: "sa.ColumnElement[bool]") -> "sa.ScalarSelect[int]":
    return sa.select(sa.func.count()).where(*conditions).scalar_subquery()


STILL_THERE = compiled(
    sa.select(
        _number(
            _task.c.locality == _LOCALITY, tables.OPEN,
            _task.c.group_key == sa.any_(sa.bindparam("groups", type_=sa.ARRAY(sa.Text))),
        ).label("tasks"),
        _number(_case.c.locality == _LOCALITY, tables.RUNS, _case.c.handling_unit == _UNIT).label("cases"),
        _number(_order.c.locality == _LOCALITY, STANDS, sa.or_(_order.c.unit == _UNIT, _order.c.issuer == _UNIT))
        .label("orders"),
        _number(
            _membership.c.account_id == _account.c.id, _account.c.locality == _LOCALITY, _account.c.active,
            _membership.c.unit == _UNIT,
        ).label("people"),
    )
)  # fmt: skip


def rename_unit(
    work: UnitOfWork, locality: str, unit: str, *, name: str, kind: str, reason: str,
    submission_id: UUID | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Let it be called so, and be of this kind, for new cases; scenarios that name it say the new name, too.

    The files whose words still say the old name. Raises InvalidAnswers when name, kind or reason do not serve, or the
    check finds something, NotFound when there is no such unit, NotAllowed for anyone but an administrator.
    """
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return ()
    before, organisation, files = _standing(work, locality)
    found = _unit(organisation, locality, unit)
    name = _name(organisation, name, of=found)
    if kind != found.kind and not {kind, found.kind} <= {*KINDS}:
        raise InvalidAnswers({"kind": "这一类别由流程负责人在流程目录中调整。"})
    if (name, kind) == (found.name, found.kind):
        raise InvalidAnswers({"name": "内容没有变化。"})
    path = f"{locality}/{FILE}"
    changed = {path: renamed(files[path], unit, name=name, kind=kind)}
    if name != found.name:
        changed |= _scenarios(files, locality, organisation, found.name, name)
    detail = {"before": {"unit": found.name, "kind": found.kind}, "after": {"unit": name, "kind": kind}}
    _put(work, locality, before, changed, UNIT_RENAMED, unit, f"单位“{found.name}”改为“{name}”", reason, submission_id,
         detail)  # fmt: skip
    after = {**files, **changed}
    old = found.name.encode()
    return tuple(sorted(one for one in after if one.endswith(_TEXTS) and name != found.name and old in after[one]))


def add_unit(
    work: UnitOfWork, locality: str, unit: str, *, name: str, kind: str, reason: str, submission_id: UUID | None = None
) -> None:
    """Another unit of one of KINDS, in force at once. Raises as `rename_unit` does."""
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return
    before, organisation, files = _standing(work, locality)
    if not _ID.fullmatch(unit):
        raise InvalidAnswers({"unit": "编号用小写英文字母开头，只含小写字母、数字和下划线，2至41个字符。"})
    if unit in organisation.units or unit == access.COMPLAINANT:
        raise InvalidAnswers({"unit": "这个编号已被使用。"})
    if kind not in KINDS:
        raise InvalidAnswers({"kind": "请选择单位的类别。"})
    name = _name(organisation, name)
    path = f"{locality}/{FILE}"
    changed = {path: with_unit(files[path], unit, name=name, kind=kind)}
    _put(work, locality, before, changed, UNIT_ADDED, unit, f"增设单位“{name}”", reason, submission_id,
         {"added": name})  # fmt: skip


def close_unit(work: UnitOfWork, locality: str, unit: str, *, reason: str, submission_id: UUID | None = None) -> None:
    """The unit is no more (撤销): nothing goes to it from now on. Only when nothing lies there, nobody works in it, and
    nothing of the folder names it. Raises as `rename_unit` does.
    """
    access.require_administrator(work.actor, locality)
    if repeated(work, submission_id):
        return
    before, organisation, files = _standing(work, locality)
    found = _unit(organisation, locality, unit)
    if found.kind not in KINDS:
        raise InvalidAnswers({"close": "这一类单位由流程负责人在流程目录中调整。"})
    still = work.one(STILL_THERE, locality=locality, unit=unit, groups=organisation.groups_of(unit)) or {}
    words = {"tasks": "项待办", "cases": "件在办工单", "orders": "件未办结的督办单", "people": "个在用人员的岗位"}
    if left := [f"{still[what]} {said}" for what, said in words.items() if still[what]]:
        raise InvalidAnswers({"close": f"本单位还有 {'、'.join(left)}，办结、转出或调整后才能撤销。"})
    path = f"{locality}/{FILE}"
    changed = {path: without_unit(files[path], unit)}
    _put(work, locality, before, changed, UNIT_CLOSED, unit, f"撤销单位“{found.name}”", reason, submission_id,
         {"closed": found.name}, field="close")  # fmt: skip


def _standing(work: UnitOfWork, locality: str) -> tuple[Row, Organisation, Files]:
    before = in_force(work, locality)
    if before is None:
        raise NotFound(f"Expected a locality {locality}, but none is deployed")
    organisation = deployment_of(work, before["deployment"]).locality.organisation
    return before, organisation, files_of(work, before["deployment"])


def _unit(organisation: Organisation, locality: str, unit: str) -> Unit:
    found = organisation.units.get(unit)
    if found is None:
        raise NotFound(f"Expected a unit {unit} of {locality}, but its folder names none")
    return found


def _name(organisation: Organisation, name: str, of: Unit | None = None) -> str:
    name = " ".join(name.split())
    if not 1 < len(name) <= LONGEST_NAME or not name.isprintable() or not _QUOTES.isdisjoint(name):
        raise InvalidAnswers({"name": f"请填写单位名称，2至{LONGEST_NAME}字，不用英文引号和反斜杠。"})
    if any(one.name == name for one in organisation.units.values() if one is not of):
        raise InvalidAnswers({"name": "已有单位使用这个名称。"})
    return name


def _scenarios(files: Files, locality: str, organisation: Organisation, old: str, new: str) -> dict[str, bytes]:
    """The scenarios in which the unit is named, with its new name; a longer name of another unit stays whole."""
    names = sorted((one.name for one in organisation.units.values()), key=len, reverse=True)
    named = re.compile("|".join(map(re.escape, names)))
    found = {}
    for path, content in files.items():
        if path.startswith(f"{locality}/scenarios/"):
            text = content.decode()
            if (said := named.sub(lambda one: new if one[0] == old else one[0], text)) != text:
                found[path] = said.encode()
    return found


def _put(
    work: UnitOfWork, locality: str, before: Row, changed: dict[str, bytes], kind: str, unit: str, note: str,
    reason: str, submission_id: UUID | None, detail: dict[str, Any], *, field: str = "name",
) -> None:  # fmt: skip
    reason = reason_of(work, reason)
    try:
        put_changed_in_force(
            work, locality, changed, before=before, kind=kind, subject=f"unit:{unit}", note=f"{note}：{reason}",
            reason=reason, submission_id=submission_id, detail=detail,
        )  # fmt: skip
    except FolderFault as fault:
        raise InvalidAnswers({field: _found(fault)}) from fault


def _found(fault: FolderFault) -> str:
    said: Iterable[str] = [line(one, root="") for one in fault.findings[:_SHOWN]]
    more = f"；另有 {len(fault.findings) - _SHOWN} 处" if len(fault.findings) > _SHOWN else ""
    return f"流程目录检查未通过，没有改动：{'；'.join(said)}{more}。"
