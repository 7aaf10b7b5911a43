"""All that a pack of evidence (证据包) of one case holds, read as of one moment.

It is veiled as for somebody who oversees and answers nobody, whoever takes it; only a pack that names the complainant
shows texts and files as its taker sees them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

import orjson

from bihuan.domain.access import Officer
from bihuan.domain.events import Event, instant
from bihuan.locality.deployments import Deployment, calendar_of
from bihuan.locality.folder import Locality
from bihuan.locality.options import options_of
from bihuan.queries.attachments import Attachments, attachments_of
from bihuan.queries.case_calls import CALLS, Call, calls_in
from bihuan.queries.case_deeds import Deed, DoneRows, deeds_of
from bihuan.queries.case_header import CaseHeader, open_case_file
from bihuan.queries.case_waits import DeadlineRow, deadlines_of
from bihuan.queries.documents import DocumentWords, documents_of
from bihuan.queries.history import Verdict, history, verified
from bihuan.queries.nearness import Gauge
from bihuan.queries.orders import OrderView, orders_in
from bihuan.queries.timeline import EventRow, timeline
from bihuan.queries.veil import veiled
from bihuan.store.unit_of_work import Reader
from bihuan.store.vault import Vault

_TABLE = re.compile(r"<(?:dmn:)?decision\s[^>]*>")
_ID, _NAME = re.compile(r'\bid="([^"]+)"'), re.compile(r'\bname="([^"]+)"')
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What no file system takes in a name."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A case as a pack shows it."""

    taken_at: datetime
    reader: Officer
    """As whom texts and files are read."""
    taker: str
    """Who takes it, by name and unit."""
    header: CaseHeader
    deployment: Deployment
    deeds: tuple[Deed, ...]
    deadlines: tuple[DeadlineRow, ...]
    events: list[Event]
    rows: list[EventRow]
    verdict: Verdict
    calls: Mapping[str, Call]
    """Telephone calls (通话), by the id that the history names them by."""
    orders: tuple[OrderView, ...]
    documents: tuple[DocumentWords, ...]
    attachments: Attachments
    identity: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def reason(self) -> str:
        """Why it is taken: the history tells it last."""
        last = self.events[-1] if self.events else None
        return str(last.detail["reason"]) if last and last.kind == "evidence_packed" else ""


def evidence(
    reader: Reader, vault: Vault, actor: Officer, case_no: str, identity: Mapping[str, str] | None = None
) -> Evidence:
    """What a pack holds; with the identity that `pack_evidence` gave, if any. Raises NotFound."""
    seeing = actor if identity else veiled(actor)
    case = open_case_file(reader, vault, seeing, case_no=case_no)
    events = history(reader, case.row["id"])
    calendar = calendar_of(reader, case.row["locality"], case.row["calendar_version"])
    gauge = Gauge.of(calendar, case.deployment.locality.settings, reader.now)
    deeds = deeds_of(reader, case, seeing, DoneRows.of(reader, case), options_of(reader, case.deployment))
    files = attachments_of(reader, vault, seeing, case.row["id"])
    return Evidence(
        reader.now, seeing, _named(actor, case.deployment.locality), case.header, case.deployment, deeds,
        deadlines_of(reader, case, gauge), events,
        timeline(reader, events, case.deployment, machinery=True), verified(reader, case.row["id"], events),
        calls_in(reader.all(CALLS, case_id=case.row["id"]), case, seeing), orders_in(reader, seeing, case).orders,
        documents_of(reader, vault, case, deeds, events), files,
        identity or {},
    )  # fmt: skip


def _named(actor: Officer, locality: Locality) -> str:
    units = "、".join(locality.unit_name(unit) for unit in sorted({unit for unit, _ in actor.memberships}))
    return f"{actor.name}（{units}）"


def as_lines(events: list[Event]) -> Iterator[bytes]:
    """History as JSON lines, each with all that its hash is over."""
    for event in events:
        said = {
            "case_id": str(event.case_id), "no": event.no, "kind": event.kind, "actor": event.actor,
            "acting_for": event.acting_for, "at": instant(event.at), "recorded_at": instant(event.recorded_at),
            "deployment": event.deployment, "key": event.key, "payload": event.payload, "hash": event.hash.hex(),
        }  # fmt: skip
        yield orjson.dumps(said) + b"\n"


def diagrams_of(found: Evidence) -> Iterator[tuple[str, bytes]]:
    """The diagrams and tables by which the case went, as they were deployed, under the names that people know."""
    files, processes = found.deployment.locality.diagrams, found.deployment.definition.processes
    went = dict.fromkeys((event.key or "").partition("/")[0] for event in found.events)
    drawn = {processes[one].file: f"{processes[one].name}.bpmn" for one in went if one in processes}
    decided = {str(event.detail["table"]) for event in found.events if event.kind == "decision_made"}
    drawn |= {path: name for path, content in files.items() if (name := _table_in(content, decided))}
    for path, name in drawn.items():
        yield _NO_NAME.sub("_", name), files[path]


def _table_in(content: bytes, decided: set[str]) -> str:
    """What a file of decision tables is called, if one of them was asked; else nothing."""
    for found in _TABLE.finditer(content.decode()):
        name, id_ = _NAME.search(found[0]), _ID.search(found[0])
        if id_ and id_[1] in decided:
            return f"{unescape(name[1]) if name else id_[1]}.dmn"
    return ""


VERIFIER = '''"""核对证据包：流转记录的哈希链是否首尾相接，包内文件是否与清单一致。在解开的目录中运行：python3 核对.py

每条记录的摘要 = SHA-256（上一条摘要的 32 个字节 + 头部 JSON + 换行 + payload）；第一条之前为 32 个零字节。
头部 JSON 是数组 [case_id, no, kind, actor, acting_for, at, recorded_at, deployment, key]，无空格，不转义中文。
"""

import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ("case_id", "no", "kind", "actor", "acting_for", "at", "recorded_at", "deployment", "key")


def broken_chain():
    previous = bytes(32)
    for number, line in enumerate((HERE / "流转记录.jsonl").read_text("utf-8").splitlines(), 1):
        event = json.loads(line)
        head = json.dumps([event[name] for name in FIELDS], ensure_ascii=False, separators=(",", ":"))
        found = hashlib.sha256(previous + (head + "\\n" + event["payload"]).encode("utf-8")).digest()
        if event["no"] != number or found.hex() != event["hash"]:
            return number
        previous = found
    manifest = json.loads((HERE / "清单.json").read_text("utf-8"))
    return None if manifest["head"] == previous.hex() else number


def changed_files():
    for listed in json.loads((HERE / "清单.json").read_text("utf-8"))["files"]:
        path = HERE / listed["path"]
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != listed["sha256"]:
            yield listed["path"]


if __name__ == "__main__":
    broken, changed = broken_chain(), list(changed_files())
    print("流转记录：" + ("自第 %d 条起与摘要不符" % broken if broken else "首尾相接，无缺号，无改动"))
    print("包内文件：" + ("已改动或缺失：" + "、".join(changed) if changed else "与清单一致"))
    sys.exit(1 if broken or changed else 0)
'''
"""Proves the pack with nothing but Python itself, away from the house."""
