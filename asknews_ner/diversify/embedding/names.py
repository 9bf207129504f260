"""Short names (labels, synonyms) → unit vectors, each computed once and stored by content: few are ever new, and to load an encoder
costs more than to ask it."""

from collections.abc import Sequence

import numpy as np

from asknews_ner.diversify.embedding.encoders import Encoder, Matrix
from asknews_ner.fingerprints import fingerprint
from asknews_ner.storage.memo import Memo

KIND = "label_vectors"


def name_vectors(names: Sequence[str], encoder: Encoder, memo: Memo) -> Matrix:
    """float32 [names, dimensions], in the order of the names. The encoder is loaded only if a name is not in the memo."""
    keys = [fingerprint("label vector", encoder.name, name) for name in names]
    stored = memo.get_many(sorted(set(keys)))
    missing = {key: name for key, name in zip(keys, names, strict=True) if key not in stored}
    if missing:
        made, _ = encoder.encode(list(missing.values()))
        fresh = {key: vector.astype("<f4").tobytes() for key, vector in zip(missing, made, strict=True)}
        memo.put_many(KIND, fresh)
        stored.update(fresh)
    return np.stack([np.frombuffer(stored[key], dtype="<f4") for key in keys])
