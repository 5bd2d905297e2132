// Writes the built UI as one C++ source for ui/assets.h.
//   node embed.mjs DIST OUT.cpp
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const mediaTypes = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

function filesIn(folder, prefix = '/') {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesIn(join(folder, entry.name), posix.join(prefix, entry.name)) : [posix.join(prefix, entry.name)],
    );
}

function mediaTypeOf(path) {
  const type = mediaTypes[path.split('.').pop()];
  if (!type) throw new Error(`embed.mjs: add the media type of ${path}`);
  return type;
}

/** Decimal bytes rather than a string literal: a literal of this length is beyond what ISO C++ promises. */
function arrayOf(name, bytes) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += 64) lines.push([...bytes.subarray(start, start + 64)].join(','));
  return `constexpr unsigned char ${name}[] = {${lines.join(',\n')}};\n`;
}

const [dist, out] = process.argv.slice(2);
const paths = filesIn(dist);
if (!paths.includes('/index.html')) throw new Error(`embed.mjs: ${dist} has no index.html`);
const arrays = [];
const rows = [];
paths.forEach((path, index) => {
  const bytes = readFileSync(join(dist, path));
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  arrays.push(arrayOf(`bytes_${index}`, bytes));
  rows.push(`    {"${path}", "${mediaTypeOf(path)}", "\\"${etag}\\"", bytes_${index}, ${path.startsWith('/assets/')}},\n`);
});

writeFileSync(out, `// Made by admin-ui/embed.mjs.
#include "ui/assets.h"

namespace hansa::ui {
namespace {
${arrays.join('')}constexpr Asset all[] = {
${rows.join('')}};
}  // namespace

std::span<const Asset> assets() { return all; }

}  // namespace hansa::ui
`);
