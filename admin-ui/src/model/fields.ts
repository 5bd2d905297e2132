// How the fields of each kind of record are shown: in which order, and as what. A field that is not listed here came
// from a newer version and is shown as it is, after the others.
export type FieldForm =
  | 'text' | 'prose' | 'code' | 'codes' | 'country' | 'countries' | 'language' | 'languages' | 'ref' | 'refs'
  | 'date' | 'period' | 'moment' | 'link' | 'number' | 'plain' | 'list' | 'place' | 'places' | 'parties' | 'results' | 'costs'
  | 'money' | 'party' | 'funding' | 'channels' | 'recommendations' | 'flag' | 'indicators' | 'series' | 'venue' | 'identifiers' | 'fee' | 'mailto' | 'telephone' | 'translated' | 'scores' | 'stages' | 'hidden';

export interface Field {
  name: string;
  form: FieldForm;
  /** The code list whose labels the codes have. */
  codes?: string;
  /** The name whose label it has, when that is not its own. */
  labelled?: string;
}

const field = (name: string, form: FieldForm, codes?: string): Field => ({ name, form, codes });

/** What is shown above everything else and therefore not among the fields. */
export const headlineFields = new Set(['title', 'summary', 'name', 'displayName']);

const practice: Field[] = [
  field('problem', 'prose'), field('goals', 'prose'), field('activities', 'prose'), field('results', 'results'),
  field('difficulties', 'prose'), field('transferability', 'prose'),
  field('country', 'countries'), field('places', 'places'), field('level', 'code', 'level'),
  field('themes', 'codes', 'theme'), field('targetGroups', 'codes', 'targetGroup'),
  field('lead', 'ref'), field('partners', 'parties'), field('practiceStatus', 'code', 'practiceStatus'),
  field('period', 'period'), field('evidence', 'code', 'evidence'), field('evaluationRefs', 'refs'),
  field('conditions', 'codes', 'condition'), field('resources', 'costs'),
  field('participation', 'code', 'participation'), field('indicators', 'indicators'),
  field('countriesOfOrigin', 'countries'), field('projects', 'refs'), field('related', 'refs'),
  field('policyRefs', 'refs'), field('derivedFrom', 'refs'), field('contacts', 'refs'),
];

const event: Field[] = [
  field('description', 'prose'), field('eventType', 'code', 'eventType'), field('phase', 'code', 'phase'),
  field('start', 'moment'), field('end', 'moment'), field('timezone', 'plain'),
  field('eventStatus', 'code', 'eventStatus'), field('mode', 'code', 'mode'), field('venue', 'venue'),
  field('onlineUrl', 'link'), field('restricted', 'hidden'), field('organisers', 'refs'), field('host', 'ref'), field('languages', 'languages'),
  field('interpretation', 'languages'), field('audience', 'codes', 'targetGroup'), field('themes', 'codes', 'theme'),
  field('cefr', 'plain'), field('expectedParticipants', 'number'), field('fee', 'fee'),
  field('registrationUrl', 'link'), field('registrationDeadline', 'date'),
  field('accessibility', 'codes', 'accessibility'), field('series', 'series'), field('aboutPractices', 'refs'),
  field('projects', 'refs'), field('outcomes', 'refs'),
];

const organisation: Field[] = [
  field('shortName', 'text'), field('orgType', 'code', 'orgType'), field('description', 'prose'),
  { name: 'country', form: 'country', labelled: 'homeCountry' }, field('level', 'code', 'level'), field('address', 'venue'), field('nuts', 'plain'),
  field('lau', 'plain'), field('homepage', 'link'), field('email', 'mailto'), field('phone', 'telephone'),
  field('identifiers', 'identifiers'), field('partOf', 'ref'), field('themes', 'codes', 'theme'),
  field('languages', 'languages'), field('networks', 'list'), field('nodeUrl', 'link'),
  field('emailConfirmed', 'hidden'),
];

