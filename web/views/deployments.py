"""流程部署: the versions in force and before, for process owners; each with its diagrams."""

from flask import Blueprint, Response, make_response, render_template

from bihuan.queries.deployment_list import deployments
from web.house import me, reading

pages = Blueprint("deployments", __name__)


@pages.get("/deployments")
def index() -> Response:
    """The locality's deployments, the latest first."""
    with reading() as (reader, _):
        found = deployments(reader, me())
    return make_response(render_template("deployments.html", deployments=found))
