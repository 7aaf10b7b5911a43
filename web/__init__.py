"""The pages (网页): thin views over commands and queries, rendered on the server. Served as `web:create_app()`."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from bihuan.bootstrap import App


def create_app(house: "App | None" = None) -> "Flask":
    """The WSGI application. Without an `App` of the house one is opened with the environment's settings.

    What is loaded here stays for as long as the process does: to look through it for garbage costs a quarter of the
    start, and later tens of milliseconds of some unlucky page. So the collector leaves it alone.
    """
    gc.disable()
    try:
        from web.app import put_together

        return put_together(house)
    finally:
        gc.freeze()
        gc.enable()
