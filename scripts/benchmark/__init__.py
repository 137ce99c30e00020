"""How fast the server is, beside stock Connexion and FastAPI doing the same work on the same core."""
