"""Documents (文书) on the screen, for Word and as PDF: the same words, and nobody's markup."""

import pytest

from tests.people import Town
from tests.web.conftest import Enter
from web import pdf, turns


def _dispatched(town: Town) -> str:
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce", note="<b>请主动联系</b>企业")
    return case.case_no


def test_a_document_is_read_printed_and_taken_along(town: Town, enter: Enter) -> None:
    number = _dispatched(town)
    client = enter(town.officer("commerce"))
    page = client.get(f"/cases/{number}/documents/转办单").get_data(as_text=True)

    assert "&lt;b&gt;请主动联系&lt;/b&gt;企业" in page
    assert "市商务局" in page
    assert "style=" not in page
    word = client.get(f"/cases/{number}/documents/转办单.docx")
    assert word.get_data().startswith(b"PK")
    assert client.get(f"/cases/{number}/documents/没有的文书").status_code == 404
    assert enter(town.officer("taxation")).get(f"/cases/{number}/documents/转办单").status_code == 404


def test_an_opinion_that_nobody_wrote_leaves_no_number_behind(town: Town, enter: Enter) -> None:
    case = town.order()
    town.do(case.case_id, "dispatch", handling_unit="commerce")
    page = enter(town.officer("commerce")).get(f"/cases/{case.case_no}/documents/转办单").get_data(as_text=True)

    assert "二、第15个工作日12:00前" in page
    assert "三、" not in page


def test_a_machine_without_a_typesetter_offers_no_pdf(
    town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _dispatched(town)
    monkeypatch.setattr(pdf, "is_offered", lambda: False)
    client = enter(town.officer("commerce"))

    assert ".pdf" not in client.get(f"/cases/{number}/documents/转办单").get_data(as_text=True)
    assert client.get(f"/cases/{number}/documents/转办单.pdf").status_code == 404


def test_a_pdf_that_fails_says_how_to_get_one_all_the_same(
    town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = _dispatched(town)
    monkeypatch.setattr(pdf, "is_offered", lambda: True)
    monkeypatch.setattr(pdf, "LONGEST", 0.001)
    answer = enter(town.officer("commerce")).get(f"/cases/{number}/documents/转办单.pdf")

    assert answer.status_code == 503
    assert "另存为 PDF" in answer.get_data(as_text=True)


@pytest.mark.skipif(not pdf.is_offered(), reason="WeasyPrint needs Pango, which this machine does not have")
def test_a_document_comes_as_pdf(town: Town, enter: Enter) -> None:
    answer = enter(town.officer("commerce")).get(f"/cases/{_dispatched(town)}/documents/转办单.pdf")

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.get_data().startswith(b"%PDF")


@pytest.mark.skipif(not pdf.is_offered(), reason="WeasyPrint needs Pango, which this machine does not have")
def test_a_pdf_fetches_nothing_from_anywhere() -> None:
    """A page that asks for something elsewhere is set without it: no file of this machine, no other machine."""
    page = '<!doctype html><p>文书</p><img src="file:///etc/hostname"><img src="http://127.0.0.1:9/x">'
    assert pdf.pdf_of(page, "@import url(file:///etc/passwd); p { color: black }").startswith(b"%PDF")


def test_pdfs_without_end_do_not_take_the_machine_from_others(
    town: Town, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a process of 40 MB for seconds: whoever asks for many at once is told to wait."""
    number = _dispatched(town)
    monkeypatch.setattr(pdf, "is_offered", lambda: True)
    monkeypatch.setattr(pdf, "pdf_of", lambda html, css: b"%PDF")
    monkeypatch.setattr(turns, "WAIT", 0.01)
    client, address = enter(town.officer("commerce")), f"/cases/{number}/documents/转办单.pdf"
    held = [turns.papers.take() for _ in range(2)]
    busy = client.get(address)
    for give_back in held:
        give_back()
    assert (busy.status_code, client.get(address).status_code) == (503, 200)
    assert "请稍候片刻" in busy.get_data(as_text=True)
