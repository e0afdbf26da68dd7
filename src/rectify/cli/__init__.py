"""The command line: a face. It asks, calls one step, and shows; it judges nothing."""
