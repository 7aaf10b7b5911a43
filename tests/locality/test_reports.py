"""Report files are read strictly: what is not understood is told with its cure, and never counted as something else."""

import pytest

from bihuan.locality.faults import FolderFault
from bihuan.locality.reports import Count, Share, read_report
from bihuan.locality.sentences import filled_in
from bihuan.locality.target import Target
from tests.locality.a_report import FILE, a_report


def test_a_report_is_read() -> None:
    found = read_report(FILE, a_report())

    assert (found.id, found.period, found.readers) == ("monthly", "month", ("commerce",))
    assert [figure.name for figure in found.figures] == ["收到", "已评价", "满意", "满意率"]
    assert found.figures[3].formula == Share("满意", "已评价")
    assert found.figures[3].target == Target(least=98)
    liked = found.figures[2].formula
    assert isinstance(liked, Count)
    assert [(one.of, one.values) for one in liked.given] == [("rating", (4, 5))]
    assert found.lists[0].columns[1].shows == "answer:rating.rating"


@pytest.mark.parametrize(
    ("old", "new", "place", "fault"),
    [
        ("readers", "reader", "reader", "不认识的设置项"),
        ('period = "month"', 'period = "monthly"', "period", "不能用"),
        ('id = "monthly"', 'id = "yearly"', "id", "与文件名不同"),
        ('counts = "received"', 'counts = "recieved"', "figure 第1项 counts", "不能用"),
        ('counts = "received"', 'counts = "received"\nlimit = ["ZB-18"]', "figure 第1项 limit", "不认识"),
        ('counts = "received"', 'counts = "late"', "figure 第1项 limit", "缺少"),
        ('counts = "received"', 'share = "满意"\ncounts = "received"', "figure 收到", "之一"),
        ('share = "满意"', 'share = "满意率"', "figure 满意率", "没有数据项 满意率"),
        ('share = "满意"', 'share = "很满意"', "figure 满意率", "没有数据项 很满意"),
        ("at_least = 98", "at_least = 98, at_most = 99", "figure 满意率", "之一"),
        ("at_least = 98", 'at_least = "98"', "figure 第4项 target.at_least", "不能用"),
        ('name = "满意"', 'name = "收到"', "figure 收到", "重名"),
        ('by = "unit"', 'by = "units"', "table 第1项 by", "不能用"),
        ('rank = "满意率"', 'rank = "满意度"', "table 按单位", "没有数据项 满意度"),
        ('cases = "收到"', 'cases = "满意率"', "list 清单", "没有数据项 满意率"),
        ('shows = "case_no"', 'shows = "phone"', "columns 第1项 shows", "不能用"),
        ('rules = ["ZB-16"]', 'rules = ["ZB16"]', "rules", "不合写法"),
        ('readers = ["commerce"]', 'sentences = ["收到{受到}件"]', "sentences", "没有数据项 受到"),
        ("rating = [4, 5]", "rating = []", "given.rating", "应写出"),
        ('counts = "received"', 'counts = "received"\nkind = "rating"', "figure 第1项 kind", "不能用"),
        (
            '\n[[figure]]\nname = "收到"',
            'headline = ["收到"]\n[[figure]]\nname = "收到"\nkind = "satisfaction"',
            "figure 收到",
            "应写 share",
        ),
        ('counts = "received"', 'counts = "received"\nkind = "received"', "figure 收到", "用不上"),
    ],
)
def test_what_is_not_understood_is_told(old: str, new: str, place: str, fault: str) -> None:
    with pytest.raises(FolderFault) as refused:
        read_report(FILE, a_report(old, new))

    found = {finding.element: finding for finding in refused.value.findings}
    assert place in found, list(found)
    assert fault in found[place].fault
    assert found[place].cure


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(FolderFault) as refused:
        read_report(FILE, a_report().replace(b"shows", b"show").replace(b"counts", b"count"))

    assert len(refused.value.findings) > 4


@pytest.mark.parametrize("content", [b"", b"x", b"[[figure]]\n", b"figure = 1\nlist = 2\ntable = 'a'", b"\xff"])
def test_a_hostile_file_gives_findings_not_errors(content: bytes) -> None:
    with pytest.raises(FolderFault):
        read_report(FILE, content)


def test_a_sentence_takes_each_figure_once() -> None:
    assert filled_in("收到{收到}件，{没有}", {"收到": "{收到}1"}, {}) == "收到{收到}1件，"


def test_a_clause_about_nothing_says_so_instead() -> None:
    sentence = "应办结{应办结}件，按期办结率{按期办结率}，平均{平均}个工作日；其余见附表。"
    nothing = {"按期办结率": "本期无应办结工单，不计按期办结率"}
    assert filled_in(sentence, {"应办结": "0", "平均": "3.5"}, nothing) == (
        "应办结0件，本期无应办结工单，不计按期办结率，平均3.5个工作日；其余见附表。"
    )
