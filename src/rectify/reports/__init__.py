"""Reports: the ledger of an order, and the files that it names, as a rectification report. Reads; never acts."""
