"""Fetching from the web, politely and safely: one address in, one page or one reason out, and a row for each request."""
