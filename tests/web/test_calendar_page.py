"""日历: administrators see a year and declare days; whoever reads a case sees the half day on its receipt."""

from tests.people import Town
from tests.web.conftest import Enter

GIVEN = {"day": "2026-11-03", "kind": "morning", "reason": "停电检修", "source": "市政府办公室通知"}


def test_a_declared_half_day_is_shown_with_who_declared_it(town: Town, enter: Enter) -> None:
    administrator = town.officer("platform", "administrator")
    client = enter(administrator)
    answer = client.post("/calendar", data=GIVEN)
    assert answer.status_code == 303
    page = client.get("/calendar?year=2026").get_data(as_text=True)
    assert "停电检修（上午上班）" in page
    assert "市政府办公室通知" in page
    assert administrator.name in page
    assert "10月 <span" in page
    today = page.partition('aria-current="date">')[2]
    assert today.startswith("<span>29</span>"), "the twenty-ninth of September"
    assert 'aria-current="date"' not in client.get("/calendar?year=2025").get_data(as_text=True)


def test_before_a_day_is_declared_its_consequence_is_told(town: Town, enter: Enter) -> None:
    """An order dispatched today has limits that reach over tomorrow; the day of dispatch itself counts for none."""
    opened = town.order()
    town.do(opened.case_id, "dispatch", handling_unit="commerce")
    client = enter(town.officer("platform", "administrator"))

    for day, number in (("2026-09-30", 3), ("2026-09-29", 0), ("2027-09-30", 0)):
        asked = {**GIVEN, "day": day, "kind": "holiday", "reason": "", "deed": "preview"}
        page = client.post("/calendar", data=asked).get_data(as_text=True)
        assert f"有 <strong>{number}</strong> 项跨过" in page, day
        assert "市政府办公室通知" in page, "what was typed stays"
    for kind, told in (("morning", "时限不变动"), ("workday", "无须登记"), ("national", "无须登记")):
        asked = {**GIVEN, "day": "2026-09-30", "kind": kind, "deed": "preview"}
        assert told in client.post("/calendar", data=asked).get_data(as_text=True), kind
    for odd in ({"day": "9999-12-31"}, {"day": "0001-01-01"}, {"kind": "free"}):
        assert client.post("/calendar", data={**GIVEN, **odd, "deed": "preview"}).status_code == 200
    page = client.get("/calendar?year=2026").get_data(as_text=True)
    assert "本年没有登记" in page
    assert "按国务院通知，本辖区未作登记" in page
    assert "第 0 版" not in page


def test_a_day_that_is_so_already_is_not_declared(town: Town, enter: Enter) -> None:
    client = enter(town.officer("platform", "administrator"))
    for day, kind in (
        ("2026-11-30", "workday"), ("2026-11-29", "holiday"), ("2026-10-01", "holiday"), ("2026-11-30", "national"),
    ):  # fmt: skip
        answer = client.post("/calendar", data={**GIVEN, "day": day, "kind": kind})
        assert answer.status_code == 422, (day, kind)
        assert f"{day}与现行日历相同，无须登记。" in answer.get_data(as_text=True)
    assert client.post("/calendar", data=GIVEN).status_code == 303
    assert client.post("/calendar", data=GIVEN).status_code == 422, "half a day as it is already"
    for kind in ("afternoon", "workday", "holiday", "national"):
        assert client.post("/calendar", data={**GIVEN, "kind": kind}).status_code == 303, kind


def test_without_a_reason_or_a_source_nothing_is_declared(town: Town, enter: Enter) -> None:
    client = enter(town.officer("platform", "administrator"))
    for missing in ("day", "reason", "source"):
        answer = client.post("/calendar", data={**GIVEN, missing: ""})
        assert answer.status_code == 422, missing
    assert "本年没有登记" in client.get("/calendar?year=2026").get_data(as_text=True)


def test_a_year_that_is_not_announced_says_so(town: Town, enter: Enter) -> None:
    page = enter(town.officer("platform", "administrator")).get("/calendar?year=2031").get_data(as_text=True)
    assert "尚未录入" in page


def test_a_kind_that_is_not_offered_is_declared_by_nobody(town: Town, enter: Enter) -> None:
    """That a year's notice is loaded follows from importing it, and is not for a page to say."""
    client = enter(town.officer("platform", "administrator"))
    for kind in ("announced", "free"):
        assert client.post("/calendar", data={**GIVEN, "day": "2027-11-03", "kind": kind}).status_code == 422
    assert "尚未录入" in client.get("/calendar?year=2027").get_data(as_text=True)


def test_nobody_else_declares(town: Town, enter: Enter) -> None:
    assert enter(town.officer("platform")).post("/calendar", data=GIVEN).status_code == 403
