"""An unmodified bpmn.io or Camunda modeler opens and saves our diagrams without loss: its own library shows it."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bihuan.engine import Definition
from bihuan.locality.procedures import procedure_of
from bihuan.play.rehearsal import Life
from bihuan.play.scenario import Deed, Opening
from tests.processes.play import PROCESSES, instant, locality

DIAGRAMS = sorted(PROCESSES.glob("*/*.bpmn"))
OURS = [path.relative_to(PROCESSES).as_posix() for path in DIAGRAMS]
SPACES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL", "di": "http://www.omg.org/spec/BPMN/20100524/DI"}


def saved_by_a_modeler(files: Sequence[Path], timer: str = "", date: str = "") -> dict[str, dict[str, Any]]:
    """What each file is after a modeler opened and saved it; a start of Node for all of them."""
    script = Path(__file__).with_name("round_trip.mjs")
    command = [os.environ["BIHUAN_NODE"], str(script), os.environ["BIHUAN_NODE_MODULES"], timer, date, *map(str, files)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, dict[str, Any]] = json.loads(ran.stdout)
    return {Path(file).relative_to(PROCESSES).as_posix(): saved for file, saved in found.items()}


@pytest.fixture(scope="module")
def saved() -> dict[str, dict[str, Any]]:
    """All our diagrams, as a modeler saved them."""
    return saved_by_a_modeler(DIAGRAMS)


def tree(xml: str | bytes) -> Any:
    """Everything a diagram says, order included; only white space between elements is left out."""
    return _told(ElementTree.fromstring(xml))


def _told(element: ElementTree.Element) -> Any:
    return element.tag, sorted(element.attrib.items()), (element.text or "").strip(), [_told(each) for each in element]


@pytest.mark.parametrize("name", OURS)
def test_a_modeler_saves_a_diagram_as_it_opened_it(name: str, saved: dict[str, dict[str, Any]]) -> None:
    before, after = (PROCESSES / name).read_bytes(), saved[name]

    assert after["warnings"] == []
    assert tree(after["xml"]) == tree(before)
    assert after["xml"].encode() == before, "save it once with a modeler, so that the next change shows as what it is"


@pytest.mark.parametrize("name", OURS)
def test_every_element_has_its_place_on_the_plane(name: str) -> None:
    root = ElementTree.parse(PROCESSES / name).getroot()
    placed = {shape.get("bpmnElement") for shape in root.iterfind(".//di:BPMNPlane/*", SPACES)}
    process = root.find("bpmn:process", SPACES)
    assert process is not None

    invisible = ("laneSet", "EventDefinition")
    drawn = {each.get("id") for each in process.iterfind(".//*[@id]") if not each.tag.endswith(invisible)}
    named = {lane.get("id") for lane in process.iterfind(".//bpmn:subProcess//bpmn:lane", SPACES)}

    assert drawn - named <= placed


def test_three_working_days_become_two_in_the_modeler_and_the_next_case_follows() -> None:
    place, date = locality("zibo"), 'workdays(2, since=dispatched_at, at="12:00")'
    ((name, changed),) = saved_by_a_modeler([PROCESSES / "zibo/request.bpmn"], "first_reply_due", date).items()

    drawn = Definition.parse({**place.diagrams, name: changed["xml"].encode()}, place.limits)

    now = instant("2026-09-29 16:00")
    life = Life(place, drawn, now, "No.1")
    life.begin(Opening(now, {"category": "trade"}, "province"), procedure_of(life.names.deployment, "request"))
    life.do(Deed("市“接诉即办”平台", "分办", {"handling_unit": "市商务局"}))
    (task,) = life.waits.tasks
    assert task.due_at == instant("2026-10-08 12:00")
