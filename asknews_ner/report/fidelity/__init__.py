"""The report on semantic fidelity: signals of every pair, drift over groups, the worst pairs side by side, and a sheet for raters."""
