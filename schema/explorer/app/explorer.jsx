import "./style-nonce.js";

import { GraphiQL } from "graphiql";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
// GraphiQL imports Monaco on demand; imported here its styles are in explorer.css, where they are needed.
import "monaco-graphql/esm/monaco-editor.js";
import { createRoot } from "react-dom/client";

import "./brand.css";
import { SignIn } from "./sign-in.jsx";
import { createSession } from "./session.js";
import { createTabStorage } from "./tab-storage.js";
import "./workers.js";

const page = JSON.parse(document.getElementById("explorer-page").textContent);
const session = createSession(page.endpoint);

function Logo() {
  return (
    <span className="handcart-logo">
      <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
        <path d="M2 5h3l2.6 10h10.2L21 8H7" fill="none" stroke="currentColor" strokeWidth="2"
          strokeLinecap="round" strokeLinejoin="round" />
        <circle cx="9" cy="19" r="1.8" fill="currentColor" />
        <circle cx="16.5" cy="19" r="1.8" fill="currentColor" />
      </svg>
      <b>Handcart</b>
      <span className="handcart-audience">{page.audience}</span>
    </span>
  );
}

const storage = createTabStorage(page.audience, page.revision);
// GraphiQL fills in the query of the first default tab, but not its variables.
const firstVariables = storage.length === 0 ? page.tabs[0]?.variables : null;

createRoot(document.getElementById("explorer")).render(
  <GraphiQL
    fetcher={session.fetcher}
    storage={storage}
    defaultTabs={page.tabs}
    initialVariables={firstVariables ?? undefined}
    defaultEditorToolsVisibility="variables"
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <Logo />
    </GraphiQL.Logo>
    <GraphiQL.Footer>
      <SignIn session={session} />
    </GraphiQL.Footer>
  </GraphiQL>,
);
