"""What is blacked out of a text for those who may not know who wrote it."""

from bihuan.queries.veil import Veil, telling

IDENTITY = {"name": "张晓明", "organisation": "张晓明餐饮有限公司", "phone": "13812345678", "email": "zxm@example.com"}
VEIL = Veil(telling(IDENTITY))


def test_the_complainants_own_words_go_the_longest_first() -> None:
    """An organisation named after its owner is blacked out whole."""
    assert VEIL.over("张晓明餐饮有限公司的张晓明来电") == "〔单位名称已隐去〕的〔姓名已隐去〕来电"


def test_numbers_that_tell_go_also_when_they_are_others() -> None:
    """Whatever looks like a telephone or identity number."""
    assert VEIL.over("可联系13900001111") == "可联系〔手机号已隐去〕"


def test_a_lifted_veil_shows_everything() -> None:
    """The platform reads what was handed in."""
    assert Veil(lifted=True).over("张晓明 13812345678") == "张晓明 13812345678"


def test_marks_cover_words_and_numbers_once() -> None:
    """In order, none inside another."""
    text = "张晓明餐饮有限公司，电话13812345678"
    assert [(text[mark.start : mark.end], mark.kind) for mark in VEIL.marks(text)] == [
        ("张晓明餐饮有限公司", "单位名称"),
        ("13812345678", "电话"),
    ]


def test_an_unknown_complainant_leaves_texts_readable() -> None:
    """No identity, or one of a single letter, blacks out nothing by mistake."""
    assert Veil(telling({})).over("道路破损") == "道路破损"
    assert Veil(telling({"name": "路"})).over("道路破损") == "道路破损"
