"""Names as people use them: who acts, and what an element is called on the diagram."""

from dataclasses import dataclass

from bihuan.domain.access import COMPLAINANT, OFFICER
from bihuan.domain.errors import BadInput
from bihuan.domain.ids import Key
from bihuan.locality.deployments import Deployment
from bihuan.locality.rules.examples import COMPANY, plain

SYSTEM_ACTORS = frozenset({"clock", "handler", "engine"})


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one deployment."""

    deployment: Deployment

    def group(self, file: str, who: str) -> str:
        """The group key of `市商务局` or `市商务局 主要负责同志`, or the complainant's. Raises BadInput."""
        if who == COMPANY:
            return COMPLAINANT
        organisation = self.deployment.locality.organisation
        for unit in organisation.units.values():
            if who == unit.name:
                return unit.id
            name, _, role_name = who.rpartition(" ")
            if name == unit.name:
                for role, called in organisation.roles.items():
                    if called == role_name:
                        return unit.id if role == OFFICER else f"{unit.id}:{role}"
        raise BadInput(file, who, "机构设置中没有", "写单位名称，或单位名称、空格、角色名称，见 organisation.toml")

    def called(self, group: str) -> str:
        """A group key as `who` writes it."""
        return COMPANY if group == COMPLAINANT else self.deployment.locality.group_name(group)

    def element(self, key: str | None) -> str:
        """The name of the element that a key belongs to; empty without a key."""
        if not key:
            return ""
        parsed = Key.parse(key)
        return plain(self.deployment.definition.element(parsed.process, parsed.element).name)

    def require_element(self, file: str, name: str) -> None:
        """Raise BadInput when no element of the diagrams is called so."""
        if not any(plain(element.name) == plain(name) for element in self.deployment.definition.elements()):
            raise BadInput(file, name, "流程图中没有这个名称", "按流程图上的名称写")
