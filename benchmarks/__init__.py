"""Speed and memory as ratios against a bare baseline in the same run: ``./yh bench``."""
