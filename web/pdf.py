"""PDF of a page of our own, where this machine can make one: WeasyPrint is here, and Pango, which sets its type.

It is run as a process of its own (`python -m web.pdf`): its libraries take 40 MB and a second to load, and what it
reads was written by people.
"""

import subprocess
import sys
from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec

LONGEST = 30
"""Seconds that one document may take."""


class NoPdf(Exception):
    """This machine could not make it; the page can still be printed."""


@cache
def is_offered() -> bool:
    """Whether PDFs can be made here; looked up once a process."""
    return find_spec("weasyprint") is not None and find_library("pango-1.0") is not None


def pdf_of(html: str, css: str) -> bytes:
    """The page as PDF. Raises NoPdf. Nothing is fetched, from nowhere."""
    command = [sys.executable, "-m", "web.pdf"]
    told = f"{len(css.encode())}\n{css}{html}".encode()
    try:
        done = subprocess.run(command, input=told, capture_output=True, timeout=LONGEST, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        raise NoPdf(f"Expected a PDF within {LONGEST} s") from late
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise NoPdf(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return done.stdout


def main() -> None:
    """Read style sheet and page from standard input, write the PDF to standard output."""
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    nowhere = URLFetcher(allowed_protocols=())
    length = int(sys.stdin.buffer.readline())
    css, html = sys.stdin.buffer.read(length).decode(), sys.stdin.buffer.read().decode()
    page = HTML(string=html, url_fetcher=nowhere)
    sys.stdout.buffer.write(
        page.write_pdf(stylesheets=[CSS(string=css, url_fetcher=nowhere)], presentational_hints=True)
    )


if __name__ == "__main__":
    main()
