"""A gateway that judges what passes: requests and responses, against a contract."""
