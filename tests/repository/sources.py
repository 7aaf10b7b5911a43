"""The files of the repository, as the rules about it see them. Works on a bare copy too, where there is no git."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines())}


def files(*tops: str, endings: tuple[str, ...] = ()) -> list[Path]:
    """The files under some folders (all of the repository without any), never what was installed or made."""
    found = [path for top in tops or (".",) for path in _walk(ROOT / top) if not endings or path.suffix in endings]
    assert found, f"Expected files under {tops}, but there are none"
    return sorted(found)


def modules(*tops: str) -> Iterator[tuple[str, ast.Module]]:
    """Each Python module under some folders, parsed, with its path."""
    for path in files(*tops, endings=(".py",)):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


@cache
def calls(*tops: str) -> tuple[tuple[str, str], ...]:
    """Every call under some folders as it is written (`datetime.now`, `self._connection.commit`), with its path."""
    return tuple(
        (path, ast.unparse(node.func))
        for path, tree in modules(*tops)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


@cache
def imports(*tops: str) -> tuple[tuple[str, str], ...]:
    """Every module that is imported under some folders, with the path of where it is."""
    return tuple((path, name) for path, tree in modules(*tops) for name in _imported(tree))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _walk(top: Path) -> Iterator[Path]:
    for path in top.iterdir():
        if path.is_symlink() or {path.name, path.relative_to(ROOT).as_posix()} & _NOT_OURS:
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix != ".pyc":
            yield path
