"""Attachments: who attaches, who sees which under which name, what is released, and what history says of it."""

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from bihuan.commands.attach_file import attach_files
from bihuan.commands.release_attachment import release_attachment, seal_attachment
from bihuan.commands.strike_out_attachment import strike_out_attachment
from bihuan.domain.access import Actor, Complainant, Officer, Visitor
from bihuan.domain.attachments import LARGEST_FILE, MOST_FILES, told_name
from bihuan.domain.errors import InvalidAnswers, NotAllowed, NotFound, StorageFull
from bihuan.domain.ids import CaseId
from bihuan.queries.attachments import attachments_of, open_attachment
from bihuan.queries.file_proof import content_faults
from bihuan.queries.history import history, verify
from bihuan.store import sealed_files
from bihuan.store.sealed_files import Sent
from tests.a_file import DOCX_PARTS, PDF, TELLING, a_jpeg, a_package, sent
from tests.people import COMPANY, Town

NAME = f"{COMPANY['name']}的营业执照.jpg"


def attached(town: Town, by: Actor, case: CaseId, *files: tuple[str, bytes]) -> tuple[int, ...]:
    """Attach these; the numbers they got."""
    with town.app.begin(by) as work:
        return attach_files(work, case, [sent(town.app, *each) for each in files], submission_id=uuid4())


def seen(town: Town, by: Actor, case: CaseId) -> dict[int, str]:
    """The attachments this person may know of: name by number."""
    with town.app.read() as reader:
        return {one.no: one.name for one in attachments_of(reader, town.app.vault, by, case)}


def got(town: Town, by: Actor, case: CaseId, number: int) -> bytes:
    """What this person downloads. Raises NotFound."""
    with town.app.read() as reader:
        return b"".join(open_attachment(reader, town.app.vault, town.app.files, by, case, number).blocks())


def released(town: Town, case: CaseId, number: int) -> None:
    with town.app.begin(town.officer("platform")) as work:
        release_attachment(work, case, number, looked=True)


def copied(town: Town, case: CaseId, number: int, name: str, content: bytes) -> int | None:
    with town.app.begin(town.officer("platform")) as work:
        return strike_out_attachment(work, case, number, sent(town.app, name, content), submission_id=uuid4())


def is_whole(town: Town, case: CaseId) -> bool:
    """History, rows and files say the same."""
    with town.app.snapshot() as reader:
        return verify(reader, case).ok and not list(content_faults(reader, town.app.files, case))


@pytest.fixture
def case(town: Town) -> CaseId:
    """A request that 市商务局 handles; 市税务局 has no part in it."""
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    return opened.case_id


@pytest.fixture
def against(town: Town) -> CaseId:
    """A request about 市商务局, which handles it."""
    opened = town.request(complained_of_unit="commerce")
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    return opened.case_id


@pytest.mark.parametrize("key", ["request/张晓明13812345678/1", "request/first_reply/01", "x", ""])
def test_history_names_a_task_of_the_case_and_nothing_else_with_a_file(town: Town, case: CaseId, key: str) -> None:
    """What a page sends as the task's key is kept for ever, and shown to all: it is no place for words."""
    with pytest.raises(NotFound), town.app.begin(town.officer("commerce")) as work:
        attach_files(work, case, [sent(town.app, "a.pdf", PDF)], submission_id=uuid4(), key=key)
    known = str(town.open_tasks(case)["first_reply"]["key"])
    with town.app.begin(town.officer("commerce")) as work:
        assert attach_files(work, case, [sent(town.app, "a.pdf", PDF)], submission_id=uuid4(), key=known) == (1,)
    with town.app.read() as reader:
        assert history(reader, case)[-1].key == known


def test_what_a_complainant_attaches_the_platform_alone_sees_until_it_is_released(town: Town, case: CaseId) -> None:
    assert attached(town, Complainant(case), case, (NAME, a_jpeg()), ("情况.pdf", PDF)) == (1, 2)
    whole = {1: NAME, 2: "情况.pdf"}
    assert seen(town, town.officer("platform"), case) == whole
    assert seen(town, Complainant(case), case) == whole
    for other in ("commerce", "supervision_office", "taxation"):
        assert seen(town, town.officer(other), case) == {}
        with pytest.raises(NotFound):
            got(town, town.officer(other), case, 1)
    released(town, case, 1)
    for other in ("commerce", "supervision_office"):
        assert seen(town, town.officer(other), case) == {1: "附件1.jpg"}
        assert got(town, town.officer(other), case, 1) != a_jpeg()
        assert TELLING not in got(town, town.officer(other), case, 1)
    assert seen(town, town.officer("taxation"), case) == {}
    assert got(town, town.officer("platform"), case, 1) == a_jpeg()
    with town.app.begin(town.officer("platform")) as work:
        seal_attachment(work, case, 1)
    assert seen(town, town.officer("commerce"), case) == {}
    assert is_whole(town, case)


