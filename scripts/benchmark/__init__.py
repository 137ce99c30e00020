"""The speed of the server, compared with stock Connexion and FastAPI doing the same work on the same core."""
