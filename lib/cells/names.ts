/** Names that people choose. */

/** Names folders and records, here and on Windows. */
export const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
