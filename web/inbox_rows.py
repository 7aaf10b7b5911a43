"""The lines of 我的待办, on screen and on paper, and the notices beside them: fifty a page, so written by patterns.

What many lines have in common (a step with its desk, a limit) is written once and kept: it comes from drawings and
calendars, never from what people wrote.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from bihuan.locality.part import Part
from bihuan.queries.inbox import InboxRow
from bihuan.queries.inbox_notices import NoticeRow
from bihuan.queries.nearness import Nearness
from bihuan.queries.words import PARTS
from web.addresses import case_address, claim_address, task_address
from web.pattern import Pattern, joined
from web.times import due, moment

NOTHING = Markup()
KEPT = 1024
_LAMP = Pattern('<span class="lamp lamp-{lamp}"{swap}><i aria-hidden="true"></i>{words}</span>')
_SWAP = Pattern(" hx-swap-oob=\"outerHTML:[data-row='{key}'] .lamp\"")
_ROW = Pattern(
    '<tr data-row="{key}"><td class="tick">'
    '<input type="checkbox" name="{kind}" value="{key}" aria-label="选择 {case_no}"></td>'
    '<td class="lamp-cell">{lamp}<span class="note">{due}</span></td>'
    '<td class="subject"><a href="{address}" data-open>{subject}</a>'
    '<span class="note"><span class="no">{case_no}</span>{about}</span></td>{step}<td class="claim">{claim}</td></tr>'
)
_PRINTED = Pattern(
    '<tr><td>{number}</td><td class="no">{case_no}</td><td>{subject}<span class="note">{about}</span></td>{step}'
    '<td class="due">{due}</td><td>{left}</td><td>{reminders}</td><td>{claimed}</td></tr>'
)
_STEP = Pattern('<td class="step"><strong>{step}</strong><span class="note">{part}{group}{clauses}</span></td>')
_PART = Pattern('<span class="part part-{part}">{words}</span>')
_CLAUSE = Pattern(' <span class="clause">{clause}</span>')
_ABOUT = Pattern("{channel}{apart}{matter}{reminded}")
_REMINDED = Pattern(' <span class="reminded">催办 {times} 次</span>')
_CLAIMED = Pattern('<span class="note">{who}已签收</span>')
_CLAIM = Pattern('<button class="btn btn-sm" formaction="{at}" hx-post="{at}" data-key="c">{words}</button>')
_NOTICE = Pattern(
    '<details class="notice"><summary><span>{subject}</span><time>{at}</time></summary><p class="prose">{body}</p>'
    '<p class="note"><a href="{address}">{case_no}</a>{clauses}</p></details>'
)


def inbox_lines(rows: Iterable[InboxRow], *, watched: bool = False) -> Markup:
    """The table's body; of cases that are watched each line leads to the case."""
    return joined(_watched_line(row) if watched else _line(row) for row in rows)


def inbox_lamp(key: str, nearness: Nearness) -> Markup:
    """A lamp that finds its line by itself when it comes later (htmx, out of band)."""
    return _LAMP.fill(lamp=nearness.lamp or "none", words=nearness.words, swap=_SWAP.fill(key=key))


def printed_lines(rows: Iterable[InboxRow]) -> Markup:
    """The table's body on paper."""
    return joined(
        _PRINTED.fill(
            number=number, case_no=row.case_no, subject=row.subject, about=_about(row.matter, row.channel, 0),
            step=_step(row.step, row.part, row.group, row.clauses), due=_due(row.nearness.due_at),
            left=row.nearness.words, reminders=row.reminders or "", claimed=row.claimed_by or "",
        )
        for number, row in enumerate(rows, 1)
    )  # fmt: skip


def notice_lines(notices: Iterable[NoticeRow]) -> Markup:
    """The notices, each to be unfolded."""
    return joined(
        _NOTICE.fill(
            subject=one.subject, at=moment(one.written_at), body=one.body, address=case_address(one.case_no),
            case_no=one.case_no, clauses=_clauses(tuple((one.clause or "").split())),
        )
        for one in notices
    )  # fmt: skip


def _line(row: InboxRow) -> Markup:
    key = str(row.id)
    return _filled(row, "task", key, task_address(key), _claim(row, key))


def _watched_line(row: InboxRow) -> Markup:
    claimed = _CLAIMED.fill(who=row.claimed_by) if row.claimed_by else NOTHING
    return _filled(row, "case", row.case_no, case_address(row.case_no), claimed)


def _filled(row: InboxRow, kind: str, key: str, address: str, claim: Markup) -> Markup:
    nearness = row.nearness
    return _ROW.fill(
        key=key, kind=kind, case_no=row.case_no, address=address, subject=row.subject, claim=claim,
        about=_about(row.matter, row.channel, row.reminders), due=_due(nearness.due_at),
        step=_step(row.step or "等待企业或系统", row.part, row.group, row.clauses),
        lamp=_lamp(nearness.lamp or "none", nearness.words),
    )  # fmt: skip


def _claim(row: InboxRow, key: str) -> Markup:
    if row.mine:
        return _CLAIMED.fill(who="我")
    words = "改签到我" if row.claimed_by else "签收"
    button = _CLAIM.fill(at=claim_address(key), words=words)
    return _CLAIMED.fill(who=row.claimed_by) + button if row.claimed_by else button


@lru_cache(KEPT)
def _lamp(lamp: str, words: str) -> Markup:
    return _LAMP.fill(lamp=lamp, words=words, swap=NOTHING)


@lru_cache(KEPT)
def _step(step: str, part: Part | None, group: str, clauses: tuple[str, ...]) -> Markup:
    told = _PART.fill(part=part, words=PARTS[part]) if part else NOTHING
    return _STEP.fill(step=step, part=told, group=group, clauses=_clauses(clauses))


@lru_cache(KEPT)
def _about(matter: str, channel: str, reminders: int) -> Markup:
    reminded = _REMINDED.fill(times=reminders) if reminders else NOTHING
    return _ABOUT.fill(channel=channel, apart=" · " if matter else "", matter=matter, reminded=reminded)


@lru_cache(KEPT)
def _due(due_at: datetime | None) -> str:
    return due(due_at)


@lru_cache(KEPT)
def _clauses(clauses: tuple[str, ...]) -> Markup:
    return joined(_CLAUSE.fill(clause=clause) for clause in clauses)