const contact: Field[] = [
  field('contactType', 'code', 'contactType'), field('organisation', 'ref'), field('position', 'text'),
  field('roles', 'codes', 'contactRole'), field('email', 'mailto'), field('phone', 'telephone'),
  field('languages', 'languages'), field('themes', 'codes', 'theme'), { name: 'country', form: 'country', labelled: 'homeCountry' },
  field('emailConfirmed', 'hidden'),
];

const response: Field[] = [
  field('type', 'code', 'responseType'), field('about', 'ref'), field('aboutRevision', 'hidden'), field('by', 'ref'),
  field('text', 'prose'), field('verdict', 'code', 'verdict'), field('stage', 'code', 'stage'),
  field('stageDate', 'date'), field('place', 'place'), field('period', 'period'), field('adaptations', 'prose'),
  field('results', 'results'), field('difficulties', 'prose'), field('contact', 'ref'),
  field('dropReason', 'code', 'dropReason'), field('language', 'language'), { name: 'mode', form: 'code', codes: 'translationMode', labelled: 'translatedBy' },
  field('fields', 'translated'), field('field', 'plain'), field('proposed', 'plain'), field('template', 'code', 'template'),
  field('scores', 'scores'), field('history', 'stages'),
];

const project: Field[] = [
  field('aims', 'prose'), field('activities', 'prose'), field('plannedResults', 'prose'),
  { name: 'results', form: 'prose', labelled: 'projectResults' },
  field('number', 'plain'), field('period', 'period'), field('budget', 'money'), field('funding', 'funding'),
  field('lead', 'ref'), { name: 'partners', form: 'parties', labelled: 'projectPartners' }, field('countries', 'countries'), field('themes', 'codes', 'theme'),
  field('website', 'link'), field('contacts', 'refs'), field('fundingNote', 'text'),
];

const service: Field[] = [
  field('description', 'prose'), field('channels', 'channels'), field('eligibility', 'prose'),
  field('serviceType', 'code', 'serviceType'), field('provider', 'ref'), field('area', 'place'),
  field('themes', 'codes', 'theme'), field('targetGroups', 'codes', 'targetGroup'), field('languages', 'languages'), field('countriesOfOrigin', 'countries'),
  field('fee', 'fee'), field('cefr', 'plain'), field('capacity', 'number'), field('period', 'period'),
  field('accessibility', 'codes', 'accessibility'), field('projects', 'refs'), field('contacts', 'refs'),
];

const resource: Field[] = [
  field('abstract', 'prose'), field('recommendations', 'recommendations'),
  { name: 'type', form: 'code', codes: 'resourceType', labelled: 'resourceType' }, field('authors', 'parties'), { name: 'publisher', form: 'party', labelled: 'issuedBy' },
  field('issued', 'date'), field('edition', 'plain'), field('languages', 'languages'), field('url', 'link'),
  field('doi', 'plain'), field('isbn', 'plain'), field('themes', 'codes', 'theme'), field('plainLanguage', 'flag'),
  field('parties', 'refs'), field('validFrom', 'date'), field('validTo', 'date'), field('supersedes', 'refs'),
  field('projects', 'refs'),
];

const byKind: Record<string, Field[]> = { practice, event, organisation, contact, response, project, service, resource };

/** Every field of a kind's content but those that are its headline. */
export const fieldsOf = (kind: string): readonly Field[] => byKind[kind] ?? [];

/** Forms that are sections of their own and not lines among the facts. */
export const wideForms: ReadonlySet<FieldForm> = new Set<FieldForm>(['prose', 'results', 'channels', 'recommendations']);

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** The fields of `content` that have something to show, in the order of the kind. */
export function shownFields(kind: string, content: Record<string, unknown>): Field[] {
  return (byKind[kind] ?? []).filter(({ name, form }) => form !== 'hidden' && !isEmpty(content[name]));
}

/** What this version does not know of: names of fields that a newer one added. */
export function unknownFields(kind: string, content: Record<string, unknown>): string[] {
  const known = new Set((byKind[kind] ?? []).map(({ name }) => name));
  return Object.keys(content).filter((name) => !known.has(name) && !headlineFields.has(name) && !isEmpty(content[name]));
}
