"""The demonstration's samples: every locality's play to their end on any day, and stand where they were meant to."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput
from bihuan.play.life import Play
from bihuan.play.past import play_samples
from bihuan.play.samples import read_samples
from bihuan.play.scratch import scratch_database
from bihuan.play.stage import Stage, stage
from bihuan.settings import Settings
from tests.people import files_of
from tests.play.conftest import ROOT

FOLDERS = sorted(path.parent for path in (ROOT / "processes").glob("*/samples.toml"))
DAYS = {
    "an ordinary afternoon": "2026-11-20 15:00",
    "a Sunday night": "2026-11-22 23:30",
    "the first morning after National Day": "2026-10-08 08:00",
}
HEARD_ON_A_DATE = {"yunnan"}
"""Requests that end after a session only, whose date a desk writes: no sample counts working days to it."""
SAMPLE = """
[[sample]]
key    = "one"
origin = "portal"
begun  = 2
deeds  = [{ after = 1, at = "10:00", who = "市“接诉即办”平台", does = "分办", with = { handling_unit = "市商务局" } }]

[sample.request]
subject  = "补贴没有下文"
body     = "申报四个月了，没有公示，也没有说明。"
category = "其他"
"""


@pytest.fixture
def empty(settings: Settings) -> Iterator[tuple[Stage, str]]:
    """A stage in a scratch database of its own, and its owner's address."""
    with scratch_database(settings) as scratch, stage(scratch, since=datetime(2026, 1, 1, tzinfo=BEIJING)) as found:
        assert scratch.owner_database_url is not None
        yield found, scratch.owner_database_url


def folder_with(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "zibo"
    folder.mkdir()
    (folder / "samples.toml").write_text(text, encoding="utf-8")
    return folder


def test_each_sample_is_somebody_elses_unless_it_says_so() -> None:
    """Else all that name nobody would be 同一诉求人 at the desk of triage."""
    for folder in FOLDERS:
        phones = [sample.company["phone"] for sample in read_samples(folder) if not sample.opening.process]
        assert len(phones) == len(set(phones)), folder.name


@pytest.mark.parametrize("day", DAYS)
def test_the_samples_of_every_locality_play_to_their_end(empty: tuple[Stage, str], day: str) -> None:
    where, owner_url = empty
    now = datetime.fromisoformat(DAYS[day]).replace(tzinfo=BEIJING)
    for folder in FOLDERS:
        where.go_to(now)
        samples = read_samples(folder)
        play = Play(where, where.deploy(files_of(folder.name)).locality)

        played = play_samples(play, samples, now)

        assert (played.new, played.stuck) == (len(samples), ()), folder.name
        assert 3 <= len(samples) <= 20
        assert play_samples(play, samples, now).new == 0, "what is there is left alone"
        with psycopg.connect(owner_url) as owner:
            ended = "select count(*) filter (where exit is null), count(exit) from case_file where locality = %s"
            running, done = owner.execute(ended, [folder.name]).fetchone() or (0, 0)
            late = owner.execute(
                "select count(*) from task where state = 'open' and due_at <= %s and locality = %s", [now, folder.name]
            ).fetchone()
        assert running >= 2, folder.name
        assert done >= 1 or folder.name in HEARD_ON_A_DATE, folder.name
        assert late is not None
        assert late[0] >= 1, folder.name


def test_what_is_still_to_come_is_left_out(empty: tuple[Stage, str], tmp_path: Path) -> None:
    where, _ = empty
    play = Play(where, where.deploy(files_of("zibo")).locality)
    samples = read_samples(folder_with(tmp_path, SAMPLE.replace("begun  = 2", "begun  = 1")))

    assert play_samples(play, samples, datetime(2026, 11, 20, 9, 0, tzinfo=BEIJING)).stuck == ()

    with psycopg.connect(empty[1]) as owner:
        assert owner.execute("select name from task").fetchall() == [("分办",)]


def test_a_deed_that_is_refused_ends_its_sample_and_is_told(empty: tuple[Stage, str], tmp_path: Path) -> None:
    where, _ = empty
    play = Play(where, where.deploy(files_of("zibo")).locality)
    samples = read_samples(folder_with(tmp_path, SAMPLE.replace('who = "市“接诉即办”平台"', 'who = "市商务局"')))

    (why,) = play_samples(play, samples, datetime(2026, 11, 20, 15, 0, tzinfo=BEIJING)).stuck

    assert why.startswith("one：市商务局 分办：")


@pytest.mark.parametrize(
    ("change", "into", "says"),
    [
        ("begun  = 2", "begun  = -2", "缺少 begun"),
        ("begun  = 2", 'begun  = "2"', "begun 的类型不对"),
        ("after = 1", "before = 1", "缺少 after"),
        ('key    = "one"', 'name = "one"', "缺少 key"),
        ("[sample.request]", "[sample.requested]", "不认识 requested"),
        ("[[sample]]", "[[sample]", "不是有效的 TOML"),
    ],
)
def test_a_misspelt_word_is_a_fault(tmp_path: Path, change: str, into: str, says: str) -> None:
    assert change in SAMPLE

    with pytest.raises(BadInput, match=says):
        read_samples(folder_with(tmp_path, SAMPLE.replace(change, into, 1)))


def test_samples_are_no_part_of_a_deployment() -> None:
    assert not [path for folder in FOLDERS for path in files_of(folder.name) if "samples" in path]
