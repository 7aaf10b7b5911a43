"""A locality (辖区) as its folder says it is: settings, organisation, forms, notices, documents, diagrams.

`Locality.of` takes files from disk (`files.read_folder`) or from the database alike. The locality's own forms, notices
and documents come before those of the same name under `common/`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

from bihuan.domain.errors import NotFound
from bihuan.domain.workdays import CannotCount, OfficeHours
from bihuan.engine.errors import Finding
from bihuan.locality.announcing import Announcing, read_announcing
from bihuan.locality.desks import Sessions, Triage, read_sessions, read_triage
from bihuan.locality.documents import Document, read_document
from bihuan.locality.faults import FolderFault, Notes
from bihuan.locality.fields import Option
from bihuan.locality.files import COMMON, Files, refuse_bad_paths
from bihuan.locality.form_schema import parse_form
from bihuan.locality.forms import NO_FORM, Form
from bihuan.locality.in_use import in_use
from bihuan.locality.notices import Notice, read_notice
from bihuan.locality.organisation import Organisation, read_organisation
from bihuan.locality.plain_steps import PLAIN_STEPS, PlainStep, read_steps
from bihuan.locality.replies import ReplyTemplate, read_replies
from bihuan.locality.reports import Report, read_report
from bihuan.locality.rulebook import RULE_ID, Rulebook, read_rulebook
from bihuan.locality.tables import Table, read_toml

LEVELS: Final = ("province", "city", "county")
LONGEST_LIMIT: Final = 1000
REQUEST: Final = "诉求"
"""What a request is called, unless [portal] called says otherwise."""
LONG: Final = "填写不超过 500 字的文字"
AT_PORTAL: Final = "portal"
"""Stands before the keys of what a complainant adds at the portal, where other keys have a process."""
SUPPLEMENT: Final = "supplement"
"""The form by which a complainant adds to a case that runs."""
NOT_SOLVED: Final = "not_solved"
"""The form by which one who is not content says so while being heard (听取意见)."""
WITHDRAW: Final = "withdraw"
"""The form by which a complainant withdraws a request (撤回), where the diagram draws a button with it."""
_Part = TypeVar("_Part", Form, Notice, Document, Report)
_Read = TypeVar("_Read", "Settings", Organisation, Rulebook, tuple[ReplyTemplate, ...])
_NUMBER: Final = re.compile(r"\{year\}|\{serial(?::0(\d))?\}")


@dataclass(frozen=True, slots=True)
class InternalLimit:
    """A limit of our own (内部时限) for a wait to which the document gives no number; the reason is shown with it."""

    workdays: int
    reason: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom people may ask: published by the document, shown on the portal. `phone` is empty where it names none."""

    office: str
    phone: str


@dataclass(frozen=True, slots=True)
class PublishedFact:
    """What a rule of the document states rather than asks for: a telephone number, a place, who leads."""

    rule: str
    name: str
    text: str


ORIGINS: Final = MappingProxyType(
    {"province": "上级平台转办", "portal": "门户提交", "officer": "工作人员开办", "calendar": "按期自动开始"}
)


@dataclass(frozen=True, slots=True)
class Settings:
    """locality.toml. `lanes` say which candidate groups a lane of the diagrams stands for.

    `categories`: what requests are about (诉求类别), id to name; they decide the duty table and fill `valuesKey`
    "categories". `rating_scale` runs from the worst, 1, upwards. `steps`: milestones that a complainant follows, in
    their order. `origins`: where cases come from, `milestones`: what officers call those that several elements reach,
    both in the locality's words.
    """

    id: str
    name: str
    level: str
    region_code: str
    process: str
    case_number: str
    office_hours: OfficeHours
    amber_workdays: int
    rating_scale: tuple[str, ...]
    contact: Contact | None = None
    limits: Mapping[str, InternalLimit] = field(default_factory=dict)
    lanes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, PlainStep] = field(default_factory=lambda: PLAIN_STEPS)
    called: str = REQUEST
    """What a request is called where people hand it in: 投诉."""
    heard_at: frozenset[str] = frozenset()
    """User tasks at which the complainant is heard (听取意见): meanwhile the portal takes the form NOT_SOLVED."""
    origins: Mapping[str, str] = field(default_factory=lambda: ORIGINS)
    milestones: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[PublishedFact, ...] = ()
    decided: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What decision tables decide, by the output's name: each value in words (整治类别: 立行立改)."""
    document_forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The forms at which a case comes to a document (文书), by the document's name; else each that it prints."""
    documents_handed: frozenset[str] = frozenset()
    """Those made out to the complainant, who reads them on the portal once their forms are filled in."""
    triage: Triage = field(default_factory=Triage)
    sessions: Sessions | None = None
    announcement: Announcing | None = None


