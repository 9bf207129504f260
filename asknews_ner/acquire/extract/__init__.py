"""From a page's bytes to an article: charset, main text, metadata, in processes that can be killed."""
