"""GraphiQL for both schemas, served from our own files under a strict content policy."""
