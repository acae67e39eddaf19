/** What a flow may ask about its reports. */
export const questions = ['today', 'missing', 'story', 'history'] as const;
export type Question = (typeof questions)[number];
