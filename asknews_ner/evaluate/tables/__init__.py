"""Tables of scores in the paper's form, and the gate that reads them: pure code over score records."""
