"""Mutants that change nothing anybody could notice, each with the reason: a locality's mutants.toml, kept by hand."""

import tomllib
from collections.abc import Iterable, Mapping

from bihuan.domain.errors import BadInput
from bihuan.locality.files import Files
from bihuan.locality.tables import not_toml
from bihuan.play.mutants.mutant import Mutant
from bihuan.play.strict import Strict

FILE = "mutants.toml"


def equivalents(files: Files, locality: str) -> Mapping[str, str]:
    """The ids of equivalent mutants, each with its reason. Raises BadInput with place, fault and cure."""
    path = f"{locality}/{FILE}"
    if path not in files:
        return {}
    try:
        table = Strict(path, "", tomllib.loads(files[path].decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
        raise BadInput(path, "", not_toml(fault), "按所指的行改正") from fault
    found = {}
    for one in table.tables("equivalent"):
        found[one.text("mutant")] = one.text("reason")
        one.close()
    table.close()
    return found


def unknown(found: Mapping[str, str], mutants: Iterable[Mutant]) -> list[str]:
    """Those that no mutant is any more, since the place was drawn or written otherwise."""
    return sorted(found.keys() - {mutant.id for mutant in mutants})
