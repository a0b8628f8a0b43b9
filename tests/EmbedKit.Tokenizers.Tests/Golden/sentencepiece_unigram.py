"""Unigram models by Google's own SentencePiece: python3 sentencepiece_unigram.py FOLDER < {"corpus": [...], "texts": [...]} -> ids.

Trains FOLDER/plain.model (nmt_nfkc, as T5) and FOLDER/siglip.model (without the space in front, as SiglipTokenizer loads it), and prints
{"plain": ids, "siglip": ids}. "siglip" repeats the steps of Hugging Face's SiglipTokenizer for a text without special tokens.
Needs Debian's python3-sentencepiece.
"""
import json
import os
import re
import string
import sys

import sentencepiece

folder, request = sys.argv[1], json.load(sys.stdin)


def train(name, prefix):
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(request["corpus"]), model_prefix=os.path.join(folder, name), model_type="unigram",
        vocab_size=4000, hard_vocab_limit=False, character_coverage=0.98, normalization_rule_name="nmt_nfkc",
        add_dummy_prefix=prefix, minloglevel=2, num_threads=1)
    return sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, name + ".model"))


plain, siglip = train("plain", True), train("siglip", False)


def siglip_ids(text):
    text = "".join(c if c == "\n" else c.lower() for c in text)
    text = "\u2581" + text.replace("\u2581", " ")
    text = re.sub(r"\s+", " ", text.translate(str.maketrans("", "", string.punctuation))).strip()
    return siglip.encode("<unk>" + text)[len(siglip.encode("<unk>")):]


print(json.dumps({"plain": [plain.encode(t) for t in request["texts"]], "siglip": [siglip_ids(t) for t in request["texts"]]}))
