import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import DenyEntry, DenyList
from asknews_ner.acquire.fetch.types import FetchReject
from asknews_ner.acquire.files import list_files, read_rows
from asknews_ner.acquire.landing import land as landing
from asknews_ner.acquire.landing.land import Acquisition, land
from asknews_ner.acquire.landing.ledger import LandedLedger
from asknews_ner.acquire.landing.shelf import Shelf
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.acquire.sources.items import FoundArticle, Mark, RefusedItem, SeenBefore, SourceReject
from asknews_ner.recipe import load_recipe

NOBODY = DenyList()
TEXT = "Regeringen föreslår att skatten på bensin ska höjas från och med nästa år, sade finansministern i Stockholm i går. Nummer {}."


@dataclass
class Numbers:
    """Yields articles by number, with a mark after each tenth; goes on from a mark. `broken`: number at which it fails."""

    numbers: range
    broken: int | None = None
    fetched_at: str = "2026-03-02T05:00:00Z"

    def read(self, cursor: str) -> Iterator:
        for number in self.numbers:
            if number < int(cursor or 0):
                continue
            if number == self.broken:
                raise RuntimeError("the line is cut")
            yield FoundArticle(
                f"n:{number}", TEXT.format(number), f"Rubrik {number}", url=f"https://a.example/{number}", fetched_at=self.fetched_at
            )
            if number % 10 == 9:
                yield Mark(str(number + 1))


@dataclass
class Given:
    items: list

    def read(self, cursor: str) -> Iterator:
        yield from self.items


def landed(root, source, deny=NOBODY, most=None, name="numbers"):
    shelf = Shelf(root)
    with LandedLedger(shelf.ledger_file) as ledger:
        ledger.enter_missing(shelf.batches())
        return land(Acquisition(name, "test", source, "told", most), shelf, ledger, deny)


def arrived(root):
    rows = [row for file in list_files(root) for row in read_rows(file, root)]
    return arrive(rows, load_recipe("laptop").acquire, packaged_identifier(), DenyList()).outcome


def files(root):
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*.jsonl")}


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(landing, "_ROWS_A_BATCH", 10)


def test_what_lands_arrives(tmp_path):
    done = landed(tmp_path, Numbers(range(3)))
    assert (done.new, done.again, done.complete, len(done.batches)) == (3, 0, True, 1)
    articles = arrived(tmp_path).kept
    assert [article.article_id for article in articles] == [f"https://a.example/{n}" for n in range(3)]
    assert articles[0].fetched_at.isoformat() == "2026-03-02T05:00:00+00:00"
    provenance = json.loads((tmp_path / done.batches[0]).with_suffix(".provenance.json").read_text())
    assert (provenance["rows"], provenance["counts"], provenance["acquired_from"]) == (3, {"new": 3}, "told")
    assert provenance["versions"]["feedparser"]


def test_the_same_twice_changes_nothing_whatever_the_clock_says(tmp_path):
    landed(tmp_path, Numbers(range(25)))
    before = files(tmp_path)
    (tmp_path / "acquired/numbers/.cursor.json").unlink()
    done = landed(tmp_path, Numbers(range(25), fetched_at="2027-01-01T00:00:00Z"))
    assert (done.new, done.again, done.batches) == (0, 25, [])
    assert files(tmp_path) == before


def test_a_lost_index_is_made_again_of_the_batches(tmp_path):
    landed(tmp_path, Given([*Numbers(range(3)).read(""), RefusedItem("x", SourceReject.NO_ADDRESS, "link: ''")]))
    for file in (tmp_path / "acquired").glob(".landed.sqlite*"):
        file.unlink()
    done = landed(tmp_path, Given([*Numbers(range(4)).read(""), RefusedItem("x", SourceReject.NO_ADDRESS, "link: ''")]))
    assert (done.new, done.again, done.refused) == (1, 3, {"NO_ADDRESS": 1})
    assert len(done.batches) == 1 and len(arrived(tmp_path).rejected) == 1, "what was refused before is told again, and not written again"


def test_a_stopped_reading_goes_on_and_ends_as_one_that_was_not_stopped(tmp_path, small_batches):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    landed(whole, Numbers(range(45)))
    with pytest.raises(RuntimeError, match="the line is cut"):
        landed(stopped, Numbers(range(45), broken=33))
    assert json.loads((stopped / "acquired/numbers/.cursor.json").read_text())["cursor"] == "30"
    done = landed(stopped, Numbers(range(45)))
    assert (done.new, done.again) == (12, 3)
    ids = [[row.article_id for row in sorted(arrived(root).kept, key=lambda row: row.article_id)] for root in (whole, stopped)]
    assert ids[0] == ids[1] and len(ids[0]) == 45
    assert landed(stopped, Numbers(range(45))).seen == 5  # after the last mark


