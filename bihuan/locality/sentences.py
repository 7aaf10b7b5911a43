"""Sentences of a bulletin (通报), in which figures stand in braces: `本期受理{受理}件`."""

import re
from collections.abc import Mapping
from typing import Final

_IN_TEXT: Final = re.compile(r"\{([^{}]*)\}")


def placeholders(sentence: str) -> list[str]:
    """The figures that a sentence names."""
    return _IN_TEXT.findall(sentence)


def filled_in(sentence: str, words: Mapping[str, str]) -> str:
    """The sentence with the figures put in, once."""
    return _IN_TEXT.sub(lambda found: words.get(found[1], ""), sentence)
