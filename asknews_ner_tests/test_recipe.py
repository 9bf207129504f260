import pytest
import yaml

from asknews_ner.recipe import LANGUAGES, Recipe, RecipeError, load_recipe, shipped_recipes


def raw(name="laptop"):
    return load_recipe(name).model_dump(mode="json")


def write(tmp_path, values):
    path = tmp_path / "r.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return str(path)


def test_the_recipes_are_shipped_and_valid():
    assert shipped_recipes() == ["archive", "asknews_ner_v0", "asknews_ner_v0_tuned", "laptop", "low_resource_study"]
    assert {load_recipe(name).name for name in shipped_recipes()} == set(shipped_recipes())


def test_the_paper_s_values_stand_in_its_recipe():
    recipe = load_recipe("asknews_ner_v0")
    assert set(recipe.acquire.languages) == set(LANGUAGES)
    assert recipe.annotate.summarise.model == "WizardLMTeam/WizardLM-13B-V1.2"
    assert recipe.annotate.label.model == "meta-llama/Meta-Llama-3-70B-Instruct"
    assert recipe.embed.encoder == "thenlper/gte-base"
    assert (recipe.windows.rule, recipe.windows.length) == ("hours", 4)
    assert recipe.sample.size == 5049
    assert (recipe.tune.epochs, recipe.tune.batch_size) == (25, 5)
    assert recipe.tune.encoder_learning_rate == recipe.tune.head_learning_rate == 1e-6


def test_every_value_changes_the_fingerprint(tmp_path):
    values = raw()
    seen = {load_recipe("laptop").fingerprint()}
    values["seed"] += 1
    seen.add(load_recipe(write(tmp_path, values)).fingerprint())
    values["tune"]["epochs"] += 1
    seen.add(load_recipe(write(tmp_path, values)).fingerprint())
    assert len(seen) == 3


def test_a_recipe_survives_its_own_yaml(tmp_path):
    assert load_recipe(write(tmp_path, raw())) == load_recipe("laptop")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v: v.update(colour="red"), "unknown key colour"),
        (lambda v: v["sample"].update(sise=3), "unknown key sample.sise"),
        (lambda v: v["sample"].pop("size"), "missing key sample.size"),
        (lambda v: v["windows"].update(rule="weeks"), "windows.rule"),
        (lambda v: v["acquire"].update(languages=["en", "xx"]), "acquire.languages"),
        (lambda v: v["dataset"].update(validation_share=0.6, test_share=0.5), "leave nothing for training"),
        (lambda v: v["embed"].update(lexical_dimensions=0), "lexical_dimensions"),
        (lambda v: v["tune"].update(epochs="many"), "tune.epochs"),
        (lambda v: v["low_resource"]["generate"].update(form="study"), "generate_v2.jinja, which asks for the other form"),
        (lambda v: v["annotate"]["generate"].update(prompt="generate_study_api_v1.jinja"), "form is `ours`"),
    ],
)
def test_a_wrong_recipe_is_explained(tmp_path, change, message):
    values = raw()
    change(values)
    with pytest.raises(RecipeError, match=message):
        load_recipe(write(tmp_path, values))


@pytest.mark.parametrize(("text", "message"), [("a: [1", "not valid YAML"), ("- a\n- b\n", "expected a mapping")])
def test_a_file_that_is_no_recipe(tmp_path, text, message):
    path = tmp_path / "r.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(path))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(RecipeError, match="archive, asknews_ner_v0, asknews_ner_v0_tuned, laptop"):
        load_recipe("lapdog")


def test_one_model_for_all_tasks_makes_another_recipe():
    recipe = load_recipe("laptop").with_model("m")
    assert isinstance(recipe, Recipe)
    assert {recipe.annotate.choice(task).model for task in ("summarise", "label", "name_topics", "generate")} == {"m"}
    assert recipe.fingerprint() != load_recipe("laptop").fingerprint()


def test_a_recipe_states_only_what_differs_from_the_one_it_extends(tmp_path):
    under, over = load_recipe("asknews_ner_v0"), load_recipe("asknews_ner_v0_tuned")
    assert over.dataset == under.dataset
    assert over.tune.loop == under.tune.loop
    assert (over.tune.negatives.near, over.tune.negatives.in_batch_ratio) == (5, under.tune.negatives.in_batch_ratio)
    assert over.tune.average_decay is not None
    for name, parent in (("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.yaml").write_text(f"extends: {tmp_path / parent}.yaml\nname: {name}\n")
    with pytest.raises(RecipeError, match="extend each other in a circle"):
        load_recipe(str(tmp_path / "one.yaml"))
