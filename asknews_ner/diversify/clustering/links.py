"""The same story in the next window: topics that go on."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Centre = NDArray[np.float64]


def stories(windows: Sequence[str], topics: Mapping[str, Mapping[str, Centre]], most_windows: int, min_cosine: float) -> dict[str, str]:
    """Topic id → id of the topic with which its story began (its own, if it begins one).

    `windows`: names in order of time; `topics`: window → topic id → unit vector of its centre. A topic continues the story whose last
    topic lies at most `most_windows` windows back and is nearest by cosine; each story goes on in one topic of a window, the nearest
    first, so that two new topics never continue the same one."""
    story: dict[str, str] = {}
    last: dict[str, tuple[int, Centre]] = {}
    for number, window in enumerate(windows):
        own = topics.get(window, {})
        open_stories = {name: centre for name, (seen, centre) in last.items() if number - seen <= most_windows}
        pairs = sorted((-float(centre @ other), topic, name) for topic, centre in own.items() for name, other in open_stories.items())
        taken: set[str] = set()
        for cosine, topic, name in pairs:
            if -cosine >= min_cosine and topic not in story and name not in taken:
                story[topic] = name
                taken.add(name)
        for topic, centre in own.items():
            story.setdefault(topic, topic)
            last[story[topic]] = (number, centre)
    return story
