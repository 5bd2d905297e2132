// A small federation for developing the pages without a node: invented partners, records in every state.
const hex = (seed) => seed.repeat(64).slice(0, 64);
const id26 = (word) => (word + 'aaaaaaaaaaaaaaaaaaaaaaaaaa').slice(0, 26);

export const partners = [
  { id: id26('latvija'), names: { lv: 'Demo mezgls Latvija', en: 'Demo node Latvia' }, country: 'LV', role: 'coordinator', nodes: [{ key: hex('a1'), status: 'active' }] },
  { id: id26('lietuva'), names: { lt: 'Demo mazgas Lietuva', en: 'Demo node Lithuania' }, country: 'LT', role: 'member', nodes: [{ key: hex('b2'), status: 'active' }] },
  { id: id26('suomi'), names: { fi: 'Demosolmu Suomi', en: 'Demo node Finland' }, country: 'FI', role: 'member', nodes: [{ key: hex('c3'), status: 'active' }] },
];

export const urn = (partner, name) => `urn:hansa:${partners[partner].id}:${id26(name)}`;
let sequence = 0;

/** A record as the API gives it, with what the caller does not say filled in. */
export function makeRecord(partner, name, kind, language, content, more = {}) {
  sequence += 1;
  const owner = partners[partner];
  const at = new Date(Date.UTC(2026, 9, 1, 8, sequence * 7)).toISOString();
  return {
    id: urn(partner, name), kind,
    partner: { id: owner.id, name: Object.values(owner.names)[0], country: owner.country },
    revision: hex((sequence + 16).toString(16)), version: 1, status: 'published', visibility: 'network', personal: false,
    language, licence: 'CC0-1.0', attribution: 'Compiled for demonstration; not issued by the organisation described.',
    source: 'https://example.org/practice', keywords: [], reviewBy: '2028-10', importedFrom: null, created: at, modified: at,
    content, contentState: 'present', conflict: false,
    provenance: {
      node: owner.nodes[0].key, nodeName: Object.values(owner.names)[0], log: hex('9e'), sequence, signature: 'valid',
      hash: hex((sequence + 16).toString(16)), heldBy: { held: 2, of: 2 }, authorTime: at, receivedAt: at,
    },
    ...more,
  };
}

const practice = (title, summary, country, themes, more = {}) => ({
  title, summary, country: [country], level: 'municipal', themes, targetGroups: ['protection-beneficiaries', 'temporary-protection'],
  practiceStatus: 'running', period: '2023-01-02/', evidence: 'self-reported', ...more,
});

const mentorWords = {
  lv: 'Sociālais mentors divu mēnešu garumā palīdz jaunai ģimenei nokārtot dokumentus, atrast skolu un ārstu.\n\nMentors runā ģimenes valodā vai strādā kopā ar tulku.',
  en: 'For two months a social mentor helps a new family with papers, school and a doctor.\n\nThe mentor speaks the family’s language or works with an interpreter.',
  uk: 'Соціальний ментор протягом двох місяців допомагає новій родині.',
};

