"""What a file says of a list that its reader does not see whole: never 无 where there are cases."""

from bihuan.queries.report_lists import ListView
from bihuan.queries.reports import ReportView


def withheld(view: ReportView, one: ListView) -> str:
    """That cases are not listed, and how many the figure counts; empty where nothing is kept from the reader."""
    counted = next((row.value for row in view.figures if row.figure.name == one.figure), None)
    if one.whole or counted is None or counted.nothing:
        return ""
    said = "只列出本单位办理的工单" if one.rows else "未列出"
    return f"清单按权限{said}（共{counted.words}件）。"
