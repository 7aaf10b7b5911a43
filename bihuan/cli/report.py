"""`bihuan report LOCALITY ID --period …`: a report's figures and tables, on screen, as JSON, or as a workbook."""

import argparse
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

from bihuan.cli.parser import ChineseParser
from bihuan.cli.session import application
from bihuan.cli.terminal import as_json, note, say
from bihuan.domain.clock import BEIJING
from bihuan.queries.counted import Value
from bihuan.queries.report_lists import IN_FILE, ListView, lists
from bihuan.queries.reports import ReportView, as_of_words, report_of


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "report",
        help="编制一期报表",
        description="统计一个辖区的一期报表，数据截至现在；写法见 docs/reports.md。\n"
        "清单中不显示诉求人，诉求内容隐去个人信息。\n\n"
        "Count a locality's report for one period.",
    )
    command.add_argument("locality", metavar="辖区", help="如 kaihua")
    command.add_argument("report", metavar="报表", help="reports/ 中的文件名，如 monthly")
    command.add_argument("--period", metavar="期间", default="", help="如 2026-11、2026Q4、2026；不写则为本期")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.add_argument("--xlsx", metavar="文件", type=Path, help="另存为表格")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Count and print; nobody's name is ever printed."""
    with application() as app, app.read() as reader:
        view = report_of(reader, arguments.locality, arguments.report, arguments.period)
        listed = lists(reader, app.vault, None, view.chosen, most=IN_FILE)
    if arguments.xlsx:
        from bihuan.queries.report_workbook import workbook  # its library takes a fifth of a second to load

        arguments.xlsx.write_bytes(workbook(view, listed))
        note(f"已写入 {arguments.xlsx}")
    say(as_json(as_result(view, listed)) if arguments.json else "\n".join(_lines(view, listed)))
    return 0


def as_result(view: ReportView, listed: tuple[ListView, ...]) -> Mapping[str, object]:
    """The report for programs, in Beijing time."""
    return {
        "locality": view.chosen.deployment.locality.id,
        "report": view.report.id,
        "title": view.report.title,
        "rules": list(view.report.rules),
        "period": str(view.period),
        "as_of": view.as_of.astimezone(BEIJING).isoformat(),
        "figures": {
            row.figure.name: {**_as_value(row.value), "previous": row.previous.number, "meaning": row.meaning}
            for row in view.figures
        },
        "tables": {
            table.table.title: [
                {
                    "name": row.name,
                    "place": row.place,
                    "figures": {
                        name: value.number for name, value in zip(table.table.figures, row.values, strict=True)
                    },
                }
                for row in table.rows
            ]
            for table in view.tables
        },
        "lists": {
            f"{one.title}（{one.about}）" if one.about else one.title: [
                dict(zip((column.title for column in one.columns), row.cells, strict=True)) for row in one.rows
            ]
            for one in listed
        },
    }


def _as_value(value: Value) -> Mapping[str, object]:
    found = {name: held for name, held in dataclasses.asdict(value).items() if name != "kind"}
    return {"says": value.words, **found}


def _lines(view: ReportView, listed: tuple[ListView, ...]) -> Iterator[str]:
    yield f"{view.locality} {view.report.title} {view.period.words}（截至{as_of_words(view.as_of)}）"
    for row in view.figures:
        target = {None: "", True: "，达到目标", False: "，未达到目标"}[row.value.met]
        parts = f"（{row.value.part}÷{row.value.whole}）" if row.value.kind == "rate" else ""
        yield f"  {row.figure.name}  {row.value.words}{parts}{target}，上期 {row.previous.words}"
    for table in view.tables:
        yield table.table.title
        for line in table.rows:
            cells = "，".join(
                f"{name} {value.words}" for name, value in zip(table.table.figures, line.values, strict=True)
            )
            yield f"  {f'{line.place}. ' if line.place else ''}{line.name}：{cells}"
    for one in listed:
        yield f"{one.title}{f'（{one.about}）' if one.about else ''}"
        yield from (f"  {' · '.join(cell or '—' for cell in row.cells)}" for row in one.rows)
