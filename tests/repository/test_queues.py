"""What the bell fills, a worker watches: a queue nobody watches would hold its work for ever."""

import ast

from tests.repository.sources import modules


def named_queues(module: str) -> set[str]:
    """The constants given to `queue_of(…)` or offered as `choices` of a worker."""
    tree = dict(modules("workers"))[module]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            given = [*node.args[:1]] if ast.unparse(node.func) == "queue_of" else []
            given += [keyword.value for keyword in node.keywords if keyword.arg == "choices"]
            found |= {
                name.id
                for value in given
                for name in ast.walk(value)
                if isinstance(name, ast.Name) and name.id.isupper()
            }
    return found


def test_every_queue_that_is_filled_is_watched() -> None:
    filled, watched = named_queues("workers/queues.py"), named_queues("workers/worker.py")

    assert filled
    assert filled == watched
