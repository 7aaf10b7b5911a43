"""机构调整: units renamed, added and closed as a checked change of the folder, its reason in the log."""

import tomllib
from collections.abc import Mapping

import pytest

from bihuan.commands.deploy import deploy
from bihuan.commands.reorganise import add_unit, close_unit, rename_unit
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import BadInput, InvalidAnswers, NotAllowed
from bihuan.locality.deployments import Deployment, current
from bihuan.locality.options import options_of
from bihuan.locality.organisation_file import renamed, with_unit, without_unit
from bihuan.queries.administrative_log import LogRow, log_page
from bihuan.queries.units import unit_page
from bihuan.store.deployments import files_of as files_deployed
from tests.people import PROCESSES, Town, files_of

FILE = "zibo/organisation.toml"
WATER = {"name": "市水务局", "kind": "handling", "reason": "机构改革"}


@pytest.fixture
def administrator(town: Town) -> Officer:
    return town.officer("platform", "administrator")


def deployed(town: Town) -> Deployment:
    with town.app.read() as reader:
        return current(reader, "zibo").deployment


def handling(town: Town) -> Mapping[str, str]:
    """The units that a form offers."""
    with town.app.read() as reader:
        return {one.value: one.label for one in options_of(reader, deployed(town))["handling_units"]}


def last_entry(town: Town, administrator: Officer) -> LogRow:
    with town.app.read() as reader:
        page = log_page(reader, administrator)
    assert page.verdict.ok
    return page.rows[0]


def water(town: Town, administrator: Officer, **changed: str) -> None:
    with town.app.begin(administrator) as work:
        add_unit(work, "zibo", changed.pop("unit", "water"), **{**WATER, **changed})


def close(town: Town, administrator: Officer, unit: str) -> None:
    with town.app.begin(administrator) as work:
        close_unit(work, "zibo", unit, reason="机构改革")


def rename(town: Town, administrator: Officer, unit: str, name: str, kind: str = "handling") -> tuple[str, ...]:
    with town.app.begin(administrator) as work:
        return rename_unit(work, "zibo", unit, name=name, kind=kind, reason="机构改革")


def test_a_new_name_is_a_version_for_new_cases_and_stands_in_forms_and_scenarios(
    town: Town, administrator: Officer
) -> None:
    before = town.request()
    old = deployed(town)
    left = rename(town, administrator, "commerce", "市商务和投资促进局")
    now = deployed(town)
    assert now.hash != old.hash
    assert now.locality.organisation.unit_name("commerce") == handling(town)["commerce"] == "市商务和投资促进局"
    with town.app.read() as reader:
        files = files_deployed(reader, now.hash)
    scenarios = [content.decode() for path, content in files.items() if path.startswith("zibo/scenarios/")]
    assert any("市商务和投资促进局" in one for one in scenarios)
    assert not any("市商务局" in one for one in scenarios)
    assert FILE not in left
    assert files[FILE].decode().count("#") == files_of("zibo")[FILE].decode().count("#"), "remarks stay"
    entry = last_entry(town, administrator)
    assert (entry.kind, entry.reason) == ("unit_renamed", "机构改革")
    assert entry.changes == (("名称 市商务局", "市商务和投资促进局"),)
    town.do(before.case_id, "dispatch", handling_unit="commerce")
    assert "first_reply" in town.open_tasks(before.case_id), "the case goes on by its own version"


def test_a_name_inside_a_longer_name_stays(town: Town, administrator: Officer) -> None:
    water(town, administrator, name="市商务局会展中心")
    rename(town, administrator, "commerce", "市投资促进局")
    assert deployed(town).locality.organisation.unit_name("water") == "市商务局会展中心"


@pytest.mark.parametrize(
    ("unit", "name", "kind", "wrong"),
    [
        ("commerce", "市商务局", "handling", "name"),
        ("commerce", "市税务局", "handling", "name"),
        ("commerce", " ", "handling", "name"),
        ("commerce", '市"商务局', "handling", "name"),
        ("commerce", "局\u202e", "handling", "name"),
        ("commerce", "长" * 51, "handling", "name"),
        ("commerce", "市商务局", "platform", "kind"),
        ("platform", "市平台", "office", "kind"),
    ],
)
def test_a_name_that_cannot_be_is_refused(
    town: Town, administrator: Officer, unit: str, name: str, kind: str, wrong: str
) -> None:
    before = deployed(town).hash
    with pytest.raises(InvalidAnswers) as refused:
        rename(town, administrator, unit, name, kind)
    assert wrong in refused.value.errors
    assert deployed(town).hash == before


