// The pages without a node: serves dist/ under the node's Content-Security-Policy and answers the API from memory.
// For developing and for the tests of the pages only. Any user signs in with the password "parole".
//   node dev/mock-server.mjs [PORT [DIST]]
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { answerFederation } from './mock-federation.mjs';
import { charter, makeRecord, node, partners, peers, records, urn } from './mock-data.mjs';

const dist = process.argv[3] ?? fileURLToPath(new URL('../dist', import.meta.url));
const vocabularies = JSON.parse(await readFile(new URL('./vocabularies.json', import.meta.url), 'utf8'));
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const streams = new Set();
const earlier = new Map(); // record → its former states, newest first
let arrival = records.length;
const session = { user: 'anna', role: 'admin', csrf: 'mock-token', language: 'lv' };

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function emit(event, data) {
  for (const stream of streams) stream.write(`event: ${event}\nid: ${arrival}\ndata: ${JSON.stringify(data)}\n\n`);
}

function changed(record, change) {
  arrival += 1;
  emit('change', { arrival, record: record.id, kind: record.kind, revision: record.revision, change });
}

function spread(record) {
  for (const held of [1, 2]) {
    setTimeout(() => {
      record.provenance.heldBy = { held, of: 2 };
      emit('peers', {});
    }, 400 * held);
  }
}

