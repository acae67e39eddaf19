/** One thing that stands against live operation. */
export interface Problem {
  /** The variable, or the setting of a node, that is wrong. */
  field: string;
  message: string;
  /** What to do; in small letters where it goes on after the message. */
  cure: string;
}

/** One sentence, or two, for a person. */
export function problemText({ message, cure }: Problem): string {
  return `${message}${/^[A-Z"]/.test(cure) ? '.' : ':'} ${cure}`;
}
