"""公告: what a procedure publishes on the portal once its case has come so far; read from [portal.announcement].

Nothing is public that is not named here: one form's answers, in one document, from one milestone on.
"""

from dataclasses import dataclass

from bihuan.locality.tables import Table

_NAME = r"[A-Za-z_]\w{0,63}"


@dataclass(frozen=True, slots=True)
class Announcing:
    """The newest case of `procedure` that reached `milestone` is what the portal announces."""

    title: str
    procedure: str
    milestone: str
    form: str
    text: str
    """The field of the form that the portal's own page shows."""
    document: str
    """The whole of it: a template that prints this form alone."""
    months: int
    """It is about the month so many after the one in which its case began."""
    window: int
    """One may come in on so many first working days of that month; 0: it says nothing of it."""
    opens: str
    """What coming in is called (“挂号”时间)."""
    early: str
    late: str
    """What becomes of what is handed in before those days, or after them."""


def read_announcing(portal: Table) -> Announcing | None:
    """The announcement in [portal.announcement]; none when the locality publishes none."""
    table = portal.table("announcement")
    if not table.names():
        return None
    found = Announcing(
        table.text("title", pattern=r".{1,40}"), table.text("procedure", pattern=_NAME),
        table.text("milestone", pattern=_NAME), table.text("form", pattern=_NAME), table.text("text", pattern=_NAME),
        table.text("document", pattern=r".{1,60}"), table.whole("months", least=0, most=12, default=0),
        table.whole("window", least=0, most=15, default=0), table.text("opens", default="", pattern=r".{0,20}"),
        table.text("early", default=""), table.text("late", default=""),
    )  # fmt: skip
    table.close()
    return found
