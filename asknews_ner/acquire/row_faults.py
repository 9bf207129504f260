"""Why a row can leave before it is an article."""

from dataclasses import dataclass

from asknews_ner.records import UNKNOWN_COUNTRY, Reason


class ArrivalReject(Reason):
    """Why a row can leave before it is an article."""

    UNREADABLE_ROW = "the row could not be read"
    UNREADABLE_FILE = "the file, or the rest of it, could not be read"
    NO_TEXT = "the row has no text"
    TEXT_NOT_A_STRING = "the text is not a string"
    TOO_LONG = "the text is longer than the recipe's max_characters"
    LANGUAGE_NOT_ACCEPTED = "the text's language is not one of the recipe's"
    LANGUAGE_UNKNOWN = "no language was declared and the text is too short to identify one"
    LANGUAGE_DISPUTED = "what is declared and the two identifiers say have no majority, and the recipe wants one"
    MIXED_LANGUAGES = "too much of the text is in another language"
    ID_SEEN_BEFORE = "an article with this id came earlier in this delivery"
    ROBOTS_DISALLOW = "robots rules or an opt-out of the publisher disallow its use"
    ROBOTS_UNKNOWN = "the delivery does not say whether robots rules allow its use, and the recipe wants to know"
    TAKEN_DOWN = "the article or its publisher stands on the deny list"


@dataclass
class RowFaultError(Exception):
    """Carries what is known of a row to its reject record."""

    reason: ArrivalReject
    detail: str
    country: str = UNKNOWN_COUNTRY
    language: str = ""
    title: str = ""
    publisher: str = ""
