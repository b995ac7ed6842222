// build.mjs -- makes the files that the program carries inside itself: app.css, app.js, icons.svg, favicon.svg and one module for each file of
// pages/.  `files.txt` lists them, one name a line, for tools/embed, which compresses and fingerprints.
//
//   node assets/build.mjs OUT
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const tokens = fileURLToPath(new URL('../node_modules/@digital-go-jp/design-tokens/dist/tokens.css', import.meta.url));

// The tokens that the style uses, also through other tokens; the rest would only be weight on a slow line.
export function usedTokens(tokensCss, style) {
  const values = new Map([...tokensCss.matchAll(/^\s*(--[\w-]+):\s*(.+);$/gm)].map((m) => [m[1], m[2]]));
  const used = new Set();
  const take = (text) => {
    for (const [, name] of text.matchAll(/var\((--[\w-]+)/g))
      if (values.has(name) && !used.has(name)) {
        used.add(name);
        take(values.get(name));
      }
  };
  take(style);
  return `:root {\n${[...values].filter(([name]) => used.has(name)).map(([name, value]) => `  ${name}: ${value};`).join('\n')}\n}\n`;
}

// Names of variables that the style uses and nobody defines: a misspelt token is a broken page that no compiler sees.
export function unknownTokens(css) {
  const defined = new Set([...css.matchAll(/(--[\w-]+)\s*:/g)].map((m) => m[1]));
  return [...new Set([...css.matchAll(/var\((--[\w-]+)/g)].map((m) => m[1]))].filter((name) => !defined.has(name));
}

async function main(out) {
  mkdirSync(out, { recursive: true });
  const style = readFileSync(join(here, 'app.css'), 'utf8');
  const css = usedTokens(readFileSync(tokens, 'utf8'), style) + style;
  const unknown = unknownTokens(css);
  if (unknown.length) throw new Error(`app.css uses unknown variables: ${unknown.join(', ')}`);
  const options = { bundle: true, minify: true, legalComments: 'none', logLevel: 'warning', charset: 'utf8' };
  await build({ ...options, stdin: { contents: css, loader: 'css' }, outfile: join(out, 'app.css'), target: ['chrome105', 'firefox121', 'safari15.4'] });
  const pages = (existsSync(join(here, 'pages')) ? readdirSync(join(here, 'pages')) : []).filter((name) => name.endsWith('.js')).sort();
  await build({
    ...options, format: 'esm', target: 'es2021', outdir: out, entryNames: '[name]',
    entryPoints: [join(here, 'app.js'), ...pages.map((name) => join(here, 'pages', name))],
  });
  const styles = readdirSync(join(here, 'pages')).filter((name) => name.endsWith('.css')).sort();
  for (const name of styles) await build({ ...options, entryPoints: [join(here, 'pages', name)], outdir: out, loader: { '.png': 'dataurl' } });
  for (const name of ['icons.svg', 'favicon.svg'])
    writeFileSync(join(out, name), readFileSync(join(here, name), 'utf8').replace(/<!--.*?-->/gs, '').replace(/\s*\n\s*/g, ''));
  const files = ['app.css', 'app.js', 'favicon.svg', 'icons.svg', ...pages.map((name) => basename(name)), ...styles].sort();
  writeFileSync(join(out, 'files.txt'), files.map((name) => `${name}\n`).join(''));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);
