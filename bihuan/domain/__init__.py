"""What the words mean: ids, clock, working days, events, access, errors. No input or output, no framework."""
