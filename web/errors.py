"""Faults become pages, once for all views: a status, what happened, what to do next. The log gets the English."""

import logging
import traceback

from flask import Flask, Response, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from psycopg import Error, OperationalError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException

from bihuan.domain.errors import BihuanError, NotFound, TooManyAttempts
from web import limits

log = logging.getLogger("bihuan.web")
LONGEST_LINE = 500

TITLES = {
    400: "请求无法处理",
    401: "需要重新登录",
    403: "没有权限",
    404: "没有找到",
    405: "操作方式不对",
    409: "情况已有变化",
    413: "提交内容过大",
    422: "未能办理",
    429: "请稍后再试",
    500: "系统异常",
    503: "系统暂不可用",
    507: "附件未能保存",
}
WORDS = {
    400: "提交的内容无法识别，请返回上一页重新操作。",
    405: "此地址不支持这种操作，请从页面上的按钮进入。",
    413: "提交的内容超过大小限制，请精简后重新提交。",
    500: "系统处理时出现异常，您提交的内容未生效。请稍后再试；多次出现的，请联系管理员。",
    # Nobody knows whether a commit that was cut off happened; the form's submission id makes a repeat safe.
    503: "系统暂时不可用，无法确认您提交的内容是否已生效。请稍候返回上一页重新提交，重复提交不会重复办理。",
}


def register(app: Flask) -> None:
    """Map every fault to its page."""
    app.register_error_handler(BihuanError, _known)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(PoolTimeout, _unavailable)
    app.register_error_handler(RedisError, _unavailable)
    app.register_error_handler(Error, _refused_by_the_store)
    app.register_error_handler(Exception, _unknown)


def page(status: int, words: str) -> Response:
    """An error page; plain enough to render without the database."""
    title = TITLES.get(status, "请求未能完成")
    return make_response(render_template("error.html", status=status, title=title, words=words), status)


def note(fault: BihuanError) -> None:
    """Tell the log of a fault whose page somebody else makes: in one line, whatever an address put into its words."""
    said = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in str(fault)[:LONGEST_LINE])
    log.info("%s %s: %s", request.method, request.endpoint, said)


def _known(fault: BihuanError) -> Response:
    note(fault)
    return page(fault.status, fault.chinese)


def expired(fault: CSRFError) -> Response:
    """A form whose token is missing or of another session."""
    log.info("%s %s: %s", request.method, request.endpoint, fault.description)
    return page(400, "页面已过期或登录状态已变化，请返回上一页，刷新后重新提交。")


def _too_many(fault: RateLimitExceeded) -> Response:
    log.warning("%s %s: too many attempts", request.method, request.endpoint)
    return page(TooManyAttempts.status, limits.told(fault))


def _http(fault: HTTPException) -> Response:
    status = fault.code or 500
    if status < 400:
        return make_response(fault.get_response())
    return page(status, NotFound.chinese if status == 404 else WORDS.get(status, WORDS[400]))


def _unavailable(fault: Exception) -> Response:
    log.error("%s %s: store away: %s", request.method, request.endpoint, type(fault).__name__)
    return page(503, WORDS[503])


def _refused_by_the_store(fault: Error) -> Response:
    # A fault of ours: what nobody may send is refused at the border. Its words may quote what was written: no log does.
    where = "".join(traceback.format_tb(fault.__traceback__))
    said = (request.method, request.endpoint, type(fault).__name__, fault.sqlstate, where)
    log.error("%s %s: refused by the store: %s %s\n%s", *said)
    return page(500, WORDS[500])


def _unknown(_: Exception) -> Response:
    log.exception("%s %s failed", request.method, request.endpoint)
    return page(500, WORDS[500])