@dataclass(frozen=True, slots=True)
class Locality:
    """Everything in a locality's folder but the meaning of its diagrams, which is the engine's."""

    settings: Settings
    organisation: Organisation
    forms: Mapping[str, Form]
    notices: Mapping[str, Notice]
    documents: Mapping[str, Document]
    reports: Mapping[str, Report]
    bulletins: Mapping[str, Document]
    """Templates of reports, beside them."""
    diagrams: Mapping[str, bytes] = field(repr=False)
    scenarios: Mapping[str, bytes] = field(repr=False)
    rulebook: Rulebook = field(default_factory=Rulebook)
    replies: tuple[ReplyTemplate, ...] = ()

    @staticmethod
    def of(files: Files) -> "Locality":
        """The locality in these files. Raises FolderFault with everything that is wrong with them."""
        locality, findings = read_locality(files)
        if findings:
            raise FolderFault(findings)
        return locality

    @property
    def id(self) -> str:
        return self.settings.id

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def limits(self) -> Mapping[str, int]:
        """The internal limits by name, in working days."""
        return {name: limit.workdays for name, limit in self.settings.limits.items()}

    @property
    def categories(self) -> Mapping[str, str]:
        """What requests are about (诉求类别): id to Chinese name."""
        return self.settings.categories

    def form(self, form_id: str | None) -> Form:
        """The form a task, button or wait names; one that asks nothing where it names none. Raises NotFound."""
        return _named(self.forms, form_id, "form") if form_id else NO_FORM

    def notice(self, template: str) -> Notice:
        """The notice a message event names. Raises NotFound."""
        return _named(self.notices, template, "notice")

    def document(self, template: str) -> Document:
        """The document template of this name. Raises NotFound."""
        return _named(self.documents, template, "document")

    def report(self, report_id: str) -> Report:
        """The report of this id. Raises NotFound."""
        return _named(self.reports, report_id, "report")

    def bulletin(self, template: str) -> Document:
        """The template of a report's bulletin. Raises NotFound."""
        return _named(self.bulletins, template, "bulletin")

    def unit_name(self, unit: str) -> str:
        """The unit's Chinese name."""
        return self.organisation.unit_name(unit)

    def group_name(self, group: str) -> str:
        """A group key in Chinese."""
        return self.organisation.group_name(group)

    def options(self) -> Mapping[str, tuple[Option, ...]]:
        """What forms may offer by `valuesKey`, as the folder gives it: categories, units, handling_units, …"""
        categories = tuple(Option(category, name) for category, name in self.settings.categories.items())
        return {"categories": categories, **self.organisation.options()}

    def case_no(self, year: int, serial: int) -> str:
        """The number people see (编号), such as ZBJS202600001."""

        def part(found: re.Match[str]) -> str:
            return str(year) if found[0] == "{year}" else str(serial).zfill(int(found[1] or 1))

        return _NUMBER.sub(part, self.settings.case_number)


def read_locality(files: Files) -> tuple[Locality, list[Finding]]:
    """As much of a locality as can be understood, and all that is wrong with it; `check` goes on regardless.

    Scenarios are left as they are: whoever runs cases has no need of them, and they are half of what there is to read.
    """
    refuse_bad_paths(files)
    own = sorted({path.split("/")[0] for path in files} - {COMMON})
    if len(own) != 1 or f"{own[0]}/locality.toml" not in files:
        raise FolderFault([Finding("L01", own[0] if own else "", "", "", "没有 locality.toml", "每个辖区目录放一个")])
    findings: list[Finding] = []
    settings = _from_toml(files, f"{own[0]}/locality.toml", read_settings, findings)
    organisation = _from_toml(files, f"{own[0]}/organisation.toml", read_organisation, findings)
    if unreadable := [one for one in findings if one.rule == "L02"]:  # all else would follow from it
        raise FolderFault(unreadable)
    if settings.id not in ("", own[0]):
        findings.append(Finding("L03", f"{own[0]}/locality.toml", "id", "", "与目录名不同", f"改为 {own[0]}"))
    locality = Locality(
        settings,
        organisation,
        _parts(files, own[0], "forms", ".form", parse_form, findings),
        _parts(files, own[0], "notices", ".txt", read_notice, findings),
        _parts(files, own[0], "documents", ".docx", read_document, findings),
        _parts(files, own[0], "reports", ".toml", read_report, findings),
        _parts(files, own[0], "reports", ".docx", read_document, findings),
        in_use({path: content for path, content in files.items() if path.endswith((".bpmn", ".dmn"))}),
        {path: content for path, content in files.items() if "/scenarios/" in path},
        _rulebook(files, f"{own[0]}/rules.toml", findings),
        _replies(files, f"{own[0]}/replies.toml", findings),
    )
    return locality, findings


