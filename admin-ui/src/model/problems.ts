// What the API refused, in the reader's words. Codes without words of their own are shown with the API's detail.
import { ApiError } from '../api/client';
import type { FieldError, Problem } from '../api/types';
import { i18n, labelWith, t } from '../i18n/i18n.svelte';
import type { Params } from '../i18n/messages';

/** Parameters of the API as messages can show them. */
export function wordsOf(params: Record<string, unknown> | undefined): Params {
  const words: Params = {};
  for (const [name, value] of Object.entries(params ?? {})) {
    if (typeof value === 'number' || typeof value === 'string') words[name] = value;
    else if (value !== null && value !== undefined) words[name] = JSON.stringify(value);
  }
  const limit = words['max'] ?? words['min'];
  if (typeof limit === 'number') words['count'] = limit;
  return words;
}

/** How long to wait before another attempt, if the failure is that there were too many. */
export function waitText(failure: unknown): string | null {
  if (!(failure instanceof ApiError) || failure.problem.code !== 'rate_limited' || failure.retryAfter === null) return null;
  return t('signIn.wait', { count: failure.retryAfter });
}

export function problemText(problem: Problem): string {
  const known = labelWith('problem', problem.code, { status: problem.status, detail: problem.detail ?? '' });
  return known ?? t('problem.other', { detail: problem.detail ?? problem.title ?? problem.code });
}

/** Codes that stand inside a sentence, in the reader's language: types, kinds of records, and what is to be confirmed. */
function namedInWords(words: Params): Params {
  const named: Params = { ...words };
  const expected = String(words['expected'] ?? '');
  const kind = labelWith('kind', expected, {})?.toLocaleLowerCase(i18n.language);
  const type = labelWith('expectedType', expected, {}) ?? kind;
  if (type) named['expected'] = type;
  const confirm = labelWith('confirmation', String(words['confirm'] ?? ''), {});
  if (confirm) named['confirm'] = confirm;
  return named;
}

/** `field` is the label of the form field that the error is about. */
export function fieldErrorText(error: FieldError, field: string): string {
  return labelWith('error', error.code, { ...namedInWords(wordsOf(error.params)), field }) ?? t('error.other', { field, code: error.code });
}
