"""Files that people of a demonstration send: a small photo (.png) and a sheet of paper (.pdf), drawn here.

The same name gives the same file. Nothing is embedded, no font and no picture of anybody.
"""

import zlib
from collections.abc import Iterator
from hashlib import sha256
from struct import pack

from bihuan.domain.errors import BadInput

WIDTH, HEIGHT = 480, 320
COLOURS = (
    (214, 228, 240), (188, 210, 230), (160, 178, 160), (128, 148, 130), (206, 196, 180), (172, 160, 146),
    (96, 100, 106), (70, 74, 80), (236, 236, 230), (190, 92, 74),
)  # fmt: skip
SKY, HAZE, FIELD, HEDGE, WALL, ROOF, ROAD, KERB, PAINT, SIGN = range(len(COLOURS))
NOTE = "演示材料，为演示生成，与任何单位和个人无关。"
WIDE = 34
"""Characters a line of the paper."""


def paper(name: str, text: str) -> bytes:
    """The content of a file of this name; of a .pdf the title is its name, and `text` stands under it.

    Raises BadInput for a name of neither kind.
    """
    stem, _, ending = name.rpartition(".")
    if ending == "png":
        return _photo(sha256(stem.encode()).digest())
    if ending == "pdf":
        return _sheet(stem, text)
    raise BadInput(name, "files", "只能附 .png 或 .pdf", "照片写 .png，材料写 .pdf")


def _photo(dice: bytes) -> bytes:
    """A factory by a road on an overcast day; each one stands elsewhere."""
    rows = b"".join(b"\0" + bytes(_row(y, dice)) for y in range(HEIGHT))
    chunks = (
        (b"IHDR", pack(">LLBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)), (b"PLTE", bytes(sum(COLOURS, ()))),
        (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">L", len(data)) + kind + data + pack(">L", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _row(y: int, dice: bytes) -> bytearray:
    horizon, ground = 150 + dice[0] % 40, 220 + dice[1] % 30
    row = bytearray([SKY if y < horizon // 2 else HAZE if y < horizon else FIELD if y < ground else ROAD]) * WIDTH
    if horizon - 6 - dice[2] % 9 <= y < horizon:
        row[:] = bytes([HEDGE]) * WIDTH
    for hall in range(2 + dice[3] % 3):
        left, width, top = (
            20 + hall * 130 + dice[4 + hall] % 40,
            80 + dice[8 + hall] % 40,
            horizon - 50 - dice[12 + hall] % 30,
        )
        _paint(row, left, width, WALL if top + 14 <= y < ground - 6 else ROOF if top <= y < top + 14 else None)
        for window in range(left + 10, left + width - 14, 24):
            _paint(row, window, 12, KERB if top + 26 <= y < top + 42 else None)
    if y >= ground:
        _paint(row, 0, WIDTH, KERB if y < ground + 4 else None)
        for stripe in range(dice[16] % 40, WIDTH, 90):
            _paint(row, stripe, 50, PAINT if 272 <= y < 277 else None)
    post = 60 + dice[17] % 340
    _paint(row, post, 4, KERB if horizon + 10 <= y < ground + 20 else None)
    _paint(row, post - 16, 36, SIGN if horizon - 14 <= y < horizon + 10 else None)
    return row


def _paint(row: bytearray, left: int, width: int, colour: int | None) -> None:
    if colour is not None:
        right = min(left + width, WIDTH)
        row[left:right] = bytes([colour]) * (right - left)


def _sheet(title: str, text: str) -> bytes:
    """One page of A4; its Chinese is set in the font that every reader of PDF brings along."""
    lines = [(18, title), (11, ""), *((11, line) for line in _folded(text)), (11, ""), (9, NOTE)]
    drawn, y = [], 780
    for size, line in lines:
        drawn.append(f"BT /F {size} Tf 60 {y} Td <{line.encode('utf-16-be').hex()}> Tj ET")
        y -= size + 13
    content = "\n".join(drawn).encode()
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    )


def _folded(text: str) -> Iterator[str]:
    for paragraph in text.splitlines():
        for at in range(0, len(paragraph), WIDE):
            yield paragraph[at : at + WIDE]


def _document(*objects: bytes) -> bytes:
    found, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(found))
        found += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, at = len(objects) + 1, len(found)
    found += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    found += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, at)
    return bytes(found)
