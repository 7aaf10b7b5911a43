"""The rules (规则) of the document that a locality carries out, as its rules.toml says: the product's own copy.

Each has an id (`ZB-17`), which diagrams, facts, reports and scenarios cite as their clause (条款); a gist of our own;
and the words of the document that it rests on. Where the document is silent, a locality may have rules of its own
(自定规则, `ZBZ-01`), cited in the same way, and published as its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bihuan.locality.faults import Notes
from bihuan.locality.tables import Table

RULE_ID: Final = r"[A-Z]{2,4}-[0-9]{2,3}"
MAYBE: Final = r".{0,200}"
KINDS: Final = ("时限", "角色", "渠道", "表单", "状态", "例外", "数值", "评价", "保密", "督办", "统计")


def is_rule(word: str) -> bool:
    """Whether this is written as rules are named."""
    return re.fullmatch(RULE_ID, word) is not None


@dataclass(frozen=True, slots=True)
class Basis:
    """The document itself (依据文件): its title, its number if it has one, who issued it, where it is public."""

    title: str
    number: str
    issuer: str
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `at`: the part of the document where it stands, 五（三）. `waived`: why nothing here can carry it (a
    slogan); empty for all others.

    `carriers`: what of the folder carries it besides diagrams, facts and reports, which cite it themselves:
    `form:accept`, `notice:urge`, `document:转办单`, `setting:case_number`, `organisation`.
    """

    id: str
    kind: str
    gist: str
    quote: str
    at: str = ""
    waived: str = ""
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule that the locality has set itself (自定规则), and why: the document says nothing about it."""

    id: str
    gist: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A document and its rules by id, in its order, and the locality's own beside them. A locality may have none."""

    basis: Basis | None = None
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    own: Mapping[str, OwnRule] = field(default_factory=lambda: MappingProxyType({}))

    def cite(self, clause: str) -> str:
        """Rules as people outside can look them up, to whom our numbers mean nothing: 《…实施方案》五（三）、六（二）.

        Of rules that the locality has set itself what they say; of others' nothing.
        """
        named = clause.split()
        parts = dict.fromkeys(self.rules[one].at for one in named if one in self.rules)
        title = self.basis.title if self.basis else ""
        document = title if title.startswith("《") else f"《{title}》"
        cited = [f"{document}{'、'.join(filter(None, parts))}"] if parts and title else []
        return "；".join([*cited, *(f"本地规定：{self.own[one].gist}" for one in named if one in self.own)])

    def is_misspelt(self, clause: str) -> bool:
        """Whether this names a rule of the document that it does not have. Rules of other documents are their own."""
        known = self.rules.keys() | self.own.keys()
        return clause not in known and clause.partition("-")[0] in {rule.partition("-")[0] for rule in known}


def read_rulebook(table: Table, notes: Notes) -> Rulebook:
    """The rules in rules.toml; faults are noted."""
    given = table.table("basis")
    basis = Basis(
        given.text("title"), given.text("number", pattern=MAYBE, default=""), given.text("issuer"), given.text("source")
    )
    given.close()
    rules: dict[str, Rule] = {}
    for one in table.tables("rule"):
        rule = _rule(one)
        if rule.id in rules:
            notes.add(rule.id, "规则编号重复", "每条规则一个编号")
        rules[rule.id] = rule
    own = {rule.id: rule for rule in map(_own, table.tables("own"))}
    for doubled in own.keys() & rules.keys():
        notes.add(doubled, "自定规则与文件的规则同号", "自定规则另用字头，如 ZBZ-01")
    return Rulebook(basis, MappingProxyType(rules), MappingProxyType(own))


def _rule(one: Table) -> Rule:
    return Rule(
        one.text("id", pattern=RULE_ID, cure="写作 ZB-17"),
        one.choice("kind", KINDS),
        one.text("gist", pattern=r".{1,100}"),
        one.text("quote"),
        one.text("at", pattern=r".{0,40}", default=""),
        one.text("waived", pattern=MAYBE, default=""),
        one.texts("carriers", default=()),
    )


def _own(one: Table) -> OwnRule:
    return OwnRule(
        one.text("id", pattern=RULE_ID, cure="写作 ZBZ-01"),
        one.text("gist", pattern=r".{1,100}"),
        one.text("reason", pattern=r".{1,200}"),
    )
