"""Rules about what the repository may hold: no registry hosts, no machine's paths, nobody's telephone or address."""

import re

import pytest

from tests.repository.sources import ROOT, files

# Written in pieces, so that this file does not hold what it looks for.
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "registry" + ".",
    "artifact" + "ory",
)
PATHS = ("/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/Us" + "ers/", "C:" + "\\")
LARGEST_FILE = 1024 * 1024
BINARY = {".docx", ".png", ".webp", ".xlsx", ".ico", ".woff2"}


def texts() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in files() if path.suffix not in BINARY}


def test_no_registry_and_no_machine_is_named() -> None:
    words = "|".join(
        [
            r"(?:registry|mirrors?)\.\w+\.\w+",
            *map(re.escape, HOSTS),
            *(rf"(?<![\w.]){re.escape(path)}" for path in PATHS),
        ]
    )
    found = [
        f"{path}: {match[0]}" for path, text in texts().items() for match in re.finditer(words, text, re.IGNORECASE)
    ]

    assert found == []


def test_no_file_is_too_large_to_be_source() -> None:
    assert [path.name for path in files() if path.stat().st_size > LARGEST_FILE] == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("e-mail address", r"[\w.+-]+@[\w-]+\.[\w.]+"),
        ("mobile number", r"(?<![\d.])1[3-9]\d{9}(?!\d)"),
        ("identity number", r"(?<!\d)\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)"),
        ("land line", r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"),
    ],
)
def test_the_procedures_hold_nobodys_data(what: str, pattern: str) -> None:
    rooms = {path: text for path, text in texts().items() if path.startswith("processes/")}

    assert rooms
    assert [f"{path}: {what}" for path, text in rooms.items() if re.search(pattern, text)] == []
