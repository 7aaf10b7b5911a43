"""A locality's folder: read within limits, understood or refused with file, place, fault and cure."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from bihuan.domain.errors import NotFound
from bihuan.locality.document_filling import fill
from bihuan.locality.faults import FolderFault
from bihuan.locality.files import content_hash, read_folder
from bihuan.locality.folder import Locality, PublishedFact
from tests.locality.a_folder import LOCALITY, ORGANISATION, a_docx, a_field, a_folder, a_form

A_FACT = '[[fact]]\nrule = "ZB-26"\nname = "联系科室"\ntext = "电话：3160802"\n'


def on_disk(root: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root / "zibo"


def refusal_of(files: dict[str, bytes]) -> str:
    with pytest.raises(FolderFault) as refusal:
        Locality.of(files)
    return str(refusal.value)


def with_line(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_a_folder_on_disk_and_its_rows_in_the_database_are_one_locality(tmp_path: Path) -> None:
    folder = on_disk(tmp_path, a_folder())
    (folder / "README.md").write_text("for people")
    (folder / ".DS_Store").write_bytes(b"x")

    files = read_folder(folder)

    assert files == a_folder()
    assert Locality.of(files) == Locality.of(dict(reversed(files.items())))


def test_a_locality_knows_its_settings_and_names() -> None:
    locality = Locality.of(a_folder())

    assert (locality.id, locality.name, locality.settings.region_code) == ("zibo", "淄博市", "370300")
    assert locality.limits == {"dispatch": 1}
    assert locality.settings.office_hours.minutes == 420
    assert locality.settings.lanes["市平台"] == ("platform",)
    assert locality.settings.lanes["承办单位"] == ("${handling_unit}", '${unit + ":principal"}')
    assert locality.settings.limits["dispatch"].reason == "文件未写数字：1个工作日内分办"
    assert locality.case_no(2026, 7) == "ZBJS202600007"
    assert locality.unit_name("commerce") == "市商务局"
    assert locality.group_name("commerce:principal") == "市商务局 主要负责同志"
    assert locality.unit_name("joined_later") == "joined_later"
    assert locality.organisation.members[0].memberships == (("commerce", "officer"), ("commerce", "principal"))
    assert [option.value for option in locality.options()["handling_units"]] == ["commerce"]
    assert [option.label for option in locality.options()["categories"]] == ["融资", "其他"]


def test_a_locality_publishes_the_facts_of_its_document() -> None:
    settings = Locality.of(a_folder(**{"zibo/locality.toml": LOCALITY + A_FACT})).settings

    assert settings.facts == (PublishedFact("ZB-26", "联系科室", "电话：3160802"),)
    assert Locality.of(a_folder()).settings.facts == ()


def test_a_localitys_own_form_replaces_the_common_one() -> None:
    own = a_form(a_field("number", "rating", control=True), a_field("textarea", "comment"))

    assert len(Locality.of(a_folder()).form("rating").fields) == 1
    assert len(Locality.of(a_folder(**{"zibo/forms/rating.form": own})).form("rating").fields) == 2
    with pytest.raises(NotFound):
        Locality.of(a_folder()).form("none")


def test_a_notice_puts_words_in_once_and_only_known_ones() -> None:
    notice = Locality.of(a_folder()).notice("urge")

    subject, body = notice.render({"case_no": "ZB1", "unit": "${due}\n市商务局", "due": "10月9日12:00"})

    assert subject == "【督促】ZB1"
    assert body == "${due}\n市商务局：该件应于10月9日12:00前办结，请抓紧办理（）。\n"
    assert notice.placeholders == {"case_no", "unit", "due", "clause"}


def test_a_document_is_filled_in_as_text_never_as_markup() -> None:
    document = Locality.of(a_folder()).document("transfer")
    assert document.placeholders == {"case_no", "unit"}

    made = fill(document, {"case_no": "ZB1", "unit": "<w:br/>{{ 7*7 }}&"})

    xml = zipfile.ZipFile(BytesIO(made)).read("word/document.xml").decode()
    assert "转办单 ZB1" in xml
    assert "&lt;w:br/&gt;{{ 7*7 }}&amp;" in xml


def test_a_deployment_is_named_by_paths_and_contents() -> None:
    hashes = {
        content_hash(files)
        for files in ({"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"", "b": b"c"}, {"a": b"bd"})
    }

    assert len(hashes) == 5
    assert content_hash({"a": b"1", "b": b"2"}) == content_hash({"b": b"2", "a": b"1"})


@pytest.mark.parametrize(
    "path",
    [
        "zibo/run.py",
        "zibo/forms/a.bpmn",
        "zibo/forms/deep/a.form",
        "zibo/../x.bpmn",
        "zibo/a b.bpmn",
        "zibo/secrets.toml",
        "common/locality.toml",
        "Zibo/a.bpmn",
        "a.bpmn",
        "zibo//a.bpmn",
    ],
)
def test_files_that_do_not_belong_are_refused(path: str) -> None:
    assert "[L01]" in refusal_of(a_folder(**{path: b"x"}))


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    folder = on_disk(tmp_path, a_folder())
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "notices" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "elsewhere").symlink_to(tmp_path)
    (tmp_path / "common").rename(tmp_path / "shared")
    (tmp_path / "common").symlink_to(tmp_path / "shared")

    with pytest.raises(FolderFault) as refusal:
        read_folder(folder)

    assert "zibo/notices/out.txt · 故障：是一个链接" in str(refusal.value)
    assert "zibo/elsewhere · 故障：是一个链接" in str(refusal.value)
    assert "processes/common · 故障：是一个链接" in str(refusal.value)


def test_what_is_too_large_or_no_file_or_nowhere_is_refused(tmp_path: Path) -> None:
    folder = on_disk(tmp_path, a_folder(**{"zibo/notices/long.txt": b"x" * 20_000}))
    os.mkfifo(folder / "notices" / "pipe.txt")

    with pytest.raises(FolderFault) as refusal:
        read_folder(folder)

    assert "文件超过 16 KB" in str(refusal.value)
    assert "不是普通文件" in str(refusal.value)
    with pytest.raises(FolderFault, match="没有这个目录"):
        read_folder(tmp_path / "none")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('id = "zibo"', 'id = "jinan"', "与目录名不同"),
        ('level = "city"', 'level = "town"', "level · 故障：'town' 不能用"),
        ('region_code = "370300"', 'region_code = "37030"', "region_code · 故障：'37030' 不能用"),
        ('name = "淄博市"\n', "", "name · 故障：缺少这一设置"),
        ("{serial:05}", "{serial.__class__}", "编号格式"),
        ("{serial:05}", "", "编号格式"),
        ('"09:00-12:00"', '"9-12"', "办公时间不能用"),
        ("amber_workdays = 1", "amber_workdays = 0", "lamps.amber_workdays · 故障：'0' 不能用"),
        ("amber_workdays = 1", "amber_workday = 1", "lamps.amber_workday · 故障：不认识的设置项"),
        ("\nworkdays = 1\n", '\nworkdays = "一天"\n', "internal_limits.dispatch.workdays · 故障"),
        ("\nworkdays = 1\n", "\nworkdays = true\n", "internal_limits.dispatch.workdays · 故障"),
        ("\nworkdays = 1\n", "\n", "internal_limits.dispatch.workdays · 故障：缺少这一设置"),
        ("\nworkdays = 1\n", "\nworkdays = 1\nuntil = 2\n", "internal_limits.dispatch.until · 故障：不认识的设置项"),
        ("[lamps]", '[contact]\noffice = "市民投诉中心"\nphone = "三"\n[lamps]', "contact.phone · 故障"),
        ('rating_scale = ["非常不满意", ', 'rating_scale = ["满意", ', "评价等级应为"),
        ('name = "淄博市"', "name = 淄博市", "不是有效的 TOML"),
        ('name = "淄博市"', 'name = "淄博市"\nport = 1', "port · 故障：不认识的设置项"),
        ("[lamps]\n", "[[lamps]]\n", "lamps · 故障"),
        ("[lamps]\n", "[fact]\n", "fact · 故障"),
        ("[lamps]\n", A_FACT.replace("ZB-26", "zb26") + "[lamps]\n", "fact 第1项 rule · 故障：'zb26' 不能用"),
        ("[lamps]\n", A_FACT.replace("name = ", "title = ") + "[lamps]\n", "fact 第1项 title · 故障：不认识的设置项"),
        ("[lamps]\n", A_FACT.replace("电话：3160802", "") + "[lamps]\n", "fact 第1项 text · 故障：'' 不能用"),
    ],
)
def test_a_fault_in_the_settings_names_its_place_and_cure(old: str, new: str, fault: str) -> None:
    text = refusal_of(a_folder(**{"zibo/locality.toml": with_line(LOCALITY, old, new)}))

    assert text.startswith("processes/zibo/locality.toml · ")
    assert fault in text


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kind = "handling"', 'kind = "handler"', "可填：platform"),
        ('id = "commerce"', 'id = "platform"', "重复设置"),
        ('id = "commerce"', 'id = "complainant"', "这个 id 指诉求人"),
        ('supervises = "*"', 'supervises = "nobody"', "督办的单位 nobody 不存在"),
        ('kind = "supervision"', 'kind = "handling"', "没有 supervision 类单位"),
        ('"commerce:principal"', '"commerce:boss"', "成员属于没有设置的单位或角色"),
        ('"commerce:principal"', '"complainant"', "成员属于没有设置的单位或角色"),
        ('login = "commerce1"', 'login = "商务"', "login · 故障"),
        ('kind = "handling"', 'kind = "handling"\ncolour = "red"', "unit 第3项 colour · 故障：不认识的设置项"),
    ],
)
def test_a_fault_in_the_organisation_is_found(old: str, new: str, fault: str) -> None:
    assert fault in refusal_of(a_folder(**{"zibo/organisation.toml": with_line(ORGANISATION, old, new)}))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe", "不是 UTF-8 文本"),
        ("\n正文", "缺少标题"),
        ("标题\n\n", "缺少正文"),
        ("标题\n${due\n", "没有写完的"),
        ("标题\n\x00正文\n", "不可见字符"),
    ],
)
def test_a_broken_notice_is_refused(content: bytes | str, fault: str) -> None:
    assert fault in refusal_of(a_folder(**{"zibo/notices/urge.txt": content}))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK", "不是有效的 .docx"),
        (a_docx("{{ case_no.__class__ }}"), "占位符不是名称"),
        (a_docx("{% for a in b %}"), "语句或没有写完"),
        (a_docx("{{ a"), "语句或没有写完"),
        (a_docx("x", **{"word/vbaProject.bin": "x"}), "带有宏"),
        (a_docx("x", **{"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]>'}), "实体声明"),
        (a_docx("x", **{"word/_rels/document.xml.rels": '<R TargetMode="External"/>'}), "引用了文件以外的内容"),
    ],
)
def test_a_document_that_computes_or_reaches_out_is_refused(content: bytes, fault: str) -> None:
    assert fault in refusal_of(a_folder(**{"zibo/documents/transfer.docx": content}))


def test_everything_wrong_is_told_at_once() -> None:
    text = refusal_of(
        a_folder(
            **{
                "zibo/locality.toml": with_line(LOCALITY, 'level = "city"', 'level = "town"'),
                "zibo/organisation.toml": None,
                "zibo/forms/dispatch.form": a_form(a_field("html")),
                "zibo/notices/urge.txt": "标题",
                "zibo/documents/transfer.docx": b"PK",
                "zibo/scenarios/late.toml": "[[[",
            }
        )
    )

    for rule in ("L01", "L02", "L03", "L05", "L06"):
        assert f"[{rule}]" in text


def test_a_folder_without_settings_is_no_locality() -> None:
    assert "没有 locality.toml" in refusal_of(a_folder(**{"zibo/locality.toml": None}))
