"""Fields that a form asks only after some answers: read as the editor writes them; hidden, neither asked nor kept."""

from typing import Any

import pytest

from bihuan.domain.errors import InvalidAnswers
from bihuan.locality.conditions import BadCondition, holds, parse_condition
from bihuan.locality.faults import FolderFault
from bihuan.locality.form_schema import parse_form
from bihuan.locality.forms import Form
from tests.locality.a_folder import a_field, a_form

YES_NO = [{"label": "是", "value": "true"}, {"label": "否", "value": "false"}]
SENT: dict[str, str | list[str]] = {"kind": "a", "urgent": "true", "wishes": ["call", "visit"], "n": "3"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('=kind = "a"', True),
        ('=kind != "a"', False),
        ('= kind="b" or kind = "a"', True),
        ('=kind = "a" and not(urgent)', False),
        ("=urgent", True),
        ("=urgent = false", False),
        ('=kind in ["a", "b"]', True),
        ('=kind in ("b", "c")', False),
        ('=list contains(wishes, "call")', True),
        ('=not(list contains(wishes, "mail"))', True),
        ("=n = 3", True),
        ("=unanswered = null", True),
        ('=(kind = "b" or urgent) and kind != "c"', True),
        ('=kind = "b" and kind = "b" or urgent', True),
    ],
)
def test_what_the_editor_writes_is_understood(text: str, expected: bool) -> None:
    assert holds(parse_condition(text), SENT) is expected


@pytest.mark.parametrize(
    "text",
    [
        "kind", "=", "=kind =", '=kind > "a"', "=kind = other", '="a" = kind', "=if kind then 1 else 2", "=kind in a",
        "=kind(", "=urgent)",
        "=not urgent", "=1", "=a.b", '=kind = "a" kind', "=" + "(" * 400, "=" + "a or " * 200 + "a",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadCondition):
        parse_condition(text)


def a_refusal(**condition: Any) -> Form:
    """A decision, and what is asked only of those who refuse: a basis, a date for it, and words."""
    hide = {"hide": '=eligible != "false"'}
    return parse_form(
        "zibo/forms/some.form",
        a_form(
            a_field("radio", "eligible", control=True, values=YES_NO, validate={"required": True}),
            a_field("textarea", "basis", conditional=hide, validate={"required": True}),
            a_field("select", "kind", control=True, conditional=hide, values=[{"label": "甲", "value": "a"}]),
            a_field("textarea", "more", conditional={"hide": '=kind != "a"'}, validate={"required": True}),
            {"type": "text", "text": "请写明条款。", "conditional": hide},
        ),
    )


def test_a_hidden_field_is_neither_asked_nor_kept() -> None:
    answers = a_refusal().validate({"eligible": "true", "basis": "不该留下", "kind": "a", "more": "也不该"})
    assert answers.control == {"eligible": True, "kind": None}
    assert answers.text == {}


def test_a_shown_field_that_is_required_is_required() -> None:
    with pytest.raises(InvalidAnswers) as refusal:
        a_refusal().validate({"eligible": "false"})
    assert set(refusal.value.errors) == {"basis"}
    with pytest.raises(InvalidAnswers) as refusal:
        a_refusal().validate({"eligible": "false", "basis": "第三条", "kind": "a"})
    assert set(refusal.value.errors) == {"more"}
    answers = a_refusal().validate({"eligible": "false", "basis": "第三条", "kind": "a", "more": "详情"})
    assert answers.text == {"basis": "第三条", "more": "详情"}


def test_words_hide_as_fields_do() -> None:
    form = a_refusal()
    assert form.components[-1] in form.hidden({"eligible": "true"})
    assert form.components[-1] not in form.hidden({"eligible": "false"})


@pytest.mark.parametrize(
    ("hide", "fault"),
    [
        ('=later = "x"', "later 不在它的上面"),
        ('=eligible = "maybe"', "不是 eligible 的选项"),
        ("=eligible", "不能这样看 eligible"),
        ('=words = "x"', "不能这样看 words"),
        ('=list contains(eligible, "true")', "不能这样看 eligible"),
        ("=eligible >", "隐藏条件不能用"),
    ],
)
def test_a_condition_that_makes_no_sense_is_a_finding(hide: str, fault: str) -> None:
    fields = (
        a_field("radio", "eligible", values=YES_NO), a_field("textfield", "words"),
        a_field("textarea", "basis", conditional={"hide": hide}), a_field("radio", "later", values=YES_NO),
    )  # fmt: skip
    with pytest.raises(FolderFault) as refusal:
        parse_form("zibo/forms/some.form", a_form(*fields))
    assert fault in str(refusal.value)
