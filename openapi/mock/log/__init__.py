"""The log of requests, and its entries as code."""
