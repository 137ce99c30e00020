"""A verdict as people and programs read it; each module makes one form of it, and writes nothing itself."""
