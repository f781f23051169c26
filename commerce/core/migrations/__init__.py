"""What migrations of all apps are made of.

The tables of a shop that is installed today depend on what stands here: nothing is changed that would change what a
migration has made.

The first migrations of most apps were put together out of several. Each `replaces` the one that was the last to change
what it makes, and so stands for all before it: a database that has that one has everything, and one that stopped
half-way is refused (deploy/prepare.py). No two replace the same, or a first start that was interrupted between them
would take both for done.
"""
