"""A backup (备份): every table as of one moment and every file, in one archive that proves itself; and the way back.

No program of PostgreSQL is needed, on whatever machine the command line runs. The archive is a ZIP: `manifest.json`,
`tables/<name>.copy` (PostgreSQL's COPY text) and `files/…`. It holds people's identities sealed as they lie in the
database; the keys are not in it and are kept elsewhere.
"""

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg import sql

from bihuan.domain.errors import BadInput
from bihuan.store import migrations, tables
from bihuan.store.attachments import attachment
from bihuan.store.schema import metadata
from bihuan.store.sealed_files import COMING
from bihuan.store.unit_of_work import SNAPSHOT
from bihuan.store.vault import Vault

FORMAT = "bihuan backup 1"
MANIFEST = "manifest.json"
_KEYS = "these keys"
_SEALED = (tables.identity.name, "draft", attachment.name)
"""Tables with something sealed."""
_BLOCK = 1 << 20
Connection = psycopg.Connection[Any]
Tell = Callable[[int], None]
"""Told of every so many bytes that are done."""


def size(connection: Connection, files: Path) -> int:
    """Roughly how many bytes a backup reads, for progress."""
    query = "select sum(pg_table_size(name::regclass))::bigint from unnest(%s::text[]) name"
    row = connection.execute(query, [_tables_of(connection)]).fetchone()
    return int(row[0] if row and row[0] else 0) + sum(path.stat().st_size for path in _files(files))


def content_size(source: Path) -> int:
    """How many bytes a restore reads, for progress. Raises BadInput when this is no backup."""
    with _opened(source) as (archive, _):
        return sum(part.file_size for part in archive.infolist())


def write(connection: Connection, vault: Vault, files: Path, target: Path, *, now: datetime, tell: Tell) -> int:
    """Write a backup as of one moment while others go on working; the number of cases in it.

    Nothing stands at `target` until it is whole; readable by its owner alone. Raises BadInput when it cannot be
    written there.
    """
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        # A file of our own: one that another account put there would show it everything.
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                manifest = _write_parts(connection, archive, files, tell)
                manifest |= {"format": FORMAT, "made_at": now.isoformat(), "keys": vault.proof(_KEYS)}
                manifest["proof"] = _proof(manifest, vault)
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(target)
    except OSError as exc:
        unfinished.unlink(missing_ok=True)
        raise BadInput(str(target), "", f"备份写不进去：{exc.strerror}", "换一个有空间、有权限的位置") from exc
    return int(manifest["parts"]["tables/case_file.copy"]["rows"])


def restore(connection: Connection, owner_url: str, vault: Vault, files: Path, source: Path, tell: Tell) -> int:
    """Bring a backup back into an empty database and an empty folder; the number of cases in it.

    All or nothing: the rows are committed only when every part was found to be what it was. A backup of an older
    version is brought up to this one. Raises BadInput, naming what is wrong and what to do, before anything is changed.
    """
    with _opened(source) as (archive, manifest):
        _refuse_unless_ours(source, manifest, vault)
        _refuse_unless_empty(connection, manifest["schema"], files)
        migrations.migrate(owner_url, to=manifest["schema"])
        with _left_empty_on_failure(files), connection.transaction():
            for table in _tables_of(connection):
                _copy_in(connection, archive, manifest, table, source, tell)
            for name in sorted(name for name in manifest["parts"] if name.startswith("files/")):
                _put_file(archive, manifest, name, files, source, tell)
        migrations.migrate(owner_url)
        return int(manifest["parts"]["tables/case_file.copy"]["rows"])


def _write_parts(connection: Connection, archive: zipfile.ZipFile, files: Path, tell: Tell) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    connection.execute(SNAPSHOT)
    try:
        schema = _schema_of(connection)
        sealed_with = _sealed_with(connection)
        for name in _tables_of(connection):
            part = f"tables/{name}.copy"
            columns = _columns_of(connection, name)
            query = sql.SQL("copy {} ({}) to stdout").format(sql.Identifier(name), _listed(columns))
            with archive.open(part, "w", force_zip64=True) as into, connection.cursor().copy(query) as rows:
                parts[part] = {"columns": columns, **_poured((bytes(block) for block in rows), into, tell)}
    finally:
        connection.rollback()
    # After the tables: every file that a row names is there by now, and none is ever taken away.
    for path in _files(files):
        part = f"files/{path.relative_to(files).as_posix()}"
        as_it_is = zipfile.ZipInfo(part)  # sealed: it would not become smaller
        with archive.open(as_it_is, "w", force_zip64=True) as into, path.open("rb") as content:
            parts[part] = _poured(iter(lambda: content.read(_BLOCK), b""), into, tell)
    return {"schema": schema, "sealed_with": sealed_with, "parts": parts}


def _sealed_with(connection: Connection) -> list[str]:
    """The keys that something was sealed with, by their ids."""
    there = set(_tables_of(connection))
    asked = [sql.SQL("select key_id from {}").format(sql.Identifier(name)) for name in _SEALED if name in there]
    return sorted(row[0] for row in connection.execute(sql.SQL(" union ").join(asked)))


def _poured(blocks: Iterator[bytes], into: IO[bytes], tell: Tell) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    for block in blocks:
        into.write(block)
        digest.update(block)
        rows += block.count(b"\n")
        tell(len(block))
    return {"rows": rows, "sha256": digest.hexdigest()}


