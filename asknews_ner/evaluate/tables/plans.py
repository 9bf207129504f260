"""Which benchmarks stand in which table. Source: paper, Tables 1 and 2, whose sets are those of GLiNER's and UniNER's evaluation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableSet:
    """A benchmark by the name in the paper's table, and the names under which it is scored (folders of GLiNER's evaluation data)."""

    title: str
    known_as: tuple[str, ...]

    def means(self, benchmark: str) -> bool:
        """Whether a benchmark of this name is this set; letters' case does not matter."""
        return benchmark.casefold() in {name.casefold() for name in self.known_as}


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table: its title and its sets, whether they were scored or not."""

    title: str
    sets: tuple[TableSet, ...]


def _sets(*names: tuple[str, ...]) -> tuple[TableSet, ...]:
    return tuple(TableSet(known[0], known) for known in names)


TABLE_1 = TablePlan(
    "Table 1: 18 sets",
    _sets(
        ("ACE 2005", "ace05"),
        ("AnatEM",),
        ("bc2gm",),
        ("bc4chemd",),
        ("bc5cdr",),
        ("Broad Tweet Corpus", "broad_twitter", "broad_tweet"),
        ("CoNLL 2003", "conll03", "conll2003"),
        ("FabNER",),
        ("FindVehicle",),
        ("GENIA_NER", "genia"),
        ("HarveyNER",),
        ("MultiNERD",),
        ("ncbi",),
        ("Ontonotes", "ontonotes5"),
        ("PolyglotNER",),
        ("TweetNER7",),
        ("WikiANN en", "wikiann_en"),
        ("WikiNeural", "wikineural_en"),
    ),
)
TABLE_2 = TablePlan(
    "Table 2: 7 sets of other domains",
    _sets(
        ("CrossNER_AI",),
        ("CrossNER_literature",),
        ("CrossNER_music",),
        ("CrossNER_politics",),
        ("CrossNER_science",),
        ("mit-movie", "mit_movie"),
        ("mit-restaurant", "mit_restaurant"),
    ),
)
PAPER_TABLES = (TABLE_1, TABLE_2)
