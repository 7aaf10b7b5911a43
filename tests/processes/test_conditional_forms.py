"""What a form asks only after an answer is a rule: a scenario notices when it is not required, or always asked."""

import pytest

from bihuan.play.checking import Difference
from bihuan.play.rehearsal import rehearse
from tests.processes.breaking import lenient
from tests.processes.play import definition, locality, scenarios

ASKED = [
    ("changshu", "not-stationed-not-eligible", "unit_result", "opinion"),
    ("kaihua", "complex-plan", "resolve_complex", "plan_due_on"),
]


@pytest.mark.parametrize(("where", "scenario", "form", "key"), ASKED)
def test_a_scenario_notices_that_it_is_not_required(where: str, scenario: str, form: str, key: str) -> None:
    lived = scenarios(where)[f"{where}/scenarios/{scenario}.toml"]
    rehearse(lived, locality(where), definition(where))
    with pytest.raises(Difference):
        rehearse(lived, lenient(locality(where), form, key), definition(where))
