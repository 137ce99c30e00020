"""Mends the mistakes in documents of third parties: `document.mend` makes a valid document of one with mistakes."""
