"""Plain data written as YAML that `read_document` reads back to the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter


class _Representer(SafeRepresenter):
    """No anchors (the reader refuses them), instants as RFC 3339."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_instant(self, data: datetime) -> ScalarNode:
        node: ScalarNode = self.represent_scalar("tag:yaml.org,2002:timestamp", data.isoformat())
        return node


_Representer.add_representer(datetime, _Representer.represent_instant)


def write_document(data: object) -> str:
    """YAML text of plain data: mapping, list, tuple, set (sorted), text, bool, int, date, instant, None."""
    writer = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.default_flow_style = False
    for option, value in (("sort_base_mapping_type_on_output", False), ("allow_unicode", True), ("width", 110)):
        setattr(writer, option, value)  # ruamel declares these as None
    out = StringIO()
    writer.dump(_plain(data), out)
    return out.getvalue().removesuffix("...\n")


def _plain(data: object) -> object:
    if isinstance(data, Mapping):
        return {str(_plain(key)): _plain(value) for key, value in data.items()}
    if isinstance(data, Enum):
        return _plain(data.value)
    if isinstance(data, (set, frozenset)):
        return sorted(str(_plain(item)) for item in data)
    if isinstance(data, (list, tuple)):
        return [_plain(item) for item in data]
    if data is None or isinstance(data, (str, bool, int, date)):
        return data
    return str(data)
