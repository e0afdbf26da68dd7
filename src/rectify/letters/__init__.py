"""Letters to the people acted against and to authorities: composed, written down, handed over, proven."""
