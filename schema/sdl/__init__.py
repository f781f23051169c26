"""The two schemas as text."""
