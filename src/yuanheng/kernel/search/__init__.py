"""One search over all registers: by name, by code, by pinyin initials."""
