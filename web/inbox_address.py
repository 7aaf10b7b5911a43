"""What somebody wants to see of 我的待办, as the address keeps it: view, narrowing, and where the page begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from bihuan.queries.inbox import Narrowing, Place
from bihuan.queries.inbox_statements import View
from web.addresses import address
from web.places import place_read, place_said

VIEW_NAMES: Final[dict[View, str]] = {
    "all": "全部",
    "unclaimed": "待签收",
    "mine": "我在办",
    "today": "今日到期",
    "soon": "1个工作日内到期",
    "overdue": "已超期",
    "supporting": "协办",
    "rework": "重办",
    "watched": "我关注的",
}
LONGEST = 64


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view, narrowed down or not, and a page of it."""

    view: View
    narrowing: Narrowing
    after: Place | None
    narrowing_now: bool
    """Whether the fields to narrow it down are to be shown."""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Wanted":
        """What an address or a form says; a view that there is not is all of it. Raises BadRequest for no place."""
        view: View = next((one for one in VIEW_NAMES if one == given.get("which")), "all")
        number, step, channel, matter = (given.get(name, "")[:LONGEST] for name in ("no", "step", "channel", "matter"))
        narrowing = Narrowing(number.strip().upper(), step, channel, matter)
        return cls(view, narrowing, place_read(given.get("after")), bool(narrowing) or "narrow" in given)

    @property
    def kept(self) -> dict[str, str]:
        """What the address keeps from page to page, and what a form sends along."""
        narrowing = self.narrowing
        found = {
            "which": "" if self.view == "all" else self.view,
            "no": narrowing.number, "step": narrowing.step, "channel": narrowing.channel, "matter": narrowing.matter,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}

    def at(self, endpoint: str = "inbox.mine", **changed: str) -> str:
        """The address of a page of the same; what is changed to nothing goes."""
        return _address(endpoint, tuple((name, value) for name, value in {**self.kept, **changed}.items() if value))

    def after_this(self, place: Place) -> str:
        """The address of the page that begins where one ended."""
        return self.at(after=place_said(place))

    @property
    def begins(self) -> str:
        """The place as an address says it; empty for the first page."""
        return place_said(self.after) if self.after else ""


@lru_cache(512)
def _address(endpoint: str, said: tuple[tuple[str, str], ...]) -> str:
    return f"{address(endpoint)}?{urlencode(said)}" if said else address(endpoint)
