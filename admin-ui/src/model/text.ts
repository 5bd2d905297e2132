// Multilingual text: which language of a field is shown to whom. The choice falls per field, never per record:
// a record whose title is translated and whose results are not shows both, each in the best language it has.
import type { Multilingual } from '../api/types';

export interface Chosen {
  language: string;
  text: string;
}

export function isMultilingual(value: unknown): value is Multilingual {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(([tag, text]) => /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(tag) && typeof text === 'string')
  );
}

/** The best of `text` for a reader who asks for `wanted`: that, then English, then the original, then any. */
export function choose(text: Multilingual | null | undefined, wanted: readonly string[], original: string): Chosen | null {
  if (!text) return null;
  for (const language of [...wanted, 'en', original, ...Object.keys(text)]) {
    const found = text[language];
    if (found) return { language, text: found };
  }
  return null;
}

/** Every language in which `content` says anything, the original first. */
export function languagesOf(content: unknown, original: string): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isMultilingual(value)) Object.keys(value).forEach((tag) => found.add(tag));
    else if (value && typeof value === 'object') Object.values(value).forEach(visit);
  };
  visit(content);
  const others = [...found].filter((tag) => tag !== original).sort();
  return found.has(original) || found.size === 0 ? [original, ...others] : others;
}

/** The field that names a record of this kind. */
export function titleOf(kind: string, content: Record<string, unknown> | null): Multilingual | null {
  if (!content) return null;
  const names: Record<string, string[]> = {
    organisation: ['name'], contact: ['displayName'], service: ['name'],
  };
  for (const field of names[kind] ?? ['title', 'name']) {
    const value = content[field];
    if (isMultilingual(value)) return value;
    if (typeof value === 'string' && value) return { und: value };
  }
  return null;
}

/** Paragraphs of a text: blank lines part them, single line breaks stay inside. */
export function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/).map((part) => part.trim()).filter((part) => part !== '');
}

export function shorten(text: string, max: number): string {
  const points = [...text];
  if (points.length <= max) return text;
  return `${points.slice(0, max - 1).join('').trimEnd()}…`;
}
