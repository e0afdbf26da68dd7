"""The example world: country XA, a market with its SQLite shop, an app store, orders; made from a seed, invented."""
