"""公告 on the portal of 云南: there from the moment it is published online until the next is, for everybody."""

from datetime import datetime

import pytest

from bihuan.domain.clock import BEIJING
from bihuan.locality.procedures import procedure_of
from bihuan.play.life import Life, Play, pass_time
from bihuan.play.stage import Stage
from tests.people import Town, files_of
from tests.web.conftest import Enter
from tests.web.test_filling import submission, text

HOW = "企业登录“服务专窗”，填写《企业“挂号”预约信息表》；线下到省政务服务大厅办理。"


@pytest.fixture
def yunnan(town: Town) -> Play:
    """云南 beside 淄博, at the end of August 2026."""
    stage = Stage(town.app, town.clock)
    stage.go_to(datetime(2026, 8, 27, 9, tzinfo=BEIJING))
    return Play(stage, stage.deploy(files_of("yunnan")).locality)


def do(life: Life, moment: str, element: str, **given: object) -> None:
    """A task of this case, done then."""
    pass_time([life], datetime.fromisoformat(moment).replace(tzinfo=BEIJING))
    life.complete(next(one for one in life.tasks() if one.key.split("/")[1] == element), given)


BOOKING = {
    "f-request_type": "service", "f-category": "approval", "f-subject": "请协调用电",
    "f-body": "我公司项目用电报装已满两个月，请协调。", "f-attendee": "legal", "f-region": "kunming",
    "f-booked_at": "website", "contact-name": "张晓明", "contact-phone": "13812345678",
}  # fmt: skip


@pytest.mark.parametrize(
    ("today", "before", "after"),
    [
        ((9, 1), "", ""),
        ((9, 8), "现在提交的转入下月批次", "已转入下月批次，不需重新“挂号”。"),
        ((10, 3), "现在提交的不予受理，请在“挂号”时间内提交", "本次不予受理，已留存备查。"),
    ],
)
def test_who_comes_out_of_season_is_told_before_and_after(
    yunnan: Play, town: Town, enter: Enter, today: tuple[int, int], before: str, after: str
) -> None:
    """Whether the month was announced or not: on the form, on the last look, and by the notice that the case sent."""
    yunnan.stage.go_to(datetime(2026, *today, 10, tzinfo=BEIJING))
    town.app.clock = yunnan.stage.app.clock
    client, root = enter(None), "/portal/yunnan/request"
    asked = text(client, f"{root}/what")
    assert f"本月“挂号”时间：{today[0]}月{'1' if today[0] == 9 else '8'}日至" in asked
    sent = {**BOOKING, "submission_id": submission(asked), "go": "next"}
    for step in ("what", "about", "contact"):
        last = text(client, str(client.post(f"{root}/{step}", data=sent).location))
    assert client.post(root, data=sent).status_code == 303
    told = [text(client, f"/portal/yunnan/{page}") for page in ("confirmation", "progress/case")]
    assert all("给您的通知" in page for page in told)
    if not before:
        assert not any("提交的不予受理" in page or "转入下月批次" in page for page in (asked, last))
        assert not any("已截止" in page for page in told)
    assert before in asked
    assert before in last
    assert all(after in page for page in told)
    assert not any("YN-06" in page for page in told), "a number of ours means nothing to them"


def test_what_is_published_online_stands_on_the_portal_with_its_window(yunnan: Play, enter: Enter) -> None:
    visitor = enter(None)

    def front() -> str:
        return visitor.get("/portal/yunnan/").get_data(as_text=True)

    month = yunnan.open_by_calendar(procedure_of(yunnan.deployment, "monthly"))
    do(
        month,
        "2026-08-27 10:00",
        "draft",
        publish_on="2026-08-31",
        booking_from="2026-09-01",
        booking_until="2026-09-07",
        announcement_text=f"<b>{HOW}</b>",
    )
    assert "公告" not in front(), "drafted, not published"
    assert "目前没有公告" in visitor.get("/portal/yunnan/announcement").get_data(as_text=True)
    assert visitor.get("/portal/nowhere/announcement").status_code == 404

    do(month, "2026-08-31 09:30", "publish_online")
    page = front()
    assert "2026年9月 · 2026-08-31 09:30 发布" in page
    assert "“挂号”时间：9月1日至9月7日" in page
    assert f"&lt;b&gt;{HOW}&lt;/b&gt;" in page
    whole = visitor.get("/portal/yunnan/announcement").get_data(as_text=True)
    assert "三、受理事项" in whole
    assert "2026年9月1日至2026年9月7日" in whole
    assert f"&lt;b&gt;{HOW}&lt;/b&gt;" in whole
    assert "发布" not in visitor.get("/portal/zibo/").get_data(as_text=True)

    pass_time([month], datetime(2026, 9, 8, 9, tzinfo=BEIJING))
    assert "已截止，请留意下一期公告" in front()
    pass_time([month], datetime(2026, 9, 28, 9, tzinfo=BEIJING))
    following = yunnan.open_by_calendar(procedure_of(yunnan.deployment, "monthly"))
    do(
        following,
        "2026-09-28 10:00",
        "draft",
        publish_on="2026-09-30",
        booking_from="2026-10-08",
        booking_until="2026-10-13",
        announcement_text="十月的公告，办法同上期。",
    )
    assert "2026年9月" in front(), "the next is not published yet"
    do(following, "2026-09-30 09:10", "publish_online")
    assert "十月的公告" in front()
    assert "十月的公告" in visitor.get("/portal/yunnan/announcement").get_data(as_text=True)
