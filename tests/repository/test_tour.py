"""The tour's pictures: each that docs/tour.md shows is made by `bench.tour` and is there, and none is there unshown."""

import re

from bench.camera import names
from bench.tour import PICTURES, STOPS
from tests.repository.sources import ROOT

SHOWN = re.compile(r'<img src="tour/([^"]+)"')
MOST_BYTES = 3_000_000


def test_every_picture_of_the_tour_is_made_by_the_script_and_there() -> None:
    shown = SHOWN.findall((ROOT / "docs/tour.md").read_text(encoding="utf-8"))
    made = [name for stop in STOPS for name in names(stop.name)]

    assert sorted(shown) == sorted(made), "each once"
    assert sorted(path.name for path in PICTURES.iterdir()) == sorted(made)


def test_the_pictures_are_pictures_and_small() -> None:
    pictures = [path.read_bytes() for path in PICTURES.iterdir()]

    assert all(one[:4] == b"RIFF" and one[8:12] == b"WEBP" for one in pictures)
    assert sum(map(len, pictures)) < MOST_BYTES
