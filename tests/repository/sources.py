"""The files of the repository, as the rules about it see them. Works on a bare copy too, where there is no git."""

import ast
from collections.abc import Iterator
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


def calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The calls in a module, as written (`datetime.now`, `self._connection.commit`), with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _walk(top: Path) -> Iterator[Path]:
    for path in top.iterdir():
        if path.name in _NOT_OURS or path.is_symlink():
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.suffix != ".pyc":
            yield path
