"""The published way to load the pair, on its first rows: pandas, then eval on every list. pandas_peer.py TEXT_CSV IMAGE_CSV ROWS"""
import json
import resource
import sys
import time

import numpy
import pandas

text_path, image_path, rows = sys.argv[1], sys.argv[2], int(sys.argv[3])
started = time.perf_counter()
text = pandas.read_csv(text_path, nrows=rows)
text["embeddings"] = text["embeddings"].apply(eval)
image = pandas.read_csv(image_path, nrows=rows)
image["image_id"] = image["ImageName"].str.replace(".jpg", "", regex=False)
joined = text.merge(image, on="image_id")
vectors = numpy.array(joined["embeddings"].tolist()), joined[[c for c in image.columns if c.isdigit()]].to_numpy()
print(json.dumps({
    "seconds": time.perf_counter() - started,
    "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "rows": [v.shape for v in vectors],
    "version": pandas.__version__,
}))