def test_a_struck_out_copy_stands_in_the_place_of_the_original(town: Town, case: CaseId) -> None:
    attached(town, Complainant(case), case, (NAME, a_jpeg()))
    released(town, case, 1)
    assert copied(town, case, 1, NAME, a_jpeg(picture=b"\0")) == 2
    assert seen(town, town.officer("commerce"), case) == {2: "附件2.jpg"}
    assert copied(town, case, 1, "再次隐去.jpg", a_jpeg(picture=b"\1")) == 3
    assert seen(town, town.officer("commerce"), case) == {3: "附件3.jpg"}
    assert set(seen(town, town.officer("platform"), case)) == {1, 2, 3}
    assert seen(town, Complainant(case), case) == {1: NAME}
    with pytest.raises(InvalidAnswers):
        copied(town, case, 2, "隐去.jpg", a_jpeg())
    assert is_whole(town, case)


def test_a_unit_complained_about_sees_nothing_that_can_tell_who_complained(town: Town, against: CaseId) -> None:
    """Not the original of a document even when released, nor what other units attached; copies and clean images."""
    case, barred = against, town.officer("commerce")
    telling = a_package({**DOCX_PARTS, "docProps/core.xml": COMPANY["name"].encode()})
    attached(
        town, Complainant(case), case, (NAME, a_jpeg()), (f"{COMPANY['organisation']}.docx", telling), ("3.pdf", PDF)
    )
    attached(town, town.officer("platform"), case, (f"回访{COMPANY['name']}.pdf", PDF))
    for number in (1, 2, 3):
        released(town, case, number)
    assert seen(town, barred, case) == {1: "附件1.jpg"}
    assert TELLING not in got(town, barred, case, 1)
    for number in (2, 3, 4):
        with pytest.raises(NotFound):
            got(town, barred, case, number)
    assert copied(town, case, 2, f"{COMPANY['name']}（隐去）.pdf", PDF.replace(TELLING, b"")) == 5
    assert seen(town, barred, case) == {1: "附件1.jpg", 5: "附件5.pdf"}
    released(town, case, 4)
    assert seen(town, barred, case)[4] == "回访〔姓名已隐去〕.pdf"
    attached(town, barred, case, ("整改报告.pdf", PDF))
    assert seen(town, barred, case)[6] == "整改报告.pdf"
    assert seen(town, town.officer("supervision_office"), case)[6] == "整改报告.pdf"
    assert is_whole(town, case)


def test_a_unit_named_later_no_longer_sees_what_it_knew_and_attached_before(town: Town, case: CaseId) -> None:
    of_commerce = town.officer("commerce")
    attached(town, of_commerce, case, (f"答复{COMPANY['name']}.pdf", PDF))
    assert seen(town, of_commerce, case) == {1: "答复〔姓名已隐去〕.pdf"}
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("update case_file set complained_of = '{commerce}' where id = %s", (case,))
    assert seen(town, of_commerce, case) == {}
    attached(town, of_commerce, case, ("整改报告.pdf", PDF))
    assert seen(town, of_commerce, case) == {2: "整改报告.pdf"}


def test_an_officer_of_the_platform_who_is_complained_about_decides_nothing(town: Town) -> None:
    case = town.request(complained_of_unit="commerce").case_id
    both = replace(town.officer("platform"), own_units=frozenset({"commerce"}), acting_for="officer:x")
    attached(town, Complainant(case), case, (NAME, PDF))
    assert seen(town, both, case) == {}
    with pytest.raises(NotAllowed), town.app.begin(both) as work:
        release_attachment(work, case, 1)
    with pytest.raises(NotAllowed), town.app.begin(both) as work:
        strike_out_attachment(work, case, 1, sent(town.app, "x.pdf", PDF), submission_id=uuid4())


@pytest.mark.parametrize("who", ["commerce", "supervision_office", "auditor", "taxation", "elsewhere", "complainant"])
def test_only_the_platform_releases_seals_and_strikes_out(town: Town, case: CaseId, who: str) -> None:
    attached(town, Complainant(case), case, (NAME, PDF))
    actor = _actor(town, case, who)
    for deed in (release_attachment, seal_attachment):
        with pytest.raises(NotAllowed), town.app.begin(actor) as work:
            deed(work, case, 1)
    with pytest.raises(NotAllowed), town.app.begin(actor) as work:
        strike_out_attachment(work, case, 1, sent(town.app, "x.pdf", PDF), submission_id=uuid4())


