// Monaco asks for its workers by label. They are files of the same origin, as the content policy demands.

const FILES = { json: "json.worker.js", graphql: "graphql.worker.js" };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(`./${FILES[label] ?? "editor.worker.js"}`, import.meta.url), { type: "module" }),
};
