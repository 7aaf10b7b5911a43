"""Somebody who may read every table, but has no key: what they find there opens nothing at the pages."""

from uuid import UUID, uuid4

import psycopg
import pytest

from tests.people import COMPANY, Town
from tests.web.conftest import Enter, handed_in

PERSON = {"contact-name": COMPANY["name"], "contact-phone": COMPANY["phone"]}


def ids_in_the_tables(town: Town) -> set[UUID]:
    """Every id that stands in any row."""
    found: set[UUID] = set()
    with psycopg.connect(town.app.settings.database_url) as reader:
        columns = reader.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public' "
            "and data_type = 'uuid'"
        ).fetchall()
        for table, column in columns:
            found |= {row[0] for row in reader.execute(f'select "{column}" from "{table}"') if row[0]}  # type: ignore[arg-type]
    return found


def test_no_id_in_the_tables_hands_in_again_what_lies_there(town: Town, enter: Enter) -> None:
    """Else whoever reads the tables is told the query code, and with it reads all that its complainant may."""
    number, code = handed_in(enter(None))
    known = ids_in_the_tables(town)
    assert known
    for one in known:
        answer = enter(None).post("/portal/zibo/request", data={"submission_id": str(one)}, follow_redirects=True)
        assert code not in answer.get_data(as_text=True), one
        assert number not in answer.get_data(as_text=True), one


@pytest.mark.parametrize("step", ["what", "contact", "check"])
def test_no_id_in_the_tables_shows_what_somebody_is_filling_in(town: Town, enter: Enter, step: str) -> None:
    mine = str(uuid4())
    enter(None).post("/portal/zibo/request/contact", data={**PERSON, "submission_id": mine})
    for one in ids_in_the_tables(town):
        client = enter(None)
        shown = client.post(f"/portal/zibo/request/{step}", data={"submission_id": str(one)}, follow_redirects=True)
        for page in (shown, client.get("/portal/zibo/request/contact"), client.get("/portal/zibo/request/check")):
            assert COMPANY["name"] not in page.get_data(as_text=True)
    own = enter(None).post("/portal/zibo/request/contact", data={"submission_id": mine}, follow_redirects=True)
    assert own.status_code == 200, "whoever brings the id goes on"
