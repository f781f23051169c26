"""Documents that are sent by name: those that a frontend registered (documentId), and Apollo's automatic ones."""