@pytest.mark.parametrize("step", ["provenance", "batch", "ledger", "cursor"])
def test_a_fault_at_any_writing_loses_and_doubles_nothing(tmp_path, monkeypatch, small_batches, step):
    target = {
        "provenance": (Shelf, "write"),
        "batch": (Shelf, "write"),
        "ledger": (LandedLedger, "enter"),
        "cursor": (Shelf, "write_cursor"),
    }[step]
    real, calls = getattr(*target), []

    def failing(self, name, *rest):
        calls.append(name)
        if step in ("ledger", "cursor") or name.endswith(".provenance.json") == (step == "provenance"):
            raise OSError(28, "No space left on device")
        return real(self, name, *rest)

    monkeypatch.setattr(*target, failing)
    with pytest.raises(OSError, match="No space"):
        landed(tmp_path, Numbers(range(25)))
    assert calls
    monkeypatch.undo()
    landed(tmp_path, Numbers(range(25)))
    rows = arrived(tmp_path)
    assert len(rows.kept) == 25
    assert not rows.rejected


def test_at_most_so_many_and_the_rest_next_time(tmp_path):
    done = landed(tmp_path, Numbers(range(25)), most=12)
    assert (done.new, done.complete, done.cursor) == (12, False, "10")
    done = landed(tmp_path, Numbers(range(25)))
    assert (done.new, done.again, done.complete) == (13, 2, True)


def test_refused_items_become_rejects_of_arrivals(tmp_path):
    refused = RefusedItem("feed#3", SourceReject.NO_ADDRESS, "link: ''", title="Rubrik", country="Sweden", language="sv-SE")
    only_counted = RefusedItem("w@0", SourceReject.NOT_A_RESPONSE, "record of type request")
    done = landed(tmp_path, Given([refused, only_counted, SeenBefore("feed#1", "https://a.example/1")]))
    assert (done.new, done.again, done.refused) == (0, 1, {"NO_ADDRESS": 1, "NOT_A_RESPONSE": 1})
    assert done.seen == 3
    (row,) = arrived(tmp_path).rejected
    assert (row.stage, row.reason, row.detail, row.key) == ("acquire", "NO_ADDRESS", "link: ''", "feed#3")
    assert (row.country, row.language, row.title) == ("SE", "sv", "Rubrik")


def test_an_entry_that_is_refused_each_time_is_written_once(tmp_path):
    """Its number in the feed moves and the detail holds times."""

    def refused(place, minute, reason=FetchReject.AI_OPT_OUT):
        return Given(
            [RefusedItem(f"feed#{place}", reason, f"tags disallowed (2026-11-20T10:{minute}:00Z)", "https://a.example/1", "Rubrik")]
        )

    assert landed(tmp_path, refused(1, 10)).batches
    done = landed(tmp_path, refused(7, 40))
    assert (done.batches, done.refused, done.examples["AI_OPT_OUT"].where) == ([], {"AI_OPT_OUT": 1}, "feed#7")
    assert landed(tmp_path, refused(7, 50, FetchReject.CLIENT_ERROR)).batches, "another reason is news"
    (tmp_path / "acquired/.landed.sqlite").unlink()
    assert not landed(tmp_path, refused(8, 55)).batches, "the index made again of the batches knows it, too"
    assert len(arrived(tmp_path).rejected) == 2


def test_nothing_of_a_denied_article_is_written(tmp_path):
    deny = DenyList().with_entry(DenyEntry(publisher="a.example", reason="asked", since="2026-11-20"))
    done = landed(tmp_path, Given([FoundArticle("n:1", TEXT, "Hemlig rubrik", url="https://www.a.example/hemlig")]), deny)
    assert done.refused == {"TAKEN_DOWN": 1}
    assert "a.example" not in str(done.examples)
    request = RefusedItem("w@0", SourceReject.NOT_A_RESPONSE, "record of type request", "https://a.example/hemlig")
    done = landed(tmp_path, Given([request]), deny)
    assert done.refused == {"NOT_A_RESPONSE": 1} and not done.batches and "a.example" not in str(done.examples)
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"emlig" not in written and b"a.example" not in written and b"Regeringen" not in written
    assert [row.reason for row in arrived(tmp_path).rejected] == ["TAKEN_DOWN"]


def test_the_address_that_led_to_an_article_is_known_too(tmp_path):
    landed(
        tmp_path,
        Given([FoundArticle("n:1", TEXT, url="https://a.example/canonical", requested_url="https://a.example/short?utm_source=rss")]),
    )
    with LandedLedger(Shelf(tmp_path).ledger_file) as ledger:
        assert ledger.knows("https://a.example/canonical")
        assert ledger.knows("https://a.example/short")
        assert not ledger.knows("https://a.example/other")


def test_characters_that_cannot_be_written_are_replaced(tmp_path):
    landed(
        tmp_path,
        Given(
            [
                FoundArticle("n:1", TEXT + "\ud800", "\udfff", url="https://a.example/\ud800"),
                RefusedItem("\ud800", SourceReject.NO_ADDRESS, "\ud800"),
            ]
        ),
    )
    rows = arrived(tmp_path)
    assert (len(rows.kept), len(rows.rejected)) == (1, 1)
