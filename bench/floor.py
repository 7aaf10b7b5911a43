"""`floor`: one UPDATE, one INSERT and a durable commit: the least that writing anything down costs here."""

from collections.abc import Iterable

import psycopg

from bench import harness
from bench.harness import Result, Seconds, timed
from bihuan.settings import Settings

PAYLOAD = b"x" * 1000


class Floor:
    """One durable transaction, again and again, each on a row of its own."""

    ROWS = 1000

    def __init__(self, settings: Settings) -> None:
        assert settings.owner_database_url is not None
        self._connection = psycopg.connect(settings.owner_database_url)
        self._connection.execute("create table if not exists floor_row (id int primary key, state bytea)")
        self._connection.execute("create table if not exists floor_event (id bigserial primary key, payload bytea)")
        self._connection.execute(
            "insert into floor_row select n, %s from generate_series(1, %s) n on conflict do nothing",
            [PAYLOAD, self.ROWS],
        )
        self._connection.commit()
        self._next = 0

    def once(self) -> None:
        """Two statements and COMMIT, in one pipeline."""
        self._next = self._next % self.ROWS + 1
        connection = self._connection
        with connection.pipeline():
            connection.execute("update floor_row set state = %s where id = %s", [PAYLOAD, self._next])
            connection.execute("insert into floor_event (payload) values (%s)", [PAYLOAD])
            connection.commit()

    def run(self, times: int = 60) -> Iterable[Seconds]:
        """The seconds each took."""
        return [timed(self.once) for _ in range(times)]

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


def measure(quick: bool) -> Result:
    """The floor alone."""
    with harness.scratch_settings() as settings:
        floor = Floor(settings)
        times = harness.interleaved({"floor": floor.run}, rounds=3 if quick else 20)["floor"]
        floor.close()
    return {
        "floor_per_s": round(1000 / harness.milliseconds(times)),
        "figures": {"floor_ms": harness.milliseconds(times)},
    }


if __name__ == "__main__":
    harness.main("floor", measure, __doc__)
