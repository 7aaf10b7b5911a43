"""`bihuan import LOCALITY FILE`: bring messages in as live cases, each an order that the province passed down."""

import argparse
from uuid import NAMESPACE_URL, uuid5

from bihuan.bootstrap import App
from bihuan.cli.parser import ChineseParser, file
from bihuan.cli.session import application
from bihuan.cli.terminal import Progress, as_json, note, say
from bihuan.commands.open_case import receive_order
from bihuan.domain.access import Machine
from bihuan.domain.errors import BadInput, InvalidAnswers
from bihuan.locality.deployments import current
from bihuan.play.messages import Message, RowFault, read_messages
from bihuan.queries.find_case import external_numbers

IMPORT = Machine("import")
OTHER = "other"


def add(commands: "argparse._SubParsersAction[ChineseParser]") -> None:
    """The command's arguments."""
    command = commands.add_parser(
        "import",
        help="从表格导入工单",
        description="把 CSV 或 XLSX 的每一行登记为一件省转办工单，等待分办。有问题的行列出行号和原因，其余照常导入；\n"
        "按 id 列识别，同一编号再次导入不会重复。\n\nBring messages in as live cases.",
    )
    command.add_argument("locality", metavar="辖区", help="已部署的辖区，如 zibo")
    command.add_argument("file", metavar="文件", type=file, help="CSV 或 XLSX；列 id subject body sent_at，可有 author")
    command.add_argument("--category", metavar="类别", help="诉求类别，如 trade；不写则为 other（其他）")
    command.add_argument("--json", action="store_true", help="只输出 JSON")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the file, receive each order in a transaction of its own, tell what was left out."""
    messages, faults = read_messages(arguments.file)
    with application() as app:
        category = _category(app, arguments.locality, arguments.category)
        with app.read() as reader:
            known = external_numbers(reader, arguments.locality)
        fresh = [message for message in messages if message.id not in known]
        progress = Progress("导入", len(fresh))
        added = 0
        for message in fresh:
            try:
                _receive(app, arguments.locality, category, message)
                added += 1
            except InvalidAnswers as refusal:
                faults.append(RowFault(message.row, "；".join(refusal.errors.values())))
            progress.step()
        progress.end()
    faults.sort(key=lambda fault: fault.row)
    for fault in faults:
        note(str(fault))
    there = len(messages) - len(fresh)
    if arguments.json:
        left_out = [{"row": fault.row, "why": fault.why} for fault in faults]
        say(as_json({"added": added, "known": there, "left_out": left_out}))
    else:
        say(f"导入 {added} 件，已有 {there} 件，未导入 {len(faults)} 行。")
    return 1 if faults else 0


def _receive(app: App, locality: str, category: str, message: Message) -> None:
    answers = {"subject": message.subject, "body": message.body, "category": category}
    if message.sent_at > app.clock.now():
        raise InvalidAnswers({"sent_at": "sent_at 晚于现在"})
    with app.begin(IMPORT) as work:
        receive_order(
            work, locality, answers, {"name": message.author}, received_at=message.sent_at, external_no=message.id,
            # The same order is the same submission, also when two imports run at once.
            submission_id=uuid5(NAMESPACE_URL, f"bihuan:{locality}:province-order:{message.id}"),
        )  # fmt: skip


def _category(app: App, locality: str, given: str | None) -> str:
    with app.read() as reader:
        known = {option.value for option in current(reader, locality).deployment.locality.options()["categories"]}
    category = given or OTHER
    if category not in known:
        raise BadInput("--category", category, "没有这个诉求类别", f"可用：{'、'.join(sorted(map(str, known)))}")
    return category
