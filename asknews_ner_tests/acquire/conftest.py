"""ASKNEWS_NER_FUZZ=EXAMPLES: so many examples of each property, for the long form outside CI (hypothesis keeps a tree of all examples,
20,000 take 2 GB). One parser for ten minutes, a new seed each round:

timeout 600 sh -c 'while ASKNEWS_NER_FUZZ=3000 python -m pytest --timeout=0 -p no:cacheprovider asknews_ner_tests/acquire -k ai_txt_gives; do :; done'
"""

import os

import hypothesis

if examples := os.environ.get("ASKNEWS_NER_FUZZ"):
    hypothesis.settings.register_profile(
        "fuzz", deadline=None, max_examples=int(examples), suppress_health_check=list(hypothesis.HealthCheck)
    )
    hypothesis.settings.load_profile("fuzz")
