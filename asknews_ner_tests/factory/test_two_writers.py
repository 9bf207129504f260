"""Two writers of one cell: one result, whole, and nobody takes the other's rejected rows for its own."""

import threading
import time
from dataclasses import dataclass, field, replace
from typing import ClassVar

import boto3
import pytest
from moto import mock_aws

from asknews_ner.factory.reports.report import Made, Report
from asknews_ner.factory.stage import Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Article, Rejected
from asknews_ner.report.section import Section
from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.objects import ObjectChangedError, S3Folder
from asknews_ner.storage.published import PublishedFolders
from asknews_ner.storage.tables import Partition, reject_table
from asknews_ner_tests.conftest import article

GB, SE = Partition("GB", "en"), Partition("SE", "sv")


@dataclass
class Slow(Stage):
    """Rows that bear `wants`, as many rejected ones as said; `pause` is called while they are made."""

    name: ClassVar[str] = "slow"
    record: ClassVar[type] = Article
    partitioned: ClassVar[bool] = True

    wants: str = "a"
    rejects: int = 0
    pause: object = None
    made: list = field(default_factory=list)

    def shaped_by(self, ws, cell):
        return [self.wants]

    def compute(self, ws, cell, log):
        self.made.append(cell)
        rows = [article(article_id=f"{self.wants}{number}", title=self.wants) for number in range(5)]
        if self.pause:
            self.pause()
        return Produced(rows, [Rejected(self.name, "R", self.wants, f"{self.wants}{n}", "GB", "en", "") for n in range(self.rejects)])


@pytest.fixture
def ws(tmp_path, recipe):
    return Workspace(root=tmp_path / "w", articles=tmp_path, recipe=recipe)


