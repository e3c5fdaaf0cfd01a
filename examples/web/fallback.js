// The switch of a page: which of an app's artefacts this browser runs. `edgeplan pick MODEL --target BROWSER` tells what to fill in.
// Nothing here measures: a page that wants to know how much fits asks for a buffer of that size and counts a refusal as a no.
"use strict";

const options = [
  { kind: "webgpu", needs: { webgpu: true, shaderF16: true }, model: "MODEL-q4f16_1-MLC" },
  { kind: "webgpu", needs: { webgpu: true }, model: "MODEL-q4f32_1-MLC" },
  { kind: "wasm", needs: { wasm: true }, model: "SMALLER-MODEL-q4_k_m.gguf" },
  // Prompts leave the device, and it needs a network: ask before it is taken.
  { kind: "server", needs: { network: true, consent: true }, url: "https://example.org/v1" },
];

// What the browser has. `largestBufferBytes` is what one GPU buffer may hold.
async function features(scope, consent) {
  const gpu = scope.navigator && scope.navigator.gpu;
  const adapter = gpu ? await gpu.requestAdapter() : null;
  return {
    webgpu: adapter !== null,
    shaderF16: adapter !== null && adapter.features.has("shader-f16"),
    largestBufferBytes: adapter !== null ? adapter.limits.maxBufferSize : 0,
    wasm: typeof scope.WebAssembly === "object",
    network: Boolean(scope.navigator && scope.navigator.onLine),
    consent: Boolean(consent),
  };
}

// The first option whose needs are met, null if there is none: the page says so.
function choose(from, has) {
  const meets = (option) =>
    Object.entries(option.needs).every(([key, need]) => (typeof need === "number" ? has[key] >= need : has[key] === need));
  return from.find(meets) || null;
}

if (typeof module === "object") module.exports = { options, features, choose };
