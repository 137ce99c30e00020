"""Reports: a verdict in the formats that people and programs read. Each module makes one format and writes no file."""
