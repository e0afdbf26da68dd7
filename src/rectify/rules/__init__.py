"""Rules as data: packs and their language, registers of licensed providers, the products that an order names."""
