"""Files without what they say beside what they show, by kind: images, documents and sheets."""

from collections.abc import Iterator
from typing import BinaryIO

from bihuan.store import image_cleaning, package_cleaning


def cleaned(content: BinaryIO, media_type: str) -> Iterator[bytes]:
    """The file from its beginning, cleaned, in pieces. Raises `Unreadable` where it cannot be followed."""
    if media_type.startswith("image/"):
        return image_cleaning.cleaned(content, media_type)
    return package_cleaning.cleaned(content)
