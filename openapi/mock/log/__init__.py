"""The log of requests, and its entries as commands and code."""
