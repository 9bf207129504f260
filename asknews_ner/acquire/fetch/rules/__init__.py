"""What a site says about fetching its pages and training on them: robots.txt, ai.txt, tdmrep.json, headers and meta tags."""
