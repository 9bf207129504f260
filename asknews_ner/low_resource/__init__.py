"""The study of seed-based generation for languages with little labelled text (Kamath and Vajjala 2025, arXiv 2505.16814).

Human sentences are shown to an LLM as examples, the LLM writes new ones with entities marked, and what is usable of them
is kept. Human sentences: `language_data` (with `places` and `human`), `seeds`; asking: `calls` (with `news`) and `generate`; reading the
replies: `parse` (with `recover_quoted` and `spans` for this project's form, `recover` for the study's); the last word: `filters` (with `degenerate` and
`escapes`); how much came of it: `yields` (with `similar`); how far its labels can be trusted: `audit`, `audit_sheet`, and `signals` over a
`lexicon`; the study's own replies: `study_files`, `study_rows`. What the rows are worth: `study`."""
