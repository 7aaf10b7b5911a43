"""流转核查: step through a case's history on the diagram of its own version, with the proof that it is whole."""

from flask import Blueprint, Response, make_response, render_template, request

from bihuan.queries.audit import replay
from bihuan.queries.deployment_list import diagram
from web.downloads import LOCKED
from web.house import me, reading

pages = Blueprint("audit", __name__)


@pages.get("/cases/<case_no>/replay")
def step(case_no: str) -> Response:
    """The case after one of its events; plain links without script."""
    number = request.args.get("at", type=int)
    with reading(as_of_one_moment=True) as (reader, vault):
        found = replay(reader, vault, me(), case_no, number)
    return make_response(render_template("replay.html", replay=found))


@pages.get("/diagrams/<content_hash>/<process>.bpmn")
def drawing(content_hash: str, process: str) -> Response:
    """A diagram as deployed. What a hash names never changes. Opened by itself it may hold a page: it stays locked."""
    with reading() as (reader, _):
        content = diagram(reader, me(), content_hash, process)
    return Response(content, mimetype="application/xml", headers={"Content-Security-Policy": LOCKED})
