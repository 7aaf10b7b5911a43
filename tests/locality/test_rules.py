"""The rules of the documents: read strictly, cited only when they are there, and each stands somewhere."""

import tomllib
from pathlib import Path

import pytest

from bihuan.engine import Definition
from bihuan.locality.check import check
from bihuan.locality.faults import FolderFault, line
from bihuan.locality.files import read_folder
from bihuan.locality.folder import Locality
from bihuan.locality.rulebook import Basis, OwnRule, Rule, Rulebook
from bihuan.locality.standing import CONFIGURED, OPEN, SHOWN, WAIVED, standings
from tests.locality.a_folder import LOCALITY
from tests.locality.a_rulebook import RULEBOOK, a_rule
from tests.locality.test_check import BPMN, sound_files

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
SCENARIO = 'id = "life"\ntitle = "一件诉求的一生"\nrules = ["{}"]\n'


def a_fact(rule: str) -> str:
    return f'[[fact]]\nrule = "{rule}"\nname = "联系科室"\ntext = "市民投诉中心"\n'


def with_rules(*rules: str, **changes: bytes | str) -> dict[str, bytes]:
    """The sound folder, whose diagram cites ZB-16 and more, with a rules.toml of these."""
    diagrams = {file: text.replace(b"ZB-17", b"ZB-16") for file, text in sound_files().items()}
    return sound_files(**{**diagrams, "zibo/rules.toml": RULEBOOK + "".join(rules), **changes})


def standing_of(files: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    locality = Locality.of(files)
    found = standings(locality, Definition.parse(locality.diagrams, locality.limits))
    return {one.rule.id: (one.status, one.reason) for one in found}


def test_a_rule_is_read_with_what_it_rests_on() -> None:
    book = Locality.of(with_rules(a_rule())).rulebook

    assert book.basis is not None
    assert (book.basis.title, book.basis.number, book.basis.source) == ("配套措施", "", "市政府网站")
    assert book.rules == {"ZB-16": Rule("ZB-16", "角色", "转承办单位", "按职责转办相关承办单位办理")}
    assert Locality.of(sound_files()).rulebook.rules == {}


def test_a_locality_has_rules_of_its_own_where_the_document_is_silent() -> None:
    """They are cited like the document's, and stand apart from them."""
    own = '[[own]]\nid = "ZBZ-01"\ngist = "可以撤回"\nreason = "文件没有写撤回"\n'
    cited = {BPMN: sound_files()[BPMN].replace(b'"ZB-16"', b'"ZB-16 ZBZ-01"', 1)}
    files = with_rules(a_rule(), own, **cited)
    book = Locality.of(files).rulebook

    assert book.own == {"ZBZ-01": OwnRule("ZBZ-01", "可以撤回", "文件没有写撤回")}
    assert book.rules.keys() == standing_of(files).keys() == {"ZB-16"}
    assert [one.fault for one in check(files) if one.rule == "C41"] == []
    unknown = {BPMN: cited[BPMN].replace(b"ZBZ-01", b"ZBZ-02")}
    assert [one.fault for one in check(with_rules(a_rule(), own, **unknown)) if one.rule == "C41"] == [
        "依据文件没有规则 ZBZ-02",
        "没有流程用到这条自定规则",
    ]
    with pytest.raises(FolderFault, match="自定规则与文件的规则同号"):
        Locality.of(with_rules(a_rule(), own.replace("ZBZ-01", "ZB-16")))


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (a_rule("zb16"), "rule 第1项 id · 故障：'zb16' 不能用"),
        (a_rule(kind="速度"), "rule 第1项 kind · 故障：'速度' 不能用"),
        (a_rule(gist=""), "rule 第1项 gist · 故障：'' 不能用"),
        (a_rule(waved="口号"), "rule 第1项 waved · 故障：不认识的设置项"),
        (a_rule() + a_rule(), "ZB-16 · 故障：规则编号重复"),
    ],
)
def test_a_fault_in_the_rules_names_its_place(rule: str, fault: str) -> None:
    with pytest.raises(FolderFault) as refusal:
        Locality.of(with_rules(rule))

    assert str(refusal.value).startswith("processes/zibo/rules.toml · ")
    assert fault in str(refusal.value)


