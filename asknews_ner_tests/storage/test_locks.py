"""File locks, and the folders that are put in place as wholes under them."""

import errno
import fcntl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from asknews_ner.storage.atomic import replace_folder, scratch_folder
from asknews_ner.storage.locks import all_locked, lock_of, locked

AT_ONCE = 8


def at_once(work, count=AT_ONCE):
    """Call it in threads that start together; returns what each returned, or raises what one raised."""
    barrier = threading.Barrier(count)

    def begin(number):
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_one_after_another(tmp_path):
    inside, most = [], []

    def work(number):
        with locked(tmp_path / "a.lock"):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    at_once(work)
    assert most == [1] * AT_ONCE
    assert list(tmp_path.iterdir()) == []


def test_those_who_share_are_together_and_who_is_alone_waits_for_them(tmp_path):
    said, inside = [], []
    with locked(tmp_path / "a.lock", shared=True), locked(tmp_path / "a.lock", shared=True):
        thread = threading.Thread(target=lambda: _enter(tmp_path / "a.lock", said, inside))
        thread.start()
        time.sleep(0.3)
        assert inside == []
    thread.join(10)
    assert inside == [True]
    assert said == [f"because ({tmp_path / 'a.lock'} is locked); waiting for its end"], "said once, however long it takes"


def _enter(file, said, inside):
    with locked(file, said.append, "because"):
        inside.append(True)


def test_a_killed_process_gives_its_lock_back(tmp_path):
    program = f"import time\nfrom pathlib import Path\nfrom asknews_ner.storage.locks import locked\n\
with locked(Path({str(tmp_path / 'a.lock')!r})):\n    print('held', flush=True)\n    time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        said = []
        threading.Timer(0.3, holder.kill).start()
        with locked(tmp_path / "a.lock", said.append):
            assert len(said) == 1


def test_several_locks_in_any_order_are_no_deadlock(tmp_path):
    files = [tmp_path / name for name in "abc"]

    def work(number):
        for _ in range(20):
            with all_locked(files[number % 3 :] + files[: number % 3]):
                pass

    at_once(work)


def test_a_file_system_without_locks_is_said(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    said = []
    with locked(tmp_path / "a.lock", said.append):
        assert said == [f"the file system of {tmp_path / 'a.lock'} has no locks (No locks available): keep to one run at a time on it"]


def test_a_folder_that_several_replace_at_once_is_one_of_theirs(tmp_path):
    """Without the lock they fill one another's folder, or find theirs removed."""
    place = tmp_path / "dataset"

    def write(number):
        def fill(folder):
            for part in range(10):
                (folder / f"{part}.txt").write_text(str(number))
                time.sleep(0.001)

        replace_folder(place, fill)

    for _ in range(2):
        at_once(write)
        assert sorted(path.name for path in place.iterdir()) == [f"{part}.txt" for part in range(10)]
        assert len({path.read_text() for path in place.iterdir()}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["dataset"]
    assert lock_of(place).parent == tmp_path


def test_a_scratch_folder_is_one_job_s(tmp_path):
    def work(number):
        with scratch_folder(tmp_path / ".new-1.0") as folder:
            (folder / "a.txt").write_text(str(number))
            time.sleep(0.01)
            assert (folder / "a.txt").read_text() == str(number)

    at_once(work)
