"""Windows of time, and the topics within them."""
