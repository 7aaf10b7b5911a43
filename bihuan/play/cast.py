"""Who acts in a play: one officer for each group key (`commerce`, `commerce:principal`), made when first called."""

import secrets
from collections.abc import Mapping

from bihuan.commands.accounts import create_account
from bihuan.domain.access import OFFICER, Officer
from bihuan.play.stage import DIRECTOR, Stage


class Cast:
    """The officers of one locality. Those made here share a password of this play, with which they sign."""

    def __init__(self, stage: Stage, locality: str, officers: Mapping[str, Officer]) -> None:
        self._stage, self._locality = stage, locality
        self._officers = dict(officers)
        self.password = secrets.token_urlsafe(12)

    def officer(self, group: str) -> Officer:
        """The officer of this group; always the same one."""
        found = self._officers.get(group)
        if found is None:
            found = self._officers[group] = self._engage(group)
        return found

    def group_of(self, ref: str) -> str:
        """The group key of whom history names so; other than officers are their own."""
        return next((group for group, officer in self._officers.items() if officer.ref == ref), ref)

    def _engage(self, group: str) -> Officer:
        unit, _, role = group.partition(":")
        membership = (unit, role or OFFICER)
        login = f"{membership[0]}_{membership[1]}"[:31] + f"_{secrets.token_hex(4)}"
        with self._stage.app.begin(DIRECTOR) as work:
            account_id = create_account(work, self._locality, login, login, self.password, [membership])
        return Officer(account_id, login, self._locality, frozenset([membership]))
