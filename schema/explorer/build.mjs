// Bundles GraphiQL into static/explorer/, with the licence of every package that ends up in a file.

import { build } from "esbuild";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { collectLicences } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "static", "explorer");

// Import path as it stands in the packages -> our lighter module.
const STAND_INS = {
  "monaco-editor/esm/vs/editor/edcore.main.js": "editor-features.js",
  "prettier/plugins/estree": "prettier-jsonc.js",
  "prettier/parser-babel": "prettier-jsonc.js",
  "prettier/parser-graphql": "prettier-graphql.js",
};

const standIns = {
  name: "stand-ins",
  setup(bundler) {
    bundler.onResolve({ filter: /^(monaco-editor|prettier)\// }, ({ path }) => {
      const module = STAND_INS[path];
      return module && { path: join(here, "app", "bundling", module) };
    });
  },
};

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });

const { metafile, outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: {
    explorer: "app/explorer.jsx",
    // The workers are modules too, so that what they share with the page is on disk once.
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
  bundle: true,
  format: "esm",
  splitting: true,
  jsx: "automatic",
  minify: true,
  legalComments: "none",
  metafile: true,
  write: false,
  outdir: target,
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "file" },
  assetNames: "[name]",
  chunkNames: "chunk-[hash]",
  plugins: [standIns],
});

// explorer.css holds all styles; nothing would ever load the style sheets of single chunks.
const isChunkStyle = ({ path }) => /chunk-\w+\.css$/.test(path);
await Promise.all(outputFiles.filter((file) => !isChunkStyle(file)).map(({ path, contents }) => writeFile(path, contents)));

await copyFile(join(here, "app", "handcart.svg"), join(target, "handcart.svg"));

const inputs = new Set(Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs)));
await writeFile(join(target, "LICENCES.txt"), await collectLicences(here, inputs));
