"""The glossary as code: frozen records that pass between the rooms. Standard library only, no input or output."""
