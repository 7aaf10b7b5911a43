"""A law: after every deed, folding a case's history gives its rows and the engine's state, whatever people do."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bihuan.domain.access import Complainant, Officer
from bihuan.domain.errors import BihuanError, InvalidAnswers, Refused, TaskNotOpen
from bihuan.domain.folding import fold
from bihuan.domain.ids import CaseId
from bihuan.locality.deployments import deployment_of
from bihuan.locality.fields import Field
from bihuan.locality.options import options_of
from bihuan.queries.history import history, verify
from bihuan.store.deployments import locality_row
from tests.people import Town

DEEDS = 40


class Anybody:
    """Does at random what the case allows, with random lawful answers."""

    def __init__(self, town: Town, case: CaseId, seed: int) -> None:
        self.town, self.case, self.random = town, case, random.Random(seed)
        with town.app.read() as reader:
            row = locality_row(reader, "zibo")
            assert row is not None
            self.deployment = deployment_of(reader, row["deployment"])
            self.options = options_of(reader, self.deployment)

    def act(self) -> None:
        """One deed: a task, a button, or the passing of time."""
        tasks, buttons = sorted(self.town.open_tasks(self.case)), sorted(self.town.buttons(self.case))
        deed = self.random.choice(["task", "task", "task", "button", "time"])
        if deed == "task" and tasks:
            element = self.random.choice(tasks)
            form = self.town.open_tasks(self.case)[element]["form"]
            self.town.do(self.case, element, **self._answers(form))
        elif deed == "button" and buttons:
            self._press(self.random.choice(buttons))
        else:
            self.town.clock.move_to(self.town.clock.now() + timedelta(hours=self.random.choice([1, 20, 90, 300])))
        if self.random.random() < 0.7:
            self.town.ring()

    def _press(self, key: str) -> None:
        with self.town.app.read() as reader:
            button = fold(history(reader, self.case)).buttons[key]
        (audience,) = button["audience"]
        by: Officer | Complainant = Complainant(self.case) if audience == "complainant" else self.town.officer(audience)
        self.town.press(self.case, key.split("/")[1], by=by, **self._answers(button["form"]))

    def _answers(self, form: str) -> dict[str, object]:
        fields = self.deployment.locality.form(form).fields
        return {field.key: self._answer(field) for field in fields if field.type != "checklist"}

    def _answer(self, field: Field) -> object:
        choices: Sequence[object] = [
            option.value for option in (self.options[field.values_key] if field.values_key else field.options)
        ]
        if choices:
            return self.random.choice(choices)
        match field.type:
            case "checkbox":
                return self.random.random() < 0.9
            case "datetime":
                return (self.town.clock.now() + timedelta(days=self.random.randrange(-3, 60))).date().isoformat()
            case _:
                return "按规定办理，已与企业联系核实。"


@pytest.mark.parametrize("seed", range(8))
def test_history_folds_to_what_is_stored_after_every_deed(town: Town, seed: int) -> None:
    case = (town.order if seed % 3 else town.request)().case_id
    anybody = Anybody(town, case, seed)
    for deed in range(DEEDS):
        try:
            anybody.act()
        except (Refused, InvalidAnswers, TaskNotOpen):
            pass  # the procedure said no, or time was first: nothing may have changed
        except BihuanError as fault:
            pytest.fail(f"deed {deed}: {fault}")
        with town.app.read() as reader:
            assert verify(reader, case).faults == (), f"after deed {deed}"
