"""Source against summary, thing by thing: which names, places, numbers and months one has and the other lacks, and one score of it all."""
