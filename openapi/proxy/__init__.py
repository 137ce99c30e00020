"""The proxy: a gateway that judges requests and responses by a contract."""
