"""谁能看到我的信息: what the portal tells a company is what `access` lets happen, in each of the localities."""

from uuid import uuid4

import pytest

from bihuan.domain import access
from bihuan.domain.access import Officer
from bihuan.domain.ids import AccountId
from bihuan.locality.deployments import Deployment
from bihuan.locality.folder import Locality
from bihuan.queries.who_sees import who_sees
from tests.people import files_of


@pytest.mark.parametrize("name", ["changshu", "kaihua", "xuchang", "yunnan", "zibo"])
def test_whoever_may_see_who_complained_is_named_and_nobody_else(name: str) -> None:
    """Each unit, in a case that another one handles and that complains of nobody; the handling unit is told besides."""
    locality = Locality.of(files_of(name))
    told = who_sees(Deployment.of(name, locality))
    answering = locality.organisation.answering
    may = [
        unit.name
        for unit in locality.organisation.units.values()
        if access.may_reveal_identity(
            Officer(AccountId(uuid4()), "", name, frozenset({(unit.id, "officer")})),
            locality=name, handling_unit="another", complained_of=[], answering=answering,
        )
    ]  # fmt: skip

    assert sorted([told.platform, *told.answering]) == sorted(may)
    assert told.draft_hours == 24
