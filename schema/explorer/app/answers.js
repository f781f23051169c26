// What earlier answers called things, so that the example operations can be run one after the other.
// A variable "{{checkout.id}}" stands for the id that stood last under the field `checkout`; in a list the first
// one counts. Connections are looked through: `products { edges { node { id } } }` is "{{products.id}}".

const LOOKED_THROUGH = new Set(["edges", "nodes", "node"]);
const PLACEHOLDER = /^\{\{(\w+)\.id\}\}$/;

function collect(value, name, found) {
  if (Array.isArray(value)) {
    value.forEach((item) => collect(item, name, found));
  } else if (value && typeof value === "object") {
    if (name && typeof value.id === "string" && !found.has(name)) {
      found.set(name, value.id);
    }
    for (const [field, child] of Object.entries(value)) {
      collect(child, LOOKED_THROUGH.has(field) ? name : field, found);
    }
  }
}

export function createAnswers() {
  const ids = new Map();

  /** The variables with their ids, or the name under which there was none so far. */
  function fill(variables) {
    let missing = null;
    const filled = JSON.parse(JSON.stringify(variables ?? {}), (_key, value) => {
      const name = typeof value === "string" && PLACEHOLDER.exec(value)?.[1];
      if (!name) {
        return value;
      }
      missing ??= ids.has(name) ? null : name;
      return ids.get(name) ?? value;
    });
    return { filled, missing };
  }

  return {
    fill,
    remember(data) {
      const found = new Map();
      collect(data, null, found);
      found.forEach((id, name) => ids.set(name, id));
    },
  };
}
