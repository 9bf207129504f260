"""What a newcomer reads of each asset in the web UI."""

from pathlib import Path

import dagster as dg
import pytest
from pydantic import BaseModel

from asknews_ner.definitions import ASSETS, defs
from asknews_ner.factory import pipeline
from asknews_ner.orchestration.build import partitioned
from asknews_ner.orchestration.column_lineage import column_lineage
from asknews_ner.orchestration.described import BY_CELL, CUT_TAG
from asknews_ner.orchestration.metadata import column_schema
from asknews_ner.orchestration.origins import ORIGINS
from asknews_ner.orchestration.partitions import COUNTRY_LANGUAGE, COUNTRY_TAG, LANGUAGE_TAG
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings
from asknews_ner.recipe import LANGUAGES, Recipe
from asknews_ner.records import Article, Summary

SPECS = {spec.key.to_user_string(): spec for asset in ASSETS for spec in asset.specs}


@pytest.mark.parametrize("name", SPECS)
def test_every_asset_says_what_it_is_where_its_rule_comes_from_and_who_owns_it(name):
    spec = SPECS[name]
    words, *rest = spec.description.split("\n\n")
    assert len(words) > 40 and len(spec.description) > 80
    assert any(paragraph.startswith("**Rule:** ") for paragraph in rest)
    assert spec.owners and spec.kinds
    assert (
        spec.group_name[:2] in ("1_", "2_", "3_", "4_", "5_", "6_", "7_", "8_", "9_") and len(spec.group_name) <= 14
    )  # longer ones are cut in the graph
    if "parquet" in spec.kinds:
        assert all(column.description for column in spec.metadata["dagster/column_schema"].columns)
    (code,) = spec.metadata["dagster/code_references"].code_references
    assert Path(code.file_path).is_file() and code.line_number > 0
    assert (spec.tags[CUT_TAG] == BY_CELL) == (spec.partitions_def == COUNTRY_LANGUAGE)


def test_every_sensor_and_schedule_says_what_it_does():
    for one in (*(defs.sensors or ()), *(defs.schedules or ())):
        assert len(one.description or "") > 60, one.name


def test_no_origin_speaks_of_an_asset_that_is_gone():
    assert set(ORIGINS) == set(SPECS)


@pytest.mark.parametrize("name", ORIGINS)
def test_the_settings_that_are_named_stand_in_the_recipe(name):
    for key in ORIGINS[name].settings:
        model: type[BaseModel] = Recipe
        for part in key.split("."):
            assert part in model.model_fields, key
            found = model.model_fields[part].annotation
            model = found if isinstance(found, type) and issubclass(found, BaseModel) else BaseModel


def test_groups_are_read_from_left_to_right():
    """An asset reads only of its own group or of one with a smaller number: the graph has no line that runs back."""
    for name, spec in SPECS.items():
        for dep in spec.deps:
            assert SPECS[dep.asset_key.to_user_string()].group_name <= spec.group_name, (name, dep.asset_key)


def test_columns_are_traced_to_the_stage_before():
    found = column_lineage(Summary, ["clean_articles", "duplicates", "no_stage"]).deps_by_column
    assert {dep.asset_key.to_user_string() for dep in found["article_id"]} == {"clean_articles", "duplicates"}
    assert set(found) <= {column.name for column in column_schema(Summary).columns}
    assert column_lineage(Article, []).deps_by_column == {}
    assert SPECS["summaries"].metadata["dagster/column_lineage"] == column_lineage(Summary, ["clean_articles", "duplicates"])


@pytest.mark.parametrize(
    ("last", "tags"),
    [("SE|uk", {COUNTRY_TAG: "SE"}), ("SG|ar", {COUNTRY_TAG: "2 countries", LANGUAGE_TAG: "ar"})],
)
def test_a_range_of_the_web_ui_is_named_in_the_list_of_runs(tmp_path, last, tags):
    asset = partitioned(pipeline.ARTICLES, "g", {"parquet"}, deps=[])
    resources = build_resources(Settings(str(tmp_path / "w"), str(tmp_path), "laptop", "", "", {}, "", "", ""))
    ends = {"dagster/asset_partition_range_start": "SE|ar", "dagster/asset_partition_range_end": last}
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([asset], resources={"workspace": resources["workspace"]}, instance=instance, tags=ends)
        run = instance.get_run_by_id(result.run_id)
        assert {key: value for key, value in run.tags.items() if key.startswith("ner/")} == tags
        assert len(result.asset_materializations_for_node("articles")) == (len(LANGUAGES) if last == "SE|uk" else 2)
