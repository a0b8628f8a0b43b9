"""Token ids by Google's own SentencePiece: python3 sentencepiece_reference.py MODEL < texts.json -> ids. Needs Debian's python3-sentencepiece."""
import json
import sys

import sentencepiece

model = sentencepiece.SentencePieceProcessor(model_file=sys.argv[1])
print(json.dumps([model.encode(text) for text in json.load(sys.stdin)]))
