"""The accounts of a demonstration: organisation.toml's members, with passwords made once, kept in the data folder."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bihuan.bootstrap import App
from bihuan.commands.accounts import BY_LOGIN, create_account, set_password
from bihuan.commands.show_figures import show_figures
from bihuan.domain import passwords
from bihuan.domain.access import Machine, Officer
from bihuan.locality.folder import Locality
from bihuan.locality.organisation import Member
from bihuan.store import tables
from bihuan.store.figure_readers import SHOWN_TO
from bihuan.store.statement import compiled

FILE = "demonstration-accounts.json"
DIRECTOR = Machine("player")
LOGINS = compiled(sa.select(tables.account.c.login, tables.account.c.locality))


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """One account that anybody looking at the demonstration may use."""

    locality: str
    """In Chinese."""
    role: str
    """Unit and role in Chinese."""
    login: str
    password: str
    name: str
    unit_kind: str
    memberships: tuple[tuple[str, str], ...]


def open_accounts(app: App, locality: Locality, folder: Path) -> list[DemonstrationAccount]:
    """An account for each member of organisation.toml, made where it is missing; all of them with their passwords.

    The passwords lie in a file of `folder` that only its owner can read: a demonstration must be able to show them.
    Where that file was lost, the accounts get new ones. A login that another locality has already gets ours behind it.
    """
    kept = _kept(folder / FILE)
    with app.read() as reader:
        taken = {row["login"]: row["locality"] for row in reader.all(LOGINS)}
    found: list[DemonstrationAccount] = []
    for member in locality.organisation.members:
        login = member.login.replace(".", "_")
        if taken.get(login, locality.id) != locality.id:
            login = f"{login}_{locality.id}"
        found.append(_described(locality, member, login, kept.get(login) or passwords.draw()))
    _keep(folder / FILE, kept | {one.login: one.password for one in found})
    with app.begin(DIRECTOR) as work:
        for one in found:
            if one.login not in taken:
                create_account(
                    work, locality.id, one.login, one.name, one.password, one.memberships, drawn=True
                )  # fmt: skip
            elif one.login not in kept:
                set_password(work, one.login, one.password, drawn=True)
    return found


def one_a_role(accounts: list[DemonstrationAccount]) -> list[DemonstrationAccount]:
    """The first account of each kind of unit and role: who sees what, without the other units' doubles."""
    found: dict[tuple[str, str], DemonstrationAccount] = {}
    for one in accounts:
        found.setdefault((one.unit_kind, one.memberships[0][1]), one)
    return list(found.values())


def show_all_to_an_auditor(
    app: App, loaded: Mapping[str, list[DemonstrationAccount]]
) -> DemonstrationAccount | None:  # fmt: skip
    """The auditor of the first locality is shown the others' figures (辖区对比), as in a crosswise audit (交叉审计)."""
    home, *others = loaded
    auditor = next((one for one in loaded[home] if one.memberships[0][1] == "auditor"), None)
    if auditor is None or not others:
        return None
    with app.begin(DIRECTOR) as work:
        account = work.one(BY_LOGIN, login=auditor.login)
        assert account is not None
        shown = {row["locality"] for row in work.all(SHOWN_TO, account_id=account["id"])}
        for locality in others:
            if locality not in shown:
                show_figures(work, locality, auditor.login, reason="演示：交叉审计")
    return auditor


def officers_of(app: App, accounts: list[DemonstrationAccount]) -> dict[str, Officer]:
    """The officers behind the accounts by group key, the first of each group."""
    found: dict[str, Officer] = {}
    with app.read() as reader:
        for one in accounts:
            row = reader.one(BY_LOGIN, login=one.login)
            if row is not None:
                account = Officer(row["id"], row["name"], row["locality"], frozenset(one.memberships))
                for group in sorted(account.groups):
                    found.setdefault(group, account)
    return found


def _described(locality: Locality, member: Member, login: str, password: str) -> DemonstrationAccount:
    unit, role = member.memberships[0]
    organisation = locality.organisation
    title = f"{organisation.unit_name(unit)} {organisation.roles.get(role, role)}"
    return DemonstrationAccount(
        locality.name, title, login, password, member.name, organisation.units[unit].kind, member.memberships
    )


def _kept(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(login): str(password) for login, password in found.items()} if isinstance(found, dict) else {}


def _keep(path: Path, passwords: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(passwords, file, ensure_ascii=False, indent=1)
    new.replace(path)
