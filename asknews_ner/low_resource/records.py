"""The rows of this room. Like those of `asknews_ner.records`, their Arrow schemas are derived from the classes."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence with one BIO tag a token. Raises ValueError if the lengths differ."""

    tokens: Annotated[tuple[str, ...], "words and signs"]
    tags: Annotated[tuple[str, ...], "BIO tag of each token"]

    def __post_init__(self) -> None:
        if len(self.tokens) != len(self.tags):
            raise ValueError(f"{len(self.tokens)} tokens but {len(self.tags)} tags; each token needs one tag")


@dataclass(frozen=True, slots=True)
class HumanSet:
    """The human sentences of one file."""

    sentences: Annotated[tuple[TaggedSentence, ...], "in the order of the file"]
    mended_tags: Annotated[int, "I tags that began an entity and were made B (rule: bio.mend)"]
    mended_sentences: Annotated[int, "sentences with at least one such tag"]
    dropped: Annotated[tuple[str, ...], "types of the entities that were left out, one for each entity"] = ()


@dataclass(frozen=True, slots=True)
class RawReply:
    """What the LLM answered to one call, as it came."""

    language: Annotated[str, "the study's code of the target language"]
    call: Annotated[int, "number of the call, from 0"]
    text: Annotated[str, "the reply, unparsed"]
    annotator: Annotated[str, "the model's name"]
    annotator_fingerprint: Annotated[str, "hash of everything that shapes the reply; empty for the study's released ones"]
    finished: Annotated[bool, "false if the model was cut off, or went round in circles"] = True


@dataclass(frozen=True, slots=True)
class GenerationCall:
    """What one call was told besides its examples."""

    language: Annotated[str, "the study's code of the target language"]
    call: Annotated[int, "number of the call, from 0"]
    topic: Annotated[str, "what the sentences should be about; empty: the model's choice"]
    grounded_by: Annotated[tuple[str, ...], "ids of the articles whose beginnings were shown"]


@dataclass(frozen=True, slots=True)
class GeneratedSentence:
    """One sentence of a reply. As parsed nothing is promised of it; what `filters.keep_usable` keeps is well-formed."""

    sentence_id: Annotated[str, "language, call and position, such as `da/0017/03`"]
    language: Annotated[str, "the study's code of the target language"]
    call: Annotated[int, "number of the call, from 0"]
    position: Annotated[int, "place among the datapoints of its reply, from 0"]
    tokens: Annotated[tuple[str, ...], "words and signs"]
    tags: Annotated[tuple[str, ...], "BIO tag of each token; a tag the label set lacks stands as it came"]
    unaligned: Annotated[tuple[str, ...], "entities named in the reply that do not stand in its text"]
    notes: Annotated[tuple[str, ...], "what was mended"]
    annotator: Annotated[str, "the model's name"]
    annotator_fingerprint: Annotated[str, "hash of everything that shapes the reply"]
    topic: Annotated[str, "what its call asked to write about; empty: the model's choice"] = ""
    grounded_by: Annotated[tuple[str, ...], "ids of the articles whose beginnings its call showed"] = ()
