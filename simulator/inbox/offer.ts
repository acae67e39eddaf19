/** Something that the inbox's page offers to begin, and what has become of it. */
export interface Offer {
  /** On the button. */
  title: string;
  /** What it does, in a sentence. */
  about: string;
  /** undefined while nothing goes on. */
  readonly running: string | undefined;
  /** How it ended last; '' before the first time. */
  readonly last: string;
  /** Begins it, unless it goes on. */
  start(): void;
}
