"""Chinese words for what rows call by English names, where pages, reports and files must say the same."""

from typing import Final

EXITS: Final = {"closed": "已销号", "declined": "不予受理", "transferred": "已移送", "withdrawn": "已撤回"}
CHANNELS: Final = {
    "portal": "门户", "window": "窗口", "province": "省平台", "import": "批量导入", "desk": "经办单位",
    "calendar": "按期自动开始",
}  # fmt: skip
