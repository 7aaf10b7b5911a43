"""The scenarios bite: of a procedure changed in one place, they notice nearly every change (docs/scenarios.md)."""

from functools import cache

import pytest

from bihuan.domain.errors import BadInput
from bihuan.locality.folder import Locality
from bihuan.play.mutants.catalogue import catalogue, sample
from bihuan.play.mutants.equivalents import equivalents, unknown
from bihuan.play.mutants.mutant import Mutant, fragment
from bihuan.play.mutants.trial import EQUIVALENT, KILLED, LEAST, REFUSED, SURVIVED, Trial, Verdict, share
from bihuan.play.mutants.wording import variants
from tests.people import files_of
from tests.processes.play import definition, locality, scenarios

PROVEN = ("changshu", "kaihua", "xuchang", "yunnan", "zibo")
FEW = 4
"""Of each locality; a few seconds together."""

Told = tuple[Locality, list[Mutant], Trial, dict[str, str]]


@cache
def told(name: str) -> Told:
    """A locality, its mutants, its trial and its equivalents."""
    files, read, parsed = files_of(name), locality(name), definition(name)
    trial = Trial(files, read, parsed, list(scenarios(name).values()))
    return read, catalogue(files, read, parsed), trial, dict(equivalents(files, name))


def mutant(name: str, mutant_id: str) -> Mutant:
    """One mutant by its id."""
    return next(one for one in told(name)[1] if one.id == mutant_id)


def test_an_expression_is_written_otherwise_in_one_place_at_a_time() -> None:
    found = [
        (one.operator, fragment(one.before, one.after))
        for one in variants('workdays(3, since=dispatched_at, at="12:00")')
    ]

    assert found == [
        ("时限加1", "3 → 4"),
        ("时限减1", "3 → 2"),
        ("工作日改为日", "workdays → days"),
        ("改变起算点", "since=dispatched_at → since=received_at"),
        ("截止时刻去掉", "since=dispatched_at, at='12:00' → since=dispatched_at"),
        ("截止时刻提前", "at='12:00' → at='11:59'"),
    ]


def test_a_condition_is_negated_shortened_and_widened() -> None:
    found = {(one.operator, one.after) for one in variants("${rating in [1, 2] and left < 3}", condition=True)}

    assert found >= {
        ("条件取反", "not (rating in [1, 2] and left < 3)"),
        ("少一个条件", "left < 3"),
        ("且或互换", "rating in [1, 2] or left < 3"),
        ("比较取反", "rating in [1, 2] and left <= 3"),
        ("少一项", "rating in [2] and left < 3"),
    }


@pytest.mark.parametrize("name", PROVEN)
def test_every_mutant_has_an_id_of_its_own_and_every_equivalent_is_one_of_them(name: str) -> None:
    _, mutants, _, known = told(name)

    assert len({one.id for one in mutants}) == len(mutants)
    assert unknown(known, mutants) == []
    assert all(known.values())


def test_the_same_seed_draws_the_same_mutants_in_their_order() -> None:
    _, mutants, _, _ = told("zibo")

    assert sample(mutants, seed=1, most=20) == sample(mutants, seed=1, most=20)
    assert sample(mutants, seed=1, most=20) != sample(mutants, seed=2, most=20)
    assert sample(mutants, seed=1, most=len(mutants)) == mutants


def test_a_few_mutants_of_each_locality_are_noticed() -> None:
    verdicts = [
        trial.judge(one, known) for _, mutants, trial, known in map(told, PROVEN) for one in sample(mutants, most=FEW)
    ]

    assert share(verdicts) >= LEAST, [one.mutant.id for one in verdicts if one.outcome == SURVIVED]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ("request/first_reply_due · 时限加1 · 3 → 4", KILLED),
        ("request/first_reply_due · 中断与否互换 · → 中断", KILLED),
        ("request/first_reply_due · 去掉时限", KILLED),
        ("request/urge_first_reply · 通知改送他人 · handling_unit → 'supervision_office'", KILLED),
        ("duty/第9行 · 决策表删行", REFUSED),
        ("request/dispatch · 漏掉这一步", KILLED),
        ("extension/sign_principal · 不须签字", KILLED),
        ("limit:drag_on · 时限加1 · 5 → 6", KILLED),
        ("form:request/subject · 必填改为选填", KILLED),
    ],
)
def test_what_becomes_of_a_mutant(change: str, outcome: str) -> None:
    verdict = told("zibo")[2].judge(mutant("zibo", change), {})

    assert (verdict.outcome, bool(verdict.by)) == (outcome, True)


def test_a_mutant_that_changes_nothing_is_not_played_and_one_that_nobody_notices_survives() -> None:
    """Without a scenario that comes by, nobody can notice."""
    locality, mutants, trial, _ = told("zibo")
    files = files_of("zibo")
    nobody = Trial(files, locality, definition("zibo"), [])
    one = mutant("zibo", "request/first_reply_due · 时限加1 · 3 → 4")

    assert trial.judge(one, {one.id: "试试"}) == Verdict(one, EQUIVALENT, "试试")
    assert nobody.judge(one, {}) == Verdict(one, SURVIVED)
    assert share([Verdict(one, SURVIVED), *[Verdict(other, KILLED) for other in mutants[:3]]]) == 0.75


def test_the_list_of_equivalents_is_read_strictly() -> None:
    with pytest.raises(BadInput):
        equivalents({"zibo/mutants.toml": b'[[equivalent]]\nmutant = "request/x"\n'}, "zibo")
    with pytest.raises(BadInput):
        equivalents({"zibo/mutants.toml": b"[[equivalents]]\n"}, "zibo")
    assert equivalents({}, "zibo") == {}
