"""The study's trainings: every source of rows at every size, in every regime, scored on human test data (facts: papers.md §2.4).

Which cells there are: `grid`; how one is trained: `learners`; the program that goes through them: `run`, `__main__`; what comes of them:
`curves`, `answer`; the study's own scores beside ours: `released`; which related language: `transfer`."""
