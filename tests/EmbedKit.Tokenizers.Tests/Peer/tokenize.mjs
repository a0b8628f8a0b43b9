// Token ids by Hugging Face's own code: node tokenize.mjs < {"files": [tokenizer.json, …], "texts": […]} > {"FILE": {"rust": [[id, …], …], "javascript": …}, …}.
// "javascript": @huggingface/tokenizers, the tokenizers of @huggingface/transformers 4.3.1. "rust": tokenizers 0.22.2, which Python's transformers runs.
import { readFileSync } from 'node:fs';
import { Tokenizer as Rust } from '@anush008/tokenizers';
import { Tokenizer as JavaScript } from '@huggingface/tokenizers';

const { files, texts } = JSON.parse(readFileSync(0, 'utf8'));
const answers = {};
for (const file of files) {
  const written = readFileSync(file, 'utf8');
  const rust = Rust.fromString(written);
  const ids = { rust: [], javascript: null };
  for (const text of texts) {
    ids.rust.push((await rust.encode(text, null, { addSpecialTokens: true })).getIds());
  }
  try {
    const javascript = new JavaScript(JSON.parse(written), {});
    ids.javascript = texts.map((text) => javascript.encode(text).ids);
  } catch (error) {
    ids.refused = String(error);
  }
  answers[file] = ids;
}
process.stdout.write(JSON.stringify(answers));
