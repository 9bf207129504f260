"""Every shared feed, sitemap and archive, the broken ones too: what is kept, and why the rest is not.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/shared_documents.py

Kept: links of feeds and sitemaps (other sitemaps too), pages of archives. Nothing is fetched or extracted."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from asknews_ner.acquire.sources.archives import read_archive
from asknews_ner.acquire.sources.feeds import read_feed
from asknews_ner.acquire.sources.items import RefusedItem
from asknews_ner.acquire.sources.sitemaps import read_sitemap
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").sources


def items(file: Path) -> Iterator[object]:
    if file.parent.name == "warc":
        with file.open("rb") as archive:
            yield from read_archive(archive, file.name, PARAMS)
    elif "sitemap" in file.name:
        yield from read_sitemap(file.read_bytes(), file.name, PARAMS)
    else:
        yield from read_feed(file.read_bytes(), file.name, PARAMS)


def main() -> None:
    raw = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "raw"
    total: Counter[str] = Counter()
    print("| file | kept | refused, by reason |\n| --- | ---: | --- |")
    for file in sorted([*(raw / "feeds").iterdir(), *(raw / "warc").iterdir()]):
        found = Counter(item.reason.name if isinstance(item, RefusedItem) else "kept" for item in items(file))
        kept = found.pop("kept", 0)
        total.update(found, kept=kept)
        print(f"| {file.name} | {kept} | {', '.join(f'{reason} {count}' for reason, count in found.most_common())} |")
    print(f"| all | {total.pop('kept')} | {', '.join(f'{reason} {count}' for reason, count in total.most_common())} |")


if __name__ == "__main__":
    main()
