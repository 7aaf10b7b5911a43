"""[triage], [sessions] and [portal.announcement] of locality.toml: read as written, and held to what there is."""

from pathlib import Path

import pytest

from bihuan.locality.check import check
from tests.people import files_of

PROCESSES = Path(__file__).resolve().parents[2] / "processes"


def findings(locality: str, old: str, new: str) -> list[tuple[str, str, str]]:
    """What is said of a locality's folder with one thing of its settings changed."""
    files = files_of(locality)
    path = f"{locality}/locality.toml"
    text = files[path].decode()
    assert old in text
    return [(one.rule, one.element, one.fault) for one in check({**files, path: text.replace(old, new, 1).encode()})]


@pytest.mark.parametrize(
    ("locality", "old", "new", "found"),
    [
        ("kaihua", 'desks         = ["platform"]', 'desks = ["plattform"]',
         ("C25", "triage.desks", "没有单位或角色 plattform")),
        ("kaihua", '["triage", "dispatch"]', '["triages", "dispatch"]', ("C25", "triage.forms", "没有表单 triages")),
        ("kaihua", '"second_unit", "third_unit"', '"second"', ("C25", "triage.supporting", "表单中没有 second")),
        ("kaihua", 'unclear   = "declined_unclear"', 'vague = "declined_unclear"',
         ("C25", "triage.grounds.vague", "不是表单中的选项")),
        ("kaihua", '"declined_unclear"', '"declined_vague"',
         ("C25", "triage.grounds.unclear", "没有通知模板 declined_vague")),
        ("kaihua", 'repeated      = "repeated"', 'repeated = "again"',
         ("L03", "triage.repeated", "不是不予受理的情形")),
        ("kaihua", "[triage]\n", "[triage]\nseats = 2\n", ("L03", "triage.seats", "不认识的设置项")),
        ("yunnan", 'procedure = "monthly"\nbooked', 'procedure = "weekly"\nbooked',
         ("C26", "sessions.procedure", "流程 weekly 没有画出")),
        ("yunnan", 'booked    = "booked"', 'booked = "bocked"', ("C26", "sessions.booked", "没有名为 bocked 的消息")),
        ("yunnan", 'document  = "工作记录表"', 'document = "记录"', ("C26", "sessions.document", "没有文书 记录")),
        ("yunnan", 'field     = "session"', 'field = "sitting"',
         ("C26", "sessions.field", "表单 arrange 中没有选择项 sitting")),
        ("yunnan", 'order     = "queue_band"', 'order = "queue"', ("C26", "sessions.order", "没有数据 queue")),
        ("yunnan", 'pm  = "14:00-17:00"\n', "", ("C26", "sessions.hours.pm", "没有写明起止时间")),
        ("yunnan", 'main   = ["joint_second", "joint_third"]', 'main = ["joint_fourth"]',
         ("C26", "sessions.joint.main", "表单 schedule 中没有 joint_fourth")),
        ("yunnan", 'main_2 = ["joint', 'main_9 = ["joint', ("C26", "sessions.joint.main_9", "没有场次 main_9")),
        ("yunnan", 'milestone = "published_online"', 'milestone = "published"',
         ("C34", "portal.announcement.milestone", "没有元素设置里程碑 published")),
        ("yunnan", 'text      = "announcement_text"', 'text = "publish_on"',
         ("C34", "portal.announcement.text", "表单 announcement 没有文字项 publish_on")),
        ("yunnan", 'document  = "公告"', 'document = "预约信息表"',
         ("C34", "portal.announcement.document", "文书 预约信息表 的占位符 body 不能公开")),
        ("yunnan", 'schedule  = "schedule"', 'schedule = "arrange"',
         ("C26", "sessions.schedule", "表单 arrange 中没有 main_on")),
    ],
)  # fmt: skip
def test_a_desk_names_only_what_its_folder_has(locality: str, old: str, new: str, found: tuple[str, str, str]) -> None:
    assert found in findings(locality, old, new)
