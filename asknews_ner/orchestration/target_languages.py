"""The partitions of the low-resource study: the target languages of the recipe that the environment names."""

import dagster as dg

from asknews_ner.low_resource.languages import LANGUAGES, study_languages
from asknews_ner.orchestration.settings import SettingError, from_environment
from asknews_ner.recipe import RecipeError, load_recipe


def target_languages() -> list[str]:
    """Codes, sorted as Dagster sorts partition keys.

    The study's eleven where the recipe cannot be read: everything that opens the workspace says what is wrong with it, while definitions
    that do not load would hide it behind an error of the code location."""
    try:
        own = load_recipe(from_environment().recipe).low_resource.study.languages
    except (RecipeError, SettingError):
        return sorted(LANGUAGES)
    return sorted(code for code, language in study_languages(own).items() if language.is_target)


TARGET_LANGUAGE = dg.StaticPartitionsDefinition(target_languages())
