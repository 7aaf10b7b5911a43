"""Photographs pages as people see them: at a desk (1440 px) and on a phone (390 px). For the tour and the journeys."""

import os
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
SIZES: Sequence[ViewportSize] = (DESK, PHONE)
TALLEST = 1800
CHINESE = {"LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"}
"""Fields of dates have their parts in the order of the machine's language, whatever the page's: the year first."""
QUALITY = 72
SETTLED = """() => Promise.race([
    new Promise((done) => setTimeout(done, 3000)),
    Promise.all([document.fonts.ready, ...[...document.images].map((one) => one.decode().catch(() => 0))])
        .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))),
])"""
"""Fonts and pictures are there and drawn; one that is not loaded until somebody scrolls to it is not waited for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium, where `./manage test` unpacked it: BIHUAN_CHROMIUM."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=os.environ["BIHUAN_CHROMIUM"],
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
            env={**os.environ, **CHINESE},
        )
        yield found
        found.close()


def names(stop: str) -> list[str]:
    """The files that a stop's pictures go into."""
    return [f"{stop}-{size['width']}.webp" for size in SIZES]


def photograph(page: Page, folder: Path, stop: str, *, tallest: int = TALLEST) -> None:
    """The page as it stands, in every size, from its top down to its end or to `tallest` pixels."""
    before = page.viewport_size
    line = page.context.new_cdp_session(page)
    for size, name in zip(SIZES, names(stop), strict=True):
        page.set_viewport_size(size)
        page.evaluate(SETTLED)
        height = min(tallest, page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1}
        taken = line.send(
            "Page.captureScreenshot",
            {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True},
        )
        (folder / name).write_bytes(b64decode(taken["data"]))
    line.detach()
    if before:
        page.set_viewport_size(before)
