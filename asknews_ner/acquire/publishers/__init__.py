"""The publisher registry: public news outlets as data, and what an article's address tells about its country and language."""
