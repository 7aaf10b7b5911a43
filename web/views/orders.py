"""督办单: the orders about a case, issuing, answering and settling one; its document; those that stand."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from bihuan.commands.issue_order import issue_order
from bihuan.commands.reply_to_order import reply_to_order
from bihuan.commands.settle_order import settle_order
from bihuan.domain.errors import InvalidAnswers
from bihuan.queries.case_page import case_header
from bihuan.queries.orders import listed_orders, order_of, orders_of
from web.forms import Filled, day_in, submission_in
from web.house import deed, me, reading
from web.made_files import handed_out

pages = Blueprint("orders", __name__)
Posted = MultiDict[str, str]


@pages.get("/orders")
def index() -> Response:
    """The orders that stand, or were closed: all for those who oversee, else those to the own units."""
    closed = request.args.get("state") == "closed"
    with reading() as (reader, vault):
        found = listed_orders(reader, vault, me(), closed=closed)
    return make_response(render_template("orders.html", found=found, closed=closed))


@pages.get("/cases/<case_no>/orders")
def of_case(case_no: str) -> Response:
    """The orders about a case, each with what may be done about it now."""
    return _page(case_no, MultiDict(), {})


@pages.post("/cases/<case_no>/orders")
def issue(case_no: str) -> Response | AnyResponse:
    """Issue one. A second click of the same form changes nothing."""
    submission = submission_in(request.form)
    with reading() as (reader, vault):
        header = case_header(reader, vault, me(), case_no)
    try:
        with deed() as work:
            issue_order(
                work, header.id, unit=request.form.get("unit", "")[:64], demand=request.form.get("demand", ""),
                due_on=day_in(request.form, "due_on"), submission_id=submission,
            )  # fmt: skip
    except InvalidAnswers as fault:
        return make_response(_page(case_no, request.form, fault.errors), 422)
    flash("督办单已发出，已通知该单位。")
    return redirect(url_for("orders.of_case", case_no=case_no), code=303)


@pages.post("/cases/<case_no>/orders/<uuid:order_id>/reply")
def reply(case_no: str, order_id: UUID) -> Response | AnyResponse:
    """Answer it."""
    try:
        with deed() as work:
            reply_to_order(work, order_id, request.form.get("reply", ""))
    except InvalidAnswers as fault:
        return make_response(_page(case_no, request.form, fault.errors, order_id), 422)
    flash("答复已提交。")
    return redirect(url_for("orders.of_case", case_no=case_no), code=303)


@pages.post("/cases/<case_no>/orders/<uuid:order_id>/settle")
def settle(case_no: str, order_id: UUID) -> Response | AnyResponse:
    """Close it, or return the reply."""
    accepted = request.form.get("accepted", "")
    try:
        if accepted not in ("true", "false"):
            raise InvalidAnswers({"accepted": "请选择办结或退回重报。"})
        with deed() as work:
            settle_order(work, order_id, accepted=accepted == "true", opinion=request.form.get("opinion", ""))
    except InvalidAnswers as fault:
        return make_response(_page(case_no, request.form, fault.errors, order_id), 422)
    flash("督办单已办结。" if accepted == "true" else "已退回重报。")
    return redirect(url_for("orders.of_case", case_no=case_no), code=303)


@pages.get("/cases/<case_no>/orders/<uuid:order_id>.docx")
def document(case_no: str, order_id: UUID) -> AnyResponse:
    """The order on paper."""
    with reading() as (reader, vault):
        header, order = order_of(reader, vault, me(), case_no, order_id)
    from bihuan.queries.order_document import order_document  # its library takes a tenth of a second to load

    return handed_out(order_document(header, order), f"督办单-{order.no}.docx")


def _page(case_no: str, posted: Posted, errors: dict[str, str], about: UUID | None = None) -> Response:
    """`about`: the order whose form was posted; None: a new one's."""
    with reading() as (reader, vault):
        found = orders_of(reader, vault, me(), case_no)
    submission = Filled().submission_id
    return make_response(
        render_template(
            "orders_of_case.html", found=found, posted=posted, errors=errors, about=about, submission=submission
        )
    )
