"""Who is in the articles, the sample and the dataset, who gets lost on the way and why, and what to collect next."""
