"""A locality's units (单位) and roles, from organisation.toml; the rows of units mirror what is in force.

A *group key* is a unit's id (`commerce`: its officers) or `unit:role` (`commerce:principal`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bihuan.domain.access import COMPLAINANT, OFFICER, PLATFORM
from bihuan.locality.faults import Notes
from bihuan.locality.fields import Option
from bihuan.locality.tables import Table

UNIT_KINDS: Final = ("platform", "supervision", "leaders", "province", "audit", "handling", "office")
ROLES: Final = MappingProxyType(
    {
        OFFICER: "承办人",
        "principal": "主要负责同志",
        "auditor": "审计人员",
        "process_owner": "流程负责人",
        "administrator": "管理员",
    }
)
_ID: Final = r"[a-z][a-z0-9_]{0,63}"
_EVERYBODY: Final = "*"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit (单位) that takes part in procedures. `supervises`: the units whose late work it is told of.

    `answers`: it speaks with people besides the platform and the handling unit, so it may see who complained (CS-15).
    `window`: besides the platform, it fills requests in for people who come to it or call (窗口代填).
    """

    id: str
    name: str
    kind: str
    supervises: tuple[str, ...] = ()
    answers: bool = False
    window: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A demonstration account: what it is in which unit, as group keys. Never loaded in production."""

    login: str
    name: str
    memberships: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Units in their order, roles with their Chinese names, demonstration members."""

    units: Mapping[str, Unit] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What other versions call units that this one does not name: they joined after it, or were closed before."""

    def knows(self, group: str) -> bool:
        """Whether a group key names a unit, or a unit and a role, of this organisation (or the complainant)."""
        unit, colon, role = group.partition(":")
        return group == COMPLAINANT or (unit in self.units and (not colon or role in self.roles))

    @property
    def answering(self) -> frozenset[str]:
        """The units that answer people (`answers = true`), whether or not they handle a case."""
        return frozenset(unit.id for unit in self.units.values() if unit.answers)

    @property
    def leaders(self) -> frozenset[str]:
        """The units of those who lead the whole locality, for whom its reports are made."""
        return frozenset(unit.id for unit in self.units.values() if unit.kind == "leaders")

    @property
    def windows(self) -> frozenset[str]:
        """The units whose officers fill a request in for somebody (窗口代填): the platform, and those marked so."""
        return frozenset({PLATFORM, *(unit.id for unit in self.units.values() if unit.window)})

    def unit_name(self, unit: str) -> str:
        """The unit's Chinese name, if need be as another version has it; its id when nobody here knows it."""
        found = self.units.get(unit)
        return found.name if found else self.elsewhere.get(unit, unit)

    def groups_of(self, unit: str) -> list[str]:
        """The group keys that a unit's tasks may lie with."""
        return [unit, *(f"{unit}:{role}" for role in dict.fromkeys((*ROLES, *self.roles)) if role != OFFICER)]

    def group_name(self, group: str) -> str:
        """A group key in Chinese: 市商务局, 市商务局 主要负责同志."""
        if group == COMPLAINANT:
            return "诉求人"
        unit, _, role = group.partition(":")
        return f"{self.unit_name(unit)} {self.roles.get(role, role)}".strip()

    def options(self) -> dict[str, tuple[Option, ...]]:
        """What forms may offer by `valuesKey`: `units`, and `<kind>_units` such as `handling_units`."""
        lists = {"units": tuple(Option(unit.id, unit.name) for unit in self.units.values())}
        for kind in UNIT_KINDS:
            lists[f"{kind}_units"] = tuple(
                Option(unit.id, unit.name) for unit in self.units.values() if unit.kind == kind
            )
        return lists


def read_organisation(table: Table, notes: Notes) -> Organisation:
    """The organisation in organisation.toml; faults are noted."""
    units = [
        Unit(
            one.text("id", pattern=_ID, cure="用小写英文字母、数字和下划线"),
            one.text("name"),
            one.choice("kind", UNIT_KINDS),
            one.texts("supervises", default=()),
            one.flag("answers"),
            one.flag("window"),
        )
        for one in table.tables("unit")
    ]
    given = table.table("roles")
    roles = {**ROLES, **{name: given.text(name) for name in given.names()}}
    found = Organisation({unit.id: unit for unit in units}, roles)
    members = [
        Member(one.text("login", pattern=r"[a-z][a-z0-9_.]{1,63}"), one.text("name"), _memberships(one, found, notes))
        for one in table.tables("member")
    ]
    _require_sense(units, members, found, notes)
    return Organisation(found.units, roles, tuple(members))


def _memberships(one: Table, organisation: Organisation, notes: Notes) -> tuple[tuple[str, str], ...]:
    groups = one.texts("memberships")
    for group in groups:
        if not organisation.knows(group) or group == COMPLAINANT:
            notes.add(group, "成员属于没有设置的单位或角色", "写作单位 id，或 单位id:角色", rule="L04")
    pairs = [group.partition(":") for group in groups]
    return tuple((unit, role or OFFICER) for unit, _, role in pairs)


def _require_sense(units: list[Unit], members: list[Member], found: Organisation, notes: Notes) -> None:
    ids, logins = [unit.id for unit in units], [member.login for member in members]
    for twice in sorted({one for many in (ids, logins) for one in many if many.count(one) > 1}):
        notes.add(twice, "重复设置", "每个单位 id、每个登录名只出现一次", rule="L04")
    if COMPLAINANT in ids:
        notes.add(COMPLAINANT, "这个 id 指诉求人，不能作单位的 id", "改用别的 id", rule="L04")
    for unit in units:
        for other in unit.supervises:
            if other != _EVERYBODY and other not in found.units:
                notes.add(
                    unit.id, f"督办的单位 {other} 不存在", "填写单位 id，或 * 表示全部", rule="L04", name=unit.name
                )
    for kind in ("platform", "supervision", "handling"):
        if not any(unit.kind == kind for unit in units):
            notes.add("unit", f"没有 {kind} 类单位", "平台、督查室和承办单位至少各一个", rule="L04")
