// Dates as the records carry them: EDTF level 0 (a year, a month or a day), periods `start/end` with an open end
// allowed, and instants in RFC 3339. Pure.
import type { Language } from './messages';

const localeOf = (language: Language) => (language === 'en' ? 'en-GB' : 'lv');
const edtfPattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/** Whether `value` is a year, a month or a day that exists. */
export function isEdtf(value: string): boolean {
  const parts = edtfPattern.exec(value);
  if (!parts) return false;
  const month = Number(parts[2] ?? '1');
  const day = Number(parts[3] ?? '1');
  const date = new Date(Date.UTC(Number(parts[1]), month - 1, day));
  return month >= 1 && month <= 12 && day >= 1 && date.getUTCMonth() === month - 1;
}

export function formatEdtf(language: Language, value: string): string {
  if (!isEdtf(value)) return value;
  const precision = value.length;
  if (precision === 4) return value;
  const padded = precision === 7 ? `${value}-01` : value;
  return new Intl.DateTimeFormat(localeOf(language), {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'long',
    ...(precision === 10 ? { day: 'numeric' } : {}),
  }).format(new Date(`${padded}T00:00:00Z`));
}

/** `start/end` taken apart; a lone date is a start and an end at once. */
export function splitPeriod(value: unknown): { start: string; end: string } {
  if (typeof value === 'string') {
    const [start = '', end] = value.split('/');
    return { start, end: end === undefined ? start : end === '..' ? '' : end };
  }
  if (value && typeof value === 'object') {
    const { start, end } = value as { start?: unknown; end?: unknown };
    return { start: typeof start === 'string' ? start : '', end: typeof end === 'string' ? end : '' };
  }
  return { start: '', end: '' };
}

export function formatPeriod(language: Language, value: unknown, ongoing: string): string {
  const { start, end } = splitPeriod(value);
  if (!start) return '';
  if (!end) return `${formatEdtf(language, start)} – ${ongoing}`;
  return start === end ? formatEdtf(language, start) : `${formatEdtf(language, start)} – ${formatEdtf(language, end)}`;
}

export function formatInstant(language: Language, value: string): string {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return value;
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long', timeStyle: 'short' }).format(date);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000],
];

/** "3 minutes ago", "in 12 seconds". */
export function formatRelative(language: Language, value: string, nowMs: number): string {
  const difference = new Date(value).getTime() - nowMs;
  if (Number.isNaN(difference)) return value;
  const formatter = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' });
  const [unit, size] = steps.find(([, ms]) => Math.abs(difference) >= ms) ?? ['second', 1000];
  return formatter.format(Math.trunc(difference / size), unit);
}
