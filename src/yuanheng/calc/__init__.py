"""The ground floor: expressions, schemes and evaluation; pure, without files, clock or network."""
