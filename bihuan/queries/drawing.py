"""What a page draws on a deployment's diagrams: where the tokens are and the way taken, after any event of a case."""

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.domain.folding import Picture
from bihuan.engine import Definition


@dataclass(frozen=True, slots=True)
class Drawing:
    """One diagram of a case: element ids that wait now, those passed, and the sequence flows taken."""

    process: str
    name: str
    current: tuple[str, ...]
    passed: tuple[str, ...]
    flows: tuple[str, ...]


def drawings_of(
    definition: Definition, main: str, picture: Picture, *, whole: Picture | None = None
) -> tuple[Drawing, ...]:
    """The main process and every called one that was entered, in that order; `whole` is the end of a replay."""
    current = _elements((*picture.tasks, *picture.jobs, *picture.messages, *_waits_outside(definition, picture)))
    passed = _elements(picture.passed)
    entered = {main} | {process for process, _ in (*current, *passed, *_entered(whole))}
    for process in tuple(entered):
        # A called process that waits is also where its caller stands.
        if process != main and any(place == process for place, _ in current):
            current |= _callers(definition, process)
    flows = _elements(picture.flows)
    return tuple(
        Drawing(
            process,
            definition.processes[process].name,
            _of(current, process),
            _of(passed, process),
            _of(flows, process),
        )
        for process in sorted(entered, key=lambda one: (one != main, one))
        if process in definition.processes
    )


def _entered(whole: Picture | None) -> set[tuple[str, str]]:
    return _elements((*whole.tasks, *whole.buttons, *whole.passed)) if whole else set()


def _waits_outside(definition: Definition, picture: Picture) -> list[str]:
    """Waits for somebody outside have an audience but sit on no task: they are tokens; buttons are not."""
    return [key for key, detail in picture.buttons.items() if not detail.get("on")]


def _elements(keys: Iterable[str]) -> set[tuple[str, str]]:
    parts = (key.split("/") for key in keys)
    return {(part[0], part[1]) for part in parts if len(part) > 1}


def _of(elements: set[tuple[str, str]], process: str) -> tuple[str, ...]:
    return tuple(sorted(element for place, element in elements if place == process))


def _callers(definition: Definition, called: str) -> set[tuple[str, str]]:
    return {
        (process, element.id)
        for process in definition.processes[called].called_by
        for element in definition.elements(process)
        if element.called == called
    }
