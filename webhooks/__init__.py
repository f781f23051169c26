"""Delivery of events to partners over signed HTTP."""
