"""Recording systems, know-how per cell and the density it allows: the same arithmetic for everybody."""