function count(found, codes) {
  const counts = {};
  for (const record of found) for (const code of codes(record)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

const codesOf = {
  kind: (record) => [record.kind],
  country: (record) => [record.content?.country ?? []].flat(),
  theme: (record) => record.content?.themes ?? [],
  partner: (record) => [record.partner.id],
  language: (record) => [...new Set([record.language, ...Object.keys(record.content?.title ?? record.content?.name ?? {})])].filter(Boolean),
};

function list(query) {
  let found = records.filter((record) => record.status === (query.get('status') ?? 'published'));
  const q = fold(query.get('q') ?? '');
  if (q) found = found.filter((record) => fold(JSON.stringify(record.content)).includes(q));
  if (query.get('about')) found = found.filter((record) => record.content?.about === query.get('about'));
  if (query.get('refers_to')) found = found.filter((record) => JSON.stringify(record.content).includes(query.get('refers_to')));
  for (const [name, codes] of Object.entries(codesOf)) {
    const wanted = query.get(name);
    if (wanted) found = found.filter((record) => codes(record).includes(wanted));
  }
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 20);
  const facets = Object.fromEntries(Object.entries(codesOf).map(([name, codes]) => [name, count(found, codes)]));
  return { total: found.length, items: found.slice().reverse().slice(start, end), facets, next: end < found.length ? String(end) : null };
}

function withRefs(record) {
  const refs = {};
  for (const target of `${JSON.stringify(record.content ?? {})} ${record.replacedBy ?? ''}`.match(/urn:hansa:[a-z0-9]+:[a-z0-9]+/g) ?? []) {
    const found = records.find(({ id }) => id === target);
    refs[target] = found
      ? { title: found.content?.title ?? found.content?.name, kind: found.kind, state: found.status === 'withdrawn' ? 'withdrawn' : 'present' }
      : { state: 'not_received' };
  }
  return { ...record, refs };
}

function problem(status, code, errors) {
  return { status, type: 'application/problem+json', body: { type: `/problems/${code}`, title: code, status, code, errors } };
}

function write(body, record) {
  const title = Object.values(body.content.title ?? body.content.name ?? {})[0] ?? '';
  if (title.includes('!')) return problem(422, 'invalid_record', [{ field: 'content.title.en', code: 'too_long', params: { max: 160, actual: 171 } }]);
  const name = `new${'bcdefghijklmnop'[records.length % 15]}${'qrstuvwx'[arrival % 8]}`;
  const made = record ?? makeRecord(0, name, body.kind, body.language, body.content, { created: new Date().toISOString() });
  Object.assign(made, body, { modified: new Date().toISOString(), version: record ? record.version + 1 : 1 });
  made.revision = (arrival + 4096).toString(16).padStart(64, '0');
  made.conflict = false;
  made.provenance = { ...made.provenance, authorTime: made.modified, heldBy: { held: 0, of: 2 } };
  if (!record) records.push(made);
  changed(made, record ? 'revised' : 'published');
  spread(made);
  return { status: record ? 200 : 201, body: withRefs(made) };
}

function onRecord(method, id, action, body, request) {
  const record = records.find((one) => one.id === id);
  if (!record) return problem(404, 'not_found');
  if (method === 'GET' && action === 'revisions') return { status: 200, body: { items: [record, ...(earlier.get(id) ?? [])].map(withRefs), next: null } };
  if (method === 'GET') return { status: 200, body: withRefs(record) };
  if (record.partner.id !== node.partner) return problem(403, 'not_owner');
  if (action === 'withdraw') {
    earlier.set(record.id, [{ ...record }, ...(earlier.get(record.id) ?? [])]);
    Object.assign(record, { status: 'withdrawn', withdrawnReason: body.reason, replacedBy: body.replacedBy, content: {}, language: undefined });
    changed(record, 'withdrawn');
    return { status: 200, body: withRefs(record) };
  }
  if (request.headers['if-match'] !== `"${record.revision}"`) return problem(412, 'revision_changed');
  return write(body, record);
}

/** One correction of a record of this node's, until it is accepted. */
let correction = { field: 'title', language: 'en', current: null, proposed: 'Mentors for newcomers, second year', state: 'open' };
function onInbox(accepted) {
  const about = records.find(({ id }) => id === urn(0, 'mentors'));
  if (accepted) {
    about.content.title.en = correction.proposed;
    correction = null;
    changed(about, 'revised');
    return { status: 200, body: withRefs(about) };
  }
  if (!correction) return { status: 200, body: { items: [], next: null } };
  const response = { ...records.find(({ kind }) => kind === 'response'), content: { about: about.id, type: 'correction', text: { en: 'It is in its second year.' } } };
  const item = { ...correction, correction: response, about: about.id, current: about.content.title.en, refs: withRefs(response).refs };
  return { status: 200, body: { items: [item], next: null } };
}

function answer(method, path, query, body, request) {
  const signedIn = (request.headers.cookie ?? '').includes('hansa=1');
  if (path === '/session' && method === 'POST') {
    if (body.password !== 'parole') return problem(401, 'bad_credentials');
    return { status: 200, body: session, cookie: 'hansa=1; HttpOnly; SameSite=Strict; Path=/' };
  }
  if (path === '/mock/arrive') {
    const made = makeRecord(2, `arrived${'bcdefgh'[arrival % 7]}`, 'practice', 'fi', { ...records[4].content, title: { fi: 'Juuri saapunut käytäntö', en: 'A practice that just arrived' } });
    records.push(made);
    changed(made, 'published');
    return { status: 200, body: made };
  }
  if (path === '/mock/federation') {
    emit('peers', {});
    return answerFederation(method, path, query, body);
  }
  if (path === '/mock/own-log') {
    node.ownLogState = query.get('state');
    emit('peers', {});
    return { status: 200, body: node };
  }
  if (!signedIn) return problem(401, 'not_signed_in');
  if (method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) return problem(403, 'csrf_missing');
  if (path === '/session') return method === 'DELETE' ? { status: 204, cookie: 'hansa=0; Path=/' } : { status: 200, body: session };
  const federal = answerFederation(method, path, query, body);
  if (federal) return federal;
  const fixed = { '/node': node, '/charter': charter, '/peers': { items: peers, next: null }, '/vocabularies': vocabularies }[path];
  if (fixed) return { status: 200, body: fixed };
  const taken = /^\/inbox\/([^/]+)\/accept$/.exec(path);
  if (path === '/inbox' || taken) return onInbox(taken?.[1]);
  if (path === '/records') return method === 'POST' ? write(body) : { status: 200, body: list(query) };
  const match = /^\/records\/([^/]+)(?:\/(\w+))?$/.exec(path);
  return match ? onRecord(method, match[1], match[2], body, request) : problem(404, 'not_found');
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : {};
}

async function serveFile(path, response) {
  const isFile = /\.(js|css|svg)$/.test(path);
  const name = isFile ? path.slice(1) : 'index.html';
  const bytes = await readFile(`${dist}/${name}`).catch(() => null);
  response.writeHead(bytes ? 200 : 404, { 'Content-Type': types[name.split('.').pop()], 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
  response.end(bytes ?? '');
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const path = decodeURIComponent(url.pathname);
  if (!path.startsWith('/api/v1/')) return serveFile(path, response);
  if (path === '/api/v1/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': keep-alive\n\n');
    streams.add(response);
    return request.on('close', () => streams.delete(response));
  }
  const { status, body, type = 'application/json', cookie } = answer(request.method, path.slice(7), url.searchParams, await bodyOf(request), request);
  response.writeHead(status, { 'Content-Type': type, ...(cookie ? { 'Set-Cookie': cookie } : {}) });
  response.end(body ? JSON.stringify(body) : undefined);
});

// A node that catches up, so that the page of the partners' nodes moves.
const ticking = setInterval(() => {
  const [first] = peers;
  if (first.outstanding.done >= first.outstanding.total) return;
  first.outstanding.done = Math.min(first.outstanding.total, first.outstanding.done + 137);
  first.outstanding.entries = first.outstanding.total - first.outstanding.done;
  first.outstanding.payloads = first.outstanding.entries;
  first.lastContact = new Date().toISOString();
  if (first.outstanding.entries === 0) Object.assign(first, { state: 'live', agrees: true });
  emit('peers', {});
}, 1000);
ticking.unref();

server.listen(Number(process.argv[2] ?? 8390), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/  (${partners.length} partners, ${records.length} records)\n`);
});
