"""The bill of materials of the program, and the known vulnerabilities of its packages."""