def _copy_in(
    connection: Connection, archive: zipfile.ZipFile, manifest: dict[str, Any], table: str, source: Path, tell: Tell
) -> None:
    name = f"tables/{table}.copy"
    part = manifest["parts"].get(name)
    if part is None:
        raise BadInput(str(source), name, "备份中缺少这张表", "备份不完整，换用另一份")
    query = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), _listed(part["columns"]))
    with connection.cursor().copy(query) as rows:
        for block in _checked(archive, name, part, source):
            rows.write(block)
            tell(len(block))


def _put_file(
    archive: zipfile.ZipFile, manifest: dict[str, Any], name: str, files: Path, source: Path, tell: Tell
) -> None:
    inside = PurePosixPath(name).relative_to("files")
    if ".." in inside.parts or inside.is_absolute():
        raise BadInput(str(source), name, "备份中的文件路径越界", "这不是本系统的备份")
    target = files / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as into:
        for block in _checked(archive, name, manifest["parts"][name], source):
            into.write(block)
            tell(len(block))


@contextmanager
def _left_empty_on_failure(files: Path) -> Iterator[None]:
    """The folder was empty before: what a restore put there before it failed goes with the rows."""
    try:
        yield
    except BaseException:
        for each in files.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        raise


def _checked(archive: zipfile.ZipFile, name: str, part: dict[str, Any], source: Path) -> Iterator[bytes]:
    """The part's content; at its end it must have been what was written."""
    digest = hashlib.sha256()
    try:
        with archive.open(name) as content:
            while block := content.read(_BLOCK):
                digest.update(block)
                yield block
    except (zipfile.BadZipFile, KeyError, OSError) as exc:
        raise BadInput(str(source), name, "备份的这一部分读不出来", "备份已损坏，换用另一份") from exc
    if digest.hexdigest() != part["sha256"]:
        raise BadInput(str(source), name, "备份的这一部分与制作时不一致", "备份已损坏或被改动，换用另一份")


@contextmanager
def _opened(source: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    try:
        archive = zipfile.ZipFile(source)
        manifest = json.loads(archive.read(MANIFEST))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as exc:
        raise BadInput(str(source), "", "不是本系统的备份，或没有写完", "核对文件，或换用另一份") from exc
    with archive:
        if manifest.get("format") != FORMAT:
            raise BadInput(str(source), MANIFEST, "备份的格式本版本不认识", "用制作它的版本恢复")
        if manifest["schema"] not in migrations.known():
            raise BadInput(str(source), MANIFEST, "备份出自更新的版本", "先升级本系统，再恢复")
        yield archive, manifest


def _refuse_unless_ours(source: Path, manifest: dict[str, Any], vault: Vault) -> None:
    if manifest["keys"] != vault.proof(_KEYS):
        raise BadInput(
            str(source), "BIHUAN_LOOKUP_KEY", "与制作备份时的密钥不同，查询码和身份信息将无法使用", "先配置原来的密钥"
        )
    if manifest.get("proof") != _proof(manifest, vault):
        raise BadInput(str(source), MANIFEST, "备份的清单与制作时不一致", "备份已损坏或被改动，换用另一份")
    if not all(vault.opens(key) for key in manifest["sealed_with"]):
        raise BadInput(
            str(source), "BIHUAN_DATA_KEY", "缺少加密身份信息所用的密钥，身份信息将无法使用", "先配置原来的全部密钥"
        )


def _refuse_unless_empty(connection: Connection, schema: str, files: Path) -> None:
    database = "BIHUAN_OWNER_DATABASE_URL"
    for name in _tables_of(connection):
        found = connection.execute(sql.SQL("select from {} limit 1").format(sql.Identifier(name))).fetchone()
        if found is not None:
            raise BadInput(database, name, "目标数据库里已有数据，未作任何改动", "换一个空数据库")
    if _tables_of(connection) and _schema_of(connection) != schema:
        raise BadInput(database, "", "目标数据库已建好另一版本的表，未作任何改动", "换一个没有表的空数据库")
    if any(True for _ in _files(files)):
        raise BadInput("BIHUAN_FILES", str(files), "文件目录里已有文件，未作任何改动", "换一个空目录")


def _proof(manifest: dict[str, Any], vault: Vault) -> str:
    """Only who has the keys can make it: nobody else changes a part and the manifest's word of it."""
    return vault.proof(json.dumps({**manifest, "proof": ""}, sort_keys=True))


def _schema_of(connection: Connection) -> str:
    (found,) = connection.execute("select version_num from alembic_version").fetchone() or ("",)
    return str(found)


def _tables_of(connection: Connection) -> list[str]:
    """The tables there are, those that others refer to first: of this version, or of the backup's older one."""
    found = {row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")}
    return [table.name for table in metadata.sorted_tables if table.name in found]


def _columns_of(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(
        "select column_name::text from information_schema.columns "
        "where table_schema = 'public' and table_name = %s and is_generated = 'NEVER' order by ordinal_position",
        [table],
    )
    return [row[0] for row in rows]


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _files(folder: Path) -> Iterator[Path]:
    """Every file of the house; what is only just coming in belongs to nothing yet."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent != folder / COMING)
