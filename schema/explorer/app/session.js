// The access token of the last sign-in made in this page. It lives in memory only: a reload forgets it.

import { createAnswers } from "./answers.js";

const SIGN_IN_FIELDS = ["tokenCreate", "tokenRefresh"];

export function createSession(endpoint) {
  let token = null;
  const answers = createAnswers();
  const listeners = new Set();

  function setToken(next) {
    token = next;
    listeners.forEach((listener) => listener());
  }

  async function fetcher(parameters, options) {
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...(token && { Authorization: `Bearer ${token}` }),
      ...options?.headers,
    };
    const { filled, missing } = answers.fill(parameters.variables);
    if (missing) {
      return { errors: [{ message: `No answer so far had an id under "${missing}". Run the tabs before this one.` }] };
    }
    const body = JSON.stringify({ ...parameters, variables: filled });
    const response = await fetch(endpoint, { method: "POST", headers, body });
    if (response.status === 401) {
      setToken(null);
    }
    const result = await response.json();
    if (result.data && parameters.operationName !== "IntrospectionQuery") {
      answers.remember(result.data);
    }
    for (const field of SIGN_IN_FIELDS) {
      const issued = result.data?.[field]?.token;
      if (issued) {
        setToken(issued);
      }
    }
    return result;
  }

  return {
    fetcher,
    signOut: () => setToken(null),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isSignedIn: () => token !== null,
  };
}
