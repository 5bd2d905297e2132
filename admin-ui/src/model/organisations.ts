// Which organisation record is the partner's own: a partner may publish others' as well.
import type { CatalogueRecord, NodeInfo } from '../api/types';
import { titleOf } from './text';

/** The one that the node names; else the one that bears the node's name, or the first that the partner published. */
export function ownOrganisation(organisations: readonly CatalogueRecord[], node: NodeInfo | null): CatalogueRecord | null {
  if (!node?.partner) return null;
  const own = organisations
    .filter((one) => one.partner.id === node.partner)
    .sort((a, b) => (a.created ?? '').localeCompare(b.created ?? ''));
  const stated = own.find((one) => one.id === node.organisation);
  const named = own.find((one) => Object.values(titleOf(one.kind, one.content) ?? {}).includes(node.name));
  return stated ?? named ?? own[0] ?? null;
}
