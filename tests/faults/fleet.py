"""The product's processes on servers of a test's own; one that is killed is started again, as a host does."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from bihuan.settings import Settings
from setup.ports import LOOPBACK, any_free_port
from tests.conftest import environment_of
from tests.faults.disk import SmallDisk
from tests.faults.servers import Postgres, Proxy, RedisServer, until
from tests.people import PROCESSES

CHECKOUT = PROCESSES.parent


@dataclass
class Servers:
    """PostgreSQL, a line to it that can be cut, Redis, and a disk for files."""

    postgres: Postgres = field(default_factory=Postgres)
    redis: RedisServer = field(default_factory=RedisServer)
    disk: SmallDisk = field(default_factory=SmallDisk)

    def __enter__(self) -> "Servers":
        self.postgres.start()
        self.redis.start()
        self.proxy = Proxy(self.postgres.port)
        return self

    def __exit__(self, *_: object) -> None:
        self.proxy.close()
        self.redis.kill()
        self.postgres.close()
        self.disk.close()

    def settings(self, database: str, *, direct: bool = False) -> Settings:
        """Settings of a demonstration on a database, through the proxy unless `direct`."""
        port = None if direct else self.proxy.port
        return Settings(
            database_url=self.postgres.url(database, port=port),
            owner_database_url=self.postgres.url(database, "owner"),
            redis_url=self.redis.url,
            secret_key=secrets.token_hex(32),
            data_keys=(secrets.token_bytes(32),),
            lookup_key=secrets.token_bytes(32),
            base_url="http://localhost",
            files=self.disk.fresh(database),
            demonstration=True,
        )


class Fleet:
    """Bells, workers and a web server, kept by `tests/faults/odd.py`: what ends is started again."""

    def __init__(self, settings: Settings, *, bells: int = 2, workers: int = 2, webs: int = 1) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bihuan-fleet-"))
        self.web_port = any_free_port()
        kinds = ["bell"] * bells + ["worker"] * workers + ["web"] * webs
        with (self.folder / "odd.log").open("ab") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.odd", str(self.folder), str(self.web_port), *kinds],
                cwd=CHECKOUT, env={**os.environ, **environment_of(settings)}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log,
            )  # fmt: skip
        until((self.folder / "pids").exists, "the processes")

    @property
    def web_url(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    def wait_for_web(self) -> None:
        """Wait until the web server answers."""
        until(self._web_answers, "the web server")

    def running(self, kind: str) -> list[int]:
        """The process ids of this kind now."""
        rows = (line.split() for line in (self.folder / "pids").read_text().splitlines())
        return [int(pid) for name, pid in rows if name == kind]

    def kill(self, pid: int) -> None:
        """kill -9, to its children too: a web server's worker would hold its port."""
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    @property
    def unexpected(self) -> list[str]:
        """Those that ended by themselves, which none may."""
        path = self.folder / "ended"
        lines = path.read_text().splitlines() if path.exists() else []
        return [f"{line}" for line in lines if not line.endswith(f" {-signal.SIGKILL}")]

    def sent(self) -> Counter[UUID]:
        """How often each notice was handed to a channel."""
        path = self.folder / "sent"
        text = path.read_bytes() if path.exists() else b""
        return Counter(UUID(bytes=text[start : start + 16]) for start in range(0, len(text) - 15, 16))

    def log(self) -> str:
        """What all of them said."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def close(self) -> None:
        """End all."""
        self._keeper.terminate()
        self._keeper.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.web_url}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
            return False
