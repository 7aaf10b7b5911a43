"""督办: units × steps, and the lists behind every figure of it: late by rung, nearly late, silent, taken over, …"""

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user

from bihuan.commands.count_report import keep_load
from bihuan.queries.supervision import supervision
from bihuan.queries.supervision_lists import SILENCES, SILENT, List
from web.house import deed, me, reading
from web.places import place_read, place_said

pages = Blueprint("supervision", __name__)
LISTS: dict[List, str] = {
    "late": "已超期", "soon": "即将到期", "silent": "久未办理", "handed_on": "多次改派", "taken_over": "转督办",
    "with_office": "督查部门其他经办", "extensions": "延期审批中",
}  # fmt: skip
LADDER: dict[List, str] = {
    "soon": "将到期", "late_day": "超期不满1个工作日", "late_week": "超期1至5个工作日",
    "late_long": "超期5个工作日以上",
    "taken_over": "转督办（件）",
}  # fmt: skip
NAMES: dict[List, str] = {**LADDER, **LISTS, "all": "全部在办环节"}


@pages.get("/supervision")
def show() -> Response:
    """One of the lists; list, unit, step and silence are kept in the address."""
    which: List = next((one for one in NAMES if one == request.args.get("which")), "late")
    silence = request.args.get("days", type=int) or SILENT
    with reading() as (reader, vault):
        found = supervision(
            reader, vault, me(), which, request.args.get("unit", "")[:64], request.args.get("step", "")[:200], silence,
            place_read(request.args.get("after")), current_user.in_force,
        )  # fmt: skip
    if keep := found.to_keep:
        with deed() as work:
            keep_load(work, keep.key, as_of=keep.as_of, sums=keep.sums)
    return make_response(
        render_template(
            "supervision.html", found=found, lists=LISTS, ladder=LADDER, names=NAMES, silences=SILENCES,
            following=place_said(found.following) if found.following else "",
        )
    )  # fmt: skip
