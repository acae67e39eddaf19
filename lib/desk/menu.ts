/** The lines of the menu, in their order. */

/** The lines of the menu, in order. */
export const menu = ['today', 'history', 'alarms', 'quarantine', 'practice', 'contacts', 'system'] as const;

export type MenuLine = (typeof menu)[number];
