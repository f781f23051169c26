// The content policy admits style elements that carry the page's nonce. Monaco and the dialogs make theirs
// without one and offer no setting for it, so every style element gets it when it is made.

const nonce = document.querySelector("script[nonce]").nonce;
const createElement = Document.prototype.createElement;

Document.prototype.createElement = function (name, ...rest) {
  const element = createElement.call(this, name, ...rest);
  if (element instanceof HTMLStyleElement) {
    element.nonce = nonce;
  }
  return element;
};
