"""Which learner trains in a regime."""

from collections.abc import Sequence

from asknews_ner.low_resource.study.character_learner import CharacterLearner
from asknews_ner.low_resource.study.encoder_learner import EncoderLearner
from asknews_ner.low_resource.study.gliner_learner import GlinerLearner
from asknews_ner.low_resource.study.learner import Learner
from asknews_ner.recipe import CHARACTERS, StudyTrainParams, TuneParams


def learner_of(regime: str, params: StudyTrainParams, types: Sequence[str], tune: TuneParams) -> Learner:
    """The learner of a regime."""
    if regime == "gliner":
        return GlinerLearner(params, types, tune)
    return CharacterLearner(params, types) if params.encoder == CHARACTERS else EncoderLearner(params, types)
