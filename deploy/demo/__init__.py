"""The demo shop: what a fresh installation is filled with, so that there is something to look at."""
