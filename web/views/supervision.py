"""督办: late and nearly late steps, cases taken over, applications for more time."""

from flask import Blueprint, Response, make_response, render_template, request

from bihuan.queries.supervision import List, supervision
from web.house import me, reading

pages = Blueprint("supervision", __name__)
LISTS: dict[List, str] = {"late": "已超期", "soon": "即将到期", "taken_over": "督查室介入", "extensions": "延期审批中"}


@pages.get("/supervision")
def show() -> Response:
    """One of the lists; list and unit are kept in the address."""
    which: List = next((one for one in LISTS if one == request.args.get("which")), "late")
    with reading() as (reader, vault):
        found = supervision(reader, vault, me(), which, request.args.get("unit", "")[:64])
    return make_response(render_template("supervision.html", found=found, lists=LISTS))
