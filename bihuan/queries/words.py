"""Chinese words for what rows call by English names, where pages, reports and files must say the same."""

from typing import Final

from bihuan.locality.part import Part

EXITS: Final = {"closed": "已销号", "declined": "不予受理", "transferred": "已移送", "withdrawn": "已撤回"}
CHANNELS: Final = {
    "portal": "门户", "window": "窗口代填", "province": "上级平台", "import": "批量导入", "desk": "经办单位",
    "calendar": "按期自动开始",
}  # fmt: skip
PARTS: Final[dict[Part, str]] = {"lead": "主办", "rework": "主办（重办）", "supporting": "协办", "supervising": "督办"}


def exit_words(how: str, procedure: str) -> str:
    """How a case ended: a request is struck off (销号), a case of another procedure is simply done (办结).

    `procedure`: the other procedure's name, empty for a request. The exit itself when it is new.
    """
    return "已办结" if procedure and how == "closed" else EXITS.get(how, how)


def calendar_version(version: int) -> str:
    """What a locality's calendar is called: by how often days were declared in it, or by the notices alone."""
    return f"日历第 {version} 版" if version else "按国务院通知，本辖区未作登记"


UNIT_KINDS: Final = {
    "platform": "平台", "supervision": "督查", "leaders": "领导", "province": "上级平台", "audit": "审计",
    "handling": "承办单位", "office": "科室",
}  # fmt: skip
"""What the kinds of units are called."""
