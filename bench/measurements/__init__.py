"""What `python -m bench.measure` measures, a file a question; `page` writes the answers down."""