def read_settings(table: Table, notes: Notes) -> Settings:
    """The settings in locality.toml; faults are noted."""
    lamps, portal, decided = (table.table(name) for name in ("lamps", "portal", "decided"))
    found = Settings(
        id=table.text("id", pattern=r"[a-z][a-z0-9_]{1,31}", cure="用小写英文字母，与目录同名"),
        name=table.text("name"),
        level=table.choice("level", LEVELS),
        region_code=table.text("region_code", pattern=r"[1-9]\d{5}", cure="填写 GB/T 2260 六位行政区划代码"),
        process=table.text("process", pattern=r"[A-Za-z_]\w{0,63}", cure="填写主流程的 id"),
        case_number=_case_number(table, notes),
        office_hours=_office_hours(table, notes),
        amber_workdays=lamps.whole("amber_workdays", least=1, most=30, default=1),
        rating_scale=_rating_scale(table, notes),
        contact=_contact(table),
        limits=_limits(table.table("internal_limits")),
        lanes=table.table("lanes").each_texts(),
        categories=table.table("categories").each_text(),
        steps=read_steps(portal, notes),
        called=portal.text("called", pattern=r"[\u4e00-\u9fff]{2,4}", default=REQUEST, cure="写两到四个汉字，如“投诉”"),
        heard_at=frozenset(portal.texts("heard_at", default=())),
        origins=_origins(table.table("origins")),
        milestones=table.table("milestones").each_text(),
        facts=tuple(_fact(one) for one in table.tables("fact")),
        decided={name: decided.table(name).each_text() for name in decided.names()},
        document_forms=table.table("documents").each_texts(),
        documents_handed=frozenset(portal.texts("documents", default=())),
        triage=read_triage(table.table("triage"), notes),
        sessions=read_sessions(table.table("sessions")),
        announcement=read_announcing(portal),
    )
    lamps.close()
    portal.close()
    return found


def _contact(table: Table) -> Contact | None:
    if "contact" not in table.names():
        return None
    given = table.table("contact")
    office, phone = given.text("office"), ""
    if "phone" in given.names():
        phone = given.text("phone", pattern=r"[\d\-]{5,20}", cure="填写电话号码；没有公布的不写这一行")
    given.close()
    return Contact(office, phone)


def _fact(given: Table) -> PublishedFact:
    rule = given.text("rule", pattern=RULE_ID, cure="填写规则编号，如 ZB-03")
    return PublishedFact(
        rule, given.text("name", pattern=r".{1,60}"), given.text("text", pattern=r".{1,500}", cure=LONG)
    )


def _limits(table: Table) -> Mapping[str, InternalLimit]:
    found = {}
    for name in table.names():
        given = table.table(name)
        found[name] = InternalLimit(given.whole("workdays", least=1, most=LONGEST_LIMIT), given.text("reason"))
        given.close()
    return found


def _origins(table: Table) -> Mapping[str, str]:
    given = {name: table.text(name) for name in table.names() if name in ORIGINS}
    table.close()
    return {**ORIGINS, **given}


def _case_number(table: Table, notes: Notes) -> str:
    given = table.text("case_number", pattern=r"[^\s]{1,60}")
    fixed = _NUMBER.sub("", given)
    if given and (given.count("{serial") != 1 or "{year}" not in given or not re.fullmatch(r"[A-Za-z0-9\-]*", fixed)):
        notes.add(
            "case_number", f"编号格式 {given!r} 不能用", "写作 ZBJS{year}{serial:05}：字母数字，含年份和序号各一次"
        )
    return given


def _office_hours(table: Table, notes: Notes) -> OfficeHours:
    given = table.texts("office_hours")
    try:
        return OfficeHours.parse(given)
    except CannotCount as error:
        if given:
            notes.add("office_hours", "办公时间不能用", error.chinese.rstrip("。"))
        return OfficeHours(((540, 720), (780, 1020)))


def _rating_scale(table: Table, notes: Notes) -> tuple[str, ...]:
    scale = table.texts("rating_scale")
    if scale and (not 2 <= len(scale) <= 10 or len(set(scale)) < len(scale)):
        notes.add("rating_scale", "评价等级应为 2 至 10 级，各不相同", '从最差写起，如 ["非常不满意", …, "非常满意"]')
    return scale


def _rulebook(files: Files, path: str, findings: list[Finding]) -> Rulebook:
    return _from_toml(files, path, read_rulebook, findings) if path in files else Rulebook()


def _replies(files: Files, path: str, findings: list[Finding]) -> tuple[ReplyTemplate, ...]:
    return _from_toml(files, path, read_replies, findings) if path in files else ()


def _from_toml(files: Files, path: str, read: Callable[[Table, Notes], _Read], findings: list[Finding]) -> _Read:
    notes = Notes(path, "L03")
    if path not in files:
        notes.add("", "缺少这个文件", "补上", rule="L01")
    table = read_toml(files.get(path, b""), notes)
    if notes.findings:  # nothing can be read: what is missing then is no news
        findings += notes.findings
        return read(table, Notes(path, "L03"))
    found = read(table, notes)
    table.close()
    findings += notes.findings
    return found


def _parts(
    files: Files, own: str, room: str, ending: str, read: Callable[[str, bytes], _Part], findings: list[Finding]
) -> Mapping[str, _Part]:
    found: dict[str, _Part] = {}
    for top in (COMMON, own):  # the locality's own replaces the common one
        for path in sorted(path for path in files if path.startswith(f"{top}/{room}/") and path.endswith(ending)):
            try:
                part = read(path, files[path])
                found[part.id] = part
            except FolderFault as fault:
                findings += fault.findings
    return MappingProxyType(found)


def _named(parts: Mapping[str, _Part], name: str, what: str) -> _Part:
    try:
        return parts[name]
    except KeyError:
        raise NotFound(f"Expected a {what} {name!r} in the locality, but there are {sorted(parts)}") from None
