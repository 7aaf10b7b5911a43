"""What is blacked out of a text for those who may not know who wrote it."""

import pytest

from bihuan.queries.veil import Veil, telling

IDENTITY = {"name": "张晓明", "organisation": "张晓明餐饮有限公司", "phone": "13812345678", "email": "zxm@example.com"}
VEIL = Veil(telling(IDENTITY))


def test_the_complainants_own_words_go_the_longest_first() -> None:
    """An organisation named after its owner is blacked out whole."""
    assert VEIL.over("张晓明餐饮有限公司的张晓明来电") == "〔单位名称已隐去〕的〔姓名已隐去〕来电"


def test_numbers_that_tell_go_also_when_they_are_others() -> None:
    """Whatever looks like a telephone or identity number."""
    assert VEIL.over("可联系13900001111") == "可联系〔手机号已隐去〕"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("联系人张 晓明、张　晓明。", "联系人〔姓名已隐去〕、〔姓名已隐去〕。"),
        ("张·晓·明", "〔姓名已隐去〕"),
        ("张     晓\n    明", "〔姓名已隐去〕"),
        ("张晓明 餐饮有限公司", "〔单位名称已隐去〕"),
        ("电话１３８１２３４５６７８。", "电话〔电话已隐去〕。"),
        ("138.1234.5678", "〔电话已隐去〕"),
        ("1 3 8 1 2 3 4 5 6 7 8", "〔电话已隐去〕"),
        ("138——1234——5678", "〔电话已隐去〕"),
        ("ZXM @ Example.COM", "〔电子邮箱已隐去〕"),
        ("他人：１３９ ００００ １１１１", "他人：〔手机号已隐去〕"),
        ("他人：1390 000 1111，13900 001111", "他人：〔手机号已隐去〕，〔手机号已隐去〕"),
        ("370302 19900307 123Ｘ", "〔身份证号已隐去〕"),
        ("张\u200b晓\u2060明，138\ufeff1234\u00ad5678", "〔姓名已隐去〕，〔电话已隐去〕"),
        ("他人：\u202d1390\u200b000\u200d0111\u2060\u202c", "他人：\u202d〔手机号已隐去〕\u2060\u202c"),
        ("a\u200bb@exam\u00adple.com", "〔电子邮箱已隐去〕"),
        ("张晓明餐\uff08饮\uff09有限公司", "〔单位名称已隐去〕"),
        ("“张晓明”餐饮", "“〔姓名已隐去〕”餐饮"),
        ("\U0001d7cf\U0001d7d1812345678", "〔电话已隐去〕"),
        ("①13900001111②13900002222", "①〔手机号已隐去〕②〔手机号已隐去〕"),
        ("张，晓明", "张，晓明"),
        ("2026-11-22 15:30，13-14-15号楼，1.3.5万元", "2026-11-22 15:30，13-14-15号楼，1.3.5万元"),
    ],
)
def test_the_same_written_otherwise_is_the_same(written: str, seen: str) -> None:
    """In the wide letters of a Chinese keyboard, or spaced as on a letterhead: who reads it knows who it is."""
    assert VEIL.over(written) == seen
    assert bool(VEIL.marks(written)) == (written != seen)


@pytest.mark.parametrize(
    "registered",
    [
        "鑫达（淄博）有限公司", "鑫达(淄博)有限公司", "A-B机械厂", "阿里.巴巴便利店", "老王—烤肉店", "“老街”饭店",
        "K&T 咖啡", "阿卜杜拉·买买提", "金山工坊",
    ],
)  # fmt: skip
def test_a_registered_name_goes_whatever_signs_it_has(registered: str) -> None:
    """As it is registered, without its signs, in wide brackets, and as it is copied from a PDF."""
    veil = Veil(telling({"organisation": registered}))
    bare = "".join(letter for letter in registered if letter not in "（）()-.—“” ·")
    for written in (registered, bare, f"“{bare}”", registered.replace("(", "（").replace(")", "）")):
        text = f"我们是{written}，诉求如下"
        assert registered not in veil.over(text)
        assert bare not in veil.over(text)
        assert [(mark.start, mark.kind) for mark in veil.marks(text)] == [(text.index(bare[0]), "单位名称")]
    radicals = registered.replace("金", "\u2fa6").replace("工", "\u2f2f")
    assert veil.over(f"我们是{radicals}") == "我们是" + veil.over(registered)


@pytest.mark.parametrize(
    ("phone", "written"),
    [
        ("0533-2345678", "2345678"),
        ("0533-2345678", "0533 2345678"),
        ("05332345678转801", "234 5678"),
        ("010-62345678", "6234-5678"),
        ("+86 13812345678", "1 3 8 1 2 3 4 5 6 7 8"),
        ("+86 13812345678", "+8613812345678"),
    ],
)
def test_a_telephone_goes_with_and_without_the_towns_number(phone: str, written: str) -> None:
    """Whoever sits in the same town writes the number without it."""
    seen = Veil(telling({"phone": phone})).over(f"请打{written}。")
    assert not any(letter.isdigit() for letter in seen.replace("+86", "")), seen


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
