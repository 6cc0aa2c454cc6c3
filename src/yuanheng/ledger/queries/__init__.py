"""What the ledger believes, now or then."""
