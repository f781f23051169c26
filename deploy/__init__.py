"""Everything that runs the shop: settings, addresses, processes and the servers of a fresh machine."""
