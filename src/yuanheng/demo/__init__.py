"""The demonstration city: invented parks, enterprises and figures, made from a seed."""
