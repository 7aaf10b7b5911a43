"""Texts much alike are found by a few numbers, compared by what they say, and the reason is in their own words."""

import time

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.likeness import BANDS, alike, bands, grams, shared_words

SHUTTLE = "园区早晚班公交停运，职工上下班不便。园区通往县城的早晚班公交停运后，三百多名职工自行包车，夜班尤其困难。"
SAID_AGAIN = "尊敬的领导：园区早晚班公交停运已经两个月了，三百多名职工自行包车，夜班尤其困难，希望尽快恢复！"
INVOICES = "发票额度不够用，增额申请未批。近期订单增加，当月发票额度已用完，增额申请提交一周没有答复，客户催着开票。"
TEXTS = st.text(alphabet="园区公交停运发票额度申请职工夜班，。 abc12", max_size=120)


def test_the_same_said_again_is_much_alike_and_something_else_is_not() -> None:
    again, other = alike(grams(SHUTTLE), grams(SAID_AGAIN)), alike(grams(SHUTTLE), grams(INVOICES))

    assert again > 0.6
    assert other == 0.0


def test_what_any_request_says_makes_none_alike() -> None:
    polite = grams("尊敬的领导您好，希望有关部门解决，谢谢！")

    assert alike(polite, grams("尊敬的领导：请问有关部门是否可以处理？")) == 0.0


def test_the_reason_is_the_longest_pieces_that_both_say() -> None:
    words = shared_words(SHUTTLE, SAID_AGAIN, grams(SAID_AGAIN))

    assert "园区早晚班公交停运" in words
    assert "三百多名职工自行包车" in words
    assert all(word in SAID_AGAIN for word in words)


def test_texts_alike_share_bands_and_others_none() -> None:
    mine = set(bands("zibo", SHUTTLE))

    assert mine & set(bands("zibo", SAID_AGAIN))
    assert not mine & set(bands("zibo", INVOICES))
    assert not mine & set(bands("kaihua", SHUTTLE)), "texts of another place never meet"


def test_a_text_that_says_nothing_has_no_bands() -> None:
    assert bands("zibo", "您好！", "谢谢。") == ()
    assert alike(grams(""), grams(SHUTTLE)) == 0.0


def test_texts_however_long_and_alike_are_compared_in_a_moment() -> None:
    began = time.perf_counter()
    for one, other in (("甲乙" * 10_000, "甲乙" * 10_000), ("甲" * 19_999 + "乙", "乙" + "甲" * 19_999)):
        shared_words(one, other, grams(other))
    assert time.perf_counter() - began < 1


@given(TEXTS, TEXTS)
def test_likeness_is_a_share_the_same_both_ways(one: str, other: str) -> None:
    share = alike(grams(one), grams(other))

    assert 0.0 <= share <= 1.0
    assert share == alike(grams(other), grams(one))
    assert all(word in one and word in other for word in shared_words(one, other, grams(other)))


@given(TEXTS)
def test_the_bands_are_always_the_same_and_fit_their_column(text: str) -> None:
    found = bands("zibo", text)

    assert found == bands("zibo", text)
    assert len(found) in (0, BANDS)
    assert all(-(2**31) <= band < 2**31 for band in found)
