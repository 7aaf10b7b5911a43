"""`bihuan doctor` finds each fault that is put there, says in Chinese what to do, and leaves a sound house alone."""

import json
from datetime import timedelta

import psycopg
import pytest

from bihuan.__main__ import main
from bihuan.commands.heartbeat import beat
from bihuan.commands.jobs import open_incident
from bihuan.domain.access import Machine
from bihuan.domain.ids import CaseId
from bihuan.queries.doctor import Finding, broken_chains, case_numbers, examine
from bihuan.queries.history import verify
from tests.commands.test_life import dispatched
from tests.conftest import environment_of
from tests.people import Town

HOUR = timedelta(hours=1)


def by_owner(town: Town, statement: str, *values: object) -> None:
    """What only the tables' owner can do to a database."""
    with psycopg.connect(town.app.settings.owner_database_url or "", autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(statement, values)


def findings(town: Town) -> dict[str, Finding]:
    with town.app.read() as reader:
        return {finding.kind: finding for finding in examine(reader)}


def number(town: Town, case: CaseId) -> str:
    with town.app.read() as reader:
        return case_numbers(reader)[case]


@pytest.fixture
def sound(town: Town) -> CaseId:
    """A case in hand, and a bell that was seen just now."""
    case = dispatched(town)
    town.ring()
    with town.app.begin(Machine("bell")) as work:
        beat(work, "bell")
    return case


def test_a_sound_house_has_no_findings(town: Town, sound: CaseId) -> None:
    assert findings(town) == {}


def test_a_bell_that_was_never_seen_or_not_of_late(town: Town, sound: CaseId) -> None:
    by_owner(town, "update heartbeat set at = now() - interval '5 minutes'")
    assert "没有动静" in findings(town)["bell"].what
    by_owner(town, "delete from heartbeat")
    assert "从未运行" in findings(town)["bell"].what


def test_a_case_for_which_nothing_waits(town: Town, sound: CaseId) -> None:
    by_owner(town, "update task set state = 'cancelled'")
    by_owner(town, "update deadline set state = 'ended'")
    assert findings(town)["stuck"].examples == (number(town, sound),)
    with town.app.begin(Machine("test")) as work:
        open_incident(work, sound, "told already")
    found = findings(town)
    assert "stuck" not in found
    assert found["incidents"].count == 1


def test_a_timer_past_due_by_more_than_a_minute(town: Town, sound: CaseId) -> None:
    due_at = town.open_tasks(sound)["first_reply"]["due_at"]
    town.clock.move_to(due_at + timedelta(seconds=59))
    assert "timers" not in findings(town)
    town.clock.move_to(due_at + timedelta(seconds=61))
    assert findings(town)["timers"].examples == (number(town, sound),)
    town.ring()
    assert "timers" not in findings(town)


def test_work_that_nobody_took_and_leases_long_over(town: Town, sound: CaseId) -> None:
    now = town.clock.now()
    due = (
        "insert into job (id, case_id, key, topic, due_at, taken_until) values (gen_random_uuid(), %s, %s, 't', %s, %s)"
    )
    by_owner(town, due, sound, "a", now - HOUR, None)
    by_owner(town, due, sound, "b", now - HOUR, now - HOUR / 2)
    by_owner(town, due, sound, "leased", now - HOUR, now + HOUR)
    by_owner(town, due, sound, "later", now + HOUR, None)
    assert findings(town)["jobs"].count == 2


def test_notices_that_wait_and_notices_that_failed(town: Town, sound: CaseId) -> None:
    due_at = town.open_tasks(sound)["first_reply"]["due_at"]
    town.clock.move_to(due_at)
    town.ring()
    by_owner(town, "update notice set state = 'waiting', taken_until = null")
    town.clock.move_to(due_at + HOUR)
    assert findings(town)["notices"].examples == (number(town, sound),)
    by_owner(town, "update notice set state = 'failed'")
    assert "多次发送失败" in findings(town)["failed-notices"].what


def test_a_provisional_year_is_a_remark_and_nothing_wrong(town: Town, sound: CaseId) -> None:
    by_owner(town, "update deadline set provisional = true, due_at = '2031-01-05T04:00Z'")
    found = findings(town)["provisional"]
    assert not found.wrong
    assert found.examples == ("2031",)


def test_a_changed_history(town: Town, sound: CaseId) -> None:
    by_owner(town, "update history_event set actor = 'somebody else' where no = 2")
    with town.app.read() as reader:
        (found,) = broken_chains([verify(reader, sound)], case_numbers(reader))
    assert found.examples == (number(town, sound),)


def test_the_command_tells_and_exits_with_one_when_something_is_wrong(
    town: Town, sound: CaseId, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The command reads the clock of the installation, for which the limits of this test are far off or long over.
    by_owner(town, "update deadline set due_at = now() + interval '1 day', taken_until = null")
    by_owner(town, "update notice set state = 'sent'")
    for name, value in environment_of(town.app.settings).items():
        monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 0
    assert "一切正常" in capsys.readouterr().out
    by_owner(town, "update history_event set actor = 'somebody else' where no = 2")
    by_owner(town, "delete from heartbeat")
    assert main(["doctor", "--chains", "--json"]) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [finding["kind"] for finding in told["findings"]] == ["chains", "bell"]
    assert main(["doctor"]) == 1
    assert "处理：启动 bell" in capsys.readouterr().out
