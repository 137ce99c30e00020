"""HTTP messages as values: media types, content negotiation, content codings, masking, curl."""
