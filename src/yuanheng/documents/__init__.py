"""The document desk: files are read, a person checks what was found, ledger and supervision get it."""
