"""Diagrams are read by people: a page holds what fits on it, and its flows neither cross nor hide anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from bihuan.engine.reading.bpmn import NODES
from tests.processes.play import PROCESSES

MOST = 25
"""Elements of a page, counted as docs/dialect.md says."""

DIAGRAMS = [path.relative_to(PROCESSES).as_posix() for path in sorted(PROCESSES.glob("*/*.bpmn"))]
SPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}

Point = tuple[float, float]
Stroke = tuple[Point, Point]


@dataclass(frozen=True)
class Box:
    """Where a shape lies."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, stroke: Stroke) -> bool:
        """Whether a stroke runs through it, not only along its edge."""
        (x, y), (to_x, to_y) = stroke
        across = self.left + 2 < max(x, to_x) and min(x, to_x) < self.right - 2
        return across and self.top + 2 < max(y, to_y) and min(y, to_y) < self.bottom - 2


@dataclass(frozen=True)
class Page:
    """One page of a diagram: its elements, the frames among them that show their contents, and the flows."""

    name: str
    elements: dict[str, Box]
    frames: frozenset[str]
    flows: dict[str, list[Point]]


def pages(name: str) -> Iterator[Page]:
    root = ElementTree.parse(PROCESSES / name).getroot()
    nodes = {node.get("id") for node in root.iter() if node.tag.partition("}")[2] in NODES}
    for plane in root.iterfind(".//bpmndi:BPMNPlane", SPACES):
        shapes = [one for one in plane.iterfind("bpmndi:BPMNShape", SPACES) if one.get("bpmnElement") in nodes]
        yield Page(
            str(plane.get("bpmnElement")),
            {str(one.get("bpmnElement")): box(one) for one in shapes},
            frozenset(str(one.get("bpmnElement")) for one in shapes if one.get("isExpanded") == "true"),
            {str(one.get("bpmnElement")): points(one) for one in plane.iterfind("bpmndi:BPMNEdge", SPACES)},
        )


def box(shape: ElementTree.Element) -> Box:
    bounds = shape.find("dc:Bounds", SPACES)
    assert bounds is not None
    x, y, width, height = (float(bounds.get(part, "")) for part in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


def points(edge: ElementTree.Element) -> list[Point]:
    return [(float(at.get("x", "")), float(at.get("y", ""))) for at in edge.iterfind("di:waypoint", SPACES)]


def ways(name: str) -> dict[str, tuple[str, str]]:
    """From where to where each flow leads; from an activity also to the events on its edge."""
    root = ElementTree.parse(PROCESSES / name).getroot()
    found = {
        **{str(one.get("id")): (one.get("sourceRef"), one.get("targetRef")) for one in each(root, "sequenceFlow")},
        **{str(one.get("id")): (one.get("attachedToRef"), one.get("id")) for one in each(root, "boundaryEvent")},
    }
    return {flow: (str(source), str(target)) for flow, (source, target) in found.items()}


def each(root: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    return root.iterfind(f".//bpmn:{tag}", SPACES)


def reached(start: str, onward: dict[str, tuple[str, str]]) -> set[str]:
    """Every element that a way leads to from here."""
    found, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        further = {target for source, target in onward.values() if source == here} - found
        found |= further
        ahead.extend(further)
    return found


def flat(stroke: Stroke) -> bool:
    return stroke[0][1] == stroke[1][1]


def cross(one: Stroke, other: Stroke) -> bool:
    """Whether a flat stroke and an upright one cut each other, not only touch."""
    if flat(one) == flat(other):
        return False
    along, upright = (one, other) if flat(one) else (other, one)
    (x, y), (to_x, _) = along
    (at, top), (_, bottom) = upright
    return min(x, to_x) < at < max(x, to_x) and min(top, bottom) < y < max(top, bottom)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_page_holds_no_more_than_can_be_read(name: str) -> None:
    assert {page.name: len(page.elements) for page in pages(name) if len(page.elements) > MOST} == {}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_closed_sub_process_has_a_page_of_its_own_and_no_other_has(name: str) -> None:
    root = ElementTree.parse(PROCESSES / name).getroot()
    drawn = list(pages(name))
    closed = {
        str(shape.get("bpmnElement"))
        for shape in root.iterfind(".//bpmndi:BPMNShape", SPACES)
        if shape.get("isExpanded") == "false"
    }

    assert {page.name for page in drawn[1:]} == closed
    assert all(page.elements for page in drawn)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_flow_crosses_another(name: str) -> None:
    crossing = [
        (one, other)
        for page in pages(name)
        for (one, first), (other, second) in combinations(page.flows.items(), 2)
        if any(cross(a, b) for a in pairwise(first) for b in pairwise(second))
    ]

    assert crossing == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_flows_run_from_left_to_right_but_for_what_comes_round_again(name: str) -> None:
    onward = ways(name)
    backward = [
        flow
        for page in pages(name)
        for flow, way in page.flows.items()
        if flow in onward and way[-1][0] < way[0][0] and onward[flow][0] not in reached(onward[flow][1], onward)
    ]

    assert backward == []


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_flow_runs_through_an_element(name: str) -> None:
    hidden = [
        (flow, element)
        for page in pages(name)
        for flow, way in page.flows.items()
        for element, place in page.elements.items()
        if element not in page.frames and any(place.meets(stroke) for stroke in pairwise(way))
    ]

    assert hidden == []
