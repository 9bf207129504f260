import socket
import sys

import pyarrow as pa
import pytest

from asknews_ner.batches import code
from asknews_ner.batches.mapper import HERE, Batch, BatchError, batches_of, in_groups
from asknews_ner.batches.on_ray import RayMapper, mapper_at
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import SettingError, from_environment
from asknews_ner_tests.batches.works import Doubled
from asknews_ner_tests.integration.on_loopback import free_port

NUMBERS = pa.table({"number": list(range(10))})


def numbers(tables):
    return [number for table in tables for number in table["number"].to_pylist()]


def test_batches_keep_the_order_and_lose_no_row():
    batches = list(batches_of(NUMBERS, 4, "numbers"))
    assert [batch.rows.num_rows for batch in batches] == [4, 4, 2]
    assert numbers(batch.rows for batch in batches) == list(range(10))
    assert [batch.key for batch in batches] == ["numbers, rows 0 to 3", "numbers, rows 4 to 7", "numbers, rows 8 to 9"]


def test_groups_take_nothing_before_it_is_due():
    taken = []
    groups = in_groups((taken.append(number) or number for number in range(5)), 2)
    assert next(groups) == (0, 1) and taken == [0, 1]
    assert list(groups) == [(2, 3), (4,)]


def test_this_process_works_on_one_batch_after_another(tmp_path):
    given = []

    def batches():
        for batch in batches_of(NUMBERS, 4, "numbers"):
            given.append(batch.key)
            yield batch

    results = HERE.map(Doubled(str(tmp_path)), batches())
    assert numbers([next(results)]) == [0, 2, 4, 6] and len(given) == 1
    assert numbers(results) == [8, 10, 12, 14, 16, 18] and len(given) == 3


def one_batch():
    return [Batch("a", NUMBERS)]


def test_nothing_is_opened_for_nothing():
    assert list(RayMapper("nowhere").map(Doubled(""), [])) == []


@pytest.mark.parametrize(("address", "what"), [("head", "give host:6379 or ray://host:10001"), ("ray://head", "give host:6379")])
def test_an_address_that_is_none_is_named(address, what, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", NotConnected)
    with pytest.raises(BatchError, match=what):
        list(RayMapper(address).map(Doubled(""), one_batch()))


def test_a_cluster_that_is_not_there_is_said_at_once(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", NotConnected)
    with pytest.raises(BatchError, match="no Ray cluster answers at 127.0.0.1:.*start it, or unset ASKNEWS_NER_RAY_CLUSTER"):
        list(RayMapper(f"127.0.0.1:{free_port()}").map(Doubled(""), one_batch()))


def test_the_extra_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BatchError, match=r"pip install 'asknews-ner\[ray\]'"):
        list(RayMapper("127.0.0.1:6379").map(Doubled(""), one_batch()))


class NotConnected:
    """Stands for the module ray as far as it is asked before a connection: these faults are found without it."""

    @staticmethod
    def is_initialized():
        return False


def test_the_environment_chooses_who_works():
    assert build_resources(from_environment({"ASKNEWS_NER_RAY_CLUSTER": ""}))["workspace"].open().mapper is HERE
    given = {"ASKNEWS_NER_RAY_CLUSTER": "head:6379", "ASKNEWS_NER_RAY_GPUS": "0.25"}
    resources = build_resources(from_environment(given))
    ws = resources["workspace"].open()
    assert ws.mapper == RayMapper("head:6379", 0.25) == mapper_at(" head:6379", 0.25) and ws.is_spread_out
    assert resources["training_launcher"].environment().items() >= given.items()
    with pytest.raises(SettingError, match="ASKNEWS_NER_RAY_GPUS is 'all'; give GPUs"):
        from_environment({"ASKNEWS_NER_RAY_GPUS": "all"})


def test_other_code_has_another_digest(tmp_path, monkeypatch):
    """Of a module, and of a data file; not of what Python compiles."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "rules.py").write_text("A = 1\n")
    (package / "words.txt").write_text("a\n")
    monkeypatch.setattr(code.resources, "files", lambda _: package)

    def digest():
        return code.code_digest.__wrapped__()

    first = digest()
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "rules.pyc.py").write_text("B")
    assert digest() == first
    (package / "rules.py").write_text("A = 2\n")
    second = digest()
    (package / "words.txt").write_text("b\n")
    assert len({first, second, digest()}) == 3


def test_a_listener_that_is_no_cluster_ends_with_one_line(monkeypatch):
    ray = pytest.importorskip("ray", reason="needs the extra ray")

    def refuse(**_):
        raise ConnectionError("Failed to connect\nto Ray cluster")

    monkeypatch.setattr(ray, "init", refuse)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(
            BatchError, match="cannot be used \\(Failed to connect to Ray cluster\\); an address without ray:// needs a node"
        ):
            list(RayMapper(address).map(Doubled(""), one_batch()))
