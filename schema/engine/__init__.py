"""Execution for Strawberry schemas that never asks a loader once per parent. Knows GraphQL, not the shop."""
