/** What queueing a mail gives, and how a set of groups is named in its key. */

export interface Queued {
  id: number;
  messageId: string;
  /** False when this event was queued before. */
  fresh: boolean;
}

export function groupKey(groups: readonly string[]): string {
  return [...new Set(groups.map((group) => group.trim().toLowerCase()))].sort().join(',');
}
