"""Country by language, and sizes of models. Static, because the sets are closed; two dimensions are Dagster's limit, time is a column."""

import dagster as dg
import pycountry

from asknews_ner.recipe import LANGUAGES, SIZES
from asknews_ner.records import UNKNOWN_COUNTRY
from asknews_ner.storage.tables import Partition

COUNTRIES: tuple[str, ...] = (*sorted(country.alpha_2 for country in pycountry.countries), UNKNOWN_COUNTRY)

COUNTRY_LANGUAGE = dg.MultiPartitionsDefinition(
    {"country": dg.StaticPartitionsDefinition(COUNTRIES), "language": dg.StaticPartitionsDefinition(LANGUAGES)}
)

MODEL_SIZE = dg.StaticPartitionsDefinition(SIZES)
"""All sizes that there can be. A recipe makes some of them; to materialise another fails and says so. (A step that succeeded without
making anything would let a backfill end as failed without a word of the reason.)"""

# One run for all languages of a country. No named job may be defined over these partitions: a backfill from such a job's
# page does one key of twelve and reports success (facts: dagster.md §1).
ONE_RUN = dg.BackfillPolicy.single_run()
# Tags that make the list of runs readable. What Dagster's own tags say of a range of partitions is not shown there.
STAGE_TAG, COUNTRY_TAG, LANGUAGE_TAG = "ner/stage", "ner/country", "ner/language"


def cell_of_key(key: str) -> Partition:
    """The cell of a partition key."""
    keys = COUNTRY_LANGUAGE.get_partition_key_from_str(key).keys_by_dimension
    return Partition(keys["country"], keys["language"])


def country_tags(country: str, language: str | None = None) -> dict[str, str]:
    """Tags of a run over all languages of one country, or over one; `ner/country` and `ner/language` make it visible in the list of
    runs."""
    first, last = cell_key(country, language or LANGUAGES[0]), cell_key(country, language or LANGUAGES[-1])
    return {
        "dagster/asset_partition_range_start": first,
        "dagster/asset_partition_range_end": last,
        COUNTRY_TAG: country,
        **({LANGUAGE_TAG: language} if language else {}),
    }


def cell_key(country: str, language: str) -> str:
    """The partition key of a cell."""
    return str(dg.MultiPartitionKey({"country": country, "language": language}))


def cells_of(country: str, language: str | None = None) -> list[Partition]:
    """The cells of a country: of one language, or of all."""
    return [Partition(country, one) for one in ([language] if language else LANGUAGES)]
