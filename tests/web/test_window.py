"""窗口代填: an officer of a window fills the same steps in for somebody; it is marked so wherever the case is seen."""

from uuid import uuid4

import pytest

from bihuan.commands.accounts import create_account
from bihuan.commands.open_case import submit_request
from bihuan.domain.access import Machine, Officer
from bihuan.domain.errors import NotAllowed
from bihuan.locality.folder import Locality
from bihuan.queries.people import account
from tests.people import COMPANY, PASSWORD, REQUEST, Town, files_of
from tests.web.conftest import Enter
from tests.web.test_filling import go_through, text

ROOT = "/window/request"


def test_a_window_hands_in_for_somebody_and_it_says_so_everywhere(town: Town, enter: Enter) -> None:
    """The confirmation is handed over; history and case page say who filled it in; then the next may come."""
    officer = town.officer("platform")
    client = enter(officer)
    assert "窗口代填" in text(client, "/inbox")
    key = go_through(client, ROOT)
    assert "张晓明" in text(client, f"{ROOT}/check")
    page = client.post(ROOT, data={"submission_id": key}, follow_redirects=True).get_data(as_text=True)
    assert "由窗口代填" in page
    number = page.split('id="case-no">')[1].split("<")[0]
    code = page.split('id="query-code">')[1].split("<")[0]
    case = text(client, f"/cases/{number}")
    assert "（窗口代填）" in case
    assert "窗口代填诉求" in case
    assert officer.name in case
    assert "窗口代填" in text(client, "/inbox?step=&channel=window")
    assert '<span class="note">窗口代填</span>' in text(client, f"/cases?no={number}")
    client.post("/window/leave")
    assert client.get("/window/confirmation").status_code == 404
    company = enter(None)
    assert company.post("/portal/zibo/progress", data={"case_no": number, "code": code}).status_code == 303
    assert "（窗口代填）" in text(company, "/portal/zibo/progress/case")


def test_the_windows_of_a_locality_are_its_platform_and_whom_its_folder_marks() -> None:
    """许昌: whoever takes calls and visits (XC-25); 云南: the window in the hall (YN-02); 淄博: the platform."""
    found = {name: Locality.of(files_of(name)).organisation.windows for name in ("zibo", "xuchang", "yunnan")}
    assert found == {
        "zibo": {"platform"},
        "xuchang": {"platform", "enterprise_aid", "government_office", "government_services", "commerce"},
        "yunnan": {"platform", "government_services"},
    }


def test_only_windows_fill_in(town: Town, enter: Enter) -> None:
    unit, administrator = town.officer("commerce"), town.officer("platform", "administrator")
    for officer in (unit, administrator):
        client = enter(officer)
        assert "窗口代填" not in text(client, "/inbox")
        for address in (ROOT, f"{ROOT}/contact"):
            assert client.get(address).status_code == 403
            assert client.post(address, data={"submission_id": str(uuid4())}).status_code == 403
        with pytest.raises(NotAllowed), town.app.begin(officer) as work:
            submit_request(work, "zibo", REQUEST, COMPANY, submission_id=uuid4())


def test_nobody_fills_in_a_complaint_about_the_own_unit(town: Town, enter: Enter) -> None:
    """Told before the name is asked, and refused by the deed itself: who fills it in would know who complains."""
    officer = of_both(town)
    against = REQUEST | {"complained_of_unit": "commerce"}
    with pytest.raises(NotAllowed), town.app.begin(officer) as work:
        submit_request(work, "zibo", against, COMPANY, submission_id=uuid4())
    client = enter(officer)
    key = str(uuid4())
    what = {"f-subject": REQUEST["subject"], "f-body": REQUEST["body"], "submission_id": key, "go": "next"}
    assert client.post(f"{ROOT}/what", data=what).status_code == 303
    about = {"f-category": "tax", "f-complained_of_unit": "commerce", "submission_id": key, "go": "next"}
    answer = client.post(f"{ROOT}/about", data=about, follow_redirects=True)
    assert answer.request.path == f"{ROOT}/about"
    assert "反映的正是您所在的单位" in answer.get_data(as_text=True)
    contact = {"contact-name": COMPANY["name"], "contact-phone": COMPANY["phone"]}
    assert client.post(ROOT, data={**what, **about, **contact}).status_code == 403


def of_both(town: Town) -> Officer:
    """A window's officer who is also of the unit complained about."""
    memberships = [("platform", "officer"), ("commerce", "officer")]
    with town.app.begin(Machine("test")) as work:
        made = create_account(work, "zibo", "both", "两处任职", PASSWORD, memberships)
    with town.app.read() as reader:
        found = account(reader, made)
    assert found is not None
    return found.officer


def test_what_a_window_fills_in_is_not_the_portals(town: Town, enter: Enter) -> None:
    """One browser: the draft of the window and that of its own user at the portal are two."""
    client = enter(town.officer("platform"))
    go_through(client, ROOT)
    assert "张晓明" not in text(client, "/portal/zibo/request")
    assert client.get("/portal/zibo/request/check").status_code == 303
