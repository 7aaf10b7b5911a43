"""What the web writes into its log: one line a fault, and nothing of who complained or what people wrote."""

import logging
from uuid import uuid4

import pytest

from tests.people import COMPANY, REQUEST, Town
from tests.web.conftest import Enter, handed_in


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that is logged, by whomever."""
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize(
    "address",
    ["/portal/zibo/request/x%0A{line}", "/portal/a%0D{line}/", "/cases/ZB%0A{line}", "/about/%E2%80%A8{line}"],
)
def test_no_address_writes_a_line_of_its_own(
    town: Town, enter: Enter, log: pytest.LogCaptureFixture, address: str
) -> None:
    line = "2026-11-22 bihuan.web INFO POST session.enter: all is well"
    enter(town.officer("platform")).get(address.format(line=line))
    told = [record.getMessage() for record in log.records if record.name == "bihuan.web"]
    assert told, "the fault is told"
    assert all(one.isprintable() for one in told), told


def test_no_log_says_who_complained_or_what_was_written(
    town: Town, enter: Enter, log: pytest.LogCaptureFixture
) -> None:
    """A request from the portal to its file, seen, struck out and refused at each step."""
    visitor, platform = enter(None), enter(town.officer("platform"))
    number, code = handed_in(visitor, **{"f-body": REQUEST["body"]})
    visitor.post("/portal/zibo/progress", data={"case_no": number, "code": code})
    visitor.post("/portal/zibo/progress", data={"case_no": number, "code": code[:-1]})
    visitor.post("/portal/zibo/request", data={"submission_id": str(uuid4()), "f-body": REQUEST["body"]})
    visitor.post("/portal/zibo/request/contact", data={"submission_id": str(uuid4()), "contact-name": COMPANY["name"]})
    for path in (f"/cases/{number}", f"/cases/{number}/attachments/7", f"/cases/{number}/documents/转办单"):
        platform.get(path)
    for deed, data in (
        ("identity", {"reason": "reply"}), ("identity", {"reason": COMPANY["name"]}),
        ("strike-out", {"struck_subject": REQUEST["subject"], "struck_body": ""}),
        ("evidence", {"reason": "audit", "identity": "true"}),
    ):  # fmt: skip
        platform.post(f"/cases/{number}/{deed}", data=data)
    enter(town.officer("commerce")).post(f"/cases/{number}/identity", data={"reason": "reply"})
    told = "\n".join([*(record.getMessage() for record in log.records), log.text])
    for telling in (*COMPANY.values(), REQUEST["body"], code.replace(" ", ""), code):
        assert telling not in told
