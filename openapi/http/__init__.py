"""HTTP as values: messages, media types, content negotiation, masking, curl."""
