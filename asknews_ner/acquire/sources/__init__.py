"""Where articles come from: feeds, sitemaps, archives, the AskNews API, data sets, files. All yield the same items."""
