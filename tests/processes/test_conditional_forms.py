"""What a form asks only after an answer is a rule: a scenario notices when it is not required, or always asked."""

from dataclasses import replace

import pytest

from bihuan.locality.fields import Field
from bihuan.locality.folder import Locality
from bihuan.play.checking import Difference
from bihuan.play.rehearsal import rehearse
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
        rehearse(lived, spoilt(locality(where), form, key), definition(where))


def spoilt(place: Locality, form_id: str, key: str) -> Locality:
    """The locality with a field of a form that nobody has to fill in."""
    form = place.form(form_id)
    parts = tuple(
        replace(part, required=False) if isinstance(part, Field) and part.key == key else part
        for part in form.components
    )
    return replace(place, forms={**place.forms, form_id: replace(form, components=parts)})
