// The same model through @huggingface/transformers on onnxruntime-node; commands as in ContestantProcess.cs.
import { AutoModel, Tensor, env } from '@huggingface/transformers';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [folder, pixelsFile, threads] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(resolve(folder));
const model = await AutoModel.from_pretrained(basename(folder), {
  dtype: 'fp32',
  device: 'cpu',
  local_files_only: true,
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1 },
});
const side = 224;
const length = 3 * side * side;
const bytes = readFileSync(pixelsFile);
const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);

// The first token of each image, copied out as every other contestant does.
async function encode(batch) {
  const input = new Tensor('float32', pixels.slice(0, batch * length), [batch, 3, side, side]);
  const { last_hidden_state: hidden } = await model({ pixel_values: input });
  const [, tokens, width] = hidden.dims;
  const result = new Float32Array(batch * width);
  for (let i = 0; i < batch; i++) result.set(hidden.data.subarray(i * tokens * width, i * tokens * width + width), i * width);
  hidden.dispose?.();
  return result;
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(' ');
  if (command === 'run') {
    const started = process.hrtime.bigint();
    await encode(Number(argument));
    console.log(Number(process.hrtime.bigint() - started) / 1e9);
  } else if (command === 'embed') {
    writeFileSync(argument, Buffer.from((await encode(pixels.length / length)).buffer));
    console.log('done');
  } else {
    console.log(1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));
  }
}
