"""`bihuan check` and `bihuan deploy`: a sound folder goes into force, a faulty one changes nothing."""

from pathlib import Path

from bihuan.bootstrap import App
from bihuan.store.deployments import locality_row
from bihuan.store.statement import Statement
from tests.cli.conftest import PROCESSES, Run


def in_force(app: App) -> str | None:
    """The deployment that new cases of 淄博 follow."""
    with app.read() as reader:
        row = locality_row(reader, "zibo")
        return row["deployment"] if row else None


def units(app: App) -> dict[str, str]:
    """The units the database knows: id -> name."""
    with app.read() as reader:
        return {row["id"]: row["name"] for row in reader.all(Statement("select id, name from unit", {}))}


def test_our_own_folder_is_sound(run: Run) -> None:
    ran = run("check", str(PROCESSES / "zibo"))

    assert (ran.code, ran.out.count("没有问题")) == (0, 1)


def test_the_same_content_again_says_so_and_changes_nothing(run: Run, app: App) -> None:
    first = run("deploy", str(PROCESSES / "zibo"), "--note", "第一次")
    found = in_force(app)
    second = run("deploy", str(PROCESSES / "zibo"))

    assert "已部署版本" in first.out
    assert "内容未变" in second.out
    assert in_force(app) == found is not None


def test_a_faulty_folder_is_refused_with_everything_that_is_wrong(run: Run, zibo: App, copy: Path) -> None:
    before = in_force(zibo)
    diagram = copy / "request.bpmn"
    text = diagram.read_text(encoding="utf-8")
    text = text.replace('camunda:formKey="first_reply"', 'camunda:formKey="lost"')
    text = text.replace('camunda:formKey="supervise"', 'camunda:formKey="gone"')
    diagram.write_text(text, encoding="utf-8")

    checked, deployed = run("check", str(copy)), run("deploy", str(copy))

    assert checked.code == deployed.code == 2
    assert "lost" in checked.out
    assert "gone" in checked.out
    assert "request.bpmn" in checked.out
    assert "lost" in deployed.err
    assert "未作任何改动" in deployed.err
    assert in_force(zibo) == before


def test_a_changed_folder_goes_into_force_and_an_earlier_one_can_come_back(run: Run, zibo: App, copy: Path) -> None:
    first = in_force(zibo)
    diagram = copy / "request.bpmn"
    diagram.write_text(diagram.read_text(encoding="utf-8").replace("workdays(3,", "workdays(2,"), encoding="utf-8")

    assert run("deploy", str(copy)).code == 0
    changed = in_force(zibo)
    assert run("deploy", str(PROCESSES / "zibo")).code == 0

    assert changed not in (None, first)
    assert in_force(zibo) == first


def test_units_are_as_the_folder_in_force_has_them(run: Run, zibo: App, copy: Path) -> None:
    for told in (copy / "organisation.toml", *copy.glob("scenarios/*.toml")):
        told.write_text(told.read_text("utf-8").replace("市商务局", "市商务和投资促进局"), "utf-8")
    with (copy / "organisation.toml").open("a", encoding="utf-8") as organisation:
        organisation.write('\n[[unit]]\nid = "health"\nname = "市卫生健康委"\nkind = "handling"\n')

    ran = run("deploy", str(copy))

    assert ran.code == 0, ran.err
    assert units(zibo)["health"] == "市卫生健康委"
    assert units(zibo)["commerce"] == "市商务和投资促进局"


def test_migrating_again_changes_nothing(run: Run, zibo: App) -> None:
    before = in_force(zibo)

    assert run("migrate").code == run("migrate").code == 0
    assert in_force(zibo) == before
