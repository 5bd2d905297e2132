// The stand-in node's charter, proposals, invitations and joining: enough to walk through every page.
import { charter, node, partners, peers, records } from './mock-data.mjs';

const hex = (seed) => seed.repeat(64).slice(0, 64);
const words = ['anchor', 'bridge', 'candle', 'desert', 'evening', 'forest'];
const now = () => new Date().toISOString();
const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const passphrase = 'parole parole';
const limits = { logs: 64, entriesPerLog: 10_000_000, payloadBytesPerLog: 68_719_476_736 };
for (const partner of partners) {
  Object.assign(partner, { status: 'present', records: 'stay', successorOf: [] });
  for (const one of partner.nodes) Object.assign(one, { words, limits });
}

const phrase = 'anchor bridge candle desert evening forest garden harbour island jacket kitchen ladder market notable orange people';
const ownSigner = { key: charter.signers[0].key, name: charter.signers[0].name, listed: true };
let signer = ownSigner;
const proposal = (hash, changes, more = {}) => ({
  hash, version: charter.version + 1, proposedBy: { node: hex('b2'), partner: partners[1].id, name: 'Demo mazgas Lietuva' }, at: '2026-11-20T09:30:00Z',
  changes, approvals: [], needed: { current: 2, own: 2 }, given: { current: 0, own: 0 }, text: 'hansa-proposal-1:' + 'AAAB'.repeat(40), stopsCounting: { entries: 0, records: 0 }, state: 'open', ...more,
});
const proposals = [
  proposal(hex('7a'), [{ code: 'node_revoked', params: { key: hex('c3'), partner: partners[2].id, name: 'Demo node Finland' } }], { stopsCounting: { entries: 31, records: 4, named: { [records[0].id]: { title: { en: 'Language café', lv: 'Valodas kafejnīca' }, kind: 'practice', state: 'present' } } }, countsAgain: { entries: 2, records: 1, named: { [records[1].id]: { title: { en: 'A walk in the town' }, kind: 'practice', state: 'aside' } } }, warnings: [{ code: 'every_signer_needed', params: {} }], approvals: [{ signer: charter.signers[1].key, name: 'Lietuva', at: '2026-11-20T09:31:00Z' }], given: { current: 1, own: 1 } }),
  proposal(hex('7b'), [{ code: 'role_changed', params: { partner: partners[2].id, name: 'Demo node Finland', from: 'member', to: 'observer' } }], { state: 'superseded' }),
];
const line = 'hansa-join-1:' + 'AAH-Tm9yZGljLUJhbHRpYyBpbnRlZ3JhdGlvbg'.repeat(11);
const invitations = [{ id: '0123456789abcdef0123456789abcdef', state: 'expired', by: 'anna', created: '2026-11-01T09:00:00Z', expires: '2026-11-08T09:00:00Z', line: null }];
const requests = [{ key: hex('d4'), name: 'Norsk demonode', country: 'NO', from: '203.0.113.7', partnerName: null, card: 'hansa-card-1:AAAA', words, asked: '2026-11-21T08:00:00Z', seen: now(), state: 'pending', invitation: invitations[0].id }];
const knocks = [{ key: hex('e5'), words: [...words].reverse(), from: '198.51.100.9', first: '2026-11-20T01:00:00Z', last: '2026-11-21T01:00:00Z', count: 4 }];
const alarms = [];
charter.holds = [];
let application = { state: 'none' };
const federation = { ...node.federation };

const refused = (status, code) => ({ status, type: 'application/problem+json', body: { type: `/problems/${code}`, title: code, status, code } });
const page = (items) => ({ status: 200, body: { items, next: null } });

const nextOf = { catching_up: 'being_fetched', waiting_retry: 'dials_again' };
function findingsOf(peer) {
  if (peer.state === 'catching_up') return [{ code: 'catching_up', params: { entries: String(peer.outstanding.entries), payloads: String(peer.outstanding.payloads) }, since: peer.stateSince, next: { code: nextOf[peer.state], params: {} } }];
  if (peer.state === 'waiting_retry') return [{ code: 'not_reached', params: { reason: 'connect_failed', address: peer.address }, since: peer.stateSince, next: { code: 'dials_again', params: {} } }];
  return [];
}

function explainAll() {
  const waiting = { awaiting_statements: 'sent_when_answered', fetching_back: 'publishing_waits' }[node.ownLogState];
  const own = waiting ? [{ id: 'this', kind: 'this', name: node.name, inStep: false, findings: [{ code: node.ownLogState, params: {}, since: now(), next: { code: waiting, params: {} } }] }] : [];
  return [...own, ...peers.map((peer) => ({ id: peer.node, kind: 'node', name: peer.name, inStep: findingsOf(peer).length === 0, findings: findingsOf(peer) }))];
}

function approve(found, body) {
  if (body.passphrase !== passphrase) return refused(403, 'wrong_passphrase');
  found.approvals.push({ signer: signer.key, name: signer.name, at: now() });
  found.given = { current: found.given.current + 1, own: found.given.own + 1 };
  if (found.given.current >= found.needed.current) found.state = 'adopted';
  return { status: 200, body: found };
}

