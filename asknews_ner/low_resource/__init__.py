"""The study of seed-based generation for languages with little labelled text (Kamath and Vajjala 2025, arXiv 2505.16814).

Human sentences are shown to an LLM as examples, the LLM writes new ones with entities marked, and what is usable of them
is kept. Human sentences: `language_data` (with `places` and `human`), `seeds`; asking: `generate`; reading the replies: `parse`
(with `spans` for this project's form and `recover` for the study's); the last word: `filters`. What the rows are worth: `study`."""
