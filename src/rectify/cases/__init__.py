"""Cases: what was found, gathered by item; decided by a person or the pack; appealed; and the tasks that come of it."""
