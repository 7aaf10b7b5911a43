"""The requests of a demonstration as a locality's samples.toml tells them (docs/scenarios.md), about nobody.

In various states, told as scenarios are, but counted in working days before today, or of a month that is nearly over.
`past` plays them.
"""

import tomllib
from binascii import crc32
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bihuan.domain.clock import BEIJING
from bihuan.domain.errors import BadInput
from bihuan.locality.files import SAMPLES
from bihuan.locality.tables import not_toml
from bihuan.play.life import FORMS
from bihuan.play.scenario import Deed, Opening
from bihuan.play.strict import Strict

MORNING = "09:30"
NOT_YET = datetime.max.replace(tzinfo=BEIJING)
"""Stands for the instant of an opening until it is known what day today is."""
NO_MONTH = 0


SURNAMES, SHOPS = "王李张刘陈杨赵周", ("恒顺", "金禾", "嘉泰", "永昌", "瑞丰", "华盛", "明德", "安泰")
"""Of which somebody is made up who hands a sample in."""


@dataclass(frozen=True, slots=True)
class SampleDeed:
    """A deed on a working day, counted as its sample counts them."""

    after: int
    at: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class Sample:
    """One case: how it began, how many working days ago, and what was done since.

    With a `month`, days are that month's working days: of the newest month whose `month`-th is over. Cases of one such
    month are played together, and send each other messages.
    """

    file: str
    key: str
    begun: int
    at: str
    opening: Opening
    company: Mapping[str, str]
    """Who hands in."""
    deeds: tuple[SampleDeed, ...]
    month: int = NO_MONTH


def read_samples(folder: Path) -> list[Sample]:
    """The samples of a locality's folder, the earliest begun first; none without a file. Raises BadInput."""
    file, path = f"{folder.name}/{SAMPLES}", folder / SAMPLES
    if not path.is_file():
        return []
    try:
        table = Strict(file, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise BadInput(file, "", not_toml(fault), "按所指的行改正") from fault
    found = [one.closing(_sample(file, one)) for one in table.tables("sample")]
    table.close()
    return sorted(found, key=lambda sample: -sample.begun)


def _sample(file: str, one: Strict) -> Sample:
    opening = Opening(
        NOT_YET, one.values("request"), one.maybe_choice("origin", tuple(FORMS)) or "", one.maybe_text("process"),
        one.maybe_text("who"),
    )  # fmt: skip
    key = one.text("key")
    return Sample(
        file, key, one.whole("begun"), one.maybe_text("at") or MORNING, opening, _company(file, key, one),
        tuple(deed.closing(_deed(deed)) for deed in one.tables("deeds")),
        one.whole("month") if one.has("month") else NO_MONTH,
    )  # fmt: skip


def _company(file: str, key: str, one: Strict) -> Mapping[str, str]:
    """Who hands it in, with a telephone number of their own; somebody made up for this sample alone unless it says."""
    if not one.has("company"):
        number = crc32(f"{file}/{key}".encode())
        name, shop = SURNAMES[number % len(SURNAMES)], SHOPS[number // 64 % len(SHOPS)]
        return {"name": f"{name}经理", "phone": _phone(number), "organisation": f"{shop}贸易有限公司"}
    told = one.table("company")
    name, organisation = told.text("name"), told.text("organisation")
    return told.closing({"name": name, "phone": _phone(crc32(organisation.encode())), "organisation": organisation})


def _phone(number: int) -> str:
    return f"199{number % 10**8:08}"


def _deed(one: Strict) -> SampleDeed:
    deed = Deed(one.text("who"), one.text("does"), one.values("with"), one.flag("signed"), one.maybe_text("task"))
    return SampleDeed(one.whole("after"), one.text("at"), deed)
