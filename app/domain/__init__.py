"""The rules, in plain Python: no framework, no input or output, no clock of its own."""
