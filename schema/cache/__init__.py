"""Answers that are the same for every anonymous shopper, kept until something that they show is written."""
