"""Keeps the processes of one shop running, and ends them together."""