def test_a_clause_that_the_document_does_not_have_is_a_finding() -> None:
    """Wherever it is cited; a clause of another document is none of this one's business."""
    cited = {
        "zibo/locality.toml": LOCALITY + a_fact("ZB-61"),
        "zibo/scenarios/life.toml": SCENARIO.format("ZB-71"),
        BPMN: sound_files()[BPMN].replace(b'"ZB-16"', b'"ZB-17 XC-99"', 1),
    }
    found = [one for one in check(with_rules(a_rule(), **cited)) if one.rule == "C41"]

    assert [(one.file, one.element, one.fault) for one in found] == [
        ("zibo/locality.toml", "ZB-61", "依据文件没有规则 ZB-61"),
        ("zibo/request.bpmn", "received", "依据文件没有规则 ZB-17"),
        ("zibo/scenarios/life.toml", "ZB-71", "依据文件没有规则 ZB-71"),
    ]


def test_a_rule_is_carried_only_by_what_is_in_the_folder() -> None:
    carried = a_rule() + 'carriers = ["form:dispatch", "form:dispach", "setting:categories"]\n'

    told = [line(finding) for finding in check(with_rules(carried)) if finding.rule == "C41"]

    assert [one.partition(" · 改法")[0] for one in told] == [
        "processes/zibo/rules.toml · ZB-16 · 故障：没有 form:dispach，不能落实规则"
    ]


def test_how_a_rule_stands() -> None:
    """Shown by carrier and scenario together; else stated as a fact; else waived with a reason; else open."""
    rules = [a_rule(f"ZB-{number}") for number in (16, 20, 22)]
    waived, kept = a_rule("ZB-21", waived="宣传口号"), a_rule("ZB-23") + 'carriers = ["setting:categories"]\n'
    facts = LOCALITY + a_fact("ZB-20")
    scenario = {"zibo/scenarios/life.toml": SCENARIO.format('ZB-16", "ZB-22')}
    files = with_rules(*rules, waived, kept, **{"zibo/locality.toml": facts, **scenario})

    assert standing_of(files) == {
        "ZB-16": (SHOWN, ""),
        "ZB-20": (CONFIGURED, "联系科室：市民投诉中心"),
        "ZB-21": (WAIVED, "宣传口号"),
        "ZB-22": (OPEN, "没有流程元素、报表或设置落实它"),
        "ZB-23": (OPEN, "没有情景引用它"),
    }


def test_the_product_knows_184_rules_and_few_are_facts_or_waived() -> None:
    """None is open, at most 45 are configured and 12 waived; what is waived is not shown as well."""
    known, found = [], []
    for file in sorted(PROCESSES.glob("*/locality.toml")):
        locality = Locality.of(read_folder(file.parent))
        found += standings(locality, Definition.parse(locality.diagrams, locality.limits))
    for file in sorted(PROCESSES.glob("*/rules.toml")):
        known += [rule["id"] for rule in tomllib.loads(file.read_text("utf-8"))["rule"]]

    assert len(known) == len(set(known)) == 184
    assert [one.rule.id for one in found if one.status == OPEN] == []
    assert sum(one.status == CONFIGURED for one in found) <= 45
    assert sum(one.status == WAIVED for one in found) <= 12
    assert [one.rule.id for one in found if one.rule.waived and one.status != WAIVED] == []


def test_rules_are_cited_by_document_and_part_and_never_by_our_numbers() -> None:
    parts = {"ZB-16": "第4项", "ZB-17": "第4项", "ZB-29": "第6项"}
    rules = {one: Rule(one, "时限", "摘要", "原文", part) for one, part in parts.items()}
    book = Rulebook(Basis("工作方案", "", "市政府", "网站"), rules, {"ZBZ-01": OwnRule("ZBZ-01", "可以撤回", "没有写")})

    assert book.cite("ZB-16 ZB-17") == "《工作方案》第4项"
    assert book.cite("ZB-17 ZB-29") == "《工作方案》第4项、第6项"
    assert book.cite("ZB-29 ZBZ-01") == "《工作方案》第6项；本地规定：可以撤回"
    assert book.cite("ZBZ-01") == "本地规定：可以撤回"
    assert book.cite("XC-01") == book.cite("") == ""
    assert Rulebook().cite("ZB-16") == ""
