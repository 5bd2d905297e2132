// Every request of the UI goes through here. The session is an HttpOnly cookie which no script can read; the CSRF
// token lives in this module only and is fetched again with the session after a reload.
import type { Problem } from './types';

/** What the API refused or the network lost. `problem.code` is stable and is what the UI translates. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** Seconds to wait before trying again, when the API said so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.title ?? problem.code);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** The error as a problem: anything that did not come from the API counts as the network's fault or a bug. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { status: 0, code: 'unexpected', detail: error instanceof Error ? error.message : String(error) };
}

let csrf: string | null = null;
let signedOut: () => void = () => undefined;

export function keepCsrfToken(token: string | null): void {
  csrf = token;
}

/** `action` runs when the API says that nobody is signed in any more. */
export function onSignedOut(action: () => void): void {
  signedOut = action;
}

interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** In place of a body: bytes as they are. */
  bytes?: Blob;
  ifMatch?: string;
  signal?: AbortSignal;
}

function headersFor({ method = 'GET', body, bytes, ifMatch }: Request): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (bytes) headers['Content-Type'] = 'application/octet-stream';
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  if (ifMatch) headers['If-Match'] = `"${ifMatch}"`;
  return headers;
}

async function problemFrom(response: Response): Promise<Problem> {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.includes('json')) {
    const body = (await response.json()) as Partial<Problem>;
    if (typeof body.code === 'string') return { ...body, code: body.code, status: response.status };
  }
  return { status: response.status, code: 'http_error', detail: `HTTP ${response.status}` };
}

export async function request<T>(path: string, options: Request = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method: options.method ?? 'GET',
      headers: headersFor(options),
      body: options.bytes ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: 'same-origin',
      signal: options.signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({ status: 0, code: 'unreachable' });
  }
  if (!response.ok) {
    const problem = await problemFrom(response);
    if (response.status === 401 && problem.code !== 'bad_credentials') signedOut();
    const retryAfter = Number(response.headers.get('Retry-After') ?? NaN);
    throw new ApiError(problem, Number.isFinite(retryAfter) ? retryAfter : null);
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}
