"""Draws what the benches found of cost against size: `python -m bench.chart RESULT.json [CHART.svg]`.

Each line is one thing that must not depend on how much there is; it is drawn as a multiple of its own cost at the
smallest size, so that flat is good and the machine does not matter.
"""

import argparse
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 360, 56, 44, 190, 48
COLOURS = ("#1f5fa8", "#b3541e", "#2e7d4f")
MOST = 2.0
Line = list[tuple[float, float]]


def lines(result: Mapping[str, Any]) -> dict[str, Line]:
    """Cost by size, in milliseconds: what the result has of it."""
    figures = result["figures"]
    rounds = {int(name.split()[1].removesuffix("_ms")): ms for name, ms in figures.get("age", {}).items()}
    sizes = {"1k": 1e3, "100k": 1e5, "1m": 1e6}
    waiting = {size: result[f"bell_{name}_ms"] for name, size in sizes.items() if f"bell_{name}_ms" in result}
    found: Mapping[str, Mapping[Any, float]] = {
        "step, by rounds of rework": rounds, "bell's look, by limits waiting": waiting,
    }  # fmt: skip
    return {name: sorted(points.items()) for name, points in found.items() if len(points) > 1}


def draw(found: Mapping[str, Line]) -> str:
    """The chart as SVG."""
    smallest = min(size for line in found.values() for size, _ in line)
    largest = max(size for line in found.values() for size, _ in line)
    span = math.log10(largest / smallest)

    def x(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(size / smallest) / span

    def y(times: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(times, MOST) / MOST

    parts = [_text(LEFT, 22, "Cost against size, as a multiple of the cost at the smallest size", size=14)]
    for times in (0.0, 0.5, 1.0, 1.5, 2.0):
        parts.append(f'<path d="M{LEFT} {y(times):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        parts.append(_text(LEFT - 8, y(times) + 4, f"{times:g}×", anchor="end"))
    for power in range(math.ceil(math.log10(smallest)), math.floor(math.log10(largest)) + 1):
        parts.append(_text(x(10.0**power), HEIGHT - BOTTOM + 20, f"{10**power:,}", anchor="middle"))
    for place, (name, line) in enumerate(found.items()):
        colour, first = COLOURS[place], line[0][1]
        points = [(x(size), y(cost / first)) for size, cost in line]
        parts.append(
            f'<polyline points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}" fill="none" stroke="{colour}"'
            ' stroke-width="2"/>'
        )
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{colour}"/>' for a, b in points]
        parts.append(_text(WIDTH - RIGHT + 14, TOP + 20 + 40 * place, name, colour=colour))
        parts.append(_text(WIDTH - RIGHT + 14, TOP + 36 + 40 * place, f"1× = {first:.2f} ms", colour="#666"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>", ""])


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#222", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">{words}</text>'


def main() -> None:
    """Read the last line of a result and write the chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("result", type=Path, help="what `bihuan bench` printed")
    parser.add_argument("chart", type=Path, nargs="?", default=Path(__file__).with_name("cost.svg"))
    asked = parser.parse_args()
    asked.chart.write_text(draw(lines(json.loads(asked.result.read_text().splitlines()[-1]))), "utf-8")


if __name__ == "__main__":
    main()
