"""Published pages of a contract: from pages to one contract, and back."""
