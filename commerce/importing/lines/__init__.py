"""The catalog as JSON Lines: one object on each line, brought in by the same verbs that staff use."""
