"""What the program is made of, and whether vulnerabilities of that are known."""
