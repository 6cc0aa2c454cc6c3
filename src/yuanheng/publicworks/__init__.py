"""Infrastructure and public projects of the parks, ordered by urgency; who is late."""
