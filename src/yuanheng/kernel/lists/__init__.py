"""Lists that stay fast: what their address says, pages by cursor, bounded counts, saved views."""
