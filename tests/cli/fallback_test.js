// The template of the switch, by what a browser may have. usage: node fallback_test.js
"use strict";
const assert = require("assert");
const path = require("path");
const { options, features, choose } = require(path.join(__dirname, "..", "..", "examples", "web", "fallback.js"));

const scope = (adapter, online) => ({
  navigator: { onLine: online, gpu: adapter === undefined ? undefined : { requestAdapter: async () => adapter } },
  WebAssembly: {},
});
const adapter = (...names) => ({ features: new Set(names), limits: { maxBufferSize: 2 ** 31 } });

(async () => {
  const kindOf = async (...words) => (choose(options, await features(...words)) || {}).model;
  assert.strictEqual(await kindOf(scope(adapter("shader-f16"), true)), options[0].model);
  assert.strictEqual(await kindOf(scope(adapter(), true)), options[1].model);
  assert.strictEqual(await kindOf(scope(null, true)), options[2].model); // WebGPU without an adapter is none
  assert.strictEqual(await kindOf(scope(undefined, false)), options[2].model);
  const bare = { navigator: { onLine: true } };
  assert.strictEqual(choose(options, await features(bare, false)), null); // nobody agreed that prompts leave
  assert.strictEqual(choose(options, await features(bare, true)).kind, "server");
  assert.strictEqual(choose(options, await features({ navigator: { onLine: false } }, true)), null);
  const large = [{ kind: "webgpu", needs: { largestBufferBytes: 2 ** 32 } }];
  assert.strictEqual(choose(large, await features(scope(adapter(), true))), null);
})().catch((failure) => {
  console.error(failure.message);
  process.exit(1);
});
