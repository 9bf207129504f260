"""From files to typed articles: reading, dates, countries, addresses, languages."""
