"""ASKNEWS_NER_FUZZ=EXAMPLES: so many examples of each property, for the long form outside CI (4000 take ten minutes; hypothesis keeps a
tree of all examples, 20,000 take 2 GB):

ASKNEWS_NER_FUZZ=4000 python -m pytest asknews_ner_tests/acquire/fetch -k "whatever or wrong_bytes or explained"
"""

import os

import hypothesis

if examples := os.environ.get("ASKNEWS_NER_FUZZ"):
    hypothesis.settings.register_profile(
        "fuzz", deadline=None, max_examples=int(examples), suppress_health_check=list(hypothesis.HealthCheck)
    )
    hypothesis.settings.load_profile("fuzz")
