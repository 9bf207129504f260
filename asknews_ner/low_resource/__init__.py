"""The study of seed-based generation for languages with little labelled text (Kamath and Vajjala 2025, arXiv 2505.16814).

Human sentences are shown to an LLM as examples, the LLM writes new ones with entities marked, and what is usable of them is kept.

Human sentences: `language_data` (with `places` and `human`), `seeds`. Asking: `calls` (with `news`) and `generate`. Reading the replies:
`parse` (with `recover_quoted` and `spans` for this project's form, `recover` for the study's). The last word: `filters` (with `degenerate`
and `escapes`). How much came of it: `yields` (with `similar`). How far its labels can be trusted: `audit`, `audit_sheet`, and `signals`
over a `lexicon`. What the rows are worth: `study`. The study's own replies: `study_files`, `study_rows`."""
