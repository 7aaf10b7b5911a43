"""How alike two texts are (相似), without a dictionary: by the characters in a row that they share.

Chinese writes no spaces. A text is cut where it has no letters and at the words that any request uses (尊敬的, 希望);
what is left is compared by its grams, three characters in a row. The bands of a text are a few numbers: two texts have
many of them in common when they are much alike, so that those worth comparing are found by an index.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final
from zlib import crc32

BANDS: Final = 16
"""Numbers of a text. Of texts that share a seventh of all they say 9 of 10 pairs have one in common, of texts that
share half all do.
"""
_MIX: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1
_LENGTH: Final = 3
_LONGEST_WORD: Final = 16
_LONGEST_STRETCH: Final = 64
"""No stretch is followed further, however long two texts agree: nobody is shown more, and a step costs its length."""
_SAID_BY_ALL: Final = (
    "尊敬的|各位领导|有关部门|相关部门|有关领导|相关领导|有关单位|人民政府|政府部门|"
    "为什么|怎么办|是否|能否|可否|我们|你们|他们|您们|大家|自己|您好|你好|谢谢|"
    "感谢|希望|请问|请求|恳请|恳求|强烈|要求|建议|咨询|反映|关于|问题|情况|领导|"
    "书记|市长|县长|局长|厅长|政府|部门|老百姓|百姓|群众|市民|居民|业主|网友|"
    "公民|解决|处理|回复|答复|现在|目前|已经|一直|至今|多次|这个|那个|这样|那样|"
    "什么|怎么|如何|因为|所以|但是|而且|如果|由于|并且|或者|以及|没有|可以|不能|"
    "不是|就是|还是|应该|需要|进行|非常|时候|时间"
)
"""Words that say nothing of what a request is about; of two that begin alike the longer first."""
_SINGLE: Final = (
    "的了着过是在我你您他她它们这那有和与及就都也还很吗呢吧啊呀"
    "把被让给对从向于以而但因所其之为又再只才更最将会能请等"
)  # fmt: skip
_FIRST: Final = "".join(sorted({word[0] for word in _SAID_BY_ALL.split("|")}))
_CUT: Final = re.compile(rf"[\W_{_SINGLE}]+|(?=[{_FIRST}])(?:{_SAID_BY_ALL})")
"""Whether a word may begin here is asked first: most characters begin none."""


def runs(text: str) -> list[str]:
    """What a text says, cut into pieces of at least two characters."""
    return [piece for piece in _CUT.split(_plain(text)) if len(piece) >= _LENGTH - 1]


def grams(text: str) -> frozenset[str]:
    """The grams that a text is compared by."""
    return frozenset(gram for run in runs(text) for gram in _grams_of(run))


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """How alike two texts are by their grams: 0 (nothing in common) to 1 (the same)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def shared_words(one: str, other: str, known: frozenset[str], most: int = 6) -> tuple[str, ...]:
    """The longest pieces that both texts say, in the order of the first: what an officer reads as the reason.

    `known`: the other's grams.
    """
    plain = _plain(other)
    found = list(dict.fromkeys(word for run in runs(one) for word in _common(run, known, plain)))
    longest: list[str] = []
    for word in sorted(found, key=len, reverse=True):
        if len(longest) < most and not any(word in wider for wider in longest):
            longest.append(word)
    return tuple(word[:_LONGEST_WORD] for word in sorted(longest, key=found.index))


def bands(place: str, *texts: str) -> tuple[int, ...]:
    """The bands of what the texts say together, as signed numbers of 32 bits; none when that is nothing.

    `place` goes into each: texts of different places never meet. Each band keeps the least of the hashes that fall to
    it (one permutation hashing); an empty one borrows from the next.
    """
    return bands_of(place, grams("\n".join(texts)))


def bands_of(place: str, known: frozenset[str]) -> tuple[int, ...]:
    """As `bands`, of a text's grams."""
    least: dict[int, int] = {}
    for gram in known:
        value, at = divmod((crc32(gram.encode()) * _MIX & _MASK) >> 16, BANDS)
        if value < least.get(at, value + 1):
            least[at] = value
    if not least:
        return ()
    return tuple(crc32(f"{place}/{at}/{_at_or_after(least, at)}".encode()) - (1 << 31) for at in range(BANDS))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _grams_of(run: str) -> Iterable[str]:
    if len(run) < _LENGTH:
        return (run,)
    return (run[at : at + _LENGTH] for at in range(len(run) - _LENGTH + 1))


def _common(run: str, known: frozenset[str], plain: str) -> Iterator[str]:
    """The longest stretches of a run that another text, given with its grams, says as well."""
    at = 0
    while at <= len(run) - min(_LENGTH, len(run)):
        end = at + min(_LENGTH, len(run))
        if run[at:end] not in known:
            at += 1
            continue
        furthest = min(len(run), at + _LONGEST_STRETCH)
        while end < furthest and run[at : end + 1] in plain:
            end += 1
        yield run[at:end]
        at = end


def _at_or_after(least: dict[int, int], at: int) -> int:
    return next(least[one % BANDS] for one in range(at, at + BANDS) if one % BANDS in least)
