"""What a command of the command line works with: the application, and who it acts as."""

from bihuan.bootstrap import App
from bihuan.domain.access import Machine
from bihuan.domain.errors import Misconfigured
from bihuan.settings import Settings

COMMAND_LINE = Machine("command-line")
"""Whoever may run the command line holds the keys of the installation; history says that it was done from there."""


def application() -> App:
    """The application of this installation, to be used as a context manager."""
    return App(Settings.from_environment(), most_connections=2)


def demonstration_settings(what: str) -> Settings:
    """The settings, of a demonstration only. Raises Misconfigured in production."""
    settings = Settings.from_environment()
    if not settings.demonstration:
        raise Misconfigured(f"正式环境不能{what}：仅演示模式（BIHUAN_DEMONSTRATION=1）可用。")
    return settings
