// Who is signed in, and what every page needs of the node they are signed in to.
import { keepCsrfToken, onSignedOut, problemOf } from './api/client';
import { closeStream, openStream } from './api/events.svelte';
import * as hansa from './api/hansa';
import type { NodeInfo, Problem, Session } from './api/types';
import { suggestLanguage } from './i18n/i18n.svelte';
import { loadCharter, partners } from './partners.svelte';
import { navigate } from './router.svelte';

interface State {
  session: Session | null;
  node: NodeInfo | null;
  /** False until the first answer of the node: nothing is shown before, so that no page flashes up. */
  known: boolean;
  problem: Problem | null;
}

const state = $state<State>({ session: null, node: null, known: false, problem: null });

export const session = {
  get user(): string | null {
    return state.session?.user ?? null;
  },
  get node(): NodeInfo | null {
    return state.node;
  },
  get known(): boolean {
    return state.known;
  },
  get problem(): Problem | null {
    return state.problem;
  },
  /** Readers look; everybody else may publish for their partner. */
  get mayPublish(): boolean {
    return state.session !== null && state.session.role !== 'reader';
  },
  /** Who invites, proposes and approves. */
  get mayCoordinate(): boolean {
    return state.session?.role === 'coordinator' || state.session?.role === 'admin';
  },
  /** A node that publishes nothing cannot carry a proposal or an approval either. */
  get mayPropose(): boolean {
    return this.mayCoordinate && ['coordinator', 'member'].includes(partners.roleOf(state.node?.nodeKey ?? '') ?? '');
  },
  /** Only a coordinator's node invites. */
  get mayInvite(): boolean {
    return this.mayCoordinate && partners.roleOf(state.node?.nodeKey ?? '') === 'coordinator';
  },
  get mayAdminister(): boolean {
    return state.session?.role === 'admin';
  },
};

async function begin(current: Session): Promise<void> {
  keepCsrfToken(current.csrf);
  suggestLanguage(current.language);
  await enterFederation();
  state.session = current;
  openStream();
}

function end(): void {
  keepCsrfToken(null);
  closeStream();
  state.session = null;
}

/** Asks the node who is signed in; the answer to "nobody" is the sign-in page. */
export async function resume(): Promise<void> {
  state.problem = null;
  try {
    await begin(await hansa.currentSession());
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status !== 401) state.problem = problem;
  }
  state.known = true;
}

export async function signIn(user: string, password: string): Promise<void> {
  await begin(await hansa.signIn(user, password));
}

/** The node ends this user's other sessions. */
export async function changePassword(current: string, password: string): Promise<void> {
  const user = state.session?.user;
  if (user !== undefined) await hansa.setPassword(user, current, password);
}

export async function signOut(): Promise<void> {
  await hansa.signOut();
  end();
  navigate('/sign-in');
}

export async function refreshNode(): Promise<void> {
  state.node = await hansa.node();
}

/** After joining or founding: the node, and the charter once there is one. */
export async function enterFederation(): Promise<void> {
  await refreshNode();
  if (state.node?.federation) await loadCharter();
}

// A session that ran out while a page was open: the page's own data stays in memory until they are back.
onSignedOut(() => {
  if (state.session) end();
});
