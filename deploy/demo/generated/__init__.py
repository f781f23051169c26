"""A catalog of any size that looks like a real one, for measuring; see `generate_catalog`."""
