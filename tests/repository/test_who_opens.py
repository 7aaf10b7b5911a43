"""Who complained, and what people wrote, is read in few places, each of which veils it: a new one is entered here."""

import re

from tests.repository.sources import ROOT, calls, files

OPENS_IDENTITIES = {
    "bihuan/commands/notices.py",  # to send the complainant a notice
    "bihuan/commands/pack_evidence.py",
    "bihuan/commands/reveal_identity.py",
    "bihuan/queries/report_lists.py",  # veils, and masks as a page may
    "bihuan/queries/veil.py",
}
OPENS_NAMES_OF_FILES = {"bihuan/queries/attachments.py"}
UNSEALS = {
    "bihuan/queries/veil.py", "bihuan/store/attachments.py", "bihuan/store/drafts.py", "bihuan/store/identities.py",
    "bihuan/store/portal_drafts.py", "bihuan/store/vault.py",
}  # fmt: skip
UNVEILED = {
    "administrative_log.py": "subjects of its own: accounts, units, texts",
    "announcements.py": "what an officer wrote to be published, of the one form that locality.toml names (C34)",
    "case_notices.py": "words of notices, which hold nothing that people wrote",
    "complainants_deeds.py": "the complainant's own",
    "counted_facts.py": "counts what was chosen, shows nothing that was written",
    "handed_in.py": "the complainant's own, run by progress.py",
    "inbox_notices.py": "words of notices",
    "inbox_statements.py": "statements, run by inbox.py, which veils",
    "progress.py": "the complainant's own",
    "supervision_lists.py": "statements, run by supervision.py, which veils",
}
"""Of the queries that read what people wrote those that have no veil, and why."""
_WRITTEN = re.compile(r"\.c\.(subject|body|struck_subject|struck_body|summary|answers)\b")


def callers(*names: str) -> set[str]:
    return {path for path, called in calls("bihuan", "web", "workers") if called.rpartition(".")[2] in names}


def test_identities_are_opened_in_these_places_alone() -> None:
    assert callers("open_identity", "identities_of") == OPENS_IDENTITIES
    assert callers("open_name") == OPENS_NAMES_OF_FILES
    vault = {path for path, called in calls("bihuan", "web", "workers") if re.search(r"vault\.open(_bytes)?$", called)}
    assert vault | callers("open_bytes") == UNSEALS


def test_whatever_reads_what_people_wrote_veils_it_or_says_why_not() -> None:
    read = {path.name: path.read_text("utf-8") for path in files("bihuan/queries", endings=(".py",))}
    without = {name for name, text in read.items() if _WRITTEN.search(text) and "veil" not in text}
    assert without == set(UNVEILED)
    for module in ("inbox.py", "supervision.py"):
        assert "veils_of" in read[module]


def test_no_view_reads_a_table() -> None:
    """Pages ask queries, which decide who sees what; none goes around them."""
    for path in files("web", endings=(".py",)):
        text = path.read_text("utf-8")
        assert not re.search(r"reader\.(one|all|each)\b|from bihuan\.store import tables|import sqlalchemy", text), (
            path.relative_to(ROOT)
        )