function propose(body) {
  if (body.passphrase && body.passphrase !== passphrase) return refused(403, 'wrong_passphrase');
  if (body.changes[0].card && !body.changes[0].card.startsWith('hansa-card-1:')) {
    return { ...refused(422, 'invalid_change'), body: { ...refused(422, 'invalid_change').body, errors: [{ field: 'changes[0].card', code: 'not_a_card' }] } };
  }
  const changes = body.changes.map(({ code, ...params }) => (code === 'partner_added'
    ? { code, params: { name: 'Norsk demonode', partner: 'norge', country: 'NO', role: params.role } }
    : { code, params: { ...params, name: partners.find(({ id }) => id === params.partner)?.names.en ?? '', from: 'member', to: params.role } }));
  const made = proposal((proposals.length + 40).toString(16).padStart(64, '0'), changes, { proposedBy: { node: node.nodeKey, partner: node.partner, name: node.name }, at: now() });
  proposals.unshift(made);
  if (body.passphrase) approve(made, body);
  return { status: 201, body: made };
}

function onHolds(body, releases) {
  if (body.passphrase !== passphrase) return refused(403, 'wrong_passphrase');
  charter.holds = charter.holds.filter((hold) => hold.node !== body.key || hold.signer !== signer.key);
  if (!releases) charter.holds.push({ node: body.key, signer: signer.key, signerName: signer.name, signed: now(), from: [] });
  return { status: 200, body: charter };
}

function onInvitations(method, id, body) {
  if (method === 'GET') return page(invitations);
  if (method === 'POST') {
    const made = { id: `${invitations.length}`.padStart(32, 'f'), state: 'open', by: 'anna', created: now(), expires: later(body.days), line };
    invitations.unshift(made);
    return { status: 201, body: made };
  }
  const found = invitations.find((one) => one.id === id);
  Object.assign(found, { state: 'withdrawn', line: null });
  return { status: 204 };
}

function onJoin(method, body) {
  if (method === 'POST') {
    if (!body.line.startsWith('hansa-join-1:')) return refused(422, 'malformed_line');
    application = { state: 'pending', reason: null, words, federation: hex('fe'), federationName: 'Demo federation', inviter: hex('a1'), address: 'wss://hansa.example/link', lastAnswer: now(), expires: later(7) };
  }
  if (method === 'DELETE') {
    application = { ...application, state: 'none' };
    return { status: 204 };
  }
  return { status: 200, body: application };
}

function found(body) {
  if (node.federation) return refused(409, 'in_a_federation');
  if (body.name.length > 400) return { ...refused(422, 'invalid_request'), body: { ...refused(422, 'invalid_request').body, errors: [{ field: 'name', code: 'too_large' }] } };
  node.federation = federation;
  application = { state: 'member' };
  return { status: 201, body: { federation: federation.id, name: body.name, signer: signer.key, passphrase: phrase } };
}

function makeSigner(body) {
  if (signer.key && !body.replace) return refused(409, 'signer_key_there');
  signer = { key: hex('9d'), name: null, listed: false };
  return { status: 201, body: { key: signer.key, line: 'hansa-signer-1:' + 'AAECAwQFBgcICQoLDA0ODw'.repeat(9), passphrase: phrase } };
}

/** Puts the stand-in into a state: ?federation=none|yes, ?join=STATE, ?signer=none|yes, ?alarm=CODE. */
function arrange(query) {
  if (query.get('federation')) node.federation = query.get('federation') === 'none' ? null : federation;
  if (query.get('join')) application = { ...application, state: query.get('join'), reason: query.get('reason') };
  if (query.get('alarm')) alarms.push({ code: query.get('alarm'), params: { partner: partners[2].id, log: hex('8e'), entries: '1200', node: hex('c3'), signer: charter.signers[1].name, epoch: '2', reason: 'store_behind', sequence: '17', version: '3', own: hex('3a'), hash: hex('3b'), pinned: '4' }, since: now() });
  if (query.get('signer')) signer = query.get('signer') === 'none' ? { key: null, name: null, listed: false } : ownSigner;
  if (query.get('quiet')) alarms.length = 0;
  return { status: 200, body: {} };
}

/** The answer, or null if the path is none of these. */
export function answerFederation(method, path, query, body) {
  if (path === '/mock/federation') return arrange(query);
  if (path === '/alarms') return page(alarms);
  if (path === '/explain') return page(explainAll());
  if (path.startsWith('/explain/')) {
    const id = path.slice('/explain/'.length);
    const found = explainAll().find((one) => one.id === id);
    const aside = { code: 'log_aside', params: { entries: '3' }, since: null, next: { code: 'counts_to_cut', params: {} } };
    const findings = id.includes('missing') ? [aside] : [];
    return { status: 200, body: found ?? { id, kind: 'record', name: '', inStep: findings.length === 0, findings } };
  }
  if (path === '/federation') return found(body);
  if (path === '/charter/signer') return method === 'POST' ? makeSigner(body) : { status: 200, body: signer };
  if (path === '/charter/holds') return onHolds(body, false);
  if (path === '/charter/holds/release') return onHolds(body, true);
  if (path === '/charter/proposals') return method === 'POST' ? propose(body) : page(proposals);
  const [, hash, action] = /^\/charter\/proposals\/(\w+)(\/approve)?$/.exec(path) ?? [];
  if (hash) {
    const found = proposals.find((one) => one.hash === hash);
    if (!found) return refused(404, 'not_found');
    return action ? approve(found, body) : { status: 200, body: found };
  }
  const invitation = /^\/invitations(?:\/(\w+))?$/.exec(path);
  if (invitation) return onInvitations(method, invitation[1], body);
  if (path === '/join-requests') return page(requests);
  if (path === '/knocks') return page(knocks);
  if (/^\/join-requests\/\w+\/refuse$/.test(path)) {
    requests[0].state = 'refused';
    return { status: 204 };
  }
  if (path === '/join') return onJoin(method, body);
  return null;
}
