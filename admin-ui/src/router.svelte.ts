// History routing: links stay links, and the address always says what is shown.
export type Route =
  | { page: 'signIn' | 'account' | 'catalogue' | 'countries' | 'coverage' | 'inbox' | 'newPractice' | 'importing' | 'peers' | 'federation' | 'propose' | 'hold' | 'invitations' | 'signer' | 'node' | 'notFound' }
  | { page: 'proposal'; hash: string }
  | { page: 'import'; id: string }
  | { page: 'series'; name: string }
  | { page: 'record' | 'editRecord' | 'withdrawRecord' | 'published' | 'respond'; id: string };

/** The page that a path names. */
export function routeOf(path: string): Route {
  const parts = path.split('/').filter((part) => part !== '').map(decodeURIComponent);
  const [first, second, third] = parts;
  if (parts.length === 0 || (first === 'catalogue' && parts.length === 1)) return { page: 'catalogue' };
  if (first === 'sign-in' && parts.length === 1) return { page: 'signIn' };
  if (first === 'account' && parts.length === 1) return { page: 'account' };
  if (first === 'inbox' && parts.length === 1) return { page: 'inbox' };
  if (first === 'countries' && parts.length === 1) return { page: 'countries' };
  if (first === 'coverage' && parts.length === 1) return { page: 'coverage' };
  if (first === 'series' && second && parts.length === 2) return { page: 'series', name: second };
  if (first === 'peers' && parts.length === 1) return { page: 'peers' };
  if (first === 'node' && parts.length === 1) return { page: 'node' };
  if (first === 'federation') {
    if (second === undefined) return { page: 'federation' };
    if (second === 'propose' && parts.length === 2) return { page: 'propose' };
    if (second === 'hold' && parts.length === 2) return { page: 'hold' };
    if (second === 'signer' && parts.length === 2) return { page: 'signer' };
    if (second === 'invitations' && parts.length === 2) return { page: 'invitations' };
    if (second === 'proposals' && third && parts.length === 3) return { page: 'proposal', hash: third };
  }
  if (first === 'practices' && second === 'new' && parts.length === 2) return { page: 'newPractice' };
  if (first === 'import' && parts.length === 1) return { page: 'importing' };
  if (first === 'import' && second && parts.length === 2) return { page: 'import', id: second };
  if (first === 'records' && second && parts.length <= 3) {
    if (third === undefined) return { page: 'record', id: second };
    if (third === 'edit') return { page: 'editRecord', id: second };
    if (third === 'published') return { page: 'published', id: second };
    if (third === 'respond') return { page: 'respond', id: second };
    if (third === 'withdraw') return { page: 'withdrawRecord', id: second };
  }
  return { page: 'notFound' };
}

export const seriesHref = (name: string) => `/series/${encodeURIComponent(name)}`;
export const recordHref = (id: string) => `/records/${encodeURIComponent(id).replaceAll('%3A', ':')}`;

const state = $state({ path: window.location.pathname, search: window.location.search });
let focusHeading = false;

export const router = {
  get path(): string {
    return state.path;
  },
  get search(): string {
    return state.search;
  },
};

function update(): void {
  state.path = window.location.pathname;
  state.search = window.location.search;
}

interface Navigation {
  replace?: boolean;
  /** The page stays and only its query changes: the focus stays where it is. */
  keepFocus?: boolean;
}

export function navigate(href: string, { replace = false, keepFocus = false }: Navigation = {}): void {
  if (replace) window.history.replaceState(null, '', href);
  else window.history.pushState(null, '', href);
  focusHeading = !keepFocus;
  if (!keepFocus) window.scrollTo(0, 0);
  update();
}

/** True once after each navigation: the heading that is shown then takes the focus. */
export function takeHeadingFocus(): boolean {
  const take = focusHeading;
  focusHeading = false;
  return take;
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest('a');
  if (!link || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href, window.location.href);
  if (url.origin !== window.location.origin || url.pathname.startsWith('/api/')) return;
  if (link.getAttribute('href')?.startsWith('#')) return;
  event.preventDefault();
  navigate(url.pathname + url.search + url.hash, { keepFocus: url.pathname === window.location.pathname });
}

export function startRouter(): void {
  document.addEventListener('click', followLink);
  window.addEventListener('popstate', () => {
    focusHeading = true;
    update();
  });
}
