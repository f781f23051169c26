"""Load on a server of this machine."""
