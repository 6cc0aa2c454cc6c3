"""Leaders linked to parks, enterprises, projects and chains: what moved, what is late, visits."""