@pytest.mark.parametrize("who", ["auditor", "taxation", "elsewhere", "another complainant", "visitor", "administrator"])
def test_who_takes_no_part_attaches_nothing_and_sees_nothing_of_a_complainant(
    town: Town, case: CaseId, who: str
) -> None:
    attached(town, Complainant(case), case, (NAME, PDF))
    actor = _actor(town, case, who)
    with pytest.raises(NotAllowed):
        attached(town, actor, case, ("x.pdf", PDF))
    assert seen(town, actor, case) == {}
    with pytest.raises(NotFound):
        got(town, actor, case, 1)
    assert len(list(town.app.files.folder.rglob("*"))) > 0
    assert _rows(town, case) == 1


def _actor(town: Town, case: CaseId, who: str) -> Officer | Complainant | Visitor:
    match who:
        case "auditor":
            return town.officer("audit_office", "auditor")
        case "administrator":
            return town.officer("platform", "administrator")
        case "elsewhere":
            return replace(town.officer("platform"), locality="kaihua")
        case "complainant":
            return Complainant(case)
        case "another complainant":
            return Complainant(town.request().case_id)
        case "visitor":
            return Visitor("zibo")
        case _:
            return town.officer(who)


def _rows(town: Town, case: CaseId) -> int:
    with psycopg.connect(town.app.settings.owner_database_url or "") as owner:
        row = owner.execute("select count(*) from attachment where case_id = %s", (case,)).fetchone()
    return int(row[0]) if row else 0


def test_the_same_submission_attaches_once(town: Town, case: CaseId) -> None:
    once = uuid4()
    for expected in ((1,), ()):
        with town.app.begin(Complainant(case)) as work:
            files = [sent(town.app, "情况.pdf", PDF)]
            assert attach_files(work, case, files, submission_id=once) == expected
    assert _rows(town, case) == 1


def test_twenty_files_of_the_complainant_and_of_each_unit_and_no_more(town: Town, case: CaseId) -> None:
    full = [(f"{number}.txt", b"x") for number in range(MOST_FILES)]
    attached(town, Complainant(case), case, *full)
    with pytest.raises(InvalidAnswers) as refused:
        attached(town, Complainant(case), case, ("one.txt", b"x"))
    assert "最多20个附件，已有20个" in refused.value.errors["files"]
    attached(town, town.officer("commerce"), case, *full[:19])
    with pytest.raises(InvalidAnswers):
        attached(town, town.officer("commerce"), case, *full[:2])
    with pytest.raises(InvalidAnswers):
        attached(town, town.officer("supervision_office"), case, *full, *full[:1])
    assert copied(town, case, 1, "隐去.txt", b"x") == 40, "a copy takes nobody's place"
    assert _rows(town, case) == 40


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "是空文件"),
        (b"<html>", "不是可以上传的文件"),
        (b"MZ\x90\0\0", "不是可以上传的文件"),
        (a_jpeg()[:-9], "文件不完整"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_name_and_the_others_with_it(
    town: Town, case: CaseId, content: bytes, said: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        attached(town, Complainant(case), case, ("好.pdf", PDF), (r"D:\照片\坏.jpg", content))
    assert "第2个附件“坏.jpg”" in refused.value.errors["files"]
    assert said in refused.value.errors["files"]
    assert "坏" not in str(refused.value), "nothing of it goes into a log"
    assert _rows(town, case) == 0
    assert is_whole(town, case)


@pytest.mark.parametrize("name", ["virus.exe", "打开看.bat", "报告.txt.JS", "旧合同.doc"])
def test_a_name_that_no_such_file_has_is_refused_whatever_lies_in_it(town: Town, case: CaseId, name: str) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        attached(town, Complainant(case), case, (name, "只是文字。".encode()))
    said = refused.value.errors["files"]
    assert f"“{name}”的名称以“.{name.rpartition('.')[2]}”结尾，这样的文件不能上传" in said
    assert "名称的结尾改为“.txt”" in said
    assert _rows(town, case) == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("照片.JPEG", "照片.JPEG"),
        ("照片.pdf", "照片.pdf.jpg"),
        ("IMG_001", "IMG_001.jpg"),
        ("关于1.2亿元货款", "关于1.2亿元货款.jpg"),
        ("说明2.0", "说明2.0.jpg"),
    ],
)
def test_a_file_is_saved_under_an_ending_of_its_kind(town: Town, case: CaseId, name: str, shown: str) -> None:
    """Also one that a telephone gave no ending."""
    attached(town, Complainant(case), case, (name, a_jpeg()))
    with town.app.read() as reader:
        (found,) = attachments_of(reader, town.app.vault, Complainant(case), case)
    assert found.name == shown


