"""Pages written for the tests."""

SENTENCES = (
    "The harbour board of Saltmere voted on Tuesday to close the eastern quay for two years of repairs.",
    "Divers had found cracks in eleven of the forty pillars, chairwoman Orla Dunmore told the board.",
    "Fishing boats will land their catch at the old coal pier, which was last used in 1987.",
    "The repairs cost 14 million euros, of which the county pays half.",
    "Fishermen fear longer ways; the cannery promised to pay for a shuttle of its own.",
)
PARAGRAPHS = "".join(f"<p>{sentence} {sentence}</p>" for sentence in SENTENCES)
LINKED = """{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Saltmere Courier"}, {"@type": ["NewsArticle"],
"headline": "Saltmere closes its eastern quay", "datePublished": "2026-03-03T18:30:00+01:00", "author": [{"@type": "Person",
"name": "Aino Berg"}, {"name": "Tom Reed"}], "isAccessibleForFree": "False", "publisher": {"name": "Saltmere Courier"}}]}"""
HEAD = f"""<title>Saltmere closes its eastern quay | Saltmere Courier</title><link rel="canonical" href="/2026/03/quay?utm_source=x">
<meta property="og:site_name" content="Saltmere Courier"><script type="application/ld+json">{LINKED}</script>"""
FURNITURE = "<nav><a href='/'>Home</a><a href='/sport'>Sport</a></nav>"
ARTICLE = f"""<!doctype html><html lang="en-GB"><head>{HEAD}</head><body>{FURNITURE}<article><h1>Saltmere closes its eastern quay</h1>
{PARAGRAPHS}</article><footer>Imprint</footer></body></html>"""


def page(body: str, head: str = "<title>A title of its own</title>") -> str:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
