"""Where the embedded stores of these tests lie."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def quick_folder(tmp_path):
    """In memory where there is room: waiting for the disk protects from a power cut, and decides nothing for a SIGKILL."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or shutil.disk_usage(memory).free < 2**30:
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="asknews-ner-", dir=memory))
    yield folder
    shutil.rmtree(folder)
