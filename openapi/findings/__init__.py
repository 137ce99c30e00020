"""What was found: rules, findings, baseline, reports."""
