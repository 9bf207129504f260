"""Is this text an article? Length, boilerplate, repeated lines, broken encoding, a title that has nothing to do with it."""

from collections.abc import Sequence

from asknews_ner.acquire.boilerplate import boilerplate_share
from asknews_ner.clean.title_match import title_overlap
from asknews_ner.recipe import CleanParams
from asknews_ner.records import Article, Outcome, Reason, Rejected, rejection

STAGE = "clean_articles"


class CleanReject(Reason):
    """Why an article can leave here."""

    TOO_SHORT = "fewer characters than the recipe's min_characters"
    BOILERPLATE = "consent banners, paywall notices and the like make up too much of the text"
    REPEATED_LINES = "too many lines repeat an earlier line"
    TITLE_MISMATCH = "the text has none of its title's words: another part of the page was taken"
    BROKEN_ENCODING = "the text holds replacement characters: it was read in a wrong encoding"


def keep_articles(articles: Sequence[Article], params: CleanParams) -> Outcome[Article]:
    """Articles that read like articles; the others with their reason.

    Source: production checks of the paper's authors (drop contents under 150 characters, bad scrapes)."""
    kept: list[Article] = []
    rejected: list[Rejected] = []
    for article in articles:
        found = _fault(article, params)
        if found is None:
            kept.append(article)
        else:
            rejected.append(rejection(article, STAGE, *found))
    return Outcome(len(articles), kept, rejected)


def _fault(article: Article, params: CleanParams) -> tuple[CleanReject, str] | None:
    text = article.text
    if len(text) < params.min_characters:
        return CleanReject.TOO_SHORT, f"{len(text)} characters, at least {params.min_characters}"
    broken = text.count("\ufffd") / len(text)
    if broken > params.max_broken_share:
        return CleanReject.BROKEN_ENCODING, f"{broken:.1%} replacement characters, at most {params.max_broken_share:.1%}"
    share = boilerplate_share(text, article.language)
    if share > params.max_boilerplate_share:
        return CleanReject.BOILERPLATE, f"{share:.0%} of the text is boilerplate, at most {params.max_boilerplate_share:.0%}"
    lines = [line for line in text.split("\n") if line]
    repeated = 1 - len(set(lines)) / len(lines)
    if repeated > params.max_repeated_share:
        return CleanReject.REPEATED_LINES, f"{repeated:.0%} of the lines are repeats, at most {params.max_repeated_share:.0%}"
    overlap, words = title_overlap(article.title, text, params)
    if words >= params.title_min_words and overlap < params.min_title_overlap:
        detail = f"the text has {overlap:.0%} of the title's {words} words, at least {params.min_title_overlap:.0%}"
        return CleanReject.TITLE_MISMATCH, detail
    return None