def test_an_added_unit_handles_cases_and_is_closed_only_when_nothing_is_left_there(
    town: Town, administrator: Officer
) -> None:
    case, before = town.request().case_id, deployed(town)
    water(town, administrator)
    assert handling(town)["water"] == "市水务局"
    town.officer("water")
    town.do(case, "dispatch", handling_unit="water")
    assert before.locality.unit_name("water") == "市水务局", "the case's version did not know it"
    with pytest.raises(InvalidAnswers) as refused:
        close(town, administrator, "water")
    said = refused.value.errors["close"]
    assert "1 项待办" in said
    assert "1 件在办工单" in said
    assert "1 个在用人员" in said

    water(town, administrator, unit="gas", name="市燃气办")
    close(town, administrator, "gas")
    assert "gas" not in handling(town)
    assert deployed(town).locality.unit_name("gas") == "市燃气办", "reports still count what it handled"
    assert "water" in handling(town)
    entry = last_entry(town, administrator)
    assert (entry.kind, entry.changes) == ("unit_closed", (("市燃气办", "撤销"),))
    with town.app.read() as reader:
        assert not unit_page(reader, administrator, "gas").deployed
    water(town, administrator, unit="gas", name="市燃气办公室")
    assert handling(town)["gas"] == "市燃气办公室", "opened again"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"unit": "Water"}, "unit"),
        ({"unit": "commerce"}, "unit"),
        ({"unit": "a:b"}, "unit"),
        ({"unit": "complainant"}, "unit"),
        ({"name": "市商务局"}, "name"),
        ({"kind": "platform"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_unit_that_cannot_be_is_not_added(
    town: Town, administrator: Officer, changed: dict[str, str], wrong: str
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        water(town, administrator, **changed)
    assert wrong in refused.value.errors
    assert len(handling(town)) == 8


def test_a_unit_that_the_folder_names_is_not_closed_and_the_check_says_where(
    town: Town, administrator: Officer
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        close(town, administrator, "housing")
    assert "检查未通过" in refused.value.errors["close"]
    assert "organisation.toml" in refused.value.errors["close"]
    with pytest.raises(InvalidAnswers):
        close(town, administrator, "platform")
    assert "housing" in handling(town)


def test_a_folder_that_is_behind_undoes_nothing_and_another_one_has_the_last_word(
    town: Town, administrator: Officer
) -> None:
    rename(town, administrator, "commerce", "市商务和投资促进局")
    water(town, administrator)
    with town.app.begin(Machine("command-line")) as work:
        found = deploy(work, files_of("zibo"), note="")
    assert not found.changed
    assert FILE in found.kept_texts
    assert any(path.startswith("zibo/scenarios/") for path in found.kept_texts)
    with town.app.read() as reader:
        standing = dict(files_deployed(reader, found.hash))
    other = {**standing, FILE: without_unit(standing[FILE], "water") + "# 流程负责人另有修改\n".encode()}
    with town.app.begin(Machine("command-line")) as work:
        found = deploy(work, other, note="")
    assert (found.overruled, found.closed_units) == ((FILE,), ("water",))
    assert "water" not in handling(town)


def test_nobody_else_reorganises(town: Town) -> None:
    for role in ("officer", "process_owner"):
        someone = town.officer("platform", role)
        with pytest.raises(NotAllowed):
            water(town, someone)
        with pytest.raises(NotAllowed):
            rename(town, someone, "commerce", "市投资促进局")
        with pytest.raises(NotAllowed):
            close(town, someone, "commerce")


@pytest.mark.parametrize("locality", ["zibo", "yunnan", "xuchang", "changshu", "kaihua"])
def test_every_unit_of_our_folders_can_be_written_otherwise(locality: str) -> None:
    content = (PROCESSES / locality / "organisation.toml").read_bytes()
    for one in tomllib.loads(content.decode())["unit"]:
        assert tomllib.loads(renamed(content, one["id"], name="某局", kind="office").decode())
        assert one["id"].encode() in content
        assert f'"{one["id"]}"\nname' not in without_unit(content, one["id"]).decode()
    assert b"[[unit]]" in with_unit(content, "water", name="市水务局", kind="handling")


def test_a_file_that_is_written_another_way_is_refused_not_spoilt() -> None:
    inline = 'unit = [{id = "a", name = "甲局", kind = "handling"}]\n'.encode()
    for change in (lambda: renamed(inline, "a", name="乙局", kind="handling"), lambda: without_unit(inline, "a")):
        with pytest.raises(BadInput):
            change()
    with pytest.raises(BadInput):
        with_unit(inline, "b", name="乙局", kind="handling")
