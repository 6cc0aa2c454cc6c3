"""The document desk: files are read, a person checks what was found and hands it on."""
