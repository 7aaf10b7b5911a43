"""Rules about the code itself: one commit, one clock, one place that adds days, sizes, docstrings."""

import ast

import pytest

from tests.repository.sources import ROOT, calls, files, imports, modules

PRODUCT = ("bihuan", "web", "workers")
WALL_CLOCK = {
    *(f"{name}.{call}" for name in ("datetime", "dt", "datetime.datetime") for call in ("now", "utcnow", "today")),
    *(f"{name}.today" for name in ("date", "datetime.date")),
    *(f"time.{call}" for call in ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")),
}
LONGEST_MODULE = 400


def test_there_is_exactly_one_commit() -> None:
    found = [path for path, call in calls(*PRODUCT) if call.rpartition(".")[2] == "commit"]

    assert found == ["bihuan/store/unit_of_work.py"]


def test_only_the_clock_reads_the_wall_clock() -> None:
    found = {path for path, call in calls(*PRODUCT) if call in WALL_CLOCK}

    assert found == {"bihuan/domain/clock.py"}


def test_only_workdays_adds_days() -> None:
    found = {
        path
        for path, tree in modules(*PRODUCT)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("timedelta")
        and (
            any(ast.unparse(arg) != "0" for arg in node.args)
            or any(keyword.arg in ("days", "weeks") for keyword in node.keywords)
        )
    }

    assert found
    assert {path for path in found if not path.startswith("bihuan/domain/workdays/")} == set()


@pytest.mark.parametrize(
    ("package", "only_under"),
    [
        ("SpiffWorkflow", ("bihuan/engine/",)),
        ("lxml", ("bihuan/engine/",)),
        ("holidays", ("bihuan/domain/workdays/",)),
        ("sqlalchemy", ("bihuan/", "workers/")),
        ("flask", ("web/",)),
        ("rq", ("workers/",)),
        ("redis", ("workers/", "web/", "bihuan/bootstrap.py")),
    ],
)
def test_a_library_is_imported_only_where_it_belongs(package: str, only_under: tuple[str, ...]) -> None:
    strangers = [
        path
        for path, name in imports(*PRODUCT)
        if name.partition(".")[0] == package and not path.startswith(only_under)
    ]

    assert strangers == []


def test_commands_leave_it_to_the_domain_who_may_do_what() -> None:
    """A command that looks at roles and units itself forgets what `access` knows: bars, stand-ins, technical roles."""
    own = [
        f"{path}: {node.attr}"
        for path, tree in modules("bihuan/commands", "workers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"has_role", "memberships", "oversees"}
        if not (isinstance(node.value, ast.Name) and node.value.id == "access")
    ]

    assert own == []


def test_every_module_and_public_name_of_the_core_says_what_it_is_for() -> None:
    silent = []
    for path, tree in modules("bihuan"):
        if not ast.get_docstring(tree):
            silent.append(path)
        for node in tree.body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if named and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path}#{node.name}")

    assert silent == []


def test_no_module_of_the_core_is_longer_than_one_idea() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in files("bihuan", endings=(".py",))
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
    }

    assert long == {}
