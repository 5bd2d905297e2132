import { label, sortedBy, t } from '../../i18n/i18n.svelte';
import type { Choice } from '../../model/choices';
import type { ImportField } from '../../model/import-columns';

const nameOf = ({ column, labels }: ImportField): string => {
  if (column === 'importedFrom.id') return t('importing.theirId');
  if (column === 'id') return t('importing.ourId');
  return labels.map((name) => label('field', name)).join(': ');
};

/** Fields by their names, as people look for them. */
export const fieldChoices = (fields: readonly ImportField[]): Choice[] =>
  sortedBy(fields.map((field) => ({ code: field.column, text: nameOf(field) })), ({ text }) => text);
