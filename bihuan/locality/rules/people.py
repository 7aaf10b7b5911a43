"""Rules about who does what: groups are known to the organisation, and lanes say the same as the tasks in them."""

import ast
from collections.abc import Iterator

from bihuan.domain.access import COMPLAINANT
from bihuan.engine.expressions import Expression
from bihuan.locality.rules import groups
from bihuan.locality.rules.drawn import Drawn, Fault, Place


def groups_are_known(drawn: Drawn) -> Iterator[Fault]:
    """Every unit and role that a task, button, wait or notice names is in organisation.toml."""
    organisation = drawn.locality.organisation
    for place in drawn.places.values():
        named = groups.plain(place.groups)
        if place.message == "notice":
            named |= groups.entries(place.node.properties.get("payload", ""), "to")
        for group in sorted(named):
            if not organisation.knows(group):
                yield place.fault(f"单位或角色 {group} 不在 organisation.toml 中", "核对写法，或先设置该单位、角色")
        for role in sorted(groups.roles(place.groups) - organisation.roles.keys()):
            yield place.fault(f"角色 {role} 不在 organisation.toml 中", f"可用：{'、'.join(organisation.roles)}")


def tables_decide_for_known_units(drawn: Drawn) -> Iterator[Fault]:
    """A column of a decision table that names units names none that is not in organisation.toml."""
    units = drawn.locality.organisation.units
    for table in drawn.tables.values():
        for column, name in enumerate(table.outputs):
            named = {said for rule in table.rules if (said := _written(rule.outputs[column]))}
            if named & units.keys():
                for unit in sorted(named - units.keys()):
                    fault = f"{name} 写的单位 {unit} 不在 organisation.toml 中"
                    yield Fault(table.file, table.id, table.name, fault, "核对写法，或先设置该单位")


def _written(cell: Expression | None) -> str:
    """The text that a cell consists of; empty when it is worked out."""
    try:
        said = ast.literal_eval(cell.text) if cell is not None else ""
    except ValueError:
        return ""
    return said if isinstance(said, str) else ""


def complainants_do_no_tasks(drawn: Drawn) -> Iterator[Fault]:
    """A user task is for officers: what the complainant may do is a button or an outside wait."""
    for place in drawn.places.values():
        if place.node.tag == "userTask" and COMPLAINANT in groups.plain(place.groups):
            yield place.fault("任务交给了企业、群众", "改为消息事件，写 audience=complainant")


def lanes_agree_with_groups(drawn: Drawn) -> Iterator[Fault]:
    """The lane names the role: a task in it is for the groups that [lanes] gives for this lane."""
    lanes = drawn.locality.settings.lanes
    for place in drawn.places.values():
        if place.lane is None or not _waits_for_people(place):
            continue
        if place.lane not in lanes:
            file = f"{drawn.locality.id}/locality.toml"
            yield place.fault(f"泳道“{place.lane}”没有说明代表谁", f"在 {file} 的 [lanes] 中写明")
            continue
        meant = frozenset().union(*map(groups.written, lanes[place.lane]))
        if not groups.written(place.groups) <= meant:
            yield place.fault(
                f"所在泳道“{place.lane}”代表 {'、'.join(sorted(meant))}，任务却交给 {place.groups}",
                "把任务移到对应的泳道，或改 candidateGroups",
            )


def _waits_for_people(place: Place) -> bool:
    """Tasks and outside waits stand in a lane of their own; a button stands on its task's edge."""
    return bool(place.groups) and place.node.tag in ("userTask", "intermediateCatchEvent")


def one_desk_answers(drawn: Drawn) -> Iterator[Fault]:
    """A task has exactly one candidate group: one desk answers for it, its inbox and its limit."""
    for place in drawn.places.values():
        if place.node.tag == "userTask" and "," in place.groups and "${" not in place.groups:
            yield place.fault("任务交给了不止一个候选组", "只写一个候选组；需几家一起办理的，请画成多实例")
