"""Sentences of a bulletin (通报), in which figures stand in braces: `本期受理{受理}件`."""

import re
from collections.abc import Mapping
from typing import Final

_IN_TEXT: Final = re.compile(r"\{([^{}]*)\}")
_CLAUSE: Final = re.compile(r"(?:\{[^{}]*\}|[^，；。])+")


def placeholders(sentence: str) -> list[str]:
    """The figures that a sentence names."""
    return _IN_TEXT.findall(sentence)


def filled_in(sentence: str, words: Mapping[str, str], unmeasured: Mapping[str, str]) -> str:
    """The sentence with the figures put in, once. A clause about a figure without a value says that in its stead."""

    def clause(found: re.Match[str]) -> str:
        instead = next((unmeasured[name] for name in placeholders(found[0]) if name in unmeasured), None)
        return instead or _IN_TEXT.sub(lambda figure: words.get(figure[1], ""), found[0])

    return _CLAUSE.sub(clause, sentence)