export const records = [
  makeRecord(0, 'org', 'organisation', 'lv', { name: { lv: 'Demo mezgls Latvija', en: 'Demo node Latvia' }, orgType: 'national-agency', country: 'LV', homepage: 'https://demo-lv.example', email: 'info@demo-lv.example', languages: ['lv', 'en', 'lls'], description: { lv: 'Izdomāta organizācija.' } }),
  makeRecord(1, 'org', 'organisation', 'lt', { name: { lt: 'Demo mazgas Lietuva' }, orgType: 'ngo', country: 'LT' }),
  makeRecord(0, 'mentors', 'practice', 'lv', practice(
    { lv: 'Sociālais mentors: 60 dienas kopā ar ģimeni', en: 'Social mentor: 60 days with a family', uk: 'Соціальний ментор: 60 днів' }, { lv: mentorWords.lv.split('\n')[0], en: mentorWords.en.split('\n')[0] }, 'LV', ['reception', 'host-society'], {
      lead: urn(0, 'org'), activities: mentorWords, problem: { lv: 'Ģimenes nezināja, kur sākt.' },
      places: [{ country: 'LV', nuts: 'LV008', name: 'Cēsis' }], partners: [{ organisation: urn(1, 'org'), role: 'partner' }, { name: 'Vidzemes brīvprātīgie', role: 'associate' }],
      results: [{ label: { lv: 'Pašvaldības', en: 'Municipalities' }, value: '43', unit: 'organisations', period: '2023/2025' }, { label: { lv: 'Ģimenes' }, value: '1112', unit: 'persons' }],
      resources: { cost: { amount: '246879.07', currency: 'EUR' }, costPer: 'year', staffFte: '1.5', text: { lv: 'Mentoru alga un ceļa izdevumi.' } },
      related: [urn(2, 'gone'), urn(1, 'center')], futureField: { lv: 'No jaunākas versijas' },
    }), { keywords: [{ lv: 'mentors', en: 'mentor' }, { lv: 'ģimenes' }] }),
  makeRecord(1, 'center', 'practice', 'lt', practice({ lt: 'Vieno langelio principas: visos paslaugos vienoje vietoje', en: 'One-stop shop: every service in one place' }, { lt: 'Naujai atvykę žmonės vienoje vietoje gauna konsultacijas, leidimus ir informaciją apie darbą.', en: 'Newcomers get advice, permits and information about work in one place.' }, 'LT', ['information', 'employment', 'legal-status']), { conflict: true }),
  makeRecord(2, 'kotona', 'practice', 'fi', practice({ fi: 'Kotona Suomessa: alkuvaiheen ohjaus ja neuvonta kunnissa', sv: 'Hemma i Finland' }, { fi: 'Hanke kehitti maahanmuuttajien alkuvaiheen ohjausta ja neuvontaa yhdessä kuntien kanssa eri puolilla Suomea.' }, 'FI', ['orientation', 'employment'], { practiceStatus: 'completed', period: '2015/2018', evidence: 'external-evaluation' }), { provenance: undefined }),
  makeRecord(2, 'missing', 'practice', 'fi', {}, { contentState: 'missing', language: undefined }),
  makeRecord(1, 'newer', 'practice', 'lt', {}, { contentState: 'not_understood' }),
  makeRecord(1, 'tartu', 'event', 'en', { title: { en: 'Knowledge exchange: affordable housing', lt: 'Keitimasis žiniomis: įperkamas būstas' }, eventType: 'seminar', start: '2026-12-10T10:00', end: '2026-12-10T16:30', timezone: 'Europe/Vilnius', eventStatus: 'confirmed', mode: 'hybrid', venue: { name: { lt: 'Pirklių klubas' }, street: 'Gedimino pr. 35', locality: 'Vilnius', country: 'LT' }, organisers: [urn(1, 'org')], languages: ['en', 'lt', 'lls'], themes: ['housing'], fee: 'free', description: { en: 'A day about housing that people with small incomes can pay for.' } }),
  makeRecord(1, 'contact', 'contact', 'lt', { contactType: 'role-mailbox', displayName: { lt: 'Pabėgėlių koordinatorius', en: 'Refugee coordinator' }, organisation: urn(1, 'org'), roles: ['local-coordinator'], email: 'koordinatorius@demo-lt.example', languages: ['lt', 'en', 'uk'] }),
  makeRecord(2, 'adoption', 'response', 'fi', { about: urn(0, 'mentors'), type: 'adoption', by: urn(2, 'org'), stage: 'piloting', stageDate: '2026-03', adaptations: { en: 'We shortened it to 45 days and added a group for men.', fi: 'Lyhensimme jakson 45 päivään.' } }),
  makeRecord(1, 'endorse', 'response', 'lt', { about: urn(0, 'mentors'), type: 'endorsement', by: urn(1, 'org') }),
];
for (let index = 1; index <= 24; index += 1) {
  records.push(makeRecord(index % 3, `more${'bcdefghijklmnopqrstuvwxyz'[index]}`, 'practice', 'en', practice({ en: `Language café number ${index}` }, { en: 'Volunteers and newcomers meet every week and speak the language of the country over coffee.' }, ['LV', 'LT', 'FI'][index % 3], ['language', 'culture'])));
}
const kotona = records.find(({ id }) => id === urn(2, 'kotona'));
kotona.provenance = { ...records[0].provenance, node: hex('c3'), nodeName: 'Demosolmu Suomi', signature: 'unchecked', heldBy: { held: 1, of: 2 } };

export const node = {
  name: 'Demo mezgls Latvija', country: 'LV', partner: partners[0].id, nodeKey: hex('a1'), card: 'hansa-card-1:' + 'AAFEZW1vIG1lemdscyBMYXR2aWph'.repeat(4), version: '0.1.0',
  federation: { id: hex('fe'), name: 'Demo federation', charterVersion: 1, charterHash: hex('cc') }, digest: hex('d9'),
  records: records.length, entries: 61, uncheckedEntries: 3, log: { id: hex('9e'), epoch: 1, sequence: 21 },
  startedAt: '2026-11-20T06:00:00Z', ownLogState: 'ready',
};

export const charter = {
  federation: hex('fe'), name: 'Demo federation', version: 1, hash: hex('cc'), partners,
  signers: [{ key: hex('55'), name: 'Latvija' }, { key: hex('66'), name: 'Lietuva' }], signatures: 2,
  inForceSince: '2026-10-01T08:00:00Z', personalDataCountries: ['LV', 'FI'], erasureDelayDays: 7, erasuresPerDay: 100, orderedErasures: [], formats: { header: 1, content: 1 },
};

export const peers = [
  { node: hex('b2'), partner: partners[1].id, name: 'Demo mazgas Lietuva', country: 'LT', state: 'catching_up', stateSince: '2026-11-21T20:00:00Z', address: 'ws://127.0.0.1:8443/', direction: 'dialled', lastContact: '2026-11-21T22:00:00Z', retryAt: null, outstanding: { entries: 4120, payloads: 4300, done: 5880, total: 10000 }, agrees: false, lastError: null, roundTripMs: 12, clockOffsetMs: -40 },
  { node: hex('c3'), partner: partners[2].id, name: 'Demosolmu Suomi', country: 'FI', state: 'waiting_retry', stateSince: '2026-11-21T21:00:00Z', address: 'ws://127.0.0.1:8445/', direction: 'dialled', lastContact: '2026-11-21T20:59:00Z', retryAt: '2026-11-21T23:59:00Z', outstanding: { entries: 0, payloads: 0, done: 0, total: 0 }, agrees: true, lastError: { code: 'connect_failed', params: {}, at: '2026-11-21T21:00:00Z' }, roundTripMs: null, clockOffsetMs: null },
];
