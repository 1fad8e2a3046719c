"""Imports without their heaviest passenger, and as a pytest plug-in the same for nbval.

jsonschema builds a grammar for IRIs at import when `rfc3987_syntax` is installed; that is most of the time of
`import papermill`, and no notebook holds an IRI to check. Where the module is marked absent, jsonschema
leaves that one format unchecked.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)
