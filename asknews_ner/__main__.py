"""`python -m asknews_ner` is `asknews-ner`."""

from asknews_ner.cli import main

if __name__ == "__main__":
    main()
