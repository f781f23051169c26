// prettier ships one GraphQL plugin under two names; GraphiQL imports both. One copy is enough.

export { parsers, printers } from "prettier/plugins/graphql";
