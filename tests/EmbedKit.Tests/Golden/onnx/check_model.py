"""Checks an ONNX file against the specification, as the onnx package reads it, and prints how often each operator occurs."""
import collections
import json
import sys

import onnx

path = sys.argv[1]
onnx.checker.check_model(path, full_check=True)
model = onnx.load(path, load_external_data=False)
print(json.dumps(collections.Counter(node.op_type for node in model.graph.node)))
