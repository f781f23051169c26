// Both explorers live on one origin, so each keeps its tabs under its own prefix.
// The prefix carries the revision of the examples: new examples are shown, not tabs of an older version.

export function createTabStorage(audience, revision) {
  const family = `handcart:${audience}:`;
  const prefix = `${family}${revision}:`;
  const keys = (start) => Object.keys(localStorage).filter((key) => key.startsWith(start));

  keys(family)
    .filter((key) => !key.startsWith(prefix))
    .forEach((key) => localStorage.removeItem(key));

  return {
    getItem: (key) => localStorage.getItem(prefix + key),
    setItem: (key, value) => localStorage.setItem(prefix + key, value),
    removeItem: (key) => localStorage.removeItem(prefix + key),
    clear: () => keys(prefix).forEach((key) => localStorage.removeItem(key)),
    get length() {
      return keys(prefix).length;
    },
  };
}