def test_what_is_larger_than_fifty_megabytes_is_refused(town: Town, case: CaseId) -> None:
    incoming = town.app.files.receive(largest=LARGEST_FILE)
    block = bytes(1024 * 1024)
    for _ in range(50):
        incoming.write(block)
    assert not incoming.too_large
    incoming.write(b"x")
    incoming.finish()
    with pytest.raises(InvalidAnswers) as refused, town.app.begin(Complainant(case)) as work:
        attach_files(work, case, [Sent("录像.mp4", incoming)], submission_id=uuid4())
    assert "超过50.0 MB" in refused.value.errors["files"]


def test_nothing_is_attached_to_a_case_that_has_ended(town: Town) -> None:
    opened = town.request()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("update case_file set exit = 'closed' where id = %s", (opened.case_id,))
    with pytest.raises(InvalidAnswers) as refused:
        attached(town, Complainant(opened.case_id), opened.case_id, ("晚.pdf", PDF))
    assert "已办结" in refused.value.errors["files"]


def test_history_says_what_was_attached_and_never_its_name(town: Town, case: CaseId) -> None:
    attached(town, Complainant(case), case, (NAME, a_jpeg()))
    released(town, case, 1)
    copied(town, case, 1, NAME, a_jpeg(picture=b"\0"))
    with town.app.read() as reader:
        told = [(event.kind, event.actor, event.detail) for event in history(reader, case)[-3:]]
    assert [kind for kind, _, _ in told] == ["file_attached", "file_released", "file_struck_out"]
    assert told[0][1] == "complainant"
    assert told[0][2].keys() == {"no", "type", "bytes", "sha256"}
    assert told[2][2]["copy_of"] == 1
    with psycopg.connect(town.app.settings.owner_database_url or "") as owner:
        everything = [
            *owner.execute("select t::text from attachment t"),
            *owner.execute("select payload from history_event"),
        ]
    assert COMPANY["name"] not in str(everything)


def test_a_row_or_a_file_that_somebody_changed_is_found(town: Town, case: CaseId) -> None:
    attached(town, Complainant(case), case, (NAME, a_jpeg()), ("2.pdf", PDF))
    assert is_whole(town, case)
    with psycopg.connect(town.app.settings.owner_database_url or "") as owner:
        ids = [row[0] for row in owner.execute("select id from attachment order by no")]
    first, second = map(town.app.files.path_of, ids)
    content = first.read_bytes()
    first.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    second.rename(second.with_name("elsewhere"))
    with town.app.read() as reader:
        assert len(list(content_faults(reader, town.app.files, case))) == 2
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("update attachment set state = 'released' where no = 1")
    with town.app.snapshot() as reader:
        assert "attachments by history differ from the rows" in verify(reader, case).faults


def test_the_application_can_change_of_an_attachment_only_who_may_see_it(town: Town, case: CaseId) -> None:
    attached(town, Complainant(case), case, (NAME, PDF))
    with psycopg.connect(town.app.settings.database_url) as application:
        application.execute("set default_transaction_read_only = off")
        for statement in ("update attachment set unit = 'commerce'", "delete from attachment"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)  # type: ignore[arg-type]
            application.rollback()


@pytest.mark.parametrize("when", ["while it is sent", "when it is kept"])
def test_a_full_disk_keeps_nothing_and_harms_no_case(
    town: Town, case: CaseId, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    attached(town, Complainant(case), case, ("好.pdf", PDF))
    before = sorted(town.app.files.folder.rglob("*"))
    if when == "while it is sent":
        monkeypatch.setattr(sealed_files, "_has_room", lambda _: False)
    else:
        monkeypatch.setattr(sealed_files, "_sync", _no_room)
    with pytest.raises(StorageFull):
        attached(town, Complainant(case), case, *((f"{number}.pdf", PDF) for number in range(3)))
    after = [path for path in sorted(town.app.files.folder.rglob("*")) if path.is_file() or path in before]
    assert after == before
    assert _rows(town, case) == 1
    assert is_whole(town, case)
    monkeypatch.undo()
    town.do(case, "first_reply", progress="正在核实有关情况。", contacted="not_yet")
    assert attached(town, Complainant(case), case, ("再来.pdf", PDF)) == (2,)
    assert is_whole(town, case)


def _no_room(_: object) -> None:
    import errno
    import os

    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_two_at_once_get_numbers_of_their_own(town: Town, case: CaseId) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as people:
        numbers = list(people.map(lambda n: attached(town, Complainant(case), case, (f"{n}.pdf", PDF)), range(8)))
    assert sorted(number for (number,) in numbers) == list(range(1, 9))
    assert is_whole(town, case)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("照片.jpg", "照片.jpg"),
        (r"D:\相册\x\照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie x.jpg"),
        ('"><script>.pdf', "script.pdf"),
        ("名" * 300 + ".jpg", "名" * 116 + ".jpg"),
        ("...", ""),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_a_name_is_told_without_what_no_name_may_hold(given: str, kept: str) -> None:
    assert told_name(given) == kept
