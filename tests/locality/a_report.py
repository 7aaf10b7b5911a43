"""Builds report files; each test spoils one thing."""

REPORT = """
id = "monthly"
title = "月报"
rules = ["ZB-16"]
period = "month"
readers = ["commerce"]

[[figure]]
name = "收到"
counts = "received"

[[figure]]
name = "已评价"
counts = "answered"
form = "rating"
except = { category = ["other"] }

[[figure]]
name = "满意"
counts = "answered"
form = "rating"
given = { rating = [4, 5] }

[[figure]]
name = "满意率"
share = "满意"
of = "已评价"
target = { at_least = 98 }

[[table]]
title = "按单位"
by = "unit"
figures = ["收到", "满意率"]
rank = "满意率"

[[list]]
title = "清单"
cases = "收到"
columns = [{ title = "编号", shows = "case_no" }, { title = "评分", shows = "answer:rating.rating" }]
"""
FILE = "zibo/reports/monthly.toml"


def a_report(old: str = "", new: str = "") -> bytes:
    """The report's file, with something else written there."""
    assert old in REPORT
    return REPORT.replace(old, new, 1).encode() if old else REPORT.encode()
