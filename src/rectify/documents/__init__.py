"""Strict YAML documents (and JSON, which is YAML here), read to nodes that keep their place, and typed with all faults.

Orders, authorities, packs, registers and settings are read through this one door (SECURITY.md §3, hostile YAML).
"""

from rectify.documents.nodes import MAX_BYTES, MAX_DEPTH, Node, read_document, shown
from rectify.documents.reading import Reading
from rectify.documents.writing import write_document

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Node", "Reading", "read_document", "shown", "write_document"]
