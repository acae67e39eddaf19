/** The connection that a fault has in hand. */

/** What a fault may do to the connection that it has in hand. */
export interface ConnectionHandle {
  /** Resets the TCP connection. */
  cut(): void;
  /** Ends it with an SSH disconnect message of this text. */
  disconnect(text: string): void;
  /** Starts a new key exchange, unless one is going on. */
  rekey(): void;
  /** Shows and uses another host key (private, OpenSSH format) from the next key exchange on. */
  changeHostKey(privateKey: string): void;
}
