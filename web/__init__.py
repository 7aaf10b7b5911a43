"""The pages (网页): thin views over commands and queries, rendered on the server. Served as `web:create_app()`."""

from web.app import create_app

__all__ = ["create_app"]
