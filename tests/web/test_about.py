"""机制说明: whatever a locality's folder states as a fact stands on its public page, and the portal leads there."""

from html import unescape

import pytest

from bihuan.cli.session import COMMAND_LINE
from bihuan.commands.deploy import deploy
from bihuan.locality.folder import Locality
from tests.people import PROCESSES, Town, files_of
from tests.web.conftest import Enter

LOCALITIES = sorted(path.parent.name for path in PROCESSES.glob("*/locality.toml"))


@pytest.mark.parametrize("name", LOCALITIES)
def test_every_fact_of_a_locality_is_on_its_public_page(name: str, town: Town, enter: Enter) -> None:
    files = files_of(name)
    with town.app.begin(COMMAND_LINE) as work:
        deploy(work, files, note="")

    answer = enter(None).get(f"/about/{name}")

    page = unescape(answer.get_data(as_text=True))
    settings = Locality.of(files).settings
    assert answer.status_code == 200
    assert f"{settings.name}机制说明" in page
    basis = Locality.of(files).rulebook.basis
    assert basis is not None
    assert basis.title in page
    for fact in settings.facts:
        assert f"<strong>{fact.name}</strong></td><td>{fact.text}</td>" in page
        assert f'#{fact.rule}" title="条款原文">{fact.rule}</a>' in page
    for rule in Locality.of(files).rulebook.own.values():
        assert f"<strong>{rule.gist}</strong></td><td>{rule.reason}</td>" in page
    assert settings.contact
    assert settings.contact.office in page
    assert settings.contact.phone in page
    assert ('href="tel:' in page) == bool(settings.contact.phone)


def test_the_portal_leads_to_it_and_an_unknown_locality_is_not_found(enter: Enter) -> None:
    client = enter(None)

    assert 'href="/about/zibo"' in client.get("/portal/zibo/").get_data(as_text=True)
    assert client.get("/about/nowhere").status_code == 404
