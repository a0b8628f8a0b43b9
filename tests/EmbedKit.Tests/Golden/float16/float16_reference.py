"""Float32 bits, one a line on standard input, to the bits NumPy's float16 rounds them to, as a JSON list."""
import json
import sys

import numpy

bits = numpy.array([int(line) for line in sys.stdin if line.strip()], numpy.uint32)
with numpy.errstate(over="ignore"):
    print(json.dumps(bits.view(numpy.float32).astype(numpy.float16).view(numpy.uint16).tolist()))
