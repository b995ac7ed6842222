// floors.mjs -- who may include whom: base < store < output < web < features < main, each floor only itself and lower ones; features
// only each other's one header.  doc/architecture.md says why.  The build runs it: node tests/structure/floors.mjs SRC
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const floors = ['base', 'store', 'output', 'web', 'features'];
const heightOf = (path) => {
  const at = floors.indexOf(path.split('/')[0]);
  return at < 0 ? floors.length : at;
};
const featureOf = (path) => path.match(/^features\/([^/]+)\/[^/]/)?.[1];

// What stands between quotes after #include or {% include %} or in {% view %}; angle brackets are libraries.
export function includesOf(text) {
  return [...text.matchAll(/^\s*(?:#\s*include\s+|\{%\s*(?:include|view\b[^"]*?)\s*)"([^"]+)"/gm)].map((m) => m[1]);
}

// Sentences about the includes of one file, `path` relative to src/; none when all is well.
export function wrongIncludes(path, text) {
  const wrong = [];
  for (const included of includesOf(text)) {
    if (!included.includes('/')) {
      wrong.push(`${path} includes "${included}": write the whole path from src/`);
    } else if (heightOf(included) > heightOf(path)) {
      wrong.push(`${path} includes ${included}, which is on a higher floor`);
    } else {
      const [mine, theirs] = [featureOf(path), featureOf(included)];
      if (mine && theirs && mine !== theirs && included !== `features/${theirs}/${theirs}.h`)
        wrong.push(`${path} includes ${included}: features meet only in features/${theirs}/${theirs}.h`);
    }
  }
  return wrong;
}

export function sourcesUnder(folder, below = '') {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below ? `${below}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return sourcesUnder(folder, path);
    return /\.(c|h|html)$/.test(entry.name) ? [{ path, text: readFileSync(join(folder, path), 'utf8') }] : [];
  });
}

// Specs may look upward: a spec of the store may want the world of tests/support, a spec of the web a whole program.
export const wrongUnder = (src) => sourcesUnder(src).filter((s) => !s.path.endsWith('_test.c')).flatMap((s) => wrongIncludes(s.path, s.text));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = wrongUnder(process.argv[2]);
  for (const sentence of wrong) console.error(sentence);
  process.exitCode = wrong.length ? 1 : 0;
}
