"""GraphQL over HTTP, step by step: read the request, prepare the document, run it, write the answer."""
