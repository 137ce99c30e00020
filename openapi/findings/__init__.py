"""Findings of a check or a proxy: rules, baseline and reports."""
