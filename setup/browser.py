"""A headless Chromium for the tests, without root: unpacked from its npm package, with its libraries and our fonts.

Called by `./manage test` alone. The outcome is one executable, `chromium/chromium.sh`, which finds its libraries and
fonts by itself; whoever starts it needs to know nothing more.
"""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

from setup import assets
from setup.commands import run_into_log
from setup.environment import alone, packages
from setup.folders import Folders
from setup.progress import Progress

PACKAGE = "@sparticuz/chromium"

# Runs inside the environment, which has brotli; the standard library has it not.
UNPACK = """
import brotli, io, os, sys, tarfile
source, target = sys.argv[1:]
stream = brotli.Decompressor()
with open(f"{source}/chromium.br", "rb") as packed, open(f"{target}/chromium", "wb") as program:
    while part := packed.read(1 << 20):
        program.write(stream.process(part))
os.chmod(f"{target}/chromium", 0o755)
for name in ("al2023", "fonts", "swiftshader"):
    with open(f"{source}/{name}.tar.br", "rb") as packed:
        archive = tarfile.open(fileobj=io.BytesIO(brotli.decompress(packed.read())))
    archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Debian 12's Python has none yet
    archive.extractall(target)
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{noto}</dir>
  <dir>{own}/fonts</dir>
  <cachedir>{own}/font-cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
</fontconfig>
"""

# No sandbox, since it needs root or user namespaces; only pages of our own tests are opened.
START = """#!/bin/sh
export LD_LIBRARY_PATH={libraries} FONTCONFIG_FILE={fonts}
exec {program} --no-sandbox --disable-dev-shm-usage --disable-gpu "$@"
"""


def ensure(folders: Folders, progress: Progress) -> None:
    """Have Chromium unpacked; in a moment when it is already."""
    package = assets.node_modules(folders) / PACKAGE
    wanted = f"{json.loads((package / 'package.json').read_text())['version']} {executable(folders)}"
    stamp = folders.installed / "chromium/version.ok"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    log = folders.data / "logs/chromium.log"
    with alone(folders.installed / "chromium.lock"), progress.step("unpacking Chromium for the tests", log):
        _unpack(folders, package / "bin", log)
        stamp.write_text(wanted)


def executable(folders: Folders) -> Path:
    """What to start."""
    return folders.installed / "chromium/chromium.sh"


def _unpack(folders: Folders, source: Path, log: Path) -> None:
    own = folders.installed / "chromium"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    run_into_log([folders.python, "-c", UNPACK, source, own], log, "unpacking Chromium")
    (own / "fonts.conf").write_text(FONTS.format(noto=packages(folders) / "noto_cjk_sans_otc", own=own))
    quoted = {"libraries": own / "lib", "fonts": own / "fonts.conf", "program": own / "chromium"}
    executable(folders).write_text(START.format(**{name: shlex.quote(str(path)) for name, path in quoted.items()}))
    executable(folders).chmod(0o755)
