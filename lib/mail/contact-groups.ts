/** Slips in the groups of contacts, found by comparing them with the groups that mails are written to. */
import type { ContactsConfig } from './config.ts';

export interface GroupMistakes {
  /** Sentences about groups that look like several in one: "ops/risk" where mails are written to "ops". */
  several: string[];
  /** People to whom no mail is written at all. They may be there for a flow that is still to come. */
  unaddressed: { email: string; says: string }[];
}

/** What people put between two names besides what parts a list; a name may hold it, too. */
const BETWEEN = /[\s/\\&+・·]+|和|及|與|与/;

const key = (group: string) => group.trim().toLowerCase();

/** @param written the groups of each node that writes mails; one without groups writes to everybody */
export function groupMistakes(
  { contacts, escalation }: Pick<ContactsConfig, 'contacts' | 'escalation'>,
  written: readonly (readonly string[])[],
): GroupMistakes {
  const slips: GroupMistakes = { several: [], unaddressed: [] };
  if (written.length === 0) return slips;
  const heard = new Set([...written.flat(), ...escalation.groups].map(key));
  const everybody = written.some((groups) => groups.length === 0);
  for (const { name, email, groups } of contacts) {
    const who = name === '' ? email : `${name} (${email})`;
    const others = contacts
      .filter((other) => other.email !== email)
      .flatMap((other) => other.groups.map(key));
    const missed = groups.filter((group) => !heard.has(key(group)));
    const several = missed.find((group) => {
      const parts = group.split(BETWEEN).map(key);
      return (
        parts.length > 1 && parts.some((part) => part !== '' && (heard.has(part) || others.includes(part)))
      );
    });
    if (several !== undefined)
      slips.several.push(
        `no mail is written to the group "${several}" of ${who}, which looks like several groups`,
      );
    else if (!everybody && missed.length === groups.length)
      slips.unaddressed.push({
        email,
        says: `no mail is written to ${who}, who is in ${missed.join(', ') || 'no group'}`,
      });
  }
  return slips;
}
