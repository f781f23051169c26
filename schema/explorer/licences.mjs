// The licence texts of the packages whose files are in a bundle.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;

async function read(folder) {
  const { name, version, license, repository } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const source = repository?.url ?? repository ?? "";
  const text = texts.length ? texts.map((one) => one.trim()).join("\n\n") : `${license}, as stated in package.json. ${source}`;
  return { title: `${name} ${version} (${license})`, text: text.replaceAll("\r\n", "\n") };
}

/** The licence texts of the packages that `inputs` (paths relative to `root`) belong to, each text once. */
export async function collectLicences(root, inputs) {
  const folders = new Set([...inputs].map((path) => PACKAGE.exec(path)?.[1]).filter(Boolean));
  const packages = await Promise.all([...folders].map((folder) => read(join(root, folder))));
  packages.sort((one, other) => one.title.localeCompare(other.title));
  const titlesByText = new Map();
  for (const { title, text } of packages) {
    titlesByText.set(text, [...(titlesByText.get(text) ?? []), title]);
  }
  const rule = `\n\n${"-".repeat(100)}\n\n`;
  return [...titlesByText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}`).join(rule) + "\n";
}
