"""argparse in Chinese: headings, help and the one line for arguments that cannot be taken."""

import argparse
import re
import sys
from datetime import datetime, time
from pathlib import Path
from typing import NoReturn

from bihuan.domain.clock import BEIJING

BAD_INPUT = 2
"""The exit code of everything that a person can correct."""

_FAULTS = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"参数 \1 不能是 \2，可用：\3"),
    (r"argument (\S+): expected one argument", r"参数 \1 需要一个值"),
    (r"argument (\S+): expected at least one argument", r"参数 \1 至少需要一个值"),
    (r"argument (\S+): invalid int value: (.*)", r"参数 \1 应为整数，现为 \2"),
    (r"argument (\S+): not allowed with argument (\S+)", r"参数 \1 不能与 \2 同时使用"),
    (r"one of the arguments (.*) is required", r"需要其中一个参数：\1"),
    (r"argument (\S+): ", r"参数 \1："),
)


class ChineseParser(argparse.ArgumentParser):
    """An ArgumentParser whose words are Chinese. Abbreviated options are refused: scripts outlive them."""

    def __init__(self, **settings: object) -> None:
        settings = {"formatter_class": _Formatter, "allow_abbrev": False, **settings, "add_help": False}
        super().__init__(**settings)  # type: ignore[arg-type]
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def error(self, message: str) -> NoReturn:
        """One line: what is wrong with the arguments, and where to read how they are given."""
        for english, chinese in _FAULTS:
            message = re.sub(english, chinese, message)
        print(f"{self.prog}：{message}。用法见 {self.prog} --help", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of descriptions as written, leaves room for long names, and says 用法."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28)

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


def moment(text: str) -> datetime:
    """An instant as an official writes it, Beijing time unless it says otherwise: 2026-09-29T16:00, 2026-09-29."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是时间，应写作 2026-09-29T16:00（北京时间）") from None
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def time_of_day(text: str) -> str:
    """A cut-off: 12:00, or 24:00 for the end of the day."""
    try:
        if text != "24:00":
            time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是时刻，应写作 12:00") from None
    return text


def file(text: str) -> Path:
    """A file that is there."""
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"没有文件 {text}，请核对路径")
    return Path(text)


def count(text: str) -> int:
    """A whole number of at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} 不是正整数")
    return int(text)
