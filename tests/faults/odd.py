"""The product's own bells, workers and web servers, with short leases, and handlers and senders that misbehave.

`python -m tests.faults.odd FOLDER PORT bell worker web …` keeps one process of each kind named. Each job and each
letter misbehaves at most once, the first time it is tried, by its id: it raises, hangs, answers after its lease ended,
or takes its worker down. What was sent is written to FOLDER/sent.
"""

import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from bihuan.commands import leases

LEASE = 6.0
leases.LEASE = timedelta(seconds=LEASE)  # before anybody reads it

from gunicorn.app import wsgiapp  # noqa: E402

from bihuan import errands, senders  # noqa: E402
from bihuan.domain.letters import Letter  # noqa: E402
from bihuan.handlers import Errand, HandlerFailed, handle  # noqa: E402
from web import create_app  # noqa: E402, F401
from workers import bell, jobs, worker  # noqa: E402

FOLDER, PORT = Path(sys.argv[1]), sys.argv[2]
Answer = dict[str, str | int | bool | None]


def first_time(one: UUID) -> bool:
    """Whether nobody tried it before, in any process."""
    try:
        os.close(os.open(FOLDER / one.hex, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def odd_handle(errand: Errand) -> Answer:
    """The product's handler, or one that fails by the job's id."""
    if first_time(errand.job_id):
        match errand.job_id.int % 16:
            case 1 | 2:
                raise HandlerFailed("the other side does not answer")
            case 3:
                raise KeyError("a bug")
            case 4:
                time.sleep(600)
            case 5:
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
                time.sleep(LEASE + 2)
                signal.alarm(0)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
            case 6:
                os.kill(os.getpid(), signal.SIGKILL)
            case _:
                pass
    return handle(errand)


class OddSender:
    """A channel that writes down what it was given, and fails by the letter's id."""

    def send(self, letter: Letter) -> None:
        trouble = letter.notice_id.int % 32 if first_time(letter.notice_id) else 0
        if trouble == 1:
            raise senders.NotSent("the gateway does not answer")
        with (FOLDER / "sent").open("ab", buffering=0) as file:
            file.write(letter.notice_id.bytes)
        if trouble == 2:
            raise ValueError("a bug")
        if trouble == 3:
            os.kill(os.getpid(), signal.SIGKILL)


def bell_process() -> None:
    """As `python -m workers.bell`."""
    bell.main()


def worker_process() -> None:
    """As `python -m workers.worker short`, with odd handlers and the odd channel."""
    errands.handle = odd_handle
    jobs.senders_of = lambda _: (OddSender(),)
    sys.argv = ["worker", "short"]
    worker.main()


def web_process() -> None:
    """As gunicorn serves in production."""
    serve = ["--worker-class=gthread", "--threads=4", "--no-control-socket", "--graceful-timeout=8"]
    sys.argv = ["gunicorn", *serve, f"--bind=127.0.0.1:{PORT}", "web:create_app()"]
    wsgiapp.run()


KINDS = {"bell": bell_process, "worker": worker_process, "web": web_process}


def start(kind: str) -> int:
    """Fork a process of this kind: all is imported already, so that one that is killed is soon back."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    log = os.open(FOLDER / f"{kind}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        KINDS[kind]()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def watch(kinds: list[str]) -> None:
    """Start them, and start again whatever ends; FOLDER/pids says what runs, FOLDER/ended how one ended, until we are
    stopped or left alone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us, who then stops us
    running = {start(kind): kind for kind in kinds}
    parent, stopped = os.getppid(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    note(running)
    while not stopped.wait(0.05) and os.getppid() == parent:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in running:
            kind = running.pop(pid)
            with (FOLDER / "ended").open("a") as file:
                file.write(f"{kind} {os.waitstatus_to_exitcode(status)}\n")
            if kind == "web":
                kill_group(pid)
            running[start(kind)] = kind
            note(running)
    for pid in running:
        kill_group(pid)


def note(running: dict[int, str]) -> None:
    """Say what runs."""
    (FOLDER / "pids.new").write_text("".join(f"{kind} {pid}\n" for pid, kind in running.items()))
    (FOLDER / "pids.new").rename(FOLDER / "pids")


def kill_group(pid: int) -> None:
    """kill -9, to its children too."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    watch(sys.argv[3:])
