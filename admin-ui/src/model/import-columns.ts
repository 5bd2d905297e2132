// The fields that one column of a table, or one answer for all new records, can be.
import { fieldsOf, type Field, type FieldForm } from './fields';

export interface ImportField {
  /** As the API names it: "level", "venue.locality". */
  column: string;
  /** What it is called; parts of a place have two names. */
  labels: string[];
  /** Texts have a column for each language: "title_lv". */
  isText: boolean;
  form: FieldForm;
  /** The prefix of its codes' labels. */
  codes?: string;
}

const textForms: ReadonlySet<FieldForm> = new Set<FieldForm>(['text', 'prose']);
const oneCell: ReadonlySet<FieldForm> = new Set<FieldForm>([
  'text', 'prose', 'code', 'codes', 'country', 'countries', 'language', 'languages', 'ref', 'refs', 'date', 'period', 'moment',
  'link', 'number', 'plain', 'money', 'flag', 'mailto', 'telephone', 'fee',
]);
const headlines: Record<string, string[]> = {
  practice: ['title', 'summary'], event: ['title'], organisation: ['name'], contact: ['displayName'], project: ['title'],
  service: ['name'], resource: ['title'],
};
const venueParts = ['name', 'street', 'postcode', 'locality', 'country'];

function parts({ name, form }: Field): ImportField[] {
  if (form !== 'venue') return [];
  // An address has no name of its own.
  return venueParts.filter((part) => part !== 'name' || name === 'venue').map((part) => ({
    column: `${name}.${part}`, labels: [name, part === 'country' ? 'homeCountry' : part], isText: part === 'name',
    form: part === 'country' ? 'country' : part === 'name' ? 'text' : 'plain',
  }));
}

const plain = (name: string): ImportField => ({ column: name, labels: [name], isText: false, form: 'plain' });

const shared: ImportField[] = [
  plain('importedFrom.id'), plain('id'), plain('language'), { ...plain('licence'), form: 'code', codes: 'licence' }, plain('attribution'),
  { ...plain('source'), form: 'link' }, { ...plain('keywords'), isText: true, form: 'text' }, { ...plain('reviewBy'), form: 'date' },
];

/** Of one kind's records, those of its content first. */
export function importFields(kind: string): ImportField[] {
  const own = (headlines[kind] ?? []).map((name): ImportField => ({ column: name, labels: [name], isText: true, form: 'text' }));
  const taken = new Set(shared.map(({ column }) => column));
  for (const field of fieldsOf(kind)) {
    own.push(...parts(field));
    if (!oneCell.has(field.form)) continue;
    const column = taken.has(field.name) ? `content.${field.name}` : field.name;
    own.push({ column, labels: [field.labelled ?? field.name], isText: textForms.has(field.form), form: field.form, codes: field.codes });
  }
  return [...own, ...shared];
}

/** What a file is by its name; empty if that does not say it. */
export function formatOf(name: string): string {
  const ending = /\.([a-z]+)$/.exec(name.toLowerCase())?.[1] ?? '';
  return ['json', 'csv', 'ics', 'vcf'].includes(ending) ? ending : '';
}

/** "content.title.en", "title_lv", "results[0].label" → the field's name and, if it says one, the language. */
export function namedField(path: string): { name: string; language: string | null } {
  const [first = '', ...rest] = path.replace(/^content\./, '').split(/[.[\]]+/).filter(Boolean);
  const [, name = first, ending = ''] = /^([A-Za-z]+)_([a-z]{2,3}(?:-[A-Za-z0-9]+)*)$/.exec(first) ?? [];
  const second = rest[0] ?? '';
  return { name, language: ending || (/^[a-z]{2,3}$/.test(second) && second !== 'id' ? second : null) };
}
