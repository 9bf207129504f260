"""Python runs this file at the start of every process that has its folder on PYTHONPATH: the process group dies at an exact instant.

KILL_AT is a pattern of paths, KILL_COUNT a number: SIGKILL comes when the so-manieth folder or file of that pattern is about to be made
or moved into place, and just before it is. A hook of the interpreter sees every such call, so that no timing decides."""

import fnmatch
import os
import signal
import sys

_PLACE = {"os.mkdir": 0, "os.rename": 1}
_seen = []


def _watch(event, arguments):
    if event in _PLACE and fnmatch.fnmatch(os.fspath(arguments[_PLACE[event]]), os.environ["KILL_AT"]):
        _seen.append(event)
        if len(_seen) == int(os.environ["KILL_COUNT"]):
            os.killpg(os.getpgid(0), signal.SIGKILL)


if "KILL_AT" in os.environ:
    sys.addaudithook(_watch)
