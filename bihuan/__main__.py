"""`python -m bihuan <command>`: parses, calls one command of `bihuan.cli`, and turns every fault into one line.

Exit codes: 0 done; 1 done and something does not hold (a scenario differs, a chain is broken); 2 bad input, nothing
done; 130 interrupted.
"""

import logging
import signal
import sys
from collections.abc import Sequence

import psycopg
from psycopg_pool import PoolTimeout

from bihuan.cli import (
    backup,
    bench,
    calendar,
    check,
    clock,
    demonstrate,
    deploy,
    doctor,
    drive,
    due,
    import_orders,
    migrate,
    replay,
    report,
    rules,
    scenarios,
    user,
    verify,
)
from bihuan.cli.parser import BAD_INPUT, ChineseParser
from bihuan.domain.errors import BihuanError, InvalidAnswers
from bihuan.locality.faults import FolderFault
from bihuan.settings import SettingsFault

COMMANDS = (
    migrate, demonstrate, check, deploy, user, import_orders, due, calendar, clock, replay, report, verify, doctor,
    backup, rules, scenarios, drive, bench,
)  # fmt: skip
INTERRUPTED = 130


def parser() -> ChineseParser:
    """All commands with their arguments."""
    found = ChineseParser(
        prog="bihuan",
        description="闭环：按画好的流程办理企业和群众诉求，到期有人管，件件有着落。\n\n"
        "bihuan runs governments' closed-loop procedures, each a BPMN diagram, exactly as drawn.",
        epilog="每个命令都有自己的说明：bihuan 命令 --help",
    )
    commands = found.add_subparsers(title="命令", metavar="命令", required=True)
    for command in COMMANDS:
        command.add(commands)
    return found


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and give back its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # said once, in Chinese, below
    arguments = parser().parse_args(words)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except FolderFault as fault:
        print(f"{fault.chinese}\n共 {len(fault.findings)} 处问题，未作任何改动。", file=sys.stderr)
        return BAD_INPUT
    except (BihuanError, SettingsFault, psycopg.Error, PoolTimeout) as fault:
        print(f"bihuan：{_chinese(fault)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("bihuan：已中断。", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain once more while it ends.
        sys.stderr.close()
        return 0


def _chinese(fault: Exception) -> str:
    match fault:
        case InvalidAnswers():
            return "；".join(f"{field}：{sentence}" for field, sentence in fault.errors.items())
        case BihuanError() if fault.status >= 500:
            return f"{fault.chinese}（{fault}）"
        case BihuanError():
            return fault.chinese
        case SettingsFault():
            return f"环境设置有误：{fault}。用 ./manage bihuan … 运行即自动设置"
        case psycopg.errors.UndefinedTable():
            return "数据库中没有所需的表：请先运行 bihuan migrate"
        case PoolTimeout() | psycopg.OperationalError():
            return f"连接不上数据库：请核对 BIHUAN_DATABASE_URL，数据库是否已启动（{_first_line(fault)}）"
        case _:
            return f"数据库拒绝了这次操作，未作任何改动（{_first_line(fault)}）"


def _first_line(fault: Exception) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]


def _told_to_end(*_: object) -> None:
    # As Ctrl-C does, so that whatever a command made for a while is cleared away.
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _told_to_end)
    sys.exit(main())
