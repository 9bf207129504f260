"""Entity types: the ontology, what a free label means in it, and types as a whole."""