def in_threads(*works):
    faults = []

    def begin(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 (handed to the test)
            faults.append(error)

    threads = [threading.Thread(target=begin, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return faults


def test_the_second_of_two_runs_waits_and_finds_the_cells_made(ws):
    one, other, said = Slow(pause=lambda: time.sleep(0.3)), Slow(pause=lambda: time.sleep(0.3)), []
    done = {}
    faults = in_threads(
        lambda: done.__setitem__("one", list(one.refresh_many(ws, [GB, SE], said.append))),
        lambda: done.__setitem__("other", list(other.refresh_many(ws, [SE, GB], said.append))),
    )
    assert faults == []
    assert len(one.made) + len(other.made) == 2
    assert sorted(sum(refreshed.computed for _, refreshed in run) for run in done.values()) == [0, 10]
    assert [line.split(" (")[0] for line in said] == ["another run makes slow"]


def test_other_countries_are_made_meanwhile(ws):
    barrier = threading.Barrier(2, timeout=20)
    one, other = Slow(pause=barrier.wait), Slow(pause=barrier.wait)
    assert in_threads(lambda: one.refresh(ws, GB), lambda: other.refresh(ws, SE)) == [], "both were inside at once"


def test_rows_of_changed_inputs_bear_a_stamp_that_is_nobody_s(ws):
    """Also where the inputs are afterwards what they were before: the rows may be of what stood there in between."""
    stage, said = Slow(), []
    stage.pause = lambda: setattr(stage, "wants", "b")
    stage.refresh(ws, GB, said.append)
    assert said == ["slow: what it is made of changed meanwhile; the next run makes it again"]
    stage.wants, stage.pause = "a", None
    assert not stage.is_current(ws, GB)
    assert stage.refresh(ws, GB).computed == 5
    assert stage.is_current(ws, GB)
    assert stage.refresh(ws, GB).computed == 0


def test_rejected_rows_of_another_writer_are_noticed(ws):
    mine, theirs = Slow(rejects=2), Slow(wants="b", rejects=3)
    mine.refresh(ws, GB)
    ws.tables.write(reject_table("slow"), Rejected, theirs.compute(ws, GB, print).rejected, theirs.fingerprint(ws, GB), GB)
    assert not mine.is_current(ws, GB)
    done = mine.refresh(ws, GB)
    assert (done.computed, done.rejected) == (5, 2)
    assert {row.detail for row in ws.tables.read(reject_table("slow"), Rejected, GB)} == {"a"}
    assert mine.is_current(ws, GB)


@pytest.fixture(scope="module")
def client():
    """A bucket in memory, with conditional puts as S3 has them."""
    with mock_aws(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("AWS_ACCESS_KEY_ID", "test")
        patched.setenv("AWS_SECRET_ACCESS_KEY", "test")
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="news")
        patched.setattr(client, "_make_api_call", one_at_a_time(client._make_api_call))
        yield client


def one_at_a_time(call):
    """As a real S3 answers conditional puts. Moto's objects in memory know no threads: one that is replaced is closed under its reader."""
    lock = threading.Lock()

    def locked(*arguments):
        with lock:
            return call(*arguments)

    return locked


@pytest.fixture
def machines(client, tmp_path, recipe):
    """Two machines' workspaces over one bucket, which share no folder and so no lock."""
    ws = Workspace(root=tmp_path, articles=tmp_path, recipe=recipe)
    places = [(tmp_path / name, S3Folder(client, "news", tmp_path.name)) for name in ("one", "two")]
    return [replace(ws, root=root, tables_mirror=Mirror(objects, root / "tables")) for root, objects in places]


@pytest.mark.parametrize("rejects", [(0, 0), (2, 0), (0, 2), (2, 3)], ids=str)
@pytest.mark.parametrize("there", [False, True], ids=["new", "replaced"])
def test_two_machines_with_other_inputs_leave_one_writer_s_table(machines, rejects, there):
    """Each reads, then both write: the second one's put is refused and says so; what stands is whole after one more run at most."""
    here, elsewhere = machines
    if there:
        Slow(wants="old", rejects=1).refresh(here, GB)
        elsewhere.tables_mirror.look_again()
    barrier = threading.Barrier(2, timeout=20)
    one, other = Slow(wants="a", rejects=rejects[0], pause=barrier.wait), Slow(wants="b", rejects=rejects[1], pause=barrier.wait)
    faults = in_threads(lambda: one.refresh(here, GB), lambda: other.refresh(elsewhere, GB))
    assert len(faults) == 1, faults
    assert isinstance(faults[0], ObjectChangedError)
    assert "written by another run while this one made it; theirs stands. Run again" in str(faults[0])
    for machine in machines:
        machine.tables_mirror.look_again()
    titles = {row.title for row in here.tables.read("slow", Article, GB)}
    assert len(titles) == 1
    winner = one if titles == {"a"} else other
    winner.pause = None
    if not winner.is_current(here, GB):  # the other's rejected rows came first: seen, and made again
        assert winner.refresh(here, GB).computed == 5
    assert {row.detail for row in here.tables.read(reject_table("slow"), Rejected, GB)} <= titles
    assert len(here.tables.read(reject_table("slow"), Rejected, GB)) == winner.rejects


def test_two_machines_with_the_same_inputs_are_no_fault(machines):
    here, elsewhere = machines
    barrier = threading.Barrier(2, timeout=20)
    one, other = Slow(rejects=2, pause=barrier.wait), Slow(rejects=2, pause=barrier.wait)
    assert in_threads(lambda: one.refresh(here, GB), lambda: other.refresh(elsewhere, GB)) == []
    for machine in machines:
        machine.tables_mirror.look_again()
        assert one.is_current(machine, GB)


class Quick(Report):
    name: ClassVar[str] = "quick"
    reads: ClassVar[tuple[str, ...]] = ()

    def shaped_by(self, ws):
        return []

    def make(self, ws, log, launch):
        return Made(Section(self.name, "Quick", "Made.", "<p>made</p>"), {})


class Lasting(Quick):
    """In the middle of which somebody makes another report."""

    name: ClassVar[str] = "lasting"

    def make(self, ws, log, launch):
        Quick().refresh(ws)
        return super().make(ws, log, launch)


@pytest.mark.timeout(60)
def test_a_report_that_takes_hours_holds_up_no_other_report(ws):
    assert Lasting().refresh(ws).made is not None
    assert {page.name for page in ws.report.glob("*.html")} == {"quick.html", "lasting.html"}
    assert Quick().refresh(ws).made is None
    assert Lasting().refresh(ws).made is None


@pytest.mark.parametrize("machine", ["this", "another"])
def test_a_report_that_takes_hours_keeps_what_was_published_meanwhile(client, tmp_path, recipe, machine):
    """By another process here, or by another machine: both pages are published in the end."""
    folder = S3Folder(client, "news", tmp_path.name)
    ours = Workspace(tmp_path / "one", tmp_path, recipe, published=PublishedFolders(folder))
    theirs = replace(ours, root=tmp_path / ("one" if machine == "this" else "two"), published=PublishedFolders(folder))
    lasting = Lasting()
    lasting.make = lambda ws, log, launch: Quick().refresh(theirs) and Quick.make(lasting, ws, log, launch)
    lasting.refresh(ours)
    assert {page.name for page in ours.report.glob("*.html")} == {"quick.html", "lasting.html"}
    assert set(PublishedFolders(folder).manifest("report").stamps) == {"quick", "lasting"}


def test_a_report_that_another_machine_published_meanwhile_is_not_written_over(client, tmp_path, recipe):
    folder = S3Folder(client, "news", tmp_path.name)
    ours, theirs = (Workspace(tmp_path / name, tmp_path, recipe, published=PublishedFolders(folder)) for name in ("one", "two"))
    lasting, other = Lasting(), Quick()
    other.name, other.version = "lasting", 7
    lasting.make = lambda ws, log, launch: other.refresh(theirs) and Quick.make(lasting, ws, log, launch)
    with pytest.raises(ObjectChangedError, match="was published by another machine while this one made it"):
        lasting.refresh(ours)
    assert PublishedFolders(folder).manifest("report").stamps["lasting"] == other.stamp(theirs)
