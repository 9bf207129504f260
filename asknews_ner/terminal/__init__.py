"""What the command line does with the definitions: run everything in order, and say what came of it."""
