"""`bihuan user add|password|close|open|log-out|stand-in|list`: officers' accounts."""

import argparse
import getpass
import sys

from bihuan.cli.parser import ChineseParser, moment
from bihuan.cli.session import COMMAND_LINE, application
from bihuan.cli.terminal import say, table
from bihuan.commands.accounts import create_account, end_sessions, set_active, set_password
from bihuan.commands.appoint_stand_in import appoint_stand_in
from bihuan.domain import passwords
from bihuan.domain.access import OFFICER
from bihuan.domain.errors import BadInput
from bihuan.locality.deployments import current
from bihuan.locality.organisation import Organisation
from bihuan.queries.accounts import accounts
from bihuan.releasing import release_all_left
from bihuan.store.unit_of_work import Reader


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "user", help="管理工作人员账号", description="管理工作人员账号。\n\nOfficers' accounts."
    )
    deeds = command.add_subparsers(title="操作", metavar="操作", required=True)
    _add_add(deeds)
    password = deeds.add_parser("password", help="更换密码；该账号的全部登录随即失效")
    _password_options(password)
    password.set_defaults(run=_password)
    for name, active, help_text in (("close", False, "停用账号，已办事项照常保留"), ("open", True, "重新启用账号")):
        deed = deeds.add_parser(name, help=help_text)
        deed.add_argument("login", metavar="登录名")
        _reason_option(deed)
        deed.set_defaults(run=_set_active, active=active)
    out = deeds.add_parser("log-out", help="结束账号在所有设备上的登录，密码不变")
    out.add_argument("login", metavar="登录名")
    _reason_option(out)
    out.set_defaults(run=_log_out)
    _add_stand_in(deeds)
    listing = deeds.add_parser("list", help="列出一个辖区的账号")
    listing.add_argument("locality", metavar="辖区")
    listing.set_defaults(run=_list)


def _add_add(deeds: "argparse._SubParsersAction[ChineseParser]") -> None:
    command = deeds.add_parser("add", help="新建账号")
    command.add_argument("locality", metavar="辖区")
    _password_options(command)
    command.add_argument("--name", metavar="姓名", required=True)
    command.add_argument(
        "--unit", metavar="单位[:角色]", action="append", required=True,
        help="如 commerce（承办人）、commerce:principal；可写多个",
    )  # fmt: skip
    command.add_argument("--email", metavar="邮箱")
    command.add_argument("--phone", metavar="电话")
    command.set_defaults(run=_add)


def _add_stand_in(deeds: "argparse._SubParsersAction[ChineseParser]") -> None:
    command = deeds.add_parser("stand-in", help="指定代理：由同事在一段时间内代为办理，办理时记明代理")
    command.add_argument("login", metavar="代理人登录名")
    command.add_argument("--for", dest="stands_for", metavar="被代理人登录名", required=True)
    command.add_argument("--until", metavar="时间", type=moment, required=True, help="截止时间，如 2026-10-12T09:00")
    command.add_argument("--reason", metavar="事由", required=True)
    command.set_defaults(run=_stand_in)


def _password_options(command: ChineseParser) -> None:
    command.add_argument("login", metavar="登录名")
    command.add_argument(
        "--generate", action="store_true", help="随机生成密码并显示；否则在终端输入，或从标准输入读一行"
    )
    command.add_argument("--one-time", action="store_true", help="一次性密码：72小时内有效，首次登录须改成自己的")
    _reason_option(command)


def _reason_option(command: ChineseParser) -> None:
    command.add_argument("--reason", metavar="理由", default="", help="记入管理记录")


def _add(arguments: argparse.Namespace) -> int:
    """Make an account."""
    with application() as app:
        with app.read() as reader:
            memberships = [_membership(reader, arguments.locality, group) for group in arguments.unit]
        password = _new_password(arguments.generate)
        with app.begin(COMMAND_LINE) as work:
            create_account(
                work, arguments.locality, arguments.login, arguments.name, password, memberships,
                email=arguments.email, phone=arguments.phone, one_time=arguments.one_time, reason=arguments.reason,
            )  # fmt: skip
    _say_done(f"已建立账号 {arguments.login}", password, arguments.generate)
    return 0


def _password(arguments: argparse.Namespace) -> int:
    """Give an account a new password."""
    password = _new_password(arguments.generate)
    with application() as app, app.begin(COMMAND_LINE) as work:
        set_password(work, arguments.login, password, one_time=arguments.one_time, reason=arguments.reason)
    _say_done(f"已更换 {arguments.login} 的密码", password, arguments.generate)
    return 0


def _set_active(arguments: argparse.Namespace) -> int:
    """Close an account, or open it again."""
    with application() as app:
        with app.begin(COMMAND_LINE) as work:
            set_active(work, arguments.login, arguments.active, reason=arguments.reason)
        done, failed = (0, 0) if arguments.active else release_all_left(app, COMMAND_LINE, arguments.login)
    say(f"账号 {arguments.login} 已{'启用' if arguments.active else '停用'}。")
    if done or failed:
        say(f"已签收未办的 {done} 项已退回所在单位待签收" + (f"，{failed} 项未能退回。" if failed else "。"))
    return 0


def _log_out(arguments: argparse.Namespace) -> int:
    """End every session of an account."""
    with application() as app, app.begin(COMMAND_LINE) as work:
        end_sessions(work, arguments.login, reason=arguments.reason)
    say(f"账号 {arguments.login} 在所有设备上的登录均已退出。")
    return 0


def _stand_in(arguments: argparse.Namespace) -> int:
    """Appoint a stand-in."""
    with application() as app, app.begin(COMMAND_LINE) as work:
        appoint_stand_in(
            work, arguments.login, stands_for=arguments.stands_for, until=arguments.until, reason=arguments.reason
        )
    say(f"{arguments.login} 可代理 {arguments.stands_for}，至 {arguments.until:%Y-%m-%d %H:%M} 止。")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    """All accounts of a locality."""
    with application() as app, app.read() as reader:
        organisation = _deployed(reader, arguments.locality)
        found = accounts(reader, COMMAND_LINE, arguments.locality)
    rows = [
        (one.login, one.name, "启用" if one.active else "停用",
         "；".join(organisation.group_name(group.removesuffix(f":{OFFICER}")) for group in one.memberships))
        for one in found
    ]  # fmt: skip
    say(table([("登录名", "姓名", "状态", "单位和角色"), *rows]))
    return 0


def _deployed(reader: Reader, locality: str) -> Organisation:
    return current(reader, locality).deployment.locality.organisation


def _membership(reader: Reader, locality: str, group: str) -> tuple[str, str]:
    unit, _, role = group.partition(":")
    roles = _deployed(reader, locality).roles
    if (role or OFFICER) not in roles:
        raise BadInput("--unit", group, f"没有角色 {role}", f"可用：{'、'.join(roles)}")
    return unit, role or OFFICER


def _new_password(generate: bool) -> str:
    if generate:
        return passwords.draw()
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first, second = getpass.getpass("新密码："), getpass.getpass("再输入一次：")
    if first != second:
        raise BadInput("密码", "", "两次输入不同", "重新输入")
    return first


def _say_done(what: str, password: str, generated: bool) -> None:
    say(f"{what}，密码为 {password}" if generated else f"{what}。")
