"""`bihuan import`: a table becomes live cases; bad rows are listed, good ones kept, none twice."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from openpyxl import Workbook

from bihuan.bootstrap import App
from bihuan.queries.history import case_ids
from tests.cli.conftest import Run, one_line

HEADER = ("id", "author", "subject", "body", "sent_at", "reply", "replied_at")
GOOD = [
    (
        "A1", "U1", "换证材料反复退回", "三次提交均被退回，\n理由各不相同。", "2026-03-02T09:00:00+08:00", "已办",
        "2026-03-05T10:00:00+08:00",
    ),
    ("A2", "U2", "补贴未公示", "申报四个月没有结果。", "2026-03-02 09:00:00", "", ""),
]  # fmt: skip
BAD = [
    ("A3", "U3", "没有正文", "", "2026-03-02T09:00:00+08:00", "", ""),
    ("A4", "U4", "时间不对", "正文", "三月二日", "", ""),
    ("A1", "U1", "编号重复", "正文", "2026-03-02T09:00:00+08:00", "", ""),
    ("A5", "U5", "将来的信", "正文", "2199-03-02T09:00:00+08:00", "", ""),
    ("A6", "U6", "题" * 300, "正文", "2026-03-02T09:00:00+08:00", "", ""),
    ("A7", "U7", "先答后问", "正文", "2026-03-02T09:00:00+08:00", "", "2026-03-01T09:00:00+08:00"),
]


Written = Callable[[Path, Iterable[tuple[str, ...]]], Path]


def as_csv(folder: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    path = folder / "messages.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def as_xlsx(folder: Path, rows: Iterable[tuple[str, ...]]) -> Path:
    workbook = Workbook()
    for row in [HEADER, *rows]:
        workbook.active.append(row)
    workbook.save(folder / "messages.xlsx")
    return folder / "messages.xlsx"


def cases(app: App) -> int:
    with app.read() as reader:
        return len(list(case_ids(reader)))


@pytest.mark.parametrize("written", [as_csv, as_xlsx])
def test_good_rows_are_kept_and_bad_ones_listed(run: Run, zibo: App, tmp_path: Path, written: Written) -> None:
    ran = run("import", "zibo", written(tmp_path, [GOOD[0], *BAD, GOOD[1]]), "--json")

    assert ran.code == 1
    assert ran.json["added"] == cases(zibo) == 2
    assert [fault["row"] for fault in ran.json["left_out"]] == [3, 4, 5, 6, 7, 8]
    for cause in ("body 为空", "sent_at 不是时间：三月二日", "编号 A1 与第 2 行重复", "晚于现在", "字", "早于 sent_at"):
        assert cause in ran.err


def test_a_second_import_adds_nothing(run: Run, zibo: App, tmp_path: Path) -> None:
    table = as_csv(tmp_path, GOOD)

    first, second = run("import", "zibo", table, "--json"), run("import", "zibo", table, "--json")

    assert (first.code, first.json) == (0, {"added": 2, "known": 0, "left_out": []})
    assert (second.code, second.json) == (0, {"added": 0, "known": 2, "left_out": []})
    assert cases(zibo) == 2
    assert run("verify", "--json").json["ok"] is True


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "缺少列 id"),
        ("other.csv", "编号,标题\n1,2\n".encode(), "缺少列 id、subject、body、sent_at"),
        ("gbk.csv", "id,subject,body,sent_at\n1,标题,正文,2026".encode("gbk"), "不是 UTF-8 文本"),
        ("quote.csv", b'id,subject,body,sent_at\n1,"a', "不是有效的 CSV"),
        ("text.xlsx", b"id,subject", "不是有效的 XLSX"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole(
    run: Run, zibo: App, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)

    line = one_line(run("import", "zibo", tmp_path / name))

    assert says in line
    assert name in line
    assert cases(zibo) == 0


def test_the_category_must_be_one_of_the_locality(run: Run, zibo: App, tmp_path: Path) -> None:
    assert "没有这个诉求类别" in one_line(run("import", "zibo", as_csv(tmp_path, GOOD), "--category", "weather"))
    assert cases(zibo) == 0
