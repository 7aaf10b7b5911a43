"""Starts a program that ends when we do, under another account if asked: `tether.py PARENT SIGNAL UID GID COMMAND…`.

Linux sends SIGNAL to the program when the parent dies, however it dies; so even `kill -9` on `./manage` leaves no
process behind. It runs as a script between fork and exec, because the account must change first (changing it clears
the tether), and because Python code between fork and exec is not safe beside threads.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: str, number: str, uid: str, gid: str, *command: str) -> None:
    """Become `command`; UID -1 keeps the account."""
    if int(uid) != -1:
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit("the process that was to watch over this one is gone")
    os.execv(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
