// A prettier plugin for JSON with comments, on the parser that is in the bundle anyway.
// Stands in for prettier's Babel and ESTree plugins, which weigh half a megabyte.

import { applyEdits, format } from "jsonc-parser";

const FORMAT = "jsonc-text";

export const parsers = {
  jsonc: {
    astFormat: FORMAT,
    locStart: () => 0,
    locEnd: ({ text }) => text.length,
    parse: (text) => ({
      text: applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize: 2 })),
    }),
  },
};

export const printers = { [FORMAT]: { print: (path) => path.node.text } };
