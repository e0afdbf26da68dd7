"""Orders come in: read with all faults, counted in time, matched with the register of authorities, accepted."""
