"""SatelliteBench's labels, made again with pandas and NumPy from what the published code does (src/get_data.py of
dsrestrepo/Foundational-Multimodal-Fusion-Benchmark at 6a76fd3): prints {"binary": [...], "three": [...]}, municipality by municipality.

    /usr/bin/python3 satellite_labels.py metadata.csv

Needs Debian's python3-pandas.
"""
import json
import sys

import numpy as np
import pandas as pd

CODES = [76001, 5001, 50001, 54001, 73001, 68001, 5360, 8001, 41001, 23001]
table = pd.read_csv(sys.argv[1]).set_index("Municipality code")
weeks = [c for c in table.columns if c[:4] in ("2016", "2017", "2018") and "/w" in c]
binary, three = [], []
for code in CODES:
    cases = table.loc[code, weeks]
    cases = pd.to_numeric(cases.fillna(cases.mode().iloc[0]))
    binary += (cases > cases.median()).astype(int).tolist()
    third = np.digitize(cases, cases.quantile(np.linspace(0, 1, 4)[1:-1]))
    cuts = [cases[third == k].quantile(0.5) for k in (1, 2, 3)]
    three += np.digitize(cases, cuts).tolist()
print(json.dumps({"binary": binary, "three": three}))
