"""Pages people look at: who is in the data, who got lost, and what the model learned."""
